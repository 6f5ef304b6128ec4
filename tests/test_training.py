"""A labelled corpus and a config to a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance import bundle, members, training
from stance.config import TrainConfig
from stance.corpus.labels import Record
from stance.errors import ConfigError, LabelError
from stance.model import Model
from stance.tables import records
from stance.training import article_folds, label_set, train

_FAST = TrainConfig(encoder="hashing-32", adapt=False, folds=2)


def _labels(*labels: str | list[str] | None) -> list[Record]:
    """A sentence for each; a list is several labels, None is none at all."""
    names = [{} if one is None else {"label": one} if isinstance(one, str) else {"labels": one} for one in labels]
    return [Record(text=f"Sentence {n}.", **fields) for n, fields in enumerate(names)]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["b", "a", "b", "a"], (("a", "b"), False)),
        ([["b"], ["a", "b"], ["a"], []], (("a", "b"), True)),
        ([["only"], ["only"], []], (("only",), True)),
        (["goal", "x", "accusation", "goal", "x", "accusation"], (("accusation", "goal", "x"), False)),
        (["a", None, "b", "a", "b", None], (("a", "b"), False)),
        (["a", ["b"], "a", ["b"]], (("a", "b"), True)),
    ],
)
def test_label_set(labels: Sequence[Any], expected: tuple[tuple[str, ...], bool]) -> None:
    """Lists are several labels, single ones exclude each other; the guide's types come first, in its order."""
    assert label_set(_labels(*labels), 2) == expected


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([], "none of 0 sentences carries a label; give each a claims list, a label or a labels list"),
        ([None, None], "none of 2 sentences carries a label"),
        (["a", "a", "a"], 'all 3 sentences have the label "a"; training needs at least two labels'),
        ([[], []], "none of 2 sentences has a claim or label; training needs examples of each"),
        ([["a"], ["a"]], 'all 2 sentences have the label "a"; add sentences without it'),
        (["a", "a", "b"], 'label "b" has 1 example, fewer than 2; add examples or remove it$'),
        (
            ["accusation", "accusation", "acusation", "goal", "goal"],
            'label "acusation" has 1 example, .*; did you mean "accusation"',
        ),
    ],
)
def test_label_sets_that_cannot_be_learned(labels: Sequence[Any], message: str) -> None:
    """Nothing labelled, one label only, too few examples: the message counts and says what to do."""
    with pytest.raises(LabelError, match=message):
        label_set(_labels(*labels), 2)


@given(
    st.lists(st.text("abcdefg", min_size=1, max_size=2), min_size=2, max_size=60), st.integers(2, 9), st.integers(0, 3)
)
def test_folds_never_cut_an_article(groups: list[str], folds: int, seed: int) -> None:
    """Each row is held out once, all rows of an article together, no fold is empty, the same for the same seed."""
    config = TrainConfig(folds=folds, seed=seed)
    if len(set(groups)) < 2:
        with pytest.raises(LabelError, match="all sentences are of one article; cross-validation needs at least two"):
            article_folds(groups, config)
        return
    found = article_folds(groups, config)
    assert sorted(int(row) for fold in found for row in fold) == list(range(len(groups)))
    assert len(found) == min(folds, len(set(groups)))
    assert all(len(fold) for fold in found)
    for group in set(groups):
        rows = {row for row, name in enumerate(groups) if name == group}
        assert sum(bool(rows & set(fold.tolist())) for fold in found) == 1
    again = article_folds(groups, config)
    assert all(np.array_equal(one, other) for one, other in zip(found, again, strict=True))


def test_folds_are_of_like_size() -> None:
    """Articles of one size fill the folds evenly; another seed mixes them otherwise."""
    groups = [f"article {n // 4}" for n in range(80)]
    sizes = [len(fold) for fold in article_folds(groups, TrainConfig(folds=5))]
    assert sizes == [16] * 5
    first, other = (article_folds(groups, TrainConfig(folds=5, seed=seed))[0].tolist() for seed in (0, 1))
    assert first != other


def test_model_of_everything(tiny_model: Model) -> None:
    """Claims with spans and stances teach types, tagger and stance head."""
    assert tiny_model.labels == ("accusation", "justification", "goal")
    assert tiny_model.tagger is not None
    assert {"source", "cue", "content", "target:accusation"} <= set(tiny_model.tagger.roles)
    assert tiny_model.stances is not None
    assert set(tiny_model.stances.head.labels) <= {"support", "oppose", "neutral"}
    assert set(tiny_model.thresholds) == set(tiny_model.labels)


def test_settings_say_what_it_learned_from(tiny_model: Model, labelled: list[Record]) -> None:
    """Counts, config, fingerprint and held-out scores are kept for the model's directory."""
    training = tiny_model.settings["training"]
    assert (training["sentences"], training["articles"]) == (40, 10)
    assert training["examples"] == {
        label: sum(label in (record.types or ()) for record in labelled) for label in tiny_model.labels
    }
    assert training["config"]["encoder"] == "hashing-64"
    assert set(tiny_model.settings["scores"]["cross-validation"]) == {*tiny_model.labels, "macro"}
    assert tiny_model.settings["base_encoder"] == "hashing-64"


