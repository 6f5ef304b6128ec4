"""What an evaluation can be asked: curves, confusions, mistakes, parts, learning curves, counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.analysis.breakdown import fields_of
from stance.analysis.confusions import NONE, co_occurrence, source_confusion, source_pairs, type_confusion
from stance.analysis.counts import count_claims
from stance.analysis.curves import Judged, judged, precision_recall, reliability, threshold_sweep, wilson
from stance.analysis.learning import learning_curve
from stance.analysis.mistakes import INVENTED, MISSED, to_frame
from stance.calibration import calibration_error
from stance.config import TrainConfig
from stance.corpus.labels import ClaimRecord, Record
from stance.errors import LabelError
from stance.evaluation import Evaluation, evaluate
from stance.report import evaluation_report

LABELS = ("accusation", "justification", "goal")


def _record(doc: str, sentence: int, *types: str, p: dict[str, float] | None = None, **fields: object) -> Record:
    claims = [ClaimRecord(type=name, source=str(fields.get("source", "union")), source_text=None) for name in types]
    return Record(
        doc=doc,
        sentence=sentence,
        text=f"Words {doc} {sentence}.",
        claims=claims,
        probabilities=p,
        outlet=fields.get("outlet"),  # type: ignore[arg-type]
        date=fields.get("date"),  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def evaluated() -> Evaluation:
    """Six sentences in three articles: right, missed, invented, confused, a wrong source, nothing."""
    gold = [
        _record("a", 0, "accusation", outlet="Post", date="2019-05-01"),
        _record("a", 1, "goal", "justification", outlet="Post", date="2019-05-01"),
        _record("b", 0, "goal", outlet="Mail", date="2020-02-01"),
        _record("b", 1, outlet="Mail", date="2020-02-01"),
        _record("c", 0, "accusation", outlet="Mail", date="2020-03-01"),
        _record("c", 1, outlet="Mail", date="2020-03-01"),
    ]
    found = [
        _record("a", 0, "accusation", p={"accusation": 0.9, "justification": 0.1, "goal": 0.2}),
        _record("a", 1, "goal", p={"accusation": 0.1, "justification": 0.3, "goal": 0.8}),
        _record("b", 0, "accusation", p={"accusation": 0.7, "justification": 0.1, "goal": 0.1}),
        _record("b", 1, "goal", p={"accusation": 0.2, "justification": 0.2, "goal": 0.6}),
        _record("c", 0, "accusation", p={"accusation": 0.8, "justification": 0.0, "goal": 0.0}, source="author"),
        _record("c", 1, p={"accusation": 0.1, "justification": 0.1, "goal": 0.1}),
    ]
    return evaluate(found, gold, resamples=0)


@pytest.fixture(scope="module")
def bare(evaluated: Evaluation) -> Evaluation:
    """The same predictions without probabilities."""
    found = [record.model_copy(update={"probabilities": None}) for record in evaluated.found.values()]
    return evaluate(found, evaluated.gold.values(), resamples=0)


def test_judged_pairs_probability_with_gold(evaluated: Evaluation, bare: Evaluation) -> None:
    """Each label's probabilities stand beside its gold labels; without probabilities the message says what to do."""
    by_label = {one.label: one for one in judged(evaluated)}
    assert tuple(by_label) == LABELS
    assert by_label["goal"].probability.tolist() == [0.2, 0.8, 0.1, 0.6, 0.0, 0.1]
    assert by_label["goal"].gold.tolist() == [False, True, True, False, False, False]
    with pytest.raises(LabelError, match="predictions: the predictions carry no probabilities; predict with"):
        judged(bare)


def test_precision_recall_of_a_perfect_ranking() -> None:
    """All gold sentences first: average precision 1; no gold sentence at all: 0, and no error."""
    perfect = Judged("x", np.array([0.9, 0.8, 0.1]), np.array([True, True, False]))
    assert precision_recall(perfect).average_precision == 1.0
    nothing = Judged("x", np.array([0.9]), np.array([False]))
    assert precision_recall(nothing).average_precision == 0.0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_bins_hold_every_sentence_and_give_the_calibration_error(pairs: list[tuple[float, bool]]) -> None:
    """Counts add up, observed shares lie in their intervals, and the mean gap is the calibration error."""
    probability, gold = np.array([p for p, _ in pairs]), np.array([g for _, g in pairs])
    bins = reliability(Judged("x", probability, gold))
    assert sum(b.count for b in bins) == len(pairs)
    assert all(b.low <= b.observed + 1e-9 and b.observed <= b.high + 1e-9 for b in bins)
    gap = sum(abs(b.stated - b.observed) * b.count for b in bins) / len(pairs)
    assert gap == pytest.approx(calibration_error(probability, gold))


