"""Labels kept apart from text that is not ours to ship: offsets and a hash, joined to a reader's own download.

A label file names the article and, for each sentence, where it stands and the sha256 of its words; every span is a
pair of offsets into the article. Joining checks each hash, so that labels never land on other words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.corpus.conll import read_conll
from stance.corpus.labels import Record, parse_object
from stance.corpus.lines import decode, opened, read_lines
from stance.corpus.rows import ReadOptions, read_rows, suffix_of
from stance.errors import InputError

_PARTS = ("source", "cue", "target")
_WORDS = ("content", "explanation")
_CAP = 1 << 20


@dataclass(frozen=True, slots=True)
class Joined:
    """Records with their text again, and how many labels found no text or other words there."""

    records: tuple[Record, ...]
    missing: int
    changed: int


def to_standoff(record: Record) -> dict[str, Any]:
    """The labels of a record without any of its words; names stay, they are labels themselves.

    Explanations, which quote, are left out.

    Raises
    ------
    InputError : the record has no offsets into its article, or its speaker's words do not stand in it.
    """
    if record.start is None or record.end is None:
        raise InputError(f"{record.doc}: sentence {record.sentence} has no offsets; standoff labels need start and end")
    if record.speaker_text is not None and record.speaker_text not in record.text:
        place = f"{record.doc}: sentence {record.sentence}"
        raise InputError(f"{place}: speaker_text {record.speaker_text!r} does not stand in it; copy the exact words")
    plain = record.model_dump(mode="json", exclude_none=True, exclude={"text", "title", "date", "outlet"})
    for name in ("claims", "attributions"):
        if name in plain:
            plain[name] = [_without_words(part, _PARTS, record) for part in plain[name]]
    return {**_without_words(plain, ("speaker",), record), "hash": sentence_hash(record.text)}


def sentence_hash(text: str) -> str:
    """The first 16 hex digits of the sha256 of a sentence's words, whatever white space parts them."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def join(labels: str | Path, texts: str | Path) -> Joined:
    """The records of a standoff file with the words of the reader's own copy of the articles.

    Parameters
    ----------
    labels : JSONL as ``to_standoff`` makes it
    texts : CSV or JSONL with ``article`` (or ``url``, whose part behind ``/wiki/`` names it) and ``text``; or a
        folder of such CSV files, or of CoNLL files named for their article; rows with ``start`` are sentences

    Raises
    ------
    InputError : a file cannot be read, or no sentence of the labels is among the texts.
    """
    articles = dict(_articles(Path(texts)))
    found: list[Record] = []
    missing = changed = 0
    for number, label in _labels(labels):
        text = articles.get(str(label.get("article", label.get("doc"))))
        if text is None:
            missing += 1
            continue
        words = text[label["start"] : label["end"]]
        if sentence_hash(words) != label["hash"]:
            changed += 1
            continue
        found.append(parse_object(_with_words(label, text), f"{labels}:{number}"))
    if not found and (missing or changed):
        raise InputError(
            f"{texts}: no sentence of {labels} is there ({missing} without their article, {changed} whose words have "
            f"changed); give the articles that were labelled, named as the labels name them"
        )
    return Joined(tuple(found), missing, changed)


def _without_words(part: Mapping[str, Any], names: Iterable[str], record: Record) -> dict[str, Any]:
    """A claim, an attribution or the record itself, with offsets for its words."""
    kept = {name: value for name, value in part.items() if name not in _WORDS and not name.endswith("_text")}
    for name in names:
        words = part.get(f"{name}_text")
        if words is not None and f"{name}_start" not in kept:
            start, end = _place(words, record)
            kept |= {f"{name}_start": start, f"{name}_end": end}
    if part.get("content") and "content_spans" not in kept:
        kept["content_spans"] = [_place(words, record) for words in part["content"]]
    return kept


def _place(words: str, record: Record) -> tuple[int, int]:
    """Where words of the sentence stand first, in the article."""
    start = (record.start or 0) + record.text.index(words)
    return start, start + len(words)


def _with_words(label: Mapping[str, Any], text: str) -> dict[str, Any]:
    plain = {**_filled(label, ("speaker",), text), "text": text[label["start"] : label["end"]]}
    del plain["hash"]
    plain.setdefault("speaker", None)
    for name in ("claims", "attributions"):
        if name in plain:
            plain[name] = [_filled(part, _PARTS, text) for part in plain[name]]
    return plain


def _filled(part: Mapping[str, Any], names: Iterable[str], text: str) -> dict[str, Any]:
    """What ``_without_words`` took, put back."""
    words = {
        f"{name}_text": text[part[f"{name}_start"] : part[f"{name}_end"]]
        for name in names
        if part.get(f"{name}_start") is not None
    }
    content = [text[start:end] for start, end in part.get("content_spans", ())]
    return {**part, **words, **({"content": content} if content else {})}


def _labels(path: str | Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with opened(path) as file:
        for number, line in read_lines(file, _CAP):
            where = f"{path}:{number}"
            if line is None:
                raise InputError(f"{where}: a line of more than {_CAP:,} bytes")
            try:
                label = json.loads(decode(line, "utf-8", where))
                label["start"], label["end"], label["hash"]  # all three must be there
            except (ValueError, KeyError, TypeError):
                raise InputError(f"{where}: no standoff label; expected JSON with start, end and hash") from None
            yield number, label


def _articles(path: Path) -> Iterable[tuple[str, str]]:
    """Key and text of every article of a file or folder."""
    if not path.is_dir():
        yield from _table_articles(path)
        return
    for file in sorted(path.rglob("*.csv")):
        yield from _table_articles(file)
    for file in sorted(path.rglob("*.conll")):
        yield file.stem, read_conll(file)


def _table_articles(path: Path) -> Iterable[tuple[str, str]]:
    """Articles of a table, under the part of their address that names them; sentences with offsets are put together."""
    options = ReadOptions()
    articles: dict[str, str] = {}
    for number, row, _ in read_rows(path, suffix_of(path, options), options):
        if isinstance(row, InputError):
            raise row
        key = row.get("article") or str(row.get("url", "")).rpartition("/wiki/")[2]
        if not key or not isinstance(row.get("text"), str):
            raise InputError(f"{path}:{number}: expected the columns url (or article) and text")
        before, start = articles.get(key, ""), row.get("start", 0)
        articles[key] = before + " " * (start - len(before)) + row["text"] if isinstance(start, int) else row["text"]
    return articles.items()