def test_training_twice_gives_the_same_model(labelled: list[Record], tiny_model: Model) -> None:
    """Nothing is left to chance."""
    again = train(labelled, TrainConfig(encoder="hashing-64", adapt=False, folds=2, strength=1.0))
    np.testing.assert_array_equal(again.types.coef, tiny_model.types.coef)
    assert again.thresholds == tiny_model.thresholds
    assert again.settings["training"] == tiny_model.settings["training"]


def _table(tmp_path: Path, name: str, header: str, cells: list[str]) -> Path:
    texts = [f"{'bread' if n % 2 else 'stone'} is here for the {n}th time" for n in range(len(cells))]
    path = tmp_path / name
    path.write_text("\n".join([header, *(f"{text},{cell}" for text, cell in zip(texts, cells, strict=True))]), "utf-8")
    return path


def test_a_table_of_labels_is_enough(tmp_path: Path) -> None:
    """Text and label in a table make a classifier that gives each sentence exactly one label."""
    path = _table(tmp_path, "a.csv", "text,label", ["stone", "bread"] * 10)
    model = train(path, _FAST)
    assert (model.labels, model.types.multi_label, model.tagger, model.stances) == (
        ("bread", "stone"),
        False,
        None,
        None,
    )
    document = model.predict("There is bread today. There is stone today.")
    assert [claim.type for claim in document.claims] == ["bread", "stone"]


def test_a_table_of_several_labels(tmp_path: Path) -> None:
    """Several labels in a cell make a classifier that gives a sentence several, or none."""
    path = _table(tmp_path, "a.csv", "text,labels", ["stone|hard", "bread", "", "bread"] * 5)
    model = train([path], _FAST)
    assert (model.labels, model.types.multi_label) == (("bread", "hard", "stone"), True)
    assert set(model.thresholds) == {"bread", "hard", "stone"}


def test_files_and_records_are_the_same(labelled_path: Path, labelled: list[Record]) -> None:
    """One file, a list of files, and their records make one model."""
    models = [train(one, _FAST) for one in (labelled_path, str(labelled_path), [labelled_path], iter(labelled))]
    text = labelled[0].text
    assert len({str(records(model.predict(text))) for model in models}) == 1


def test_plain_text_without_spans_reads_every_sentence_once() -> None:
    """Without spans in the labels there is no tagger."""
    model = train(_labels(*["a", "b"] * 4), _FAST)
    assert model.tagger is None
    assert model.predict("Sentence 0.").claims[0].type in ("a", "b")


@pytest.mark.parametrize("ngrams", [None, True, False])
def test_n_grams_are_a_choice(ngrams: bool | None) -> None:
    """Without adaptation the head reads n-grams unless told not to."""
    model = train(_labels(*["a", "b"] * 4), _FAST.updated({"ngrams": ngrams}))
    assert (model.types.vocabulary is None) == (ngrams is False)


@pytest.mark.parametrize(("order", "width"), [(["stone", "bread"], 96), (["here", "here"], 32)])
def test_ends_of_sentences_are_read_where_they_tell(order: list[str], width: int, tmp_path: Path) -> None:
    """Which word comes first is in no mean of words: the head reads the ends there, also once saved, and only there."""
    texts = [f"{order[n % 2]} {n} and {'stone bread'.replace(order[n % 2], '').strip()}" for n in range(60)]
    rows = [Record(text=text, label="ab"[n % 2]) for n, text in enumerate(texts)]
    model = train(rows, _FAST.updated({"ngrams": False}))
    assert model.types.coef.shape == (2, width)
    bundle.save(model, tmp_path / "model")
    again = bundle.load(tmp_path / "model")
    assert records(again.predict(texts[0])) == records(model.predict(texts[0]))


def test_an_encoder_without_weights_cannot_be_adapted(labelled: list[Record]) -> None:
    """Asking to fine-tune hashes is a config error that says what to do."""
    message = 'encoder "hashing-32" cannot be adapted; give --no-adapt, or a sentence-transformers model'
    with pytest.raises(ConfigError, match=message):
        train(labelled, TrainConfig(encoder="hashing-32", adapt=True))
    assert not train(labelled, TrainConfig(encoder="hashing-32", folds=2)).settings["adapted"]


