"""Records to the plain mark-up that ``markup.py`` reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from stance.corpus.articles import Key, by_key, keys_by_article
from stance.corpus.labels import AttributionRecord, ClaimRecord, Record
from stance.corpus.marking import place_of
from stance.corpus.markup import TAG
from stance.errors import LabelError

_HEAD = ("title", "date", "outlet", "style", "topic", "variety", "corpus", "article", "split")
_MOST = 9  # attributions of one sentence that the mark-up can number
_NOTHING = "-"


def write_markup(records: Iterable[Record]) -> str:
    """The articles of the records, one after the other.

    Raises
    ------
    LabelError : a sentence holds what the mark-up cannot say: labels without claims, a claim without stance, more
        than nine attributions.
    """
    keyed = by_key(records)
    return "\n\n".join(_article(keyed, keys) for keys in keys_by_article(keyed)) + "\n"


def _article(keyed: Mapping[Key, Record], keys: Sequence[Key]) -> str:
    first = keyed[keys[0]]
    head = [f"# doc: {_line(keys[0][0])}"]
    head += [f"# {name}: {_line(getattr(first, name))}" for name in _HEAD if getattr(first, name)]
    paragraphs = [
        "\n\n".join(_sentence(keyed[key], f"sentence {key[1]} of {key[0]}") for key in paragraph)
        for _, paragraph in groupby(keys, lambda key: keyed[key].paragraph or 0)
    ]
    return "\n".join(head) + "\n\n" + "\n\n---\n\n".join(paragraphs)


def _sentence(record: Record, where: str) -> str:
    attributions = record.attributions or []
    if record.claims is None and record.types:
        raise LabelError(f"{where}: plain labels, which the mark-up cannot hold; convert to .csv or .jsonl")
    if len(attributions) > _MOST:
        raise LabelError(f"{where}: {len(attributions)} attributions; the mark-up numbers {_MOST}")
    if TAG.search(record.text):
        raise LabelError(f"{where}: its text looks like a mark of the mark-up itself")
    lines = [_marked(record, attributions)]
    for number, attribution in enumerate(attributions, start=1):
        kind = f" | {attribution.source_kind}" if attribution.source_kind else ""
        lines.append(f"{number}: {_value(attribution.source, where)}{kind}")
    lines += [_claim(claim, attributions, where) for claim in record.claims or ()]
    said = [one for one in attributions if one.content]
    longest = max(said, key=lambda one: sum(map(len, one.content)), default=None)
    ruled = (longest.source, longest.source_text) if longest else (None, None)
    if (record.speaker, record.speaker_text) != ruled:
        lines.append(f"speaker: {_named(record.speaker, record.speaker_text, where)}")
    if record.hard_negative:
        lines.append(f"hard: {', '.join(record.hard_negative)}")
    return "\n".join(lines)


def _marked(record: Record, attributions: Sequence[AttributionRecord]) -> str:
    """The sentence with its marks; of marks that meet, those that close come first, and longer ones lie outside."""
    marks = [
        (start, end, f"{part}{number}")
        for number, attribution in enumerate(attributions, start=1)
        for part, places in _places(record, attribution)
        for start, end in places
    ]
    closing = [(end, 0, -start, f"</{name}>") for start, end, name in marks]
    opening = [(start, 1, -end, f"<{name}>") for start, end, name in marks]
    text, last = "", 0
    for offset, _, _, tag in sorted(closing + opening):
        text, last = text + record.text[last:offset] + tag, offset
    return _line(text + record.text[last:])


def _places(record: Record, attribution: AttributionRecord) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    for part, name in (("s", "source"), ("c", "cue")):
        values = (getattr(attribution, f"{name}_{what}") for what in ("text", "start", "end"))
        place = place_of(record, *values)
        yield part, [place] if place else []
    spans = attribution.content_spans or [[]] * len(attribution.content)
    found = [place_of(record, words, *span) for words, span in zip(attribution.content, spans, strict=True)]
    yield "q", [place for place in found if place]


def _claim(claim: ClaimRecord, attributions: Sequence[AttributionRecord], where: str) -> str:
    if claim.stance is None:
        raise LabelError(f"{where}: the claim {claim.type} has no stance; the mark-up needs one")
    if ":" in claim.type or claim.type in ("hard", "speaker") or claim.type.isdigit():
        raise LabelError(f'{where}: the mark-up cannot hold the claim type "{claim.type}"')
    source = next(
        (
            str(number)
            for number, one in enumerate(attributions, start=1)
            if claim.source is not None and (one.source, one.source_text) == (claim.source, claim.source_text)
        ),
        _named(claim.source, claim.source_text, where),
    )
    rest = (claim.target, claim.target_text, claim.stance.value, claim.cue_text)
    return f"{claim.type}: {' | '.join([source, *(_value(value, where) for value in rest)])}"


def _named(name: str | None, words: str | None, where: str) -> str:
    return _value(name, where) + (f" ~ {_value(words, where)}" if name and words else "")


def _value(value: str | None, where: str) -> str:
    if value is not None and "|" in value:
        raise LabelError(f'{where}: "{value}" holds a |, which parts fields in the mark-up')
    return _line(value) if value else _NOTHING


def _line(text: str) -> str:
    """The text in one line, as long as before."""
    return "".join(" " if character in "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029" else character for character in text)
