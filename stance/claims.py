"""Probabilities, tagged spans and resolved names to claims: who, about whom, with what stance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stance import patterns
from stance.encoder.protocol import FloatArray, TokenVectors
from stance.heads import LinearHead, fit_head
from stance.records import AUTHOR, Attribution, Claim, ClaimType, Sentence, Source, Span, Stance, by_sentence
from stance.resolver import CONFIDENCE, Resolution
from stance.tagger import Tagged, Tagger, Tags, holder_role, mean_vector, target_role

if TYPE_CHECKING:
    from stance.examples import Example

_NARRATED = Source(AUTHOR, "narration", CONFIDENCE["narration"])
_STRENGTH = 0.03  # claims are few and targets as found are noisy: the regression is held short


@dataclass(frozen=True)
class StanceHead:
    """The stance of a claim, read from its sentence, its target's words and its type.

    Parameters
    ----------
    head : scores each stance from ``features``; exactly one holds
    types : the claim types, in the order of their indicator features
    """

    head: LinearHead
    types: tuple[str, ...]

    def probabilities(self, claims: Sequence[tuple[TokenVectors, Span | None, str]]) -> FloatArray:
        """(n_claims, n_stances) for (encoded sentence, target within the sentence, type) of each claim."""
        if not claims:
            return np.zeros((0, len(self.head.labels)), np.float32)
        rows = np.stack([stance_features(*claim, self.types) for claim in claims])
        return self.head.predict_proba(rows).astype(np.float32)


def stance_features(encoded: TokenVectors, target: Span | None, claim_type: str, types: Sequence[str]) -> FloatArray:
    """Sentence vector, mean vector of the target's words, one indicator a type: (2 * dim + n_types,)."""
    indicator = np.array([claim_type == known for known in types], np.float32)
    return np.concatenate([encoded.pooled, mean_vector(encoded, target), indicator])


