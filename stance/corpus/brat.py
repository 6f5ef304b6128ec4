"""brat: articles as plain text with standoff annotations beside (``.txt`` and ``.ann``); offsets count characters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path

from stance.corpus.annotated import ATTRIBUTES, ATTRIBUTION, SENTENCE, Annotated, Link, Mark, cut
from stance.corpus.lines import decode, opened, read_all
from stance.corpus.units import read_span
from stance.errors import InputError, LabelError
from stance.tagger import CONTENT, CUE, SOURCE

_MAX_FILE = 64 << 20
_KNOWN = ("doc", "sentence", "start", "end", "paragraph")  # told by the place of a sentence in its files
_ODD = re.compile(r"[^\w-]", re.ASCII)
_NUMBERED = re.compile(r"\d+$")


@dataclass
class _Standoff:
    """The lines of one annotation file, by kind."""

    marks: dict[str, Mark] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    triggers: set[str] = field(default_factory=set)
    said: dict[str, dict[str, str]] = field(default_factory=dict)


def read_brat(path: str | Path) -> list[Annotated]:
    """The sentences of an annotated article, or of all in a folder; of two annotations of one text the first by name.

    Sentences are those marked ``Sentence``, or what the splitter finds. Events link their arguments; a mark that only
    triggers one is left out.

    Raises
    ------
    InputError : no annotation, or one without its text.
    LabelError : a line cannot be read.
    """
    given = Path(path)
    files = sorted(given.rglob("*.ann")) if given.is_dir() else [given]
    if not files:
        raise InputError(f"{path}: no .ann file in this folder")
    texts: dict[Path, Path] = {}
    for file in files:
        texts.setdefault(_text_of(file), file)
    articles = [_article(text, file).cleaned() for text, file in texts.items()]
    aside = (*ATTRIBUTION, SENTENCE)
    has_claims = any(mark.label not in aside for article in articles for mark in article.marks)
    labelled = [replace(article, labels=() if has_claims else None) for article in articles]
    return [sentence for article in labelled for sentence in cut(article)]


def _text_of(file: Path) -> Path:
    """The text beside an annotation, or in a folder ``text`` beside its folder; ``_xy`` may end its name."""
    stems = (file.stem, file.stem.rpartition("_")[0])
    folders = (file.parent, file.parent.parent / "text")
    for folder in folders:
        for stem in filter(None, stems):
            if (folder / f"{stem}.txt").is_file():
                return folder / f"{stem}.txt"
    raise InputError(f"{file}: no {file.stem}.txt beside it; brat keeps the text there")


def _article(text_file: Path, file: Path) -> Annotated:
    text = _read(text_file)
    found = _Standoff()
    for number, line in enumerate(_read(file).split("\n"), start=1):
        if line.strip():
            _take(found, line.rstrip("\r"), text, f"{file}:{number}")
    marks = [
        replace(mark, attributes=found.said.get(name, {}))
        for name, mark in found.marks.items()
        if name not in found.triggers
    ]
    return Annotated(text, None, tuple(marks), tuple(found.links), {"doc": text_file.stem}, str(file))


def _read(path: Path) -> str:
    with opened(path) as file:
        return decode(read_all(file, _MAX_FILE, str(path)), "utf-8", str(path))


def _take(found: _Standoff, line: str, text: str, where: str) -> None:
    name, _, rest = line.partition("\t")
    kind = name[:1]
    try:
        if kind == "T":
            head, _, words = rest.partition("\t")
            label, _, places = head.partition(" ")
            pieces = [tuple(map(int, place.split())) for place in places.split(";")]
            found.marks[name] = Mark(name, label, _pieces(text, pieces, words))
        elif kind == "R":
            label, head, to = rest.split()[:3]
            found.links.append(Link(head.partition(":")[2], to.partition(":")[2], label))
        elif kind == "E":
            _event(found, rest)
        elif kind in "AM":
            label, target, *value = rest.split()
            found.said.setdefault(target, {})[label.casefold()] = value[0] if value else label
        elif kind == "#":
            head, _, note = rest.partition("\t")
            found.said.setdefault(head.split()[1], {}).update(_note(note))
    except (ValueError, IndexError):
        raise LabelError(f"{where}: {line!r} is no line of brat's standoff format") from None


def _pieces(text: str, pieces: Sequence[tuple[int, ...]], words: str) -> tuple[tuple[int, int], ...]:
    """The pieces of a mark; the words decide whether characters or UTF-16 units were counted."""
    if len(pieces) == 1:
        start, end = pieces[0]
        return (read_span(text, start, end, words or None, utf16=False),)
    plain = tuple((start, end) for start, end in pieces)
    converted = tuple(read_span(text, start, end, None, utf16=True) for start, end in plain)
    there = " ".join(text[start:end] for start, end in converted)
    return converted if there.split() == words.split() else plain


def _event(found: _Standoff, rest: str) -> None:
    """An event as links from content to cue to source, whatever of them it has."""
    trigger, *arguments = rest.split()
    found.triggers.add(trigger.partition(":")[2])
    by_role: dict[str, list[str]] = {}
    for argument in arguments:
        role, _, name = argument.partition(":")
        by_role.setdefault(_NUMBERED.sub("", role).casefold(), []).append(name)
    cues, sources = by_role.get(CUE, [])[:1], by_role.get(SOURCE, [])[:1]
    found.links += [Link(cue, source, SOURCE) for cue in cues for source in sources]
    found.links += [
        Link(content, to, CUE if cues else SOURCE) for content in by_role.get(CONTENT, []) for to in cues or sources
    ]


def _note(note: str) -> dict[str, str]:
    """``name: Ann Poole | source: …``, or a name alone."""
    if note.startswith("fields: "):
        return {"fields": note.removeprefix("fields: ")}
    pairs = [part.partition(": ") for part in note.split(" | ")]
    if all(colon and key in ATTRIBUTES for key, colon, _ in pairs):
        return {key: value.strip() for key, _, value in pairs}
    return {"name": note.strip()} if note.strip() else {}


def brat(sentences: Iterable[tuple[int, Annotated]]) -> str:
    """The annotations of one article.

    Parameters
    ----------
    sentences : where each begins in the text of the article, and what is marked in it
    """
    lines: list[str] = []
    numbers = {"T": 0, "R": 0, "A": 0, "#": 0}

    def numbered(kind: str, rest: str) -> str:
        numbers[kind] += 1
        lines.append(f"{kind}{numbers[kind]}\t{rest}")
        return f"{kind}{numbers[kind]}"

    for start, sentence in sentences:
        whole = numbered("T", f"Sentence {start} {start + len(sentence.text)}\t{_line(sentence.text)}")
        fields = {name: value for name, value in sentence.fields.items() if name not in _KNOWN}
        if fields:
            numbered("#", f"AnnotatorNotes {whole}\tfields: {json.dumps(fields, ensure_ascii=False)}")
        names: dict[str, str] = {}
        for mark in sentence.marks:
            places = ";".join(f"{begin + start} {end + start}" for begin, end in mark.pieces)
            words = _line(" ".join(map(sentence.words, mark.pieces)))
            names[mark.id] = numbered("T", f"{_odd(mark.label)} {places}\t{words}")
            said = dict(mark.attributes)
            stance = said.pop("stance", None)
            if stance:
                numbered("A", f"Stance {names[mark.id]} {stance}")
            if said:
                note = " | ".join(f"{name}: {_line(value)}" for name, value in said.items())
                numbered("#", f"AnnotatorNotes {names[mark.id]}\t{note}")
        for link in sentence.links:
            numbered("R", f"{_odd(link.label)} Arg1:{names[link.head]} Arg2:{names[link.to]}")
    return "".join(f"{line}\n" for line in lines)


def file_stems(docs: Iterable[str]) -> Mapping[str, str]:
    """A file name for each article that no article can use to leave the folder; all differ."""
    stems: dict[str, str] = {}
    taken: set[str] = set()
    for number, doc in enumerate(docs, start=1):
        stem = _ODD.sub("_", doc)[:100] or "article"
        names = chain([stem], (f"{stem}_{other}" for other in count(number)))
        stems[doc] = next(name for name in names if name.casefold() not in taken)
        taken.add(stems[doc].casefold())
    return stems


def _odd(label: str) -> str:
    return _ODD.sub("_", label) or "link"


def _line(words: str) -> str:
    return " ".join(words.split("\n"))
