"""Words that carry a claim, nearest labelled sentences, and the deletion test of both."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.config import TrainConfig
from stance.corpus.labels import Record, parse
from stance.encoder import TokenVectors
from stance.encoder.hashing import HashingEncoder
from stance.errors import InputError, LabelError, ShapeError
from stance.explanation import explain, log_odds, without, word_losses, words_of
from stance.faithfulness import faithfulness
from stance.features import features
from stance.heads import LinearHead, sigmoid
from stance.model import Model
from stance.nearest import LabelledSentences
from stance.records import Document, Span
from stance.tables import carried_by, records
from stance.training import train

TEXT = "The union accused the ministry of hiding the report. Rain fell on Tuesday."


@pytest.fixture(scope="module")
def explained(tiny_model: Model, labelled_path: Path) -> Document:
    """Two sentences, the claims of the first explained."""
    return explain(tiny_model, TEXT, labelled_path)


def test_words_carry_what_their_absence_costs(explained: Document, tiny_model: Model) -> None:
    """Each named word costs exactly the probability that the sentence loses without it, the dearest first."""
    claim = explained.claims[0]
    assert claim.explanation is not None
    assert 1 <= len(claim.explanation.words) <= 5
    drops = [word.drop for word in claim.explanation.words]
    assert drops == sorted(drops, reverse=True)
    assert drops[0] > 0.01
    column = tiny_model.labels.index(claim.type)
    for word in claim.explanation.words:
        span = Span(word.span.start - claim.sentence.start, word.span.end - claim.sentence.start)
        reduced = sigmoid(log_odds(tiny_model, [without(claim.sentence.text, [span])])[0, column])
        assert word.drop == pytest.approx(claim.probability - reduced, abs=1e-5)
    assert claim.sentence.words(claim.explanation.words[0].span) == "accused"


def test_few_sentences_are_encoded_at_once() -> None:
    """However many words are left out, no more than 512 sentences have their word vectors in memory."""
    asked: list[int] = []

    class Noting(HashingEncoder):
        def encode_tokens(self, sentences: Sequence[str]) -> list[TokenVectors]:
            asked.append(len(sentences))
            return super().encode_tokens(sentences)

    head = LinearHead(("x",), np.ones((1, 24), np.float32), np.zeros(1, np.float32))
    model = Model(Noting(8), head, {"x": 0.5})
    texts = [f"word {number}" for number in range(1_100)]
    odds = log_odds(model, texts)
    assert asked == [512, 512, 76]
    np.testing.assert_allclose(odds[-1], log_odds(model, texts[-1:])[0], atol=1e-6)


def test_explaining_changes_nothing_else(explained: Document, tiny_model: Model) -> None:
    """Without the explanations, an explained document is the predicted one."""
    rows = records(explained)
    for row in rows:
        for claim in row["claims"]:
            assert claim.pop("explanation")
    assert rows == records(tiny_model.predict(TEXT))


def test_nearest_sentences_are_labelled_others(explained: Document, labelled: list[Record]) -> None:
    """Three labelled sentences, the most similar first, with the labels that people gave them."""
    explanation = explained.claims[0].explanation
    assert explanation is not None
    assert len(explanation.nearest) == 3
    similarities = [near.similarity for near in explanation.nearest]
    assert similarities == sorted(similarities, reverse=True)
    gold = {record.text: tuple(sorted(record.types or ())) for record in labelled}
    assert all(gold[near.text] == near.labels for near in explanation.nearest)


def test_a_sentence_is_not_its_own_neighbour(labelled_path: Path, labelled: list[Record]) -> None:
    """A sentence that stands among the labelled ones is never shown as near to itself."""
    encoder = HashingEncoder(32)
    sentences = LabelledSentences.read(encoder, labelled_path)
    text = labelled[0].text
    (nearest,) = sentences.nearest([text], encoder.encode([text]))
    assert len(nearest) == 3
    assert text not in [near.text for near in nearest]


def test_labelled_sentences_must_fit() -> None:
    """No labels, or lengths that differ, are refused."""
    with pytest.raises(LabelError, match="no sentence carries labels"):
        LabelledSentences.read(HashingEncoder(8), [Record(text="Rain fell.")])
    with pytest.raises(ShapeError, match="1 sentences, 0 labels, 1 vectors"):
        LabelledSentences(("a",), (), np.zeros((1, 8), np.float32))


@given(st.text(max_size=60))
def test_leaving_words_out_loses_only_them(text: str) -> None:
    """Without its words a sentence is what stands between them; without none it is itself."""
    words = words_of(text)
    assert without(text, []) == text
    assert len(without(text, words)) == len(text) - sum(word.end - word.start for word in words)


def test_long_sentences_are_tried_in_part(tiny_model: Model) -> None:
    """Of a very long sentence the first 256 words are tried."""
    (found,) = word_losses(tiny_model, ["blamed " * 300])
    assert len(found.words) == 256
    assert found.reduced.shape == (256, len(tiny_model.labels))


def test_one_label_of_several_is_explained(labelled: list[Record]) -> None:
    """With exclusive labels a word carries its label against all others, and its absence costs what it says."""
    rows = [
        Record(text=record.text, label=sorted(record.types or ())[0] if record.types else "none") for record in labelled
    ]
    model = train(rows, TrainConfig(encoder="hashing-64", adapt=False, folds=2))
    text = "The union accused the ministry of hiding the report."
    (found,) = word_losses(model, [text])
    column = model.labels.index("accusation")
    best = found.ranked(column)[0]
    width = model.types.coef.shape[1]
    encoded = [
        model.types.predict_proba(features(model.encoder.encode_tokens([one]), width), [one])[0, column]
        for one in (text, without(text, [found.words[best]]))
    ]
    assert found.drop(best, column) == pytest.approx(encoded[0] - encoded[1], abs=1e-5)


def test_what_is_explained_was_predicted(explained: Document, tiny_model: Model) -> None:
    """A document that nobody has predicted is; anything else than a model and one document is refused."""
    assert explain(tiny_model, Document(TEXT)).claims == explain(tiny_model, TEXT).claims != ()
    foreign = replace(explained, claims=(replace(explained.claims[0], type="blame"),))
    with pytest.raises(InputError, match='a claim is called "blame", the labels of the model are accusation, '):
        explain(tiny_model, foreign)
    other = replace(tiny_model, types=replace(tiny_model.types, intercept=tiny_model.types.intercept - 3))
    with pytest.raises(InputError, match=r'"accusation" of sentence 0 has probability 0\.\d\d, but 0\.\d\d by this mo'):
        explain(other, explained)
    with pytest.raises(InputError, match="one document or text, found list; call it for each"):
        explain(tiny_model, [explained])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="takes a model, found str"):
        explain("my-model", explained)  # type: ignore[arg-type]


def test_a_document_without_claims_is_left_as_it_is(tiny_model: Model, labelled_path: Path) -> None:
    """Nothing to explain, nothing explained."""
    document = tiny_model.predict("Rain fell on Tuesday.")
    bare = replace(document, claims=())
    assert explain(tiny_model, bare, labelled_path) == bare


def test_carrying_words_matter_more_than_random_ones(tiny_model: Model, labelled: list[Record]) -> None:
    """Claims fall further without the words that carry them than without as many random words."""
    text = " ".join(record.text for record in labelled)
    found = faithfulness(tiny_model, [tiny_model.predict(text)], draws=5)
    assert found.claims > 20
    assert found.without_carrying < found.without_random < found.whole
    assert found.wins > 0.9
    assert found == faithfulness(tiny_model, [tiny_model.predict(text)], draws=5)
    with pytest.raises(LabelError, match="the documents have no claim"):
        faithfulness(tiny_model, [])


def test_table_column_names_the_words(explained: Document) -> None:
    """CSV and DataFrame have the words in one column."""
    (claim, *_) = explained.claims
    written = carried_by(claim)
    assert written is not None
    assert written.startswith("accused -0.")
    assert explained.to_frame().loc[0, "carried_by"] == written


def test_command_explains(
    stance_command: Callable[..., CompletedProcess[str]], tiny_folder: Path, labelled_path: Path, tmp_path: Path
) -> None:
    """``--explain`` adds the words and the nearest sentences to records and table."""
    options = ("--model", tiny_folder, "--explain", "--labelled", labelled_path)
    done = stance_command("predict", "-", *options, stdin=TEXT)
    first = parse(done.stdout.splitlines()[0], "stdout")
    assert first.claims is not None
    explanation = first.claims[0].explanation
    assert explanation is not None
    assert explanation.words[0].text == "accused"
    assert len(explanation.nearest) == 3
    table = stance_command("predict", "-", *options, "--format", "table", stdin=TEXT)
    assert "carried by accused -0." in table.stdout
    assert " (accusation): " in table.stdout
    csv = stance_command("predict", "-", *options, "--format", "csv", stdin=TEXT)
    assert "accused -0." in csv.stdout
    plain = stance_command("predict", "-", "--model", tiny_folder, stdin=TEXT)
    assert "explanation" not in json.loads(plain.stdout.splitlines()[0])["claims"][0]


def test_command_refuses_what_does_not_go_together(
    stance_command: Callable[..., CompletedProcess[str]], tiny_folder: Path, labelled_path: Path, tmp_path: Path
) -> None:
    """Neighbours without explanations, and explanations in a folder of parts, are wrong usage."""
    lone = stance_command("predict", "-", "--model", tiny_folder, "--labelled", labelled_path, stdin=TEXT)
    assert (lone.returncode, lone.stdout) == (2, "")
    assert "give --explain too" in lone.stderr
    parts = stance_command(
        *("predict", "data/demo.txt", "--model", tiny_folder, "--explain", "-o", tmp_path / "parts"),
        *("--shard-size", 2),
    )
    assert parts.returncode == 2
    assert "a folder of parts holds no explanations" in parts.stderr


def test_what_carries_is_read_as_the_model_read_it(tiny_model: Model) -> None:
    """Soft hyphens and double spaces change no word and no drop; places are those as given."""
    plain = explain(tiny_model, TEXT).claims[0]
    text = TEXT.replace("accused", "ac\u00adcu\u00adsed").replace(" ", "  ")
    found = explain(tiny_model, text).claims[0]
    assert plain.explanation is not None
    assert found.explanation is not None
    assert [word.drop for word in found.explanation.words] == [word.drop for word in plain.explanation.words]
    assert found.sentence.words(found.explanation.words[0].span) == "ac\u00adcu\u00adsed"
