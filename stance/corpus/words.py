"""Whether the words and offsets of a record are those of its sentence."""

from __future__ import annotations

from collections.abc import Iterator

from stance.corpus.labels import AttributionRecord, ClaimRecord, Record

Part = ClaimRecord | AttributionRecord


def misplaced(record: Record) -> Iterator[tuple[str, bool]]:
    """What is wrong (True) or odd (False) about the words that a record quotes from its sentence."""
    if record.start is not None and record.end is not None and record.end - record.start != len(record.text):
        yield f"start {record.start} and end {record.end}, but the text has {len(record.text)} characters", True
    if record.speaker_text and record.speaker_text not in record.text:
        yield f'speaker_text "{record.speaker_text}" does not stand in the sentence', True
    parts: list[Part] = [*(record.claims or ()), *(record.attributions or ())]
    for part in parts:
        for name in ("source", "cue", "target"):
            yield from _place(record, part, name)
    for attribution in record.attributions or ():
        yield from _content(record, attribution)
    for words in dict.fromkeys(_quoted(record)):
        if not _stands_alone(record.text, words):
            yield f'"{words}" stands in the sentence only inside longer words', False
    given = record.claims or []
    for claim in given:
        if given.count(claim) > 1:
            yield f"the claim {claim.type} of {claim.source} about {claim.target} stands there twice", False
            return


def _place(record: Record, part: Part, name: str) -> Iterator[tuple[str, bool]]:
    words, start, end = (getattr(part, f"{name}_{what}", None) for what in ("text", "start", "end"))
    if start is None and end is None:
        return
    if words is None or start is None or end is None:
        yield f"{name}_text, {name}_start and {name}_end: give all three, or the words alone", True
        return
    there = _slice(record, start, end)
    if there != words:
        yield f'{name}_start and {name}_end hold "{there}", not {name}_text "{words}"', True


def _content(record: Record, attribution: AttributionRecord) -> Iterator[tuple[str, bool]]:
    spans = attribution.content_spans
    if spans is None:
        return
    if len(spans) != len(attribution.content) or any(len(span) != 2 for span in spans):
        yield (
            f"{len(spans)} content_spans for {len(attribution.content)} pieces of content; give [start, end] each",
            True,
        )
        return
    for words, (start, end) in zip(attribution.content, spans, strict=True):
        there = _slice(record, start, end)
        if there != words:
            yield f'content_spans [{start}, {end}] hold "{there}", not "{words}"', True


def _slice(record: Record, start: int, end: int) -> str:
    """The words at offsets into the article; empty outside the sentence."""
    begin = start - (record.start or 0)
    return record.text[begin : end - (record.start or 0)] if begin >= 0 else ""


def _quoted(record: Record) -> Iterator[str]:
    """Every short piece that the record says stands in its sentence."""
    for claim in record.claims or ():
        yield from filter(None, (claim.source_text, claim.cue_text, claim.target_text))
    for attribution in record.attributions or ():
        yield from filter(None, (attribution.source_text, attribution.cue_text))


def _stands_alone(text: str, words: str) -> bool:
    """Whether the words stand somewhere without a letter or digit glued to them."""
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        cut = (start > 0 and text[start - 1].isalnum() and words[0].isalnum()) or (
            end < len(text) and text[end].isalnum() and words[-1].isalnum()
        )
        if not cut:
            return True
        start = text.find(words, start + 1)
    return False
