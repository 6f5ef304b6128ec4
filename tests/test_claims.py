"""Probabilities, spans and resolved names to claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from stance.attribution import link
from stance.claims import Reading, StanceHead, make_claims, stance_features
from stance.encoder.hashing import HashingEncoder
from stance.heads import LinearHead
from stance.records import AUTHOR, Claim, Document, Source, Span, Stance
from stance.resolver import CONFIDENCE, resolve
from stance.tagger import CONTENT, CUE, SOURCE, Tagged

_ENCODER = HashingEncoder(8)


def _tagged(
    document: Document, sentence: int, role_words: Sequence[tuple[str, str, float]]
) -> dict[str, tuple[Tagged, ...]]:
    """Spans of a sentence by role, from their words."""
    tags: dict[str, list[Tagged]] = {}
    for role, words, probability in role_words:
        start = document.sentences[sentence].text.index(words)
        tags.setdefault(role, []).append(Tagged(Span(start, start + len(words)), probability))
    return {role: tuple(found) for role, found in tags.items()}


def _claims(
    texts: Sequence[str],
    tags: Mapping[int, Sequence[tuple[str, str, float]]],
    probabilities: Mapping[int, Mapping[str, float]],
    stance_head: StanceHead | None = None,
) -> list[Claim]:
    document = Document.from_sentences(texts)
    readings = [
        Reading(sentence, encoded, probabilities.get(index, {}), _tagged(document, index, tags.get(index, ())))
        for index, (sentence, encoded) in enumerate(zip(document.sentences, _ENCODER.encode_tokens(texts), strict=True))
    ]
    linked = [found for reading in readings for found in link(reading.sentence, reading.tags)]
    thresholds = {"accusation": 0.5, "goal": 0.3}
    return make_claims(readings, thresholds, resolve(document, linked), stance_head)


_SAID = (
    "Ilse Brandt said the ministry lied and must go.",
    [
        (SOURCE, "Ilse Brandt", 0.9),
        (CUE, "said", 0.9),
        (CONTENT, "the ministry lied and must go", 0.9),
    ],
)


def test_a_claim_holds_everything() -> None:
    """Type, probability, source, cue, target and their words come together."""
    text, spans = _SAID
    (claim,) = _claims([text], {0: [*spans, ("target:accusation", "the ministry", 0.8)]}, {0: {"accusation": 0.7}})
    assert (claim.type, claim.probability) == ("accusation", 0.7)
    assert claim.source is not None
    assert claim.source.name == "Ilse Brandt"
    assert claim.sentence.words(claim.source_span) == "Ilse Brandt"
    assert claim.sentence.words(claim.cue_span) == "said"
    assert claim.sentence.words(claim.target_span) == "the ministry"
    assert claim.target is not None
    assert "ministry" in claim.target
    assert (claim.stance, claim.stance_probability) == (None, None)


@pytest.mark.parametrize(("probability", "expected"), [(0.5, 1), (0.4999, 0)])
def test_thresholds_decide(probability: float, expected: int) -> None:
    """A type counts from its threshold on; one without a threshold from a half."""
    assert len(_claims(["He lied."], {}, {0: {"accusation": probability}})) == expected
    assert len(_claims(["He lied."], {}, {0: {"own label": probability}})) == expected
    assert len(_claims(["He lied."], {}, {0: {"goal": 0.3}})) == 1


def test_claims_come_in_reading_order_most_probable_first() -> None:
    """Sentences in order, within one by falling probability, equal ones by name."""
    found = _claims(
        ["One.", "Two.", "Three."],
        {},
        {0: {"goal": 0.6, "accusation": 0.9}, 2: {"goal": 0.8, "accusation": 0.8}},
    )
    assert [(claim.sentence.index, claim.type) for claim in found] == [
        (0, "accusation"),
        (0, "goal"),
        (2, "accusation"),
        (2, "goal"),
    ]


def test_narration_is_the_journalists() -> None:
    """A sentence without attribution speaks in the author's own voice, and has no words for it."""
    (claim,) = _claims(["The ministry lied."], {}, {0: {"accusation": 0.9}})
    assert claim.source is not None
    assert claim.source == Source(AUTHOR, "narration", CONFIDENCE["narration"])
    assert claim.source_span is None
    assert claim.source.confidence < 1


