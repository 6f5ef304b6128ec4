"""Scoring a model or predictions: the same figures by every way, intervals by article, comparisons."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from reference import GOLD, needs_reference, same_figures

from stance.comparison import compare
from stance.config import TrainConfig
from stance.corpus.articles import by_key, documents, keys_by_article
from stance.corpus.labels import Record, parse_object, to_json
from stance.errors import ConfigError, LabelError
from stance.evaluation import Evaluation, evaluate
from stance.metrics import Counts
from stance.model import Model
from stance.prediction import PredictOptions, predict_files
from stance.resampling import Interval, intervals, resampled
from stance.tables import records
from stance.training import train


@pytest.fixture(scope="module")
def evaluated(tiny_model: Model, labelled_path: Path) -> Evaluation:
    """The tiny model on its own training sentences."""
    return evaluate(tiny_model, labelled_path)


def _jsonl(path: Path, rows: list[Record]) -> Path:
    path.write_text("".join(to_json(row) + "\n" for row in rows), encoding="utf-8")
    return path


@needs_reference
def test_agrees_with_the_reference_script(tiny_model: Model, tmp_path: Path) -> None:
    """Figures of a model on the development labels are those that the reference script gives for its predictions."""
    found = evaluate(tiny_model, GOLD / "dev.jsonl", resamples=0)
    predictions = _jsonl(tmp_path / "found.jsonl", list(found.found.values()))
    command = [sys.executable, str(GOLD / "score.py"), str(GOLD / "dev.jsonl"), str(predictions), "--json"]
    expected = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert same_figures(found.to_dict(), expected) == len(expected) - 1
    assert found.sentences == expected["sentences"]
    assert expected["speaker"]["f1"] > 0


def test_paths_records_and_predictions_score_the_same(
    evaluated: Evaluation, tiny_model: Model, labelled: list[Record], labelled_path: Path, tmp_path: Path
) -> None:
    """A path, a list of paths, records, and predictions written to a file and scored later give one result."""
    expected = evaluated.to_dict()
    predictions = _jsonl(tmp_path / "found.jsonl", list(evaluated.found.values()))
    assert evaluate(tiny_model, labelled).to_dict() == expected
    assert evaluate(tiny_model, [labelled_path]).to_dict() == expected
    assert evaluate(predictions, labelled_path, name="model").to_dict() == expected
    assert evaluate(evaluated.found.values(), labelled, name="model").to_dict() == expected


def test_sentences_are_read_in_their_article(tiny_model: Model, labelled: list[Record]) -> None:
    """Records in any order are read as the articles they come from: as the model predicts the whole article."""
    found = evaluate(tiny_model, labelled[::-1], resamples=0).found
    first = [record for record in labelled if record.doc == labelled[0].doc]
    keyed = by_key(first)
    document = tiny_model.predict(next(documents(keyed, keys_by_article(keyed))))
    assert [found[key].speaker for key in keyed] == [row.get("speaker") for row in records(document)]
    assert [sentence.start for sentence in document.sentences] == [record.start for record in first]
    assert document.title == first[0].title


def test_predictions_of_a_sample_are_found_again(tiny_model: Model, labelled: list[Record], tmp_path: Path) -> None:
    """What predict makes of a gold file is matched by number, also where numbers do not count from 0."""
    sample = [record for row, record in enumerate(labelled) if row % 3]
    gold = _jsonl(tmp_path / "gold.jsonl", sample)
    predict_files(tiny_model, [gold], tmp_path / "found.jsonl", PredictOptions())
    found = evaluate(tmp_path / "found.jsonl", gold, resamples=0)
    assert found.found.keys() == found.gold.keys()
    assert found.macro == evaluate(tiny_model, gold, resamples=0).macro


@pytest.mark.parametrize("header", ["doc,text,labels", "text,labels", "doc,sentence,text,labels"])
@pytest.mark.parametrize("order", [slice(None), slice(None, None, 2), slice(None, None, -1)])
def test_predictions_of_a_table_are_matched(
    header: str, order: slice, tiny_model: Model, labelled: list[Record], tmp_path: Path
) -> None:
    """Each sentence of a table has its prediction: with its article or without, whole, in part, or in another order."""
    rows = [
        {"doc": row.doc, "sentence": row.sentence, "text": row.text, "labels": "|".join(row.types or ())}
        for row in labelled[order]
    ]
    rows += [rows[0] | {"doc": "other"}] * ("sentence" not in header)  # the same words in another article
    with (tmp_path / "gold.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, header.split(","), extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)
    predict_files(tiny_model, [tmp_path / "gold.csv"], tmp_path / "found.jsonl", PredictOptions())
    found = evaluate(tmp_path / "found.jsonl", tmp_path / "gold.csv", resamples=0)
    direct = evaluate(tiny_model, tmp_path / "gold.csv", resamples=0)
    assert {key: row.types for key, row in found.found.items()} == {key: row.types for key, row in direct.found.items()}


def test_unlabelled_sentences_are_context_only(tiny_model: Model, labelled: list[Record]) -> None:
    """Sentences without labels are read with their article and not scored."""
    bare = [parse_object({"doc": "mill", "sentence": 90, "text": "Nobody labelled this."}, "here")]
    assert evaluate(tiny_model, [*labelled, *bare], resamples=0).sentences == len(labelled)


def test_intervals_hold_the_score(evaluated: Evaluation) -> None:
    """Each score lies in its interval, and the same seed draws the same intervals."""
    named = {name: row.f1 for name, row in evaluated.rows().items()}
    named |= {name: getattr(evaluated, name) for name in evaluated.intervals if name not in named}
    assert len(named) == len(evaluated.intervals) > 8
    for name, between in evaluated.intervals.items():
        assert between.low <= named[name] <= between.high, name
    assert evaluated.intervals["macro"].low < evaluated.intervals["macro"].high


def test_articles_are_resampled_whole() -> None:
    """With two articles a draw has one, the other, or both, whatever their sizes."""
    articles = [Counts({("a", "n"): 1}), Counts({("b", "n"): 100})]
    drawn = {(counts["a", "n"], counts["b", "n"]) for (counts,) in resampled([articles], resamples=50, seed=0)}
    assert drawn == {(2, 0), (0, 200), (1, 100)}


def test_no_interval_from_one_article() -> None:
    """One article says nothing of others."""
    assert intervals([Counts({("a", "n"): 1})], lambda counts: {"a": counts["a", "n"]}) == {}


def test_calibration_errors_are_of_all_sentences(evaluated: Evaluation) -> None:
    """Each label has an error in [0, 1]; predictions without probabilities have none."""
    assert evaluated.calibration_errors.keys() == set(evaluated.labels)
    assert all(0 <= error <= 1 for error in evaluated.calibration_errors.values())
    bare = [record.model_copy(update={"probabilities": None}) for record in evaluated.found.values()]
    assert evaluate(bare, evaluated.gold.values(), resamples=0).calibration_errors == {}


def test_predictions_with_labels_alone_have_no_claim_scores(evaluated: Evaluation) -> None:
    """Where predictions carry labels and no claims, speakers, sources and claims are not scored, instead of as 0."""
    bare = [
        Record(doc=key[0], sentence=key[1], text=one.text, labels=sorted(one.types or ()))
        for key, one in evaluated.found.items()
    ]
    found = evaluate(bare, evaluated.gold.values(), resamples=10)
    assert found.macro == evaluated.macro
    assert (found.speaker, found.source_accuracy, found.stance_accuracy, found.claim) == (None,) * 4
    assert found.source_confusion().to_numpy().sum() == 0


def test_sentences_without_a_prediction_are_counted(evaluated: Evaluation) -> None:
    """Predictions of a part say so in every form; a model has none that are missing."""
    part = evaluate(list(evaluated.found.values())[:15], evaluated.gold.values(), resamples=0)
    assert part.missing == part.to_dict()["missing"] == len(part.gold) - 15
    assert f"no prediction for {part.missing} of them" in part.summary()
    assert f"{part.missing} without a prediction" in part._repr_html_()
    assert evaluated.missing == 0
    assert "no prediction" not in evaluated.summary()


def test_outlets_are_scored_apart(tiny_model: Model, labelled: list[Record]) -> None:
    """Every outlet that the records name has its own macro F1; sentences add up."""
    named = [record.model_copy(update={"outlet": "A" if record.doc == "mill" else "B"}) for record in labelled]
    outlets = evaluate(tiny_model, named, resamples=0).outlets
    assert list(outlets) == ["A", "B"]
    assert outlets["A"].sentences + outlets["B"].sentences == len(labelled)
    assert outlets["A"].articles == 1
    only = evaluate(tiny_model, [record for record in named if record.outlet == "A"], resamples=0)
    assert outlets["A"].macro_f1 == only.macro_f1


@pytest.mark.parametrize("multi", [True, False], ids=["several labels", "one label"])
def test_any_label_set(labelled: list[Record], multi: bool) -> None:
    """One's own labels, one or several a row, without articles, are scored as rows of their own."""
    rows = [
        Record(text=record.text, labels=sorted(record.types or ()))
        if multi
        else Record(text=record.text, label=sorted(record.types or ())[0] if record.types else "none")
        for record in labelled
    ]
    model = train(rows, TrainConfig(encoder="hashing-64", adapt=False, folds=2))
    scores = evaluate(model, rows)
    assert scores.articles == len(rows)
    assert set(scores.labels) == {"accusation", "goal", "justification"} | (set() if multi else {"none"})
    assert scores.speaker is None
    assert "speaker" not in scores.to_dict()
    assert scores.macro_f1 > 80
    assert "macro" in scores.intervals


