"""Labels written by hand in a text editor: an article in plain lines with its spans in angle brackets.

One block a sentence, blocks parted by blank lines, paragraphs by a line ``---``, articles by a line that begins
``# doc:``. The first line of a block is the sentence; ``<s1>``, ``<c1>`` and ``<q1>`` mark source, cue and content of
its first attribution, ``<s2>`` those of the second. The lines under it say the rest::

    # doc: tram-fares
    # title: Council freezes tram fares

    <s1>She</s1> <c1>said</c1> <q1>the council had lied to the city about the cost</q1>.
    1: Ann Poole | person
    accusation: 1 | council | the council | oppose | had lied

A claim is ``type: source | target | target's words | stance | cue``. Its source is the number of an attribution,
``author``, or ``Name ~ words``; ``-`` stands for "not in this sentence". ``speaker: Name ~ words`` (or ``speaker: -``)
overrides the rule that the speaker is the source of the longest content. ``hard: denial`` marks a hard negative.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from stance.corpus.labels import Record, parse_object
from stance.errors import LabelError
from stance.records import Stance

TAG = re.compile(r"<(/?)([scq])(\d)>")
_NOTHING = "-"
_PART = {"s": "source", "c": "cue", "q": "content"}


@dataclass
class _Found:
    """The marked places of one attribution: lists of (start, end) in the bare sentence."""

    source: list[tuple[int, int]] = field(default_factory=list)
    cue: list[tuple[int, int]] = field(default_factory=list)
    content: list[tuple[int, int]] = field(default_factory=list)


def read_markup(text: str, where: str) -> Iterator[Record]:
    """The records of a marked-up file, with offsets into each article as its sentences joined.

    Parameters
    ----------
    where : name of the file, for messages

    Raises
    ------
    LabelError : a block cannot be read; the message names line and mend.
    """
    for _, record in read_blocks(text, where):
        if isinstance(record, LabelError):
            raise record
        yield record


def read_blocks(text: str, where: str) -> Iterator[tuple[int, Record | LabelError]]:
    """The line of each block and its record, or what is wrong with it."""
    head: dict[str, str] = {}
    index = paragraph = start = 0
    gap = ""
    for number, block in _blocks(text):
        at = f"{where}:{number}"
        if block == ["---"]:
            paragraph, gap = paragraph + 1, "\n\n"
            continue
        try:
            if block[0].startswith("# doc:"):
                head, index, paragraph, start, gap = _head(block, at), 0, 0, 0, ""
                continue
            if not head:
                raise LabelError(f"{at}: a sentence before any article; begin the article with # doc: name")
            words = _sentence(block, at)
            begin = start + len(gap)
            start = begin + len(words["text"])
            place = {"sentence": index, "start": begin, "end": start, "paragraph": paragraph}
            index, gap = index + 1, " "
            yield number, parse_object(_shifted({**head, **place, **words}, begin), at)
        except LabelError as error:
            yield number, error


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and lines of each block; ``---`` is a block of its own."""
    block: list[str] = []
    first = 0
    for number, raw in enumerate([*text.splitlines(), ""], start=1):
        line = raw.strip()
        if block and (not line or line == "---" or line.startswith("# doc:")):
            yield first, block
            block = []
        if line == "---":
            yield number, [line]
        elif line:
            first = number if not block else first
            block.append(line)


def _head(block: list[str], at: str) -> dict[str, str]:
    head = {}
    for line in block:
        name, colon, value = line.removeprefix("#").partition(":")
        if not line.startswith("#") or not colon or not value.strip():
            raise LabelError(f"{at}: {line!r} in the head of an article; expected # name: value, then a blank line")
        head[name.strip()] = value.strip()
    return head


def _sentence(block: list[str], at: str) -> dict[str, Any]:
    words, found = _unmarked(block[0], at)
    names: dict[str, tuple[str | None, str | None]] = {}
    claims: list[dict[str, Any]] = []
    record: dict[str, Any] = {"text": words}
    for line in block[1:]:
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not value:
            raise LabelError(f"{at}: {line!r}: expected name: value, such as 1: Ann Poole | person")
        if key.isdigit():
            name, _, kind = (part.strip() for part in value.partition("|"))
            names[key] = (None if name == _NOTHING else name, kind or None)
        elif key == "hard":
            record["hard_negative"] = [reason.strip() for reason in value.split(",")]
        elif key == "speaker":
            record["speaker"], record["speaker_text"] = _named(value)
        else:
            claims.append(_claim(key, value, at))
    missing = set(found) - set(names)
    if missing:
        raise LabelError(f"{at}: attribution {min(missing)} has no name; add a line {min(missing)}: Name | person")
    attributions = [_attribution(words, found.get(key, _Found()), *names[key]) for key in sorted(names)]
    if "speaker" not in record:
        record["speaker"], record["speaker_text"] = _speaker(attributions)
    by_number = dict(zip(sorted(names), attributions, strict=True))
    record["claims"] = [_with_source(claim, by_number, at) for claim in claims]
    record["attributions"] = attributions
    return record