def test_a_narrated_plan_is_its_actors() -> None:
    """Who holds an aim is the source of the goal, be the sentence narrated or said by somebody else."""
    plan = [("holder:goal", "The Drainage Board", 0.8), ("target:goal", "replace all pumps", 0.8)]
    (claim,) = _claims(["The Drainage Board plans to replace all pumps."], {0: plan}, {0: {"goal": 0.9}})
    assert claim.source is not None
    assert (claim.source.name, claim.target) == ("Drainage Board", "replace all pumps")
    assert claim.source_span == Span(0, 18)
    text, spans = _SAID
    told = [*spans, ("holder:goal", "the ministry", 0.8)]
    goal, accusation = _claims([text], {0: told}, {0: {"goal": 0.9, "accusation": 0.6}})
    assert [one.source.name for one in (goal, accusation) if one.source] == ["ministry", "Ilse Brandt"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The board accused Ilse Brandt of hiding what the baker knew.", "Ilse Brandt"),
        ("The board had wrongly blamed Mr Brandt, said the baker.", "Brandt"),
        ("Ilse Brandt was accused by Bo Lind of helping the baker.", "baker"),
        ("Tom Roe accused Ilse Brandt, who blamed Bo Lind and the baker.", "baker"),
        ("They accused Ilse Brandt's brother of helping the baker.", "baker"),
    ],
)
def test_the_object_of_a_verb_of_accusing_is_accused(text: str, expected: str) -> None:
    """A name right behind the only such verb comes before what is tagged elsewhere; passives and owners do not."""
    (claim,) = _claims([text], {0: [("target:accusation", "the baker", 0.8)]}, {0: {"accusation": 0.9}})
    assert claim.target == expected


@pytest.mark.parametrize(
    ("holder", "target", "expected"),
    [
        ("Ilse", "the Harrow Rail", ("Ilse Brandt", "Harrow Rail Fund campaign")),
        ("Ilse Brandt", "the Harrow Rail Fund", ("Ilse Brandt", "Harrow Rail Fund campaign")),
        ("Ilse Brandt", "the drivers", ("Ilse Brandt", "drivers")),
        ("Ilse Brandt", "join", ("Ilse Brandt", "join")),
    ],
)
def test_no_name_or_phrase_is_cut(holder: str, target: str, expected: tuple[str, str]) -> None:
    """Holder and target go to the end of the name or phrase that their tags cut, but over no possessive."""
    tags = [("holder:goal", holder, 0.8), ("target:goal", target, 0.8)]
    text = "Ilse Brandt plans to join the Harrow Rail Fund campaign in the drivers' union."
    (claim,) = _claims([text], {0: tags}, {0: {"goal": 0.9}})
    assert claim.source is not None
    assert (claim.source.name, claim.target) == expected


@pytest.mark.parametrize(
    ("text", "holder", "expected"),
    [
        ("The farmers want the council to shut the road.", "the council", "farmers"),
        ("The farmers hope that old Tom Hale will shut the road.", "Tom Hale", "farmers"),
        ("The farmers, who want peace, and the council plan to shut the road.", "the council", "council"),
    ],
)
def test_a_goal_is_not_theirs_who_are_wanted_to_act(text: str, holder: str, expected: str) -> None:
    """Where somebody wants another to act, the aim is the first one's, though the other was tagged."""
    plan = [("holder:goal", holder, 0.8), ("target:goal", "shut the road", 0.8)]
    (claim,) = _claims([text], {0: plan}, {0: {"goal": 0.9}})
    assert claim.source is not None
    assert claim.source.name == expected


