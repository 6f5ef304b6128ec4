"""The files of an encoder: they stay what they were when a model was loaded, or whoever reads them is told.

A folder may get other files at any time, and heads that read another encoder give numbers without a meaning.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from stance.errors import ModelError, ModelFault
from stance.tensors import FileBytes, map_file

CONFIG, WEIGHTS, TOKENIZER = "config.json", "model.safetensors", "tokenizer.json"
_READ = (".json", ".safetensors", ".txt", ".model")


class EncoderFiles:
    """The three files of a small encoder; once opened they are held, whatever replaces their folder.

    A copy in another process opens them anew and has to find what was stated.

    Parameters
    ----------
    folder : holds ``model.safetensors``, ``tokenizer.json`` and ``config.json``
    stated : sha256 of each by its name; None to take what is there
    """

    def __init__(self, folder: str | Path, stated: Mapping[str, str] | None = None) -> None:
        self.folder = Path(folder).absolute()
        self.stated = stated
        self._held: dict[str, FileBytes] | None = None
        self._status: os.stat_result | None = None

    @classmethod
    def judged(cls, folder: Path, stated: Mapping[str, str]) -> EncoderFiles:
        """Files that were found to be as stated a moment ago: opened now, and not read a second time for it."""
        files = cls(folder, stated)
        files._held = files._open()
        return files

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_held": None, "_status": None}

    def read(self) -> Mapping[str, FileBytes]:
        """The bytes of each file by its name.

        Raises
        ------
        ModelError : one cannot be read, or is no longer what the model was loaded with.
        """
        if self._held is None:
            held = self._open()
            for name, data in held.items():
                if self.stated is not None and hashlib.sha256(data).hexdigest() != self.stated[name]:
                    raise changed(self.folder / name)
            self._held = held
        if self._written_into():
            raise changed(self.folder / WEIGHTS)
        return self._held

    def sha256(self, name: str) -> str:
        """The digest of one file."""
        return self.stated[name] if self.stated is not None else hashlib.sha256(self.read()[name]).hexdigest()

    def _open(self) -> dict[str, FileBytes]:
        try:
            small: dict[str, FileBytes] = {name: (self.folder / name).read_bytes() for name in (TOKENIZER, CONFIG)}
            self._status = (self.folder / WEIGHTS).stat()
            return {**small, WEIGHTS: map_file(self.folder / WEIGHTS)}
        except OSError as error:
            raise ModelError(
                f"{error.filename or self.folder}: cannot be read ({error.strerror}); copy the model again, or load "
                "it from where it is now"
            ) from None

    def _written_into(self) -> bool:
        """Whether the weights that are held were changed in their place, and with them what is held."""
        try:
            now = (self.folder / WEIGHTS).stat()
        except OSError:
            return False  # moved or removed
        then = self._status
        return (
            then is not None
            and os.path.samestat(now, then)
            and (now.st_size, now.st_mtime_ns) != (then.st_size, then.st_mtime_ns)
        )


def changed(path: Path) -> ModelError:
    """The error of files that are others than a model was loaded with."""
    return ModelError(f"{path}: changed since the model was loaded; load the model again", ModelFault.DAMAGED)


def file_sha256(path: Path) -> str:
    """The digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_sha256(folder: Path) -> str:
    """One digest for all files of a folder that a sentence-transformers model is read from."""
    files = (path for path in folder.rglob("*") if path.suffix in _READ)
    return together({path.relative_to(folder).as_posix(): file_sha256(path) for path in files})


def together(digests: Mapping[str, str]) -> str:
    """One digest for the files of a folder, from the name and digest of each."""
    read = [name for name in sorted(map(PurePosixPath, digests)) if name.suffix in _READ]
    return hashlib.sha256("\n".join(f"{name} {digests[str(name)]}" for name in read).encode()).hexdigest()
