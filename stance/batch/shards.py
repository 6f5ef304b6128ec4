"""Input as a stream of shards: so many whole articles each, with a hash of what they hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from stance.corpus.read import ReadOptions, Rejected, named_files, read_documents
from stance.corpus.remarks import Remarks
from stance.errors import InputError
from stance.records import Document


@dataclass(frozen=True, slots=True)
class Shard:
    """Whole articles that are predicted together; attribution needs the whole article, so none is ever cut.

    Parameters
    ----------
    index : position in the input, from 0
    documents : the articles
    paths : the file that each article came from
    refused : rows between them that could not be read
    digest : sha256 of all of that but the paths, as hexadecimal digits
    """

    index: int
    documents: tuple[Document, ...]
    paths: tuple[str, ...]
    refused: tuple[Rejected, ...]
    digest: str

    def digest_of_first(self, documents: int, refused: int) -> str:
        """The digest that the shard had when it held only its first so many articles and unreadable rows."""
        return _digest(self.documents[:documents], self.refused[:refused])


@dataclass(frozen=True)
class Plan:
    """What the whole input holds: the hash of each shard, and how much there is.

    Parameters
    ----------
    inputs, options, size : as for ``read_shards``
    digests : hash of each shard, in order
    articles, refused : rows that could be read, and that could not
    remarks : what is odd about the articles
    """

    inputs: tuple[str | Path, ...]
    options: ReadOptions
    size: int
    digests: tuple[str, ...]
    articles: int
    refused: int
    remarks: Remarks = field(default_factory=Remarks, compare=False)

    def shards(self) -> Iterator[Shard]:
        """The shards, read again.

        Raises
        ------
        InputError : as ``read_shards``, and where one is no longer what it was.
        """
        for shard in read_shards(self.inputs, self.options, self.size):
            if shard.index >= len(self.digests) or shard.digest != self.digests[shard.index]:
                raise InputError(f"shard {shard.index}: the input changed while it was read; run again with --resume")
            yield shard


def read_shards(
    inputs: Sequence[str | Path], options: ReadOptions, size: int, remarks: Remarks | None = None
) -> Iterator[Shard]:
    """The inputs as shards of ``size`` rows; the last one may be smaller.

    Parameters
    ----------
    inputs : files and folders, in order
    size : rows a shard, readable or not
    remarks : gathers what is odd about the articles

    Raises
    ------
    InputError : an input cannot be read, or has a bad row and ``options.on_error`` is ``fail``.
    """
    rows = _rows(inputs, options, remarks or Remarks())
    index = 0
    while taken := list(islice(rows, size)):
        good = [(found, path) for found, path in taken if isinstance(found, Document)]
        refused = tuple(found for found, _ in taken if isinstance(found, Rejected))
        documents, paths = tuple(found for found, _ in good), tuple(path for _, path in good)
        yield Shard(index, documents, paths, refused, _digest(documents, refused))
        index += 1


def read_plan(inputs: Sequence[str | Path], options: ReadOptions, size: int) -> Plan:
    """The plan of the inputs; reads all of them once, so that a bad row is found before the work and not at its end.

    Raises
    ------
    InputError : as ``read_shards``, and for standard input, which cannot be read twice.
    """
    if "-" in map(str, inputs):
        raise InputError("-: a sharded run reads its input twice, so it cannot be standard input; give a file")
    digests, articles, refused, remarks = [], 0, 0, Remarks()
    for shard in read_shards(inputs, options, size, remarks):
        digests.append(shard.digest)
        articles += len(shard.documents)
        refused += len(shard.refused)
    return Plan(tuple(inputs), options, size, tuple(digests), articles, refused, remarks)


def _rows(
    inputs: Sequence[str | Path], options: ReadOptions, remarks: Remarks
) -> Iterator[tuple[Document | Rejected, str]]:
    for path, name in named_files(inputs):
        for found in read_documents(path, options, name, remarks):
            yield found, str(path)


def _digest(documents: Iterable[Document], refused: Iterable[Rejected]) -> str:
    hasher = hashlib.sha256()
    for document in documents:
        sentences = [[one.start, one.end, one.paragraph, one.kind] for one in document.sentences]
        fields = [document.id, document.title, document.date, document.outlet, document.text, sentences]
        hasher.update(json.dumps(fields).encode("ascii") + b"\n")
    for row in refused:
        reason = row.reason.removeprefix(row.path)
        hasher.update(json.dumps([row.line, reason, row.raw]).encode("ascii") + b"\n")
    return hasher.hexdigest()