def test_a_question_of_an_interview_claims_no_goal() -> None:
    """``What do you want?`` asks for a goal, the answer may tell one."""
    texts = ["We interviewed Ann Poole.", "Q: What do you want to leave?", "A: I want to leave a dry dam.", "Q: Why?"]
    found = _claims(texts, {}, {1: {"goal": 0.9, "accusation": 0.9}, 2: {"goal": 0.9}})
    assert [(claim.sentence.index, claim.type) for claim in found] == [(1, "accusation"), (2, "goal")]


def test_each_source_makes_its_own_claim() -> None:
    """Two attributions that each hold a target of the type are two claims."""
    text = "Ilse Brandt said the ministry lied, but Tom Hale said the union lied."
    spans = [
        (SOURCE, "Ilse Brandt", 0.9),
        (CUE, "said", 0.9),
        (CONTENT, "the ministry lied", 0.9),
        (SOURCE, "Tom Hale", 0.9),
        (CONTENT, "the union lied", 0.9),
        ("target:accusation", "ministry", 0.8),
        ("target:accusation", "union", 0.8),
    ]
    document = Document.from_sentences([text])
    second = text.rindex("said")
    tags = _tagged(document, 0, spans)
    tags[CUE] = (*tags[CUE], Tagged(Span(second, second + 4), 0.9))
    (encoded,) = _ENCODER.encode_tokens([text])
    reading = Reading(document.sentences[0], encoded, {"accusation": 0.9}, tags)
    found = make_claims([reading], {}, resolve(document, link(document.sentences[0], tags)), None)
    assert [(claim.source.name if claim.source else "", claim.target) for claim in found] == [
        ("Ilse Brandt", "ministry"),
        ("Tom Hale", "union"),
    ]


def test_the_surest_target_of_a_source_is_taken() -> None:
    """Of several targets of one source, the one that the tagger puts first is the claim's."""
    text, spans = _SAID
    targets = [("target:accusation", "go", 0.4), ("target:accusation", "ministry", 0.7)]
    (claim,) = _claims([text], {0: [*spans, *targets]}, {0: {"accusation": 0.9}})
    assert claim.sentence.words(claim.target_span) == "go"


def test_targets_of_other_types_are_left_alone() -> None:
    """A goal does not take the target of an accusation."""
    text, spans = _SAID
    (claim,) = _claims([text], {0: [*spans, ("target:accusation", "ministry", 0.9)]}, {0: {"goal": 0.9}})
    assert (claim.target, claim.target_span) == (None, None)


@pytest.mark.parametrize("n_types", [1, 3])
def test_stance_features_have_their_width(n_types: int) -> None:
    """Sentence vector, mean of the target's words, and an indicator of the type."""
    (encoded,) = _ENCODER.encode_tokens(["the ministry lied"])
    types = ("accusation", "goal", "own")[:n_types]
    features = stance_features(encoded, Span(4, 12), "accusation", types)
    assert features.shape == (16 + n_types,)
    np.testing.assert_array_equal(features[:8], encoded.pooled)
    np.testing.assert_array_equal(features[8:16], encoded.vectors[1])
    assert features[16:].tolist() == [1, 0, 0][:n_types]
    assert stance_features(encoded, None, "goal", types)[8:16].tolist() == [0] * 8


def test_stance_is_the_most_probable_one() -> None:
    """The stance head reads the type here: accusations oppose, goals support; probabilities sum to one."""
    coef = np.zeros((2, 18), np.float32)
    coef[0, 16], coef[1, 17] = 4, 4
    head = StanceHead(LinearHead(("oppose", "support"), coef, np.zeros(2, np.float32), False), ("accusation", "goal"))
    found = _claims(["One."], {}, {0: {"accusation": 0.9, "goal": 0.8}}, head)
    assert [claim.stance for claim in found] == [Stance.OPPOSE, Stance.SUPPORT]
    assert [claim.stance_probability for claim in found] == pytest.approx([1 / (1 + np.exp(-4))] * 2, abs=1e-5)
    assert head.probabilities([]).shape == (0, 2)
    assert _claims(["One."], {}, {}, head) == []
