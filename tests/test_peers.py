"""The recipes that measure us against others: what they draw, how they count, what one process answers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stance.config import TrainConfig
from stance.corpus.labels import Record

_RST = """<rst><header><relations><rel name="purpose-goal" type="rst"/></relations></header><body>
<segment id="1" parent="3" relname="span">They met</segment>
<segment id="2" parent="1" relname="purpose-goal">to sign
 the deal .</segment>
<segment id="4" parent="3" relname="organization-heading">Deal signed</segment>
<segment id="5">Root</segment>
<group id="3" type="span" relname="joint-list"/></body></rst>"""


def _single(*labels: str) -> list[Record]:
    return [Record(text=f"Sentence {n} is {label}.", doc=f"d{n}", label=label) for n, label in enumerate(labels)]


@pytest.mark.parametrize(
    ("targets", "steps"),
    [
        (np.eye(2, dtype=bool)[[0, 0, 1, 1]], 1),  # 6 like pairs, each with itself too, and 4 unlike ones: 12 in all
        (np.eye(2, dtype=bool)[[0] * 8 + [1] * 8], 9),  # 72 like, 64 unlike: 144
        (np.zeros((8, 2), bool), 5),  # none of the labels is like nothing: 36 unlike, 72
        (np.ones((600, 1), bool), 500),
        (np.eye(2, dtype=bool)[[0] * 60 + [1] * 60], 458),  # 3,660 like, 3,600 unlike
    ],
)
def test_setfit_makes_one_pass_over_its_pairs(recipe: Any, targets: np.ndarray, steps: int) -> None:
    """Like pairs and unlike pairs, the rarer repeated until they are as many, 16 a step, 500 steps at most."""
    assert recipe("methods").setfit_steps(targets) == steps


def test_few_draws_so_many_of_each_label(recipe: Any) -> None:
    """As many of each label as asked for, no sentence twice, the same for the same seed."""
    few, records = recipe("fewshot").few, _single(*"aabbbacccc")
    drawn = few(records, 2, 0)
    assert [record.label for record in drawn] == list("aabbcc")
    assert len({record.text for record in drawn}) == 6
    assert drawn == few(records, 2, 0)
    assert any(drawn != few(records, 2, seed) for seed in range(1, 5))


def test_units_bear_a_frequent_relation(recipe: Any, tmp_path: Path) -> None:
    """Of a tree of discourse units those are taken that bear a relation of the set: no spans, headings, groups."""
    (tmp_path / "GUM_news_deal.rs4").write_text(_RST, encoding="utf-8")
    found = list(recipe("fewshot").units(tmp_path))
    assert [(one.text, one.label, one.doc) for one in found] == [("to sign the deal .", "purpose", "GUM_news_deal")]


def test_articles_are_on_one_side(recipe: Any) -> None:
    """Choosing and measuring share no article of ours, nor do learning and testing."""
    claims = recipe("fewshot").claims
    parts = [part for choosing in (True, False) for part in (claims(choosing).pool, claims(choosing).test)]
    articles = [{record.doc for record in part} for part in parts]
    assert all(articles)
    assert sum(map(len, articles)) == len(set.union(*articles))


@pytest.mark.parametrize("multi_label", [True, False])
def test_each_method_learns_what_is_plain(recipe: Any, multi_label: bool) -> None:
    """Two words that give the label away are learned; figures are in percent, errors in [0, 1]."""
    methods, measuring = recipe("methods"), recipe("measuring")
    names = ["war", "peace"] * 12
    records = [
        Record(text=f"They want {name} in {n} days", doc=f"d{n}", **_labelled(name, multi_label))
        for n, name in enumerate(names)
    ]
    lesson = methods.Lesson(records, ("war", "peace"), multi_label)
    ours = methods.Ours(TrainConfig(encoder="hashing-32", adapt=False, folds=2))
    for method, f1 in ((methods.Words(), 100), (ours, 100), (methods.Majority(), 0 if multi_label else 100 / 3)):
        found = measuring.learned(method, lesson)
        assert found["megabytes"] > 20
        probabilities = method.probabilities(lesson.sentences)
        assert probabilities.shape == (24, 2)
        right = measuring.rightness(probabilities + np.array([1e-6, 0]), method.cuts if f1 else 0.9, lesson)
        assert right["f1"] == pytest.approx(f1, abs=0.1)
        assert 0 <= right["calibration_error"] < 0.5


def _labelled(name: str, multi_label: bool) -> dict[str, Any]:
    return {"labels": [name]} if multi_label else {"label": name}


def test_the_peers_measure_themselves(recipe: Any) -> None:
    """One contender's row has what the table prints."""
    peers, methods = recipe("peers"), recipe("methods")
    claims: Sequence[list[str]] = [["accusation"], ["justification"], ["goal"], []] * 3
    records = [Record(text=f"Number {n}: {' '.join(one)}.", doc=f"d{n}", labels=one) for n, one in enumerate(claims)]
    lesson = methods.Lesson(records, peers.LABELS, multi_label=True)
    row = peers.measured("words", methods.Words(), lesson, lesson)
    assert set(row["f1_of"]) == set(peers.LABELS)
    assert peers.table({"words": row}).splitlines()[-1].startswith(f"| words | {row['f1']:.1f} | ")


def test_ours_is_measured_as_it_is_loaded(recipe: Any, labelled: list[Record]) -> None:
    """Saved and loaded, the model gives the probabilities that it gave when it was trained."""
    peers, methods = recipe("peers"), recipe("methods")
    lesson = methods.Lesson(labelled, peers.LABELS, multi_label=True)
    ours = methods.Ours(TrainConfig(encoder="hashing-32", adapt=False, folds=2))
    ours.fit(lesson)
    before = ours.probabilities(lesson.sentences)
    ours.reload()
    np.testing.assert_allclose(ours.probabilities(lesson.sentences), before, atol=1e-6)


def test_a_process_of_its_own_answers(recipe: Any) -> None:
    """What the function gives comes back; a process that dies or is silent is named, never waited for."""
    alone = recipe("alone").alone
    assert alone(len, "abc", patience=120) == 3
    with pytest.raises(SystemExit, match=r"_exit\(3,\): ended with 3"):
        alone(os._exit, 3, patience=120)
    with pytest.raises(SystemExit, match=r"abort.*: no answer in 0 seconds; given up"):
        alone(os.abort, patience=0)
