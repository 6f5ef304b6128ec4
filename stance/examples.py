"""Labelled records to training examples: label sets, spans by role, stances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stance.corpus.labels import AttributionRecord, ClaimRecord, Record
from stance.records import Span
from stance.tagger import CONTENT, CUE, SOURCE, holder_role, target_role


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled sentence, as training sees it.

    Parameters
    ----------
    text : the sentence
    group : its article, or without one its text; a fold never cuts a group
    types : its labels
    spans : spans by role, counted from the sentence's start; a role that is absent is not known, one that is
        empty is known not to stand there
    stances : (claim type, target in the sentence or None, stance) of each claim that has a stance
    """

    text: str
    group: str
    types: frozenset[str]
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    stances: tuple[tuple[str, Span | None, str], ...] = ()


def make_examples(records: Iterable[Record]) -> list[Example]:
    """An example of each record that carries labels."""
    return [
        Example(record.text, record.group, record.types, _spans(record), _stances(record))
        for record in records
        if record.types is not None
    ]


def label_matrix(examples: Sequence[Example], labels: Sequence[str]) -> NDArray[np.bool_]:
    """(n_examples, n_labels), which labels each example has."""
    return np.array([[label in example.types for label in labels] for example in examples], bool)


def _spans(record: Record) -> dict[str, tuple[Span, ...]]:
    spans: dict[str, tuple[Span, ...]] = {}
    if record.attributions is not None:
        spans |= _attribution_spans(record, record.attributions)
    elif record.claims is not None:
        sources = [claim.source_text for claim in record.claims]
        if record.speaker is None or any(sources):
            spans[SOURCE] = _unique(find(record.text, words) for words in sources)
    if record.claims is not None:
        for claim_type in sorted({claim.type for claim in record.claims}):
            of_type = [claim for claim in record.claims if claim.type == claim_type]
            found = _unique(target_span(record, claim) for claim in of_type)
            if found:  # a target that is not mentioned teaches nothing about where targets stand
                spans[target_role(claim_type)] = found
            spans[holder_role(claim_type)] = _holders(record, of_type)
    return spans


def _holders(record: Record, claims: Sequence[ClaimRecord]) -> tuple[Span, ...]:
    """Words for those whose aim or claim it is without being quoted or reported: "The board plans to ..."."""
    reported = {found.source for found in record.attributions or ()} | {record.speaker}
    return _unique(
        _at(record, claim.source_text, claim.source_start, claim.source_end)
        for claim in claims
        if claim.source not in reported
    )


def _attribution_spans(record: Record, attributions: Sequence[AttributionRecord]) -> dict[str, tuple[Span, ...]]:
    return {
        SOURCE: _unique(_at(record, a.source_text, a.source_start, a.source_end) for a in attributions),
        CUE: _unique(_at(record, a.cue_text, a.cue_start, a.cue_end) for a in attributions),
        CONTENT: _unique(span for a in attributions for span in _content_spans(record, a)),
    }


def _content_spans(record: Record, attribution: AttributionRecord) -> list[Span | None]:
    places = attribution.content_spans or []
    return [
        _at(record, words, *(places[number][:2] if number < len(places) else (None, None)))
        for number, words in enumerate(attribution.content)
    ]


def target_span(record: Record, claim: ClaimRecord) -> Span | None:
    """Where the words of a claim's target stand, counted from the start of its sentence."""
    return _at(record, claim.target_text, claim.target_start, claim.target_end)


def _at(record: Record, words: str | None, start: int | None, end: int | None) -> Span | None:
    """The labelled place (offsets into the document) if it holds the words, else where the words stand first."""
    if words is not None and start is not None and end is not None:
        begin, stop = start - (record.start or 0), end - (record.start or 0)
        if begin >= 0 and record.text[begin:stop] == words:
            return Span(begin, stop)
    return find(record.text, words)


def find(text: str, words: str | None) -> Span | None:
    """Where the words stand first as whole words, else where they stand at all; None for none."""
    if not words:
        return None
    first = start = text.find(words)
    while start >= 0:
        end = start + len(words)
        cut_before = start > 0 and text[start - 1].isalnum() and words[0].isalnum()
        cut_after = end < len(text) and text[end].isalnum() and words[-1].isalnum()
        if not cut_before and not cut_after:
            return Span(start, end)
        start = text.find(words, start + 1)
    return Span(first, first + len(words)) if first >= 0 else None


def _unique(spans: Iterable[Span | None]) -> tuple[Span, ...]:
    return tuple(sorted({span for span in spans if span is not None}))


def _stances(record: Record) -> tuple[tuple[str, Span | None, str], ...]:
    return tuple(
        (claim.type, target_span(record, claim), claim.stance.value)
        for claim in record.claims or ()
        if claim.stance is not None
    )
