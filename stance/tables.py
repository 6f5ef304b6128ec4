"""Documents to exchange records, to flat rows, to a DataFrame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from stance.records import Attribution, Claim, Document, Kind, Sentence, Span, by_sentence

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: dict[str, type] = {
    "doc": str,
    "title": str,
    "date": str,
    "outlet": str,
    "sentence": int,
    "start": int,
    "end": int,
    "text": str,
    "kind": str,
    "speaker": str,
    "speaker_id": str,
    "speaker_text": str,
    "type": str,
    "probability": float,
    "source": str,
    "source_id": str,
    "source_text": str,
    "source_start": int,
    "source_end": int,
    "cue_text": str,
    "cue_start": int,
    "cue_end": int,
    "target": str,
    "target_id": str,
    "target_text": str,
    "target_start": int,
    "target_end": int,
    "stance": str,
    "stance_probability": float,
    "source_rule": str,
    "source_confidence": float,
    "carried_by": str,
    "truncated": bool,
}
"""The columns of a table of claims, and of a table of sentences, in order; any of them may be empty in a row."""


def records(document: Document) -> list[dict[str, Any]]:
    """One exchange record a sentence: what is not prose carries ``kind`` and no labels."""
    claims, attributions = by_sentence(document.claims), by_sentence(document.attributions)
    return [
        _record(document, sentence, claims.get(sentence.index, ()), attributions.get(sentence.index, ()))
        for sentence in document.sentences
    ]


def rows(document: Document, *, all_sentences: bool = False) -> list[dict[str, Any]]:
    """Flat rows with the names of ``COLUMNS``: one a claim, or at least one a sentence with ``all_sentences``."""
    found = []
    by_index = by_sentence(document.claims)
    for sentence in document.sentences:
        claims = by_index.get(sentence.index, ())
        base = _base(document, sentence)
        found += [base | _claim(claim) | {"carried_by": carried_by(claim)} for claim in claims]
        if all_sentences and not claims:
            found.append(base)
    return [{name: row.get(name) for name in COLUMNS} for row in found]


def frame(documents: Iterable[Document], *, all_sentences: bool = False) -> pd.DataFrame:
    """The rows of several documents as a DataFrame."""
    import pandas as pd

    table = [row for document in documents for row in rows(document, all_sentences=all_sentences)]
    return pd.DataFrame(table, columns=list(COLUMNS))


def _record(
    document: Document, sentence: Sentence, claims: Sequence[Claim], attributions: Sequence[Attribution]
) -> dict[str, Any]:
    base = {name: value for name, value in _base(document, sentence).items() if value is not None}
    if sentence.kind is not Kind.PROSE:
        return base
    probabilities = document.probabilities[sentence.index] if document.probabilities else {}
    return base | {
        "speaker": base.get("speaker"),
        "speaker_text": base.get("speaker_text"),
        "claims": [_claim(claim) | _explained(claim) for claim in claims],
        "attributions": [_attribution(found) for found in attributions],
        "probabilities": {label: round(value, 4) for label, value in probabilities.items()},
    }


def _base(document: Document, sentence: Sentence) -> dict[str, Any]:
    speaker = document.speakers[sentence.index] if document.speakers else None
    return {
        "doc": document.id,
        "title": document.title,
        "date": document.date,
        "outlet": document.outlet,
        "sentence": sentence.number,
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "paragraph": sentence.paragraph,
        "kind": None if sentence.kind is Kind.PROSE else sentence.kind.value,
        "speaker": speaker.source.name if speaker else None,
        "speaker_id": speaker.source.id if speaker else None,
        **_span("speaker", sentence, speaker.span if speaker else None),
        "speaker_rule": speaker.source.rule if speaker else None,
        "speaker_confidence": round(speaker.source.confidence, 4) if speaker else None,
        "truncated": True if sentence.index in document.truncated else None,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    sentence = claim.sentence
    return {
        "type": str(claim.type),
        "probability": round(claim.probability, 4),
        "source": claim.source.name if claim.source else None,
        "source_id": claim.source.id if claim.source else None,
        **_span("source", sentence, claim.source_span),
        **_span("cue", sentence, claim.cue_span),
        "target": claim.target,
        "target_id": claim.target_id,
        **_span("target", sentence, claim.target_span),
        "stance": claim.stance.value if claim.stance else None,
        "stance_probability": None if claim.stance_probability is None else round(claim.stance_probability, 4),
        "source_rule": claim.source.rule if claim.source else None,
        "source_confidence": round(claim.source.confidence, 4) if claim.source else None,
    }


def carried_by(claim: Claim) -> str | None:
    """The words that carry a claim, each with what its absence costs; None where nobody asked."""
    if claim.explanation is None:
        return None
    return "; ".join(f"{claim.sentence.words(word.span)} {-word.drop:+.2f}" for word in claim.explanation.words)


def _explained(claim: Claim) -> dict[str, Any]:
    """The key ``explanation``, where there is one."""
    if claim.explanation is None:
        return {}
    words, nearest = claim.explanation.words, claim.explanation.nearest
    return {
        "explanation": {
            "words": [
                {
                    "text": claim.sentence.words(word.span),
                    "start": word.span.start,
                    "end": word.span.end,
                    "drop": round(word.drop, 4),
                }
                for word in words
            ],
            "nearest": [
                {"text": near.text, "labels": list(near.labels), "similarity": round(near.similarity, 4)}
                for near in nearest
            ],
        }
    }


def _attribution(found: Attribution) -> dict[str, Any]:
    sentence, source = found.sentence, found.source
    return {
        "source": source.name if source else None,
        "source_id": source.id if source else None,
        "source_rule": source.rule if source else None,
        "source_confidence": round(source.confidence, 4) if source else None,
        **_span("source", sentence, found.source_span),
        **_span("cue", sentence, found.cue_span),
        "content": [sentence.words(span) for span in found.content],
        "content_spans": [[span.start, span.end] for span in found.content],
    }


def _span(name: str, sentence: Sentence, span: Span | None) -> dict[str, Any]:
    """``*_text``, ``*_start``, ``*_end``: words of the sentence, and offsets into the document."""
    return {
        f"{name}_text": sentence.words(span),
        f"{name}_start": span.start if span else None,
        f"{name}_end": span.end if span else None,
    }
