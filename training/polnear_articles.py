"""PolNeAR (Newell, Margolin and Ruths 2018): articles of US news with their attributions, from its archives."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from corpora import SHARED
from polnear_joining import merged

from stance.errors import InputError
from stance.examples import Example
from stance.records import Sentence, Span
from stance.sentences import split
from stance.spanmetrics import ROLES, Pieces, Quote

POLNEAR = SHARED / "corpora" / "polnear"
QUOTED = "quoted"
"""The label of sentences that hold anything attributed."""

_MARK = re.compile(r"(T\d+)\t(\S+) ([\d ;]+)\t")
_NUMBER = re.compile(r"\d+$")


@dataclass(frozen=True)
class Article:
    """An article with the quotes that an annotator found in it."""

    id: str
    text: str
    quotes: tuple[Quote, ...]

    @cached_property
    def sentences(self) -> list[Sentence]:
        """As the splitter finds them."""
        return split(self.text)

    def examples(self) -> list[Example]:
        """Its sentences, each with the parts of source, cue and content spans that lie in it."""
        return [
            Example(
                sentence.text,
                self.id,
                frozenset({QUOTED}) if any(spans.values()) else frozenset(),
                {role: tuple(sorted(set(found))) for role, found in spans.items()},
            )
            for sentence in self.sentences
            for spans in [{role: list(self._inside(sentence, role)) for role in ROLES}]
        ]

    def _inside(self, sentence: Sentence, role: str) -> Iterator[Span]:
        for quote in self.quotes:
            for span in quote.pieces(role):
                start, end = max(span.start, sentence.start), min(span.end, sentence.end)
                words = self.text[start:end]
                if words.strip():
                    begin = start - sentence.start + len(words) - len(words.lstrip())
                    yield Span(begin, begin + len(words.strip()))


def read_articles(part: str, folder: Path = POLNEAR) -> list[Article]:
    """The articles of ``train`` or ``dev``; of two annotators of one the first by name.

    Raises
    ------
    InputError : the archive is not there.
    """
    path = folder / f"{part}.tar.gz"
    if not path.exists():
        raise InputError(f"{path}: no such archive; put PolNeAR's {part} part there, or name its folder with --polnear")
    with tarfile.open(path) as archive:
        files = {
            PurePosixPath(member.name): archive.extractfile(member).read().decode("utf-8")  # type: ignore[union-attr]
            for member in archive
            if member.isfile()
        }
    texts = {name.stem: text for name, text in files.items() if name.suffix == ".txt"}
    first: dict[str, PurePosixPath] = {}
    for name in sorted(files):
        if name.suffix == ".ann":
            first.setdefault(name.stem.rpartition("_")[0], name)
    return [Article(stem, texts[stem], tuple(_quotes(files[name], texts[stem]))) for stem, name in first.items()]


def _quotes(annotation: str, text: str) -> Iterator[Quote]:
    """An event is a quote; pieces that no word parts are one, as some annotators cut contents at every sentence.

    Words that go on in the next line are passed over: the offsets tell where they stand.
    """
    marks: dict[str, Pieces] = {}
    lines = annotation.split("\n")
    for found in filter(None, map(_MARK.match, lines)):
        places = sorted(tuple(map(int, place.split())) for place in found[3].split(";"))
        marks[found[1]] = tuple(Span(start, end) for start, end in places if start < end)
    for line in lines:
        if line.startswith("E"):
            yield _quote([argument.partition(":") for argument in line.split()[1:]], marks, text)


def _quote(arguments: Sequence[tuple[str, str, str]], marks: dict[str, Pieces], text: str) -> Quote:
    by_role: dict[str, list[Span]] = {role: [] for role in ROLES}
    for kind, _, name in arguments:
        role = _NUMBER.sub("", kind).casefold()
        if role in by_role:
            by_role[role] += marks.get(name, ())
    return Quote(**{role: merged(text, spans) for role, spans in by_role.items()})
