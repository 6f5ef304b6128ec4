"""Scores by hand, and the same as the reference script to the digit."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import GOLD, TYPES, needs_reference, reference, same_figures

from stance.corpus.articles import by_key
from stance.corpus.labels import ClaimRecord, Record, parse_object
from stance.metrics import PRF, last_name_word, name_words, same_name, same_target, score, tally


def _record(sentence: int, claims: list[dict[str, Any]], speaker: str | None = None, text: str = "Words.") -> Record:
    return parse_object({"doc": "d", "sentence": sentence, "text": text, "speaker": speaker, "claims": claims}, "here")


def _claim(kind: str = "goal", source: str = "Ann Poole", target: str | None = "levy", stance: str = "oppose") -> dict:
    return {"type": kind, "source": source, "target": target, "stance": stance}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Benjamin Netanyahu", "Prime Minister Netanyahu", True),
        ("the council", "Council", True),
        ("Ann Poole", "Ann Pool", False),
        ("The Prime Minister", "the president", False),
        ("the prime minister", "prime minister", True),
        ("Smith’s", "smith", True),
        ("", "Ann Poole", False),
        (None, None, False),
        ("—", "Ann", False),
    ],
)
def test_same_name(one: str | None, other: str | None, same: bool) -> None:
    """Names match when the telling words of one are all among those of the other."""
    assert same_name(one, other) is same


def test_name_words_of_a_title_alone() -> None:
    """A name of nothing but ignored words keeps them all."""
    assert name_words("the Prime Minister") == {"the", "prime", "minister"}
    assert last_name_word("Prime Minister Ann Poole") == "poole"
    assert last_name_word("…") is None


def test_targets_match_by_half_of_their_words() -> None:
    """A target's name or words are enough, and so is a token F1 of one half."""
    gold = ClaimRecord(type="goal", target="closing the river levy fund")
    assert same_target(gold, ClaimRecord(type="goal", target="river levy"))
    assert same_target(gold, ClaimRecord(type="goal", target="x", target_text=None)) is False
    assert same_target(gold, ClaimRecord(type="goal", target="open the river levy"))
    assert not same_target(gold, ClaimRecord(type="goal", target="river bank walks closing early"))


def test_scores_by_hand() -> None:
    """One hit, one miss, one false alarm for goals; the speaker right once of twice."""
    gold = [
        _record(0, [_claim()], "Ann Poole", "Ann Poole wants no levy."),
        _record(1, [_claim()], "Ann Poole", "She wants none."),
        _record(2, []),
    ]
    found = [_record(0, [_claim(source="Poole")], "Poole"), _record(2, [_claim()], "Ben Hill")]
    scores = score(by_key(gold), by_key(found), TYPES)
    assert scores["types"]["goal"] == {"precision": 50.0, "recall": 50.0, "f1": 50.0, "support": 2}
    assert scores["types"]["accusation"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0}
    assert scores["macro_f1"] == pytest.approx(50 / 3)
    assert scores["micro"]["f1"] == 50.0
    assert scores["speaker"] == {"precision": 50.0, "recall": 50.0, "f1": 50.0, "support": 2}
    assert (scores["speaker_recall_in"], scores["speaker_recall_out"]) == (100.0, 0.0)
    assert (scores["source_accuracy"], scores["target_accuracy"], scores["stance_accuracy"]) == (100.0, 100.0, 100.0)
    assert scores["claim_with_target"] == {"precision": 50.0, "recall": 50.0, "f1": 50.0, "support": 2}


def test_a_gold_claim_is_matched_once() -> None:
    """Two found claims cannot both be right about one gold claim."""
    scores = score(by_key([_record(0, [_claim()])]), by_key([_record(0, [_claim(), _claim()])]), TYPES)
    assert scores["claim"]["precision"] == 50.0


def test_the_target_counts_only_where_asked() -> None:
    """A claim with a wrong target is right without, and wrong with it."""
    scores = score(by_key([_record(0, [_claim()])]), by_key([_record(0, [_claim(target="tram")])]), TYPES)
    assert (scores["claim"]["f1"], scores["claim_with_target"]["f1"]) == (100.0, 0.0)


def test_plain_labels_have_no_speaker_scores() -> None:
    """Records of one's own labels are scored on labels alone."""
    gold = by_key([Record(text="a", label="x"), Record(text="b", label="y")])
    found = by_key([Record(text="a", label="x"), Record(text="b", label="x")])
    scores = score(gold, found, ("x", "y"))
    assert "speaker" not in scores
    assert scores["micro"]["f1"] == 50.0


def test_a_sentence_counts_for_its_own_labels_alone() -> None:
    """What is counted of a sentence does not grow with the number of labels that there are."""
    gold, found = Record(text="a", labels=["3", "5", "other"]), Record(text="a", labels=["3", "7"])
    few, many = (tally(gold, found, [str(n) for n in range(size)]) for size in (8, 800))
    assert few == many
    assert few["types", "hits"] == few["type 3", "hits"] == 1
    assert (few["types", "gold"], few["types", "found"]) == (2, 2)
    assert len(few) < 20


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_f1_lies_between_precision_and_recall(hits: int, missed: int, wrong: int) -> None:
    """F1 is a mean of precision and recall, and 0 where nothing is right."""
    row = PRF.of(hits, hits + wrong, hits + missed)
    assert min(row.precision, row.recall) - 1e-9 <= row.f1 <= max(row.precision, row.recall) + 1e-9


def test_mean_of_nothing() -> None:
    """The mean of no rows is zero, not an error."""
    assert PRF.mean([]) == PRF(0.0, 0.0, 0.0, 0)


def _spoiled(row: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A prediction like the gold record, with names, types, stances and claims changed here and there."""
    claims = [dict(claim) for claim in row["claims"] if rng.random() < 0.8]
    claims += [_claim(rng.choice(TYPES), rng.choice(["author", "police"]), "Hamas")] * (rng.random() < 0.2)
    for claim in claims:
        if rng.random() < 0.3:
            claim["stance"] = rng.choice(["oppose", "support", "neutral"])
        if rng.random() < 0.3 and claim["source"]:
            claim["source"] = claim["source"].split()[-1]
        if rng.random() < 0.2:
            claim["target"], claim["target_text"] = (claim["target"] or "x").split()[0] + " else", None
    speaker = row["speaker"] if rng.random() < 0.7 else rng.choice([None, "police"])
    return {"doc": row["doc"], "sentence": row["sentence"], "text": row["text"], "speaker": speaker, "claims": claims}


@needs_reference
def test_agrees_with_the_reference_script() -> None:
    """Every figure on spoiled development labels is the reference's, bit for bit."""
    rng = random.Random(7)
    rows = [json.loads(line) for line in (GOLD / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    predicted = [_spoiled(row, rng) for row in rows if rng.random() < 0.95]
    expected = reference().score(*({(row["doc"], row["sentence"]): row for row in part} for part in (rows, predicted)))
    ours = score(*(by_key([parse_object(row, "row") for row in part]) for part in (rows, predicted)), TYPES)
    assert same_figures(ours, expected) == len(expected) - 1
    assert 40 < ours["macro_f1"] < 95