def test_labels_that_the_model_never_gives_count_as_missed(tiny_model: Model, labelled: list[Record]) -> None:
    """A gold label outside the model's set is scored, at zero."""
    extra = Record(text="Rain fell.", labels=["weather"])
    assert evaluate(tiny_model, [*labelled, extra], resamples=0).types["weather"].f1 == 0.0


def _labels_alone(records: Iterable[Record]) -> list[Record]:
    return [one.model_copy(update={"claims": None, "labels": sorted(one.types or ())}) for one in records]


def test_labels_that_occur_nowhere_are_not_scored(evaluated: Evaluation, tiny_model: Model) -> None:
    """A label that no sentence has or was given lowers no macro F1, be it a model's or that of its predictions."""
    goals = {
        key for side in (evaluated.gold, evaluated.found) for key, one in side.items() if "goal" in (one.types or ())
    }
    claims = [record for key, record in evaluated.gold.items() if key not in goals]
    assert evaluate(tiny_model, claims, resamples=0).labels == ("accusation", "justification", "goal")  # of the guide
    rows = _labels_alone(claims)
    scores = evaluate(tiny_model, rows, resamples=0)
    assert scores.labels == ("accusation", "justification")
    assert scores.macro_f1 == sum(row.f1 for row in scores.types.values()) / 2
    labels = [
        one.model_copy(update={"claims": None, "labels": sorted(one.types or ())}) for one in scores.found.values()
    ]
    assert evaluate(labels, rows, resamples=0).macro_f1 == scores.macro_f1