@pytest.mark.parametrize(("examples", "way"), [(999, "tune"), (1000, "adapt")])
def test_encoders_are_averaged_by_the_rarest_label(examples: int, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a word about it, an encoder with weights is fine-tuned; it is an average from 1,000 of every label."""
    taken = []

    def stop(name: str) -> None:
        taken.append(name)
        raise InterruptedError

    for name in ("tune", "adapt"):
        monkeypatch.setattr(training, name, lambda *_, name=name: stop(name))
    with pytest.raises(InterruptedError):
        train(_labels(*["a"] * 1001, *["b"] * examples), TrainConfig())
    assert taken == [way]


@pytest.mark.parametrize(
    ("n", "adapt", "chosen"),
    [
        (40, False, (5, 4, 2e-4, 8)),
        (40, True, (2, 4, 2e-4, 8)),
        (400, True, (3, 3, 2e-4, 10)),
        (1500, True, (3, 3, 2e-4, 32)),
        (2000, True, (5, 4, 1e-4, 32)),
    ],
)
def test_what_is_left_to_training_goes_by_the_number_of_sentences(
    n: int, adapt: bool, chosen: tuple[float, ...]
) -> None:
    """Folds, epochs, rate and batches; what is given stays."""
    targets = np.arange(n)[:, None] % 2 == np.arange(2)
    config = TrainConfig(adapt=adapt)
    found = training._chosen(config, config.build_encoder(), targets)
    assert (found.folds, found.epochs, found.learning_rate, found.batch_size) == chosen
    given = replace(config, folds=7, epochs=9)
    assert replace(found, folds=7, epochs=9) == training._chosen(given, config.build_encoder(), targets)


@pytest.mark.slow
def test_few_labels_fine_tune_an_encoder(
    labelled: list[Record], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The model has an encoder of its own, heads fitted on it, spans and stances; saved and loaded it says the same."""
    monkeypatch.setattr(members, "keep_memory", lambda: None)
    seen: list[tuple[int, int]] = []
    model = train(labelled, TrainConfig(epochs=1, folds=2), progress=lambda *step: seen.append(step))
    assert model.settings["adapted"]
    assert seen[-1] == (2 * len(labelled), 2 * len(labelled))  # two halves and the whole
    assert model.tagger is not None
    assert model.types.vocabulary is not None
    text = "The union said the ministry had lied about the fire."
    before = TrainConfig().build_encoder().encode([text])
    assert not np.allclose(model.encoder.encode([text]), before, atol=1e-3)
    bundle.save(model, tmp_path / "model")
    again = bundle.load(tmp_path / "model")
    assert [one.probability for one in again.predict(text).claims] == pytest.approx(
        [one.probability for one in model.predict(text).claims], abs=1e-3
    )


def test_every_round_draws_its_folds_anew(labelled: list[Record], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round holds out every sentence once, also from the last of all seeds."""
    seen: list[list[list[int]]] = []

    def adapt(*given: Any) -> None:
        seen.append([fold.tolist() for fold in given[3]])
        raise InterruptedError

    monkeypatch.setattr(training, "adapt", adapt)
    monkeypatch.setattr(training, "AVERAGE_FROM", 1)
    for seed in (0, 2**32 - 1):
        with pytest.raises(InterruptedError):
            train(labelled, TrainConfig(adapt=True, folds=2, repeats=2, seed=seed))
    for folds in seen:
        assert len(folds) == 4
        assert sorted(folds[0] + folds[1]) == sorted(folds[2] + folds[3]) == list(range(len(labelled)))
        assert folds[:2] != folds[2:]


def test_jobs_are_at_least_one(labelled: list[Record]) -> None:
    """Refused before anything is read."""
    with pytest.raises(ConfigError, match=r"^jobs = 0: expected a number from 1$"):
        train(labelled, _FAST, jobs=0)


@pytest.mark.parametrize(
    ("typical", "message"),
    [
        ("{doc}", 'typical = "{doc}": expected a list or set of article keys'),
        (["{doc}", "{doc} "], 'typical: no sentence has doc "{doc} "; did you mean "{doc}"?'),
        ([], "typical names no article with a labelled sentence; leave it out"),
    ],
    ids=["text", "typo", "empty"],
)
def test_typical_articles_are_there(labelled: list[Record], typical: str | list[str], message: str) -> None:
    """Keys that name no article would leave every threshold at 0.5."""
    doc = str(labelled[0].doc)
    keys = typical.format(doc=doc) if isinstance(typical, str) else [key.format(doc=doc) for key in typical]
    with pytest.raises(ConfigError, match=re.escape(message.format(doc=doc))):
        train(labelled, _FAST, typical=keys)


def test_typical_articles_decide(labelled: list[Record]) -> None:
    """Every article named is no article named; some of them make other thresholds."""
    docs = sorted({str(record.doc) for record in labelled})
    every, all_named, some = (train(labelled, _FAST, typical=keys).thresholds for keys in (None, docs, docs[:2]))
    assert every == all_named != some


def test_one_article_is_too_few(labelled: list[Record]) -> None:
    """Cross-validation by article needs two of them."""
    with pytest.raises(LabelError, match="all sentences are of one article"):
        train([record.model_copy(update={"doc": "same"}) for record in labelled], _FAST)