def test_wilson_agrees_with_the_published_example() -> None:
    """10 of 20: 29.9 to 70.1 percent; nothing counted says nothing."""
    assert wilson(10, 20) == pytest.approx((0.299, 0.701), abs=5e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_sweep_holds_the_score_at_its_threshold(evaluated: Evaluation) -> None:
    """At the threshold that the predictions were cut at, the sweep has the evaluation's F1."""
    sweep = threshold_sweep(evaluated).set_index(["label", "threshold"])
    for label in LABELS:
        assert sweep.loc[(label, 0.5), "f1"] == evaluated.types[label].f1


def test_labels_that_stand_together(evaluated: Evaluation) -> None:
    """Pairs are counted on both sides of the diagonal, the diagonal counts labels."""
    table = co_occurrence(evaluated)
    assert table.loc["goal", "justification"] == table.loc["justification", "goal"] == 1
    assert [table.loc[label, label] for label in LABELS] == [row.support for row in evaluated.types.values()]
    assert co_occurrence(evaluated, of="found").loc["goal", "justification"] == 0


def test_what_is_taken_for_what(evaluated: Evaluation) -> None:
    """Agreement on the diagonal, a swap in its cell, missed and invented labels against none."""
    table = type_confusion(evaluated)
    assert table.loc["accusation", "accusation"] == 2
    assert table.loc["goal", "accusation"] == 1
    assert table.loc["justification", NONE] == 1
    assert table.loc[NONE, "goal"] == 1
    assert table.loc[NONE, NONE] == 1
    assert table.to_numpy().sum() == 7


def test_a_label_called_none_is_no_missing_label() -> None:
    """A sentence without a label has a row of its own where a label is called none; each sentence counts once."""
    gold = [Record(text=f"Words {n}.", labels=labels) for n, labels in enumerate([["none"], ["none"], ["claim"], []])]
    found = [*gold[:1], Record(text="Words 1.", labels=[]), *gold[2:]]
    table = evaluate(found, gold, resamples=0).confusion()
    assert list(table.columns) == ["claim", "none", "(none)"]
    assert table.to_numpy().tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 1]]