def test_what_cannot_be_scored_is_refused(tiny_model: Model, labelled: list[Record]) -> None:
    """No labels, foreign labels, a sentence given twice, other sentences: each is said."""
    with pytest.raises(LabelError, match="none of 1 sentences carries a label"):
        evaluate(tiny_model, [Record(text="Rain fell.")])
    with pytest.raises(LabelError, match=r"none of the gold labels \(weather\) is one that the model gives"):
        evaluate(tiny_model, [Record(text="Rain fell.", label="weather")])
    with pytest.raises(LabelError, match="sentence 0 of mill stands there twice"):
        evaluate(tiny_model, [labelled[0], labelled[0]])
    with pytest.raises(LabelError, match="no prediction is of a gold sentence, such as sentence 0 of"):
        evaluate([labelled[0].model_copy(update={"doc": "other"})], labelled)
    with pytest.raises(LabelError, match="sentence 0 of mill differs between gold labels and predictions"):
        evaluate([labelled[0].model_copy(update={"text": "Other words."})], labelled)


def test_summary_shows_every_score(evaluated: Evaluation) -> None:
    """The table has a line a score, and what stands beside it."""
    text = evaluated.summary()
    for name in ("accusation", "macro", "micro", "speaker", "claim with target", "speaker recall", "source"):
        assert f"\n{name}" in text or f" {name} " in text
    assert text.startswith("model: 40 sentences in 10 articles\n")
    assert f"{evaluated.macro_f1:.1f}" in text


def test_summary_names_no_more_outlets_than_a_screen_holds() -> None:
    """The twelve largest stand in their order, the rest is counted."""
    rows = [
        Record(text=f"Sentence {n}.", doc=f"d{n}", sentence=0, outlet=f"outlet {n % 15:02}", labels=["a"] * (n % 2))
        for n in range(42)
    ]
    lines = evaluate(rows, rows, resamples=0).summary().splitlines()
    assert [line[:9] for line in lines if line.startswith("outlet")] == [f"outlet {n:02}" for n in range(12)]
    assert lines[-1] == "and 3 smaller outlets: all of them with --json"


