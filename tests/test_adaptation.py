"""The encoder fine-tuned on labels: members, their average, the last epoch on typical sentences."""

from __future__ import annotations

import copy
import os
import pickle
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from sklearn.base import clone
from transformers import AutoTokenizer, BertConfig, BertModel

from stance import adaptation, members
from stance.adaptation import Adapted, adapt, tune
from stance.classifier import ClaimClassifier
from stance.encoder.minilm import minilm_path
from stance.encoder.sbert import SbertEncoder
from stance.errors import ConfigError, ModelError
from stance.examples import Example
from stance.features import with_ends
from stance.heads import BoolArray
from stance.members import Learned, Member, Schedule
from stance.network import Network
from stance.records import Span
from stance.warmstart import warm_starts
from stance.wordpieces import Tasks, WordPieces

_WORDS = ("ferry", "school", "harbour", "market", "theatre", "bridge")
_EXAMPLES = [
    Example(f"The union {verb} the {word}.", f"{word} {verb}", frozenset(types), {"source": (Span(4, 9),)})
    for word in _WORDS
    for verb, types in (("accused the owners of", ["accusation"]), ("painted", []))
]
_FOLDS = [np.arange(0, 12, 2), np.arange(1, 12, 2)]
_TASKS = Tasks(("accusation",), True, ("source",))
_SCHEDULE = Schedule(epochs=2, learning_rate=1e-2, batch_size=4, seed=0)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> SbertEncoder:
    """A model of next to no size, with the words of the base encoder."""
    folder = str(tmp_path_factory.mktemp("tiny"))
    tokenizer = AutoTokenizer.from_pretrained(minilm_path())
    size = BertConfig(
        vocab_size=tokenizer.vocab_size,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    torch.manual_seed(0)
    BertModel(size).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return SbertEncoder.of(SentenceTransformer(modules=[Transformer(folder), Pooling(32)], device="cpu"), "tiny")


@pytest.fixture(autouse=True)
def _free_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process of the tests goes on after training."""
    monkeypatch.setattr(members, "keep_memory", lambda: None)


def _adapted(
    base: SbertEncoder, typical: BoolArray | None = None, *, jobs: int = 1, rounds: int = 1
) -> tuple[Adapted, list[tuple[int, int]]]:
    seen: list[tuple[int, int]] = []
    found = adapt(base, _EXAMPLES, _TASKS, _FOLDS * rounds, _SCHEDULE, lambda *step: seen.append(step), typical, jobs)
    return found, seen


def test_weights_in_memory_go_with_every_copy(base: SbertEncoder) -> None:
    """Pickles hold them, clones share them, another precision rounds them; under the name there is no model."""
    expected = base.encode(["He left."])
    unpickled = pickle.loads(pickle.dumps(base))  # noqa: S301  # our own bytes
    cloned = clone(ClaimClassifier(base)).encoder
    for other in (unpickled, copy.deepcopy(base), cloned):
        assert other.in_memory
        assert other.encode(["He left."]).tobytes() == expected.tobytes()
    assert cloned.model is base.model
    rounded = base.at("bf16")
    assert (rounded.model.dtype, base.model.dtype) == (torch.bfloat16, torch.float32)
    assert (rounded.encode(["He left."]) * expected).sum() == pytest.approx(1, abs=1e-3)


@pytest.mark.slow
def test_members_are_averaged_into_one_encoder(base: SbertEncoder) -> None:
    """Every sentence has a held-out score, the encoder reads otherwise than the base, the tagger finds the source."""
    before = base.encode([_EXAMPLES[0].text])
    found, seen = _adapted(base)
    assert found.held_out.shape == (12, 1)
    assert found.held_out.any(axis=1).all()
    assert seen[-1] == (24, 24)
    after = found.encoder.encode([_EXAMPLES[0].text])
    assert not np.allclose(after, before, atol=1e-3)
    assert np.array_equal(base.encode([_EXAMPLES[0].text]), before)
    assert found.tagger is not None
    assert found.types.scores(found.encoder.encode([e.text for e in _EXAMPLES])).shape == (12, 1)


@pytest.mark.slow
def test_typical_sentences_are_learned_from_once_more(base: SbertEncoder) -> None:
    """An epoch on them follows, for members that have any; without them nothing does."""
    plain, _ = _adapted(base)
    nothing, _ = _adapted(base, np.zeros(12, bool))
    assert np.array_equal(nothing.held_out, plain.held_out)
    some, seen = _adapted(base, np.arange(12) % 2 == 0)
    assert seen[-1] == (30, 30)
    assert np.array_equal(some.held_out[_FOLDS[0]], plain.held_out[_FOLDS[0]])  # that member has no typical sentence
    assert not np.array_equal(some.held_out[_FOLDS[1]], plain.held_out[_FOLDS[1]])


@pytest.mark.slow
def test_members_may_learn_side_by_side(base: SbertEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """In processes of their own they learn the same, some after others, and how far they are is told on the way."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # sums depend on the number of threads
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        alone, _ = _adapted(base, rounds=2)
    finally:
        torch.set_num_threads(threads)
    beside, seen = _adapted(base, jobs=2, rounds=2)
    assert np.array_equal(beside.held_out, alone.held_out)
    assert seen[-1] == (48, 48)
    assert beside.encoder.encode(["He left."]).tobytes() == alone.encoder.encode(["He left."]).tobytes()


def test_scores_of_several_rounds_are_averaged(base: SbertEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that two members held out has the mean of their scores, and all members have their part in the weights."""

    def trained(start: Network, _: object, given: Sequence[Member], *__: object) -> Iterator[Learned]:
        for member in given:
            weights = {name: np.full_like(value, member.number) for name, value in start.weights().items()}
            held_out, sample = (
                np.full((len(rows), 1), member.number, np.float32) for rows in (member.held_out, member.sample)
            )
            yield Learned(weights, held_out, sample)

    monkeypatch.setattr(adaptation, "in_turn", trained)
    found = adapt(base, _EXAMPLES, _TASKS, [*_FOLDS, *_FOLDS], _SCHEDULE)
    assert found.held_out[_FOLDS[0]] == pytest.approx(1)  # of 0 and 2
    assert found.held_out[_FOLDS[1]] == pytest.approx(2)  # of 1 and 3
    assert found.tagger is not None
    assert found.tagger.intercept == pytest.approx(1.5)


def test_the_last_epoch_is_without_spans(base: SbertEncoder) -> None:
    """Nothing of its loss comes from the tags."""
    network, data = Network(base, _TASKS), WordPieces(base, _EXAMPLES, _TASKS)
    for schedule in (_SCHEDULE, _SCHEDULE.last()):
        network.zero_grad()
        network.loss(data, np.arange(12), with_spans=schedule.with_spans).backward()  # type: ignore[no-untyped-call]
        assert network.tags is not None
        assert (network.tags.weight.grad is not None) == schedule.with_spans


def test_a_network_begins_with_fitted_heads(base: SbertEncoder) -> None:
    """Before its first step it scores labels and tags as heads fitted on the encoder alone."""
    (start,) = warm_starts(base, _EXAMPLES, _TASKS, [_FOLDS[0]])
    network, data = Network(base, _TASKS), WordPieces(base, _EXAMPLES, _TASKS)
    assert not network.scores(data, np.arange(12)).any()
    network.begin_at(start)
    vectors = base.encode([example.text for example in _EXAMPLES])
    network.eval()
    np.testing.assert_allclose(network.scores(data, np.arange(12)), start.types.scores(vectors), atol=1e-4)
    tagger = network.to_tagger()
    assert tagger is not None
    assert start.tagger is not None
    np.testing.assert_allclose(tagger.coef, start.tagger.coef, atol=1e-6)


def test_a_warm_start_knows_nothing_of_its_fold(base: SbertEncoder) -> None:
    """Other labels inside the fold change nothing."""
    flipped = [
        replace(example, types=frozenset() if example.types else frozenset(["accusation"]))
        if row in _FOLDS[0]
        else example
        for row, example in enumerate(_EXAMPLES)
    ]
    (one,), (other,) = (warm_starts(base, some, _TASKS, [_FOLDS[0]]) for some in (_EXAMPLES, flipped))
    assert one.types.coef.tobytes() == other.types.coef.tobytes()


@pytest.mark.slow
def test_one_encoder_learns_from_all(base: SbertEncoder) -> None:
    """And one without each fold shows how unseen sentences look, which is not how the first sees them."""
    seen: list[tuple[int, int]] = []
    found = tune(base, _EXAMPLES, _TASKS, _FOLDS, _SCHEDULE, lambda *step: seen.append(step))
    assert seen[-1] == (48, 48)  # two epochs of 6, 6 and 12
    assert [vectors.shape for vectors in found.unseen] == [(12, 96)] * 2
    own = with_ends(found.encoder.encode_tokens([example.text for example in _EXAMPLES]))
    for vectors in found.unseen:
        assert not np.allclose(vectors, own, atol=1e-3)
    assert found.tagger is not None
    assert found.tagger.roles == ("source",)


@pytest.mark.slow
def test_a_worker_that_dies_is_told(base: SbertEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do."""
    monkeypatch.setattr(members, "_learn_apart", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(ConfigError, match=r"^jobs = 2: a worker process died, .* give fewer jobs$"):
        _adapted(base, jobs=2)


@pytest.mark.slow
def test_a_copy_of_an_encoder_keeps_what_it_learned(base: SbertEncoder) -> None:
    """Weights that are in no file go along to another process."""
    copied = pickle.loads(pickle.dumps(base))  # noqa: S301  # our own bytes
    np.testing.assert_array_equal(copied.encode(["A sentence."]), base.encode(["A sentence."]))


@pytest.mark.slow
def test_an_encoder_of_other_files_is_not_loaded(base: SbertEncoder, tmp_path: Path) -> None:
    """A large encoder of a model is loaded late, and then from the files that the model was loaded with."""
    base.save(tmp_path / "encoder")
    known = SbertEncoder(str(tmp_path / "encoder")).files_sha256()
    encoder = SbertEncoder(str(tmp_path / "encoder"), sha256=known)
    assert len(encoder.encode(["A sentence."])) == 1
    config = tmp_path / "encoder" / "config.json"
    config.write_text(config.read_text(encoding="utf-8") + " ", encoding="utf-8")
    for other in (pickle.loads(pickle.dumps(encoder)), encoder.at("fp32")):  # noqa: S301  # our own bytes
        with pytest.raises(ModelError, match="changed since the model was loaded; load the model again"):
            other.encode(["A sentence."])
