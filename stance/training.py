"""A labelled corpus and a config to a Model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stance.adaptation import Progress, Tuned, adapt, tune
from stance.calibration import Calibrated, calibrate, label_scores
from stance.claims import fit_stances
from stance.config import AVERAGE_FROM, TrainConfig
from stance.corpus.labels import Record, suggestion
from stance.corpus.read import Labelled, labelled_records
from stance.encoder.cache import VectorCache
from stance.encoder.cached import CachedEncoder
from stance.encoder.protocol import Encoder
from stance.encoder.runtime import RuntimeEncoder, cores
from stance.encoder.sbert import SbertEncoder
from stance.errors import ConfigError, LabelError
from stance.examples import Example, label_matrix, make_examples
from stance.features import encode_once, in_chunks, with_ends
from stance.heads import BoolArray
from stance.heldout import HeadLesson
from stance.members import Schedule
from stance.model import Model
from stance.ngrams import Counted
from stance.records import ClaimType
from stance.tagger import fit_tagger, side_by_side
from stance.wordpieces import Tasks

_SEEDS = 2**32
_FOLDS = 5
_FEW = 100  # sentences, below which two folds have to do
_LEAST = 128  # sentences to learn from, however often each: a dozen are not learned in three epochs


def train(
    labelled: Labelled,
    config: TrainConfig | None = None,
    *,
    progress: Progress | None = None,
    cache: str | Path | VectorCache | None = None,
    typical: Collection[str] | None = None,
    jobs: int = 1,
) -> Model:
    """Train a model on labelled sentences: the function behind ``stance train``.

    Parameters
    ----------
    labelled : one or more files in the exchange form (or with ``label``/``labels`` columns), or records
    config : how; by default the encoder is fine-tuned, where it can be
    progress : called with steps done and steps in all
    cache : where the vectors of an encoder that is not adapted stay; they change nothing but the time it takes
    typical : keys (``doc``) of the articles that are most like those to be read; thresholds come from them alone, and
        an encoder that is adapted learns from them alone in one more epoch
    jobs : processes in which an encoder is adapted; each may need 6 GB; more than there are members are not used

    Raises
    ------
    LabelError : no labels, a single label, or a label with too few examples; the message counts them.
    ConfigError : the config asks for what the encoder cannot do, or ``typical`` names an article that is not there.
    """
    config = config or TrainConfig()
    if jobs < 1:
        raise ConfigError(f"jobs = {jobs}: expected a number from 1")
    records = list(labelled_records(labelled))
    examples = make_examples(records)
    labels, multi_label = label_set(records, config.min_examples)
    targets = label_matrix(examples, labels)
    groups = [example.group for example in examples]
    deciding = None if typical is None else _typical(typical, groups, records)
    encoder = config.build_encoder()
    config = _chosen(config, encoder, targets)
    lesson = _Lesson(examples, labels, multi_label, targets, article_folds(groups, config), deciding)
    if config.adapt:
        return _train_adapted(encoder, lesson, config, progress, jobs)
    if cache is not None:
        encoder = CachedEncoder(encoder, cache)
    return _with_heads(encoder, lesson, config)


def _typical(keys: Collection[str], groups: Sequence[str], records: Sequence[Record]) -> BoolArray:
    """(n_examples,), which examples are of the articles with these keys."""
    if isinstance(keys, str):
        raise ConfigError(f'typical = "{keys}": expected a list or set of article keys, such as ["{keys}"]')
    chosen, known = set(keys), {record.group for record in records}
    strange = sorted(map(str, chosen - known))
    if strange:
        raise ConfigError(f'typical: no sentence has doc "{strange[0]}"{suggestion(strange[0], sorted(known))}')
    deciding = np.array([group in chosen for group in groups])
    if not deciding.any():
        raise ConfigError("typical names no article with a labelled sentence; leave it out, and all articles decide")
    return deciding


@dataclass(frozen=True)
class _Lesson:
    """What is learned from: examples, labels as (n_examples, n_labels), folds, which are like those to be read."""

    examples: Sequence[Example]
    labels: tuple[str, ...]
    multi_label: bool
    targets: BoolArray
    folds: Sequence[NDArray[np.int64]]
    typical: BoolArray | None


def _chosen(config: TrainConfig, encoder: Encoder, targets: BoolArray) -> TrainConfig:
    """The config with all that it leaves to training: few sentences need small steps, and more than one epoch has."""
    n, adapt = len(targets), config.adapt
    if adapt is None:
        adapt = isinstance(encoder, (RuntimeEncoder, SbertEncoder))
    if adapt and _many(targets):
        usual: dict[str, Any] = {"folds": _FOLDS, "epochs": 4, "learning_rate": 1e-4, "batch_size": 32}
    else:
        folds = _FOLDS if not adapt else 3 if n >= _FEW else 2
        usual = {"folds": folds, "epochs": max(3, -(-_LEAST // n)), "learning_rate": 2e-4}
        usual["batch_size"] = min(max(n // 40, 8), 32)
    return replace(config, adapt=adapt, **{key: value for key, value in usual.items() if getattr(config, key) is None})


def _many(targets: BoolArray) -> bool:
    return int(targets.sum(axis=0).min()) >= AVERAGE_FROM


def label_set(records: Sequence[Record], min_examples: int) -> tuple[tuple[str, ...], bool]:
    """The labels to learn, and whether a sentence may have several or none of them.

    Claims and lists of labels are multi-label; a single ``label`` each is not. Claim types come in the order of
    the label guide, other labels in alphabetical order.

    Raises
    ------
    LabelError : nothing is labelled, there is only one label, or one has fewer than ``min_examples`` examples.
    """
    labelled = [record for record in records if record.types is not None]
    if not labelled:
        raise LabelError(
            f"none of {len(records)} sentences carries a label; give each a claims list, a label or a labels list"
        )
    counts = Counter(label for record in labelled for label in record.types or ())
    multi_label = any(record.label is None for record in labelled)
    order = {str(claim_type): position for position, claim_type in enumerate(ClaimType)}
    labels = tuple(sorted(counts, key=lambda label: (order.get(label, len(order)), label)))
    if not multi_label and len(labels) < 2:
        raise LabelError(
            f'all {len(labelled)} sentences have the label "{labels[0]}"; training needs at least two labels'
        )
    if not labels:
        raise LabelError(f"none of {len(labelled)} sentences has a claim or label; training needs examples of each")
    if multi_label and len(labels) < 2 and counts[labels[0]] == len(labelled):
        raise LabelError(f'all {len(labelled)} sentences have the label "{labels[0]}"; add sentences without it')
    few = [label for label in labels if counts[label] < min_examples]
    if few:
        near = suggestion(few[0], [label for label in labels if label != few[0]])
        raise LabelError(
            f'label "{few[0]}" has {counts[few[0]]} example{"s" * (counts[few[0]] != 1)}, fewer than {min_examples}; '
            f"add examples or remove it{near}"
        )
    return labels, multi_label


def article_folds(groups: Sequence[str], config: TrainConfig) -> list[NDArray[np.int64]]:
    """Rows that each fold holds out; an article is never cut, folds are of like size, the same for the same seed."""
    rows_of: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        rows_of.setdefault(group, []).append(row)
    if len(rows_of) < 2:
        raise LabelError("all sentences are of one article; cross-validation needs at least two")
    names = sorted(rows_of)
    np.random.default_rng(config.seed).shuffle(names)
    folds: list[list[int]] = [[] for _ in range(min(config.folds or _FOLDS, len(rows_of)))]
    for name in sorted(names, key=lambda name: -len(rows_of[name])):
        min(folds, key=len).extend(rows_of[name])
    return [np.array(sorted(fold), np.int64) for fold in folds]


def _with_heads(encoder: Encoder, lesson: _Lesson, config: TrainConfig, tuned: Tuned | None = None) -> Model:
    """Heads on an encoder; they read the ends of a sentence too where held-out articles gain by it."""
    from threadpoolctl import threadpool_limits

    examples, targets = lesson.examples, lesson.targets
    texts = [example.text for example in examples]
    with_spans = any(example.spans for example in examples)
    if with_spans:
        encoded = [one for chunk in in_chunks(encoder, texts) for one in side_by_side(chunk)]
        vectors = with_ends(encoded)
    else:
        encoded, vectors = [], np.concatenate([with_ends(chunk) for chunk in in_chunks(encoder, texts)])
    words = Counted.of(texts) if config.ngrams is not False else None
    unseen = tuned.unseen if tuned is not None else None
    to_learn = HeadLesson(vectors, words, targets, lesson.labels, lesson.multi_label, config.strength, unseen)
    with threadpool_limits(1), ThreadPoolExecutor(cores()) as threads:  # heads in one, tags in what the others leave
        heads = threads.submit(to_learn.learn, lesson.folds)
        spans = [example.spans for example in examples]
        tagger = tuned.tagger if tuned else fit_tagger(encoded, spans, threads=threads) if with_spans else None
        head, held_out = heads.result()
    calibrated = calibrate(head, held_out, targets, lesson.typical)
    return Model(
        encoder,
        calibrated.head,
        calibrated.thresholds,
        tagger,
        fit_stances(examples, encoded, tagger) if with_spans else None,
        _settings(config, lesson, calibrated, held_out, encoder.name),
    )


def _train_adapted(
    encoder: Encoder, lesson: _Lesson, config: TrainConfig, progress: Progress | None, jobs: int
) -> Model:
    """The encoder fine-tuned together with its heads."""
    if isinstance(encoder, RuntimeEncoder):
        encoder = SbertEncoder(encoder.name)
    if not isinstance(encoder, SbertEncoder):
        raise ConfigError(
            f'encoder "{encoder.name}" cannot be adapted; give --no-adapt, or a sentence-transformers model'
        )
    examples, labels = lesson.examples, lesson.labels
    stances = sorted({stance for example in examples for _, _, stance in example.stances})
    stance_types = tuple(label for label in labels if any(label == t for e in examples for t, _, _ in e.stances))
    tasks = Tasks(labels, lesson.multi_label, _roles(examples), tuple(stances), stance_types)
    assert config.epochs is not None  # noqa: S101  # chosen before
    assert config.learning_rate is not None  # noqa: S101
    assert config.batch_size is not None  # noqa: S101
    schedule = Schedule(config.epochs, config.learning_rate, config.batch_size, config.seed)
    if not _many(lesson.targets):
        tuned = tune(encoder, examples, tasks, lesson.folds, schedule, progress, lesson.typical, jobs)
        return _with_heads(tuned.encoder, lesson, config, tuned)
    groups = [example.group for example in examples]
    folds = list(lesson.folds)
    for number in range(1, config.repeats):
        folds += article_folds(groups, replace(config, seed=(config.seed + number) % _SEEDS))
    found = adapt(encoder, examples, tasks, folds, schedule, progress, lesson.typical, jobs)
    calibrated = calibrate(found.types, found.held_out, lesson.targets, lesson.typical)
    with_stance = [example for example in examples if example.stances]
    encoded = encode_once(found.encoder, [example.text for example in with_stance])
    return Model(
        found.encoder,
        calibrated.head,
        calibrated.thresholds,
        found.tagger,
        fit_stances(with_stance, encoded, found.tagger),  # a regression does better than the averaged heads
        _settings(config, lesson, calibrated, found.held_out, encoder.name),
    )


def _roles(examples: Sequence[Example]) -> tuple[str, ...]:
    """Roles with at least one span in the examples."""
    return tuple(sorted({role for example in examples for role, spans in example.spans.items() if spans}))


def _settings(
    config: TrainConfig,
    lesson: _Lesson,
    calibrated: Calibrated,
    held_out: NDArray[np.floating],
    encoder: str,
) -> dict[str, Any]:
    """What ``config.json`` and the model card say of the training, with the scores of the held-out folds."""
    from joblib import hash as fingerprint

    examples, labels, targets = lesson.examples, lesson.labels, lesson.targets
    return {
        "adapted": config.adapt,
        "base_encoder": encoder,
        "training": {
            "config": config.to_dict(),
            "sentences": len(examples),
            "articles": len({example.group for example in examples}),
            "examples": {label: int(targets[:, column].sum()) for column, label in enumerate(labels)},
            "fingerprint": fingerprint([(example.text, sorted(example.types)) for example in examples]),
        },
        "scores": {"cross-validation": label_scores(labels, targets, calibrated.decide(held_out))},
    }