def _unmarked(line: str, at: str) -> tuple[str, dict[str, _Found]]:
    """The sentence without its marks, and where they stood."""
    words, last = "", 0
    found: dict[str, _Found] = {}
    opened: list[tuple[str, int]] = []
    for match in TAG.finditer(line):
        words += line[last : match.start()]
        last = match.end()
        closing, part, number = match.groups()
        if not closing:
            opened.append((part + number, len(words)))
            continue
        begun = next((one for one in reversed(opened) if one[0] == part + number), None)
        if begun is None or begun[1] == len(words):
            raise LabelError(f"{at}: {match[0]} closes nothing, or nothing stands between it and its opening mark")
        opened.remove(begun)
        getattr(found.setdefault(number, _Found()), _PART[part]).append((begun[1], len(words)))
    if opened:
        raise LabelError(f"{at}: <{opened[0][0]}> is not closed")
    return words + line[last:], found


def _attribution(words: str, found: _Found, name: str | None, kind: str | None) -> dict[str, Any]:
    record: dict[str, Any] = {"source": name}
    if kind:
        record["source_kind"] = kind
    for part in ("source", "cue"):
        start, end = next(iter(getattr(found, part)), (None, None))
        record |= {
            f"{part}_text": None if start is None else words[start:end],
            f"{part}_start": start,
            f"{part}_end": end,
        }
    pieces = sorted(found.content)
    return record | {
        "content": [words[start:end] for start, end in pieces],
        "content_spans": [list(piece) for piece in pieces],
    }


def _speaker(attributions: list[dict[str, Any]]) -> tuple[str | None, str | None]:
    """The source of the longest content."""
    said = [one for one in attributions if one["content"]]
    if not said:
        return None, None
    longest = max(said, key=lambda one: sum(map(len, one["content"])))
    return longest["source"], longest["source_text"]


def _named(value: str) -> tuple[str | None, str | None]:
    """``Name ~ words`` or ``-``."""
    name, _, words = (part.strip() for part in value.partition("~"))
    return (None, None) if name == _NOTHING else (name, words or None)


def _claim(claim_type: str, value: str, at: str) -> dict[str, Any]:
    parts = [part.strip() for part in value.split("|")]
    if len(parts) != 5 or parts[3] not in tuple(Stance):
        raise LabelError(
            f"{at}: {claim_type}: {value!r}: expected source | target | target's words | stance | cue, "
            f"the stance one of {', '.join(Stance)}"
        )
    source, target, target_text, stance, cue = parts
    return {
        "type": claim_type,
        "source": source,
        "cue_text": None if cue == _NOTHING else cue,
        "target": None if target == _NOTHING else target,
        "target_text": None if target_text == _NOTHING else target_text,
        "stance": stance,
    }


def _with_source(claim: dict[str, Any], attributions: dict[str, dict[str, Any]], at: str) -> dict[str, Any]:
    source = claim["source"]
    if not source.isdigit():
        name, words = _named(source)
        return claim | {"source": name, "source_text": words}
    if source not in attributions:
        raise LabelError(f"{at}: a claim of source {source}, but no attribution has that number")
    found = attributions[source]
    return claim | {
        "source": found["source"],
        "source_text": found["source_text"],
        **{name: found[name] for name in ("source_start", "source_end")},
    }


def _shifted(record: dict[str, Any], by: int) -> dict[str, Any]:
    """Offsets counted from the start of the article."""

    def moved(one: dict[str, Any]) -> dict[str, Any]:
        shifted = {
            name: value + by if name.endswith(("_start", "_end")) and value is not None else value
            for name, value in one.items()
        }
        if "content_spans" in one:
            shifted["content_spans"] = [[start + by, end + by] for start, end in one["content_spans"]]
        return shifted

    claims, attributions = ([moved(one) for one in record[name]] for name in ("claims", "attributions"))
    return {**record, "claims": claims, "attributions": attributions}