def test_summary_cannot_play_with_the_terminal() -> None:
    """Control characters of a label never reach the terminal."""
    rows = [Record(text="a", label="x\x1b[2J"), Record(text="b", label="y")]
    text = evaluate(rows, rows, resamples=0).summary()
    assert "\x1b" not in text
    assert "\ufffd[2J" in text


def test_frame_has_a_row_a_score(evaluated: Evaluation) -> None:
    """Types by their names, with interval and calibration error."""
    frame = evaluated.to_frame()
    assert list(frame.index[:3]) == list(evaluated.labels)
    assert frame.loc["goal", "f1"] == evaluated.types["goal"].f1
    assert frame.loc["goal", "calibration_error"] == evaluated.calibration_errors["goal"]
    assert frame["f1_low"].notna().all()


def test_dict_is_plain_json(evaluated: Evaluation) -> None:
    """What ``--json`` prints survives a round trip."""
    assert json.loads(json.dumps(evaluated.to_dict(), allow_nan=False)) == evaluated.to_dict()


def test_a_model_does_not_differ_from_itself(evaluated: Evaluation) -> None:
    """Nothing to choose: difference 0, p 1, no sentence on which one is right alone."""
    compared = compare(evaluated, evaluated)
    assert (compared.difference, compared.p, compared.interval) == (0.0, 1.0, Interval(0.0, 0.0))
    assert all((row.only_first, row.only_second, row.p) == (0, 0, 1.0) for row in compared.types.values())


def test_a_better_system_is_seen(labelled: list[Record]) -> None:
    """All right against all wrong: the interval leaves zero out, and McNemar counts each sentence."""
    silent = [record.model_copy(update={"claims": []}) for record in labelled]
    bad, good = (evaluate(found, labelled, resamples=0, name=name) for found, name in ((silent, "a"), (labelled, "b")))
    compared = compare(bad, good)
    assert compared.difference == pytest.approx(100.0)
    assert compared.interval is not None
    assert compared.interval.low > 0
    assert compared.p == pytest.approx(2 / 1001)
    assert compare(bad, good, resamples=10).p == pytest.approx(2 / 11)
    goal = compared.types["goal"]
    assert (goal.only_first, goal.only_second) == (0, good.types["goal"].support)
    assert goal.p == pytest.approx(2 * 0.5**goal.only_second)
    assert "p 0.002)" in compared.summary()
    assert json.loads(json.dumps(compared.to_dict()))["types"]["goal"]["only_first"] == 0


def _given(labels: str) -> list[Record]:
    """A sentence a letter, of that label, each in an article of its own."""
    return [Record(doc=f"d{n}", sentence=0, text=f"Words {n}.", label=label) for n, label in enumerate(labels)]


def test_systems_with_other_labels_compare() -> None:
    """Labels that one of the two never gives refuse nothing; both are scored on those of the gold sentences."""
    gold = _given("aabbaabb")
    poor, good = evaluate(_given("cabacabb"), gold, name="poor"), evaluate(_given("aabbaaba"), gold, name="good")
    compared, turned = compare(poor, good), compare(good, poor)
    f1 = {label: poor.types[label].f1 for label in "ab"}
    assert compared.macro_f1 == (sum(f1.values()) / 2, good.macro_f1)
    assert poor.macro_f1 == sum(f1.values()) / 3
    assert (turned.difference, turned.p) == (-compared.difference, compared.p)
    assert compared.interval is not None
    assert (compared.types["c"].only_first, compared.types["c"].only_second) == (0, 2)
    assert compared.types.keys() == turned.types.keys() == set("abc")


def test_only_the_same_sentences_and_labels_compare(evaluated: Evaluation, labelled: list[Record]) -> None:
    """Other gold sentences, or label sets without a common label, are refused."""
    fewer = evaluate(labelled[:-1], labelled[:-1], resamples=0)
    with pytest.raises(LabelError, match="other gold sentences"):
        compare(evaluated, fewer)
    more = [record.model_copy(update={"claims": None, "labels": ["x"]}) for record in labelled]
    with pytest.raises(LabelError, match=r"predictions gives x, which are no labels of model \(acc.*rename them"):
        compare(evaluated, evaluate(more, labelled, resamples=0))


def test_resamples_and_seed_are_counts(labelled: list[Record]) -> None:
    """Neither can be below 0."""
    for odd in ({"resamples": -1}, {"seed": -1}):
        with pytest.raises(ConfigError, match="expected whole numbers from 0"):
            evaluate(labelled, labelled, **odd)
