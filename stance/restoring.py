"""Exchange records back to documents: predictions or labels that were written to a file, as values again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from stance.corpus.articles import by_key, documents, keys_by_article
from stance.corpus.labels import AttributionRecord, ClaimRecord, ExplanationRecord, Record, parse_object
from stance.errors import LabelError
from stance.examples import find
from stance.records import (
    Attribution,
    CarryingWord,
    Claim,
    Document,
    Explanation,
    Kind,
    Neighbour,
    Sentence,
    Source,
    Span,
    Speaker,
)


def restore(records: Iterable[Record]) -> Iterator[Document]:
    """The documents whose sentences the records are, with claims, attributions and speakers.

    Offsets are believed where the words stand there, else the words are looked for in the sentence. Where the
    records' sentences do not say where they stand, they are set one after the other.
    """
    keyed = by_key(records)
    articles = keys_by_article(keyed)
    for keys, document in zip(articles, documents(keyed, articles), strict=True):
        yield _filled(document, [keyed[key] for key in keys])


def restore_one(rows: Iterable[Mapping[str, Any]]) -> Document:
    """The document of one article's records, as plain values.

    Raises
    ------
    LabelError : a record breaks the schema, or they are not of one article.
    """
    found = list(restore(parse_object(dict(row), f"record {number}") for number, row in enumerate(rows, 1)))
    if len(found) != 1:
        raise LabelError(f"the records are of {len(found)} articles; give those of one, with the same doc")
    return found[0]


def _filled(document: Document, records: Sequence[Record]) -> Document:
    sentences = tuple(
        replace(sentence, kind=record.kind) if record.kind is not None else sentence
        for sentence, record in zip(document.sentences, records, strict=True)
    )
    pairs = list(zip(sentences, records, strict=True))
    return replace(
        document,
        sentences=sentences,
        claims=tuple(_claim(sentence, claim, by) for sentence, record in pairs for claim, by in _claims(record)),
        attributions=tuple(
            found
            for sentence, record in pairs
            for attribution in record.attributions or ()
            if (found := _attribution(sentence, record, attribution)) is not None
        ),
        speakers=tuple(_speaker(sentence, record) for sentence, record in pairs),
        probabilities=tuple(record.probabilities or {} for record in records),
        truncated=frozenset(sentence.index for sentence, record in pairs if record.truncated),
    )


def _claims(record: Record) -> list[tuple[ClaimRecord, int]]:
    """Each claim with the start of its sentence; plain labels are claims without source and target."""
    claims = record.claims
    if claims is None:
        claims = [ClaimRecord(type=label) for label in sorted(record.types or ()) if record.kind in (None, Kind.PROSE)]
    return [(claim, record.start or 0) for claim in claims]


def _claim(sentence: Sentence, claim: ClaimRecord, began: int) -> Claim:
    return Claim(
        sentence,
        claim.type,
        1.0 if claim.probability is None else claim.probability,
        _source(claim),
        _span(sentence, claim.source_text, claim.source_start, began),
        _span(sentence, claim.cue_text, claim.cue_start, began),
        claim.target,
        _span(sentence, claim.target_text, claim.target_start, began),
        claim.target_id,
        claim.stance,
        claim.stance_probability,
        _explanation(sentence, claim.explanation, began) if claim.explanation is not None else None,
    )


def _source(found: ClaimRecord | AttributionRecord) -> Source | None:
    if not found.source:
        return None
    confidence = 1.0 if found.source_confidence is None else found.source_confidence
    return Source(found.source, found.source_rule or "given", confidence, found.source_id)


def _attribution(sentence: Sentence, record: Record, found: AttributionRecord) -> Attribution | None:
    """None where none of its content stands in the sentence."""
    began = record.start or 0
    starts = [span[0] for span in found.content_spans or () if span]
    places = [*starts, *[None] * (len(found.content) - len(starts))]
    content = [_span(sentence, words, place, began) for words, place in zip(found.content, places, strict=False)]
    kept = tuple(span for span in content if span is not None)
    if not kept:
        return None
    return Attribution(
        sentence,
        kept,
        _source(found),
        _span(sentence, found.source_text, found.source_start, began),
        _span(sentence, found.cue_text, found.cue_start, began),
    )


def _speaker(sentence: Sentence, record: Record) -> Speaker | None:
    if not record.speaker:
        return None
    confidence = 1.0 if record.speaker_confidence is None else record.speaker_confidence
    source = Source(record.speaker, record.speaker_rule or "given", confidence, record.speaker_id)
    return Speaker(source, _span(sentence, record.speaker_text, record.speaker_start, record.start or 0))


def _explanation(sentence: Sentence, found: ExplanationRecord, began: int) -> Explanation:
    words = [(_span(sentence, word.text, word.start, began), word.drop) for word in found.words]
    return Explanation(
        tuple(CarryingWord(span, drop) for span, drop in words if span is not None),
        tuple(Neighbour(near.text, tuple(near.labels), near.similarity) for near in found.nearest),
    )


def _span(sentence: Sentence, words: str | None, start: int | None, began: int) -> Span | None:
    """Where the words stand in the document as it is now; ``start`` counted from a sentence that began at ``began``."""
    if not words:
        return None
    if start is not None:
        place = start - began
        if place >= 0 and sentence.text[place : place + len(words)] == words:
            return Span(sentence.start + place, sentence.start + place + len(words))
    found = find(sentence.text, words)
    return Span(sentence.start + found.start, sentence.start + found.end) if found is not None else None