def test_labels_called_as_totals_are_told_from_them() -> None:
    """A label that is called macro, micro or speaker has a row beside the total everywhere."""
    names = ("claim", "macro", "micro", "speaker")
    gold = [
        Record(text=f"Words {n}.", doc=f"d{n // 4}", sentence=n, outlet="AB"[n % 2], label=names[n // 2 % 4])
        for n in range(16)
    ]
    result = evaluate([record.model_copy(update={"label": "claim"}) for record in gold], gold, resamples=0)
    assert list(result.to_frame().index) == ["claim", "type macro", "type micro", "speaker", "macro", "micro"]
    parts = result.by("outlet", resamples=0)
    assert list(parts.loc["A"].index) == ["claim", "type macro", "micro", "speaker", "macro"]
    assert parts.loc[("A", "macro"), "f1"] == pytest.approx(result.macro_f1)
    assert "type macro" in result.summary()
    assert '<th scope="row">type macro</th>' in evaluation_report(result)


def test_what_is_made_of_sources(evaluated: Evaluation) -> None:
    """A source that became the journalist's is counted and listed; claims that were not found are not sources."""
    table = source_confusion(evaluated)
    assert table.loc["named elsewhere", "author instead"] == 1
    assert table.loc["named elsewhere", "right"] == 2
    assert table.loc["named elsewhere", "no claim found"] == 2
    assert source_pairs(evaluated).to_dict("records") == [
        {"gold": "union", "found": "author", "claims": 1, "articles": 1}
    ]


def test_mistakes_come_surest_first_in_context(evaluated: Evaluation, bare: Evaluation) -> None:
    """Each wrong decision once, by how far its probability is from the truth, with the sentences around it."""
    found = evaluated.mistakes()
    assert [(one.doc, one.sentence, one.label, one.kind) for one in found] == [
        ("b", 0, "goal", MISSED),
        ("a", 1, "justification", MISSED),
        ("b", 0, "accusation", INVENTED),
        ("b", 1, "goal", INVENTED),
    ]
    assert (found[0].before, found[0].after) == ("", "Words b 1.")
    assert found[0].gap == pytest.approx(0.9)
    assert [one.label for one in evaluated.mistakes(label="goal")] == ["goal", "goal"]
    assert list(to_frame(found)["gap"]) == [one.gap for one in found]
    assert {(one.probability, one.gap) for one in bare.mistakes()} == {(None, 1.0)}


def test_parts_are_scored_as_if_alone(evaluated: Evaluation) -> None:
    """A part's row is the evaluation of its sentences, by the labels that occur there; unknown fields are refused."""
    parts = evaluated.by("outlet")
    mail = [record for record in evaluated.gold.values() if record.outlet == "Mail"]
    alone = evaluate([evaluated.found[(r.doc or "", r.sentence or 0)] for r in mail], mail, resamples=0)
    there = [label for label in LABELS if ("Mail", label) in parts.index]
    assert [parts.loc[("Mail", label), "f1"] for label in there] == [alone.types[label].f1 for label in there]
    assert parts.loc[("Mail", "macro"), "f1"] == pytest.approx(sum(alone.types[one].f1 for one in there) / len(there))
    assert evaluated.outlets["Mail"].macro_f1 == parts.loc[("Mail", "macro"), "f1"]
    assert parts.loc[("Mail", "macro"), ["sentences", "articles"]].tolist() == [4, 2]
    assert fields_of(evaluated) == ["outlet", "year"]
    assert sorted(set(evaluated.by("year", resamples=0).index.get_level_values(0))) == ["2019", "2020"]
    low, high = parts.loc[("Mail", "macro"), ["f1_low", "f1_high"]]
    assert low <= parts.loc[("Mail", "macro"), "f1"] <= high
    with pytest.raises(LabelError, match='cannot be parted by "mood"; give one of outlet, topic'):
        evaluated.by("mood")
    with pytest.raises(LabelError, match="no gold record has a topic"):
        evaluated.by("topic")


def test_learning_curve_grows(labelled: list[Record]) -> None:
    """More articles, more sentences; every run is scored on the same articles, which none has seen."""
    config = TrainConfig(encoder="hashing-32", adapt=False, folds=2)
    curve = learning_curve(labelled, config=config, shares=(0.5, 1.0), repeats=2)
    frame = curve.to_frame()
    assert curve.test_sentences == 8
    assert frame[frame["share"] == 1.0]["sentences"].unique().tolist() == [32]
    assert set(frame["label"]) == {*LABELS, "macro"}
    assert frame["f1"].between(0, 100).all()
    assert learning_curve(labelled, config=config, shares=(0.5, 1.0), repeats=2) == curve
    with pytest.raises(LabelError, match="at least four articles; the labelled sentences are of 1"):
        learning_curve(labelled[:4], config=config)


def test_claims_are_counted_with_their_spread() -> None:
    """Counts add up over cells; an interval comes from whole articles; articles without a claim count too."""
    claims = pd.DataFrame(
        {"doc": ["a", "a", "b", "c"], "source": ["union", "union", "union", None], "type": ["goal"] * 4}
    )
    found = count_claims(claims, "source", articles=["a", "b", "c", "d"])
    assert found.loc["union", ["claims", "articles"]].tolist() == [3, 2]
    assert found.loc["union", "low"] == 0
    assert 3 < found.loc["union", "high"] <= 8
    pairs = count_claims(claims, ["source", "type"])
    assert pairs.loc[("union", "goal"), "claims"] == 3
    assert count_claims(claims, "source", resamples=0)["low"].isna().all()
    assert count_claims(claims.iloc[:0], "source").empty
    with pytest.raises(LabelError, match='no column "outlet"; it has doc, source, type'):
        count_claims(claims, "outlet")


def test_articles_are_the_same_as_text_and_as_numbers() -> None:
    """Ids that a file of claims gave back as numbers are those of the documents; others are refused, not added."""
    claims = pd.DataFrame({"doc": [str(n) for n in range(1, 9)], "type": ["accusation"] * 6 + ["goal"] * 2})
    read = [str(n) for n in range(1, 13)]
    expected = count_claims(claims, "type", articles=read)
    numbers = claims.astype({"doc": "int64"})
    for table, articles in ((numbers, read), (numbers.astype({"doc": "float64"}), read), (claims, range(1, 13))):
        pd.testing.assert_frame_equal(count_claims(table, "type", articles=articles), expected)
    with pytest.raises(LabelError, match="claims of 2 articles that are not among the articles given, such as 7; give"):
        count_claims(numbers, "type", articles=read[:6])
