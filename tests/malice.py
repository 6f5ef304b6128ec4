"""Model directories of somebody who means harm; each would leave a canary file, or take the machine, if it could."""

from __future__ import annotations

import builtins
import importlib
import json
import operator
import os
import pickle
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from safetensors.numpy import load_file, save_file

from stance.manifest import ARRAYS, CARD, CONFIG, MANIFEST, TERMS, write_manifest

Change = Callable[[Path], object]


class _Call:
    """Pickles to a call."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self._call


def attacks(canary: Path) -> dict[str, Change]:
    """What is done to a copy of an honest model, by name."""
    touch = f"open({str(canary)!r}, 'w')"
    payloads = {
        "os.system": pickle.dumps(_Call(os.system, f"touch {canary}")),
        "eval": pickle.dumps(_Call(builtins.eval, touch)),
        "exec": pickle.dumps(_Call(builtins.exec, touch), protocol=0),
        "import": pickle.dumps(_Call(importlib.import_module, "antigravity")),
        "operator": pickle.dumps(_Call(operator.methodcaller, "touch")),
        "object array": pickle.dumps(np.array([_Call(os.system, f"touch {canary}")], object)),
        "open": pickle.dumps(_Call(open, str(canary), "w"), protocol=2),
    }
    found: dict[str, Change] = {}
    for payload, data in payloads.items():
        for name in ("head.pkl", ARRAYS, CONFIG, TERMS, MANIFEST, "encoder/model.safetensors"):
            found[f"pickle {payload} as {name}"] = _bytes(name, data, sealed=name != MANIFEST)
    return found | _disguises(canary) | _paths(canary) | _bombs() | _forgeries()


def _disguises(canary: Path) -> dict[str, Change]:
    call = _Call(os.system, f"touch {canary}")

    def dumped(folder: Path) -> None:
        joblib.dump(call, folder / "head.joblib", compress=3)
        write_manifest(folder)

    def archive(folder: Path) -> None:
        with zipfile.ZipFile(folder / ARRAYS, "w") as file:
            file.writestr("../../evil.py", "raise SystemExit")
            file.writestr("data.pkl", pickle.dumps(call))
        write_manifest(folder)

    def array(folder: Path) -> None:
        with (folder / ARRAYS).open("wb") as file:
            np.save(file, np.array([call], object), allow_pickle=True)
        write_manifest(folder)

    code = f"open({str(canary)!r}, 'w')\n".encode()
    names = ("stance.py", "sitecustomize.py", "encoder/modeling_evil.py", "encoder/pytorch_model.bin", "__init__.py")
    return {
        "joblib, compressed": dumped,
        "zip as arrays": archive,
        "npy of objects": array,
        **{f"planted {name}": _bytes(name, code) for name in names},
    }


def _paths(canary: Path) -> dict[str, Change]:
    def linked(name: str, target: str) -> Change:
        def link(folder: Path) -> None:
            (folder / name).unlink(missing_ok=True)
            (folder / name).symlink_to(target)

        return link

    def listed(name: str) -> Change:
        def add(folder: Path) -> None:
            value = json.loads((folder / MANIFEST).read_text())
            value["files"][name] = next(iter(value["files"].values()))
            (folder / MANIFEST).write_text(json.dumps(value))

        return add

    def pipe(folder: Path) -> None:
        (folder / MANIFEST).unlink()
        os.mkfifo(folder / MANIFEST)

    slips = ("../evil.json", "/etc/passwd", "encoder/../../evil.txt", "..\\evil.json", "C:\\evil.json", "a\x00b.json")
    return {
        **{f"zip slip {name!r}": listed(name) for name in slips},
        "card a link": linked(CARD, "/etc/passwd"),
        "config a link": linked(CONFIG, str(canary)),
        "manifest a link": linked(MANIFEST, "/dev/zero"),
        "encoder a link": linked("encoder", "/"),
        "link to itself": linked(TERMS, TERMS),
        "manifest a pipe": pipe,
        "folder of folders": lambda folder: (folder / "/".join(["d"] * 200)).mkdir(parents=True),
        "a thousand files": lambda folder: [(folder / f"x{n}.json").touch() for n in range(1_000)],
    }


def _bombs() -> dict[str, Change]:
    def sparse(name: str, size: int) -> Change:
        def grow(folder: Path) -> None:
            (folder / name).parent.mkdir(exist_ok=True)
            with (folder / name).open("wb") as file:
                file.truncate(size)

        return grow

    deep = b"[" * 1_000_000
    return {
        "arrays of 3 GB": sparse(ARRAYS, 3 << 30),
        "config of 1 GB": sparse(CONFIG, 1 << 30),
        "manifest of 1 GB": sparse(MANIFEST, 1 << 30),
        "weights of 9 GB": sparse("encoder/model.safetensors", 9 << 30),
        "deep config": _bytes(CONFIG, deep),
        "deep terms": _bytes(TERMS, deep),
        "terms of empty lists": _bytes(TERMS, b"[" + b"[]," * 2_000_000 + b"[]]"),
        "terms of two million words": _bytes(TERMS, b"[" + b'"ab",' * 1_500_000 + b'""]'),
    }


def _forgeries() -> dict[str, Change]:
    def header(entry: Any, size: int = 16) -> Change:
        raw = entry if isinstance(entry, bytes) else json.dumps(entry).encode()
        return _bytes(ARRAYS, len(raw).to_bytes(8, "little") + raw + bytes(size))

    def arrays(change: Callable[[dict[str, Any]], object]) -> Change:
        def rewrite(folder: Path) -> None:
            values = load_file(folder / ARRAYS)
            change(values)
            save_file(values, folder / ARRAYS)
            write_manifest(folder)

        return rewrite

    def config(**changes: Any) -> Change:
        def change(folder: Path) -> None:
            value = json.loads((folder / CONFIG).read_text())
            (folder / CONFIG).write_text(json.dumps({**value, **changes}))
            write_manifest(folder)

        return change

    def one(begin: int, end: int, shape: list[int]) -> dict[str, Any]:
        return {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}

    encoder = {"kind": "sbert", "name": "x", "dim": 64, "path": "../..", "precision": "fp32"}
    return {
        "header of 8 EB": _bytes(ARRAYS, b"\xff" * 7 + b"\x7f" + bytes(64)),
        "arrays overlap": header({"a": one(0, 16, [4]), "b": one(0, 16, [4])}),
        "array beyond the file": header({"a": one(0, 1 << 40, [1 << 38])}),
        "shape overflows": header({"a": one(0, 16, [1 << 32, 1 << 32, 1 << 32])}),
        "array twice": header(b'{"a": {}, "a": {}}'),
        "arrays of NaN": arrays(lambda values: values["types.coef"].fill(np.nan)),
        "array missing": arrays(lambda values: values.pop("types.coef")),
        "newer format": config(format=99),
        "unknown key": config(module="os.system"),
        "encoder outside": config(encoder=encoder),
        "key twice": _bytes(CONFIG, b'{"format": 1, "format": 1}'),
    }


def _bytes(name: str, data: bytes, *, sealed: bool = True) -> Change:
    def write(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        if sealed:
            write_manifest(folder)

    return write


def damages(folder: Path, count: int, seed: int = 0) -> Iterator[Callable[[], None]]:
    """So many damages, one at a time; each comes with a function that mends it again. A third are truncations."""
    draw = random.Random(seed)
    names = sorted(path for path in folder.rglob("*") if path.is_file())
    for number in range(count):
        path = draw.choice(names)
        whole = path.read_bytes()
        data = bytearray(whole[: draw.randrange(len(whole))] if number % 3 == 0 else whole)
        for _ in range(draw.choice([1, 4, 16]) if number % 3 else 0):
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        if bytes(data) == whole:
            data[0] ^= 1
        path.write_bytes(data)
        yield lambda path=path, whole=whole: path.write_bytes(whole)  # type: ignore[misc]