def fit_stances(
    examples: Sequence[Example], encoded: Sequence[TokenVectors], tagger: Tagger | None
) -> StanceHead | None:
    """A head for the stance of a claim; None where no example has any.

    Each claim teaches three times: with its labelled target, with the one that the tagger finds, as it will at
    prediction time, and with none; a head that saw labelled targets alone leans on what the tagger often misses.
    """
    with_stance = [row for row, example in enumerate(examples) if example.stances]
    examples, encoded = [examples[row] for row in with_stance], [encoded[row] for row in with_stance]
    texts = [example.text for example in examples]
    tags = tagger.tag(texts, encoded) if tagger is not None else [{} for _ in texts]
    claims = [
        (one, target, claim_type, stance)
        for example, one, tag in zip(examples, encoded, tags, strict=True)
        for claim_type, labelled, stance in example.stances
        for target in (labelled, *(found.span for found in tag.get(target_role(claim_type), ())[:1]), None)
    ]
    if not claims:
        return None
    types = tuple(sorted({claim_type for _, _, claim_type, _ in claims}))
    stances = tuple(sorted({stance for *_, stance in claims}))
    features = np.stack([stance_features(*claim[:3], types) for claim in claims])
    gold = np.array([[stance == known for known in stances] for *_, stance in claims], bool)
    return StanceHead(fit_head(features, gold, stances, multi_label=False, strength=_STRENGTH), types)


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the encoder pass gave for one sentence."""

    sentence: Sentence
    encoded: TokenVectors
    probabilities: Mapping[str, float]
    tags: Tags


def make_claims(
    readings: Sequence[Reading],
    thresholds: Mapping[str, float],
    resolution: Resolution,
    stance_head: StanceHead | None,
) -> list[Claim]:
    """The claims of an article, in reading order, within a sentence by falling probability.

    A sentence makes one claim of a type whose probability reaches the threshold, or one for each source where
    several attributions of the sentence hold a target of that type.
    """
    attributions = by_sentence(resolution.outer)
    drafts = [
        (reading, claim)
        for reading in readings
        for claim_type, probability in sorted(reading.probabilities.items(), key=lambda item: (-item[1], item[0]))
        if probability >= thresholds.get(claim_type, 0.5) and not _is_asked(claim_type, reading.sentence, resolution)
        for claim in _drafts(reading, claim_type, probability, resolution, attributions.get(reading.sentence.index, ()))
    ]
    if stance_head is None:
        return [claim for _, claim in drafts]
    asked = [(reading.encoded, _inside(claim.target_span, reading.sentence), claim.type) for reading, claim in drafts]
    scored = stance_head.probabilities(asked)
    return [_with_stance(claim, stance_head.head.labels, row) for (_, claim), row in zip(drafts, scored, strict=True)]


def _is_asked(claim_type: str, sentence: Sentence, resolution: Resolution) -> bool:
    """Whether an interviewer asks for a goal: ``Q: What do you want to leave behind?``."""
    speaker = resolution.speakers[sentence.index] if claim_type == ClaimType.GOAL else None
    asked = speaker is not None and speaker.source.rule == "turn" and sentence.text.rstrip().endswith("?")
    return asked and bool(patterns.YOU_AIM.search(sentence.text))


def _drafts(
    reading: Reading,
    claim_type: str,
    probability: float,
    resolution: Resolution,
    attributions: Sequence[Attribution],
) -> list[Claim]:
    """Claims of one type, without stance: one for each attribution that holds a target, at least one."""
    sentence = reading.sentence
    holder = _holder(reading, claim_type, resolution)
    by_owner: dict[int | None, list[Span]] = {}
    for target in _targets(reading, claim_type, resolution):
        by_owner.setdefault(_owner(target, attributions), []).append(target)
    if not by_owner:
        by_owner[0 if attributions else None] = []
    claims: dict[str, Claim] = {}
    for owner, spans in by_owner.items():
        span = spans[0] if spans else None
        attribution = attributions[owner] if owner is not None else None
        source, source_span = holder or _source(claim_type, sentence, span, attribution, resolution)
        named = resolution.name_of(sentence.index, span) if span else None
        claims.setdefault(
            source.name,
            Claim(
                sentence,
                claim_type,
                probability,
                source,
                source_span,
                attribution.cue_span if attribution and not holder else None,
                named.name if named else _phrase(sentence.words(span)),
                span,
                named.id if named else None,
            ),
        )
    return list(claims.values())


def _targets(reading: Reading, claim_type: str, resolution: Resolution) -> list[Span]:
    """The tagged targets of one type; whoever is accused by the grammar of the sentence comes first."""
    sentence = reading.sentence
    found = [
        resolution.whole(sentence.index, _shifted(tagged, sentence))
        for tagged in reading.tags.get(target_role(claim_type), ())
    ]
    accused = resolution.accused(sentence.index) if claim_type == ClaimType.ACCUSATION else None
    if accused is None:
        return found
    first = [one for one in found if one.overlaps(accused)]
    return [*(first or [accused]), *(one for one in found if one not in first)]


def _phrase(words: str | None) -> str | None:
    """The words of a target that is no name, without a leading article."""
    article = patterns.ARTICLE.match(words) if words else None
    return words[article.end() :] if words and article else words


def _holder(reading: Reading, claim_type: str, resolution: Resolution) -> tuple[Source, Span] | None:
    """The actor whose claim it is without being reported to: whose plan the sentence tells."""
    tagged = [
        one for one in reading.tags.get(holder_role(claim_type), ()) if not _is_wanted(reading.sentence, one.span)
    ]
    if not tagged:
        return None
    likeliest = max(tagged, key=lambda one: one.probability)
    span = resolution.whole(reading.sentence.index, _shifted(likeliest, reading.sentence))
    source = resolution.source_of(reading.sentence.index, span)
    return (source, span) if source is not None else None


def _is_wanted(sentence: Sentence, span: Span) -> bool:
    """Whether somebody else wants the actor to act: Poole wants ``the council`` to close the road."""
    behind = sentence.text[span.end : span.end + len(" would ")]
    return behind.startswith((" to ", " will ", " would ")) and bool(patterns.WANTS.search(sentence.text[: span.start]))


def _source(
    claim_type: str, sentence: Sentence, target: Span | None, attribution: Attribution | None, resolution: Resolution
) -> tuple[Source, Span | None]:
    """Who makes the claim: its attribution's source, else the sentence's speaker, else the journalist.

    It may be another's by the words of the sentence: ``Poole rejected criticism from Lind that …``.
    """
    told: tuple[Source, Span | None] | None = None
    if attribution is not None and attribution.source is not None:
        told = attribution.source, attribution.source_span
    elif (speaker := resolution.speakers[sentence.index]) is not None:
        told = speaker.source, speaker.span
    if target is None or (told is not None and attribution is None):
        return told or (_NARRATED, None)
    held = resolution.holder_of(sentence.index, claim_type, target, attribution if told is not None else None)
    return held or told or (_NARRATED, None)


def _owner(span: Span, attributions: Sequence[Attribution]) -> int | None:
    """The smallest attribution whose content covers the span; None outside all of them."""
    holding = [
        (sum(piece.end - piece.start for piece in found.content), position)
        for position, found in enumerate(attributions)
        if any(span.overlaps(piece) for piece in found.content)
    ]
    return min(holding)[1] if holding else None


def _shifted(tagged: Tagged, sentence: Sentence) -> Span:
    return Span(tagged.span.start + sentence.start, tagged.span.end + sentence.start)


def _inside(span: Span | None, sentence: Sentence) -> Span | None:
    return None if span is None else Span(span.start - sentence.start, span.end - sentence.start)


def _with_stance(claim: Claim, labels: Sequence[str], row: FloatArray) -> Claim:
    best = int(row.argmax())
    return replace(claim, stance=Stance(labels[best]), stance_probability=float(row[best]))
