"""A labelled corpus and a config to a Model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stance.adaptation import Adapted, Progress, adapt
from stance.calibration import Calibrated, calibrate, label_scores
from stance.claims import StanceHead, stance_features
from stance.config import ADAPT_FROM, TrainConfig
from stance.corpus.labels import Record, suggestion
from stance.corpus.read import Labelled, labelled_records
from stance.encoder.cache import VectorCache
from stance.encoder.cached import CachedEncoder
from stance.encoder.protocol import Encoder, TokenVectors
from stance.encoder.runtime import RuntimeEncoder, cores
from stance.encoder.sbert import SbertEncoder
from stance.errors import ConfigError, LabelError
from stance.examples import Example, label_matrix, make_examples
from stance.features import with_ends
from stance.heads import BoolArray, fit_head
from stance.heldout import HeadLesson
from stance.members import Schedule
from stance.model import Model, encode_once
from stance.ngrams import Counted
from stance.records import ClaimType
from stance.tagger import Tagger, fit_tagger, side_by_side, target_role
from stance.wordpieces import Tasks

_TOGETHER = 2048  # sentences
_SEEDS = 2**32
_STANCE_STRENGTH = 0.03  # claims are few and targets as found are noisy: the regression is held short


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
    config : how; by default the encoder is adapted where there are examples enough
    progress : called with steps done and steps in all
    cache : where the vectors of an encoder that is not adapted stay; they change nothing but the time it takes
    typical : keys (``doc``) of the articles that are most like those to be read; thresholds come from them alone, and
        an encoder that is adapted learns from them alone in one more epoch
    jobs : processes in which an encoder is adapted; each may need 6 GB; more than there are members are not used

    Raises
    ------
    LabelError : no labels, a single label, or a label with too few examples; the message counts them.
    ConfigError : the config asks for what the encoder cannot do.
    """
    config = config or TrainConfig()
    if jobs < 1:
        raise ConfigError(f"jobs = {jobs}: expected a number from 1")
    records = list(labelled_records(labelled))
    examples = make_examples(records)
    labels, multi_label = label_set(records, config.min_examples)
    targets = label_matrix(examples, labels)
    groups = [example.group for example in examples]
    deciding = None if typical is None else np.array([group in typical for group in groups])
    lesson = _Lesson(examples, labels, multi_label, targets, article_folds(groups, config), deciding)
    encoder = config.build_encoder()
    config = replace(config, adapt=_adapting(config, encoder, targets))
    if config.adapt:
        return _train_adapted(encoder, lesson, config, progress, jobs)
    if cache is not None:
        encoder = CachedEncoder(encoder, cache)
    return _train_frozen(encoder, lesson, config)


@dataclass(frozen=True)
class _Lesson:
    """What is learned from: examples, labels as (n_examples, n_labels), folds, which are like those to be read."""

    examples: Sequence[Example]
    labels: tuple[str, ...]
    multi_label: bool
    targets: BoolArray
    folds: Sequence[NDArray[np.int64]]
    typical: BoolArray | None


def _adapting(config: TrainConfig, encoder: Encoder, targets: BoolArray) -> bool:
    """Whether the encoder is fine-tuned: as the config says, or by the number of examples."""
    if config.adapt is not None:
        return config.adapt
    return isinstance(encoder, (RuntimeEncoder, SbertEncoder)) and int(targets.sum(axis=0).min()) >= ADAPT_FROM


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
    folds: list[list[int]] = [[] for _ in range(min(config.folds, len(rows_of)))]
    for name in sorted(names, key=lambda name: -len(rows_of[name])):
        min(folds, key=len).extend(rows_of[name])
    return [np.array(sorted(fold), np.int64) for fold in folds]


def _train_frozen(encoder: Encoder, lesson: _Lesson, config: TrainConfig) -> Model:
    """Heads on the encoder as it is; they read the ends of a sentence too where held-out articles gain by it."""
    from threadpoolctl import threadpool_limits

    examples, targets = lesson.examples, lesson.targets
    texts = [example.text for example in examples]
    with_spans = any(example.spans for example in examples)
    if with_spans:
        encoded = [one for chunk in _chunks(encoder, texts) for one in side_by_side(chunk)]
        vectors = with_ends(encoded)
    else:
        encoded, vectors = [], np.concatenate([with_ends(chunk) for chunk in _chunks(encoder, texts)])
    words = Counted.of(texts) if config.ngrams is not False else None
    to_learn = HeadLesson(vectors, words, targets, lesson.labels, lesson.multi_label, config.strength)
    with threadpool_limits(1), ThreadPoolExecutor(cores()) as threads:  # heads in one, tags in what the others leave
        heads = threads.submit(to_learn.learn, lesson.folds)
        spans = [example.spans for example in examples]
        tagger = fit_tagger(encoded, spans, threads=threads) if with_spans else None
        head, held_out = heads.result()
    calibrated = calibrate(head, held_out, targets, lesson.typical)
    return Model(
        encoder,
        calibrated.head,
        calibrated.thresholds,
        tagger,
        _fit_stances(examples, encoded, tagger) if with_spans else None,
        _settings(config, lesson, calibrated, held_out, encoder.name),
    )


def _chunks(encoder: Encoder, texts: Sequence[str]) -> Iterator[list[TokenVectors]]:
    """Some sentences after the other, so that nothing stands twice in memory but of those."""
    for begin in range(0, len(texts), _TOGETHER):
        yield encode_once(encoder, texts[begin : begin + _TOGETHER])


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
    schedule = Schedule(config.epochs, config.learning_rate, config.batch_size, config.seed)
    groups = [example.group for example in examples]
    folds = list(lesson.folds)
    for number in range(1, config.repeats):
        folds += article_folds(groups, replace(config, seed=(config.seed + number) % _SEEDS))
    found: Adapted = adapt(encoder, examples, tasks, folds, schedule, progress, lesson.typical, jobs)
    calibrated = calibrate(found.types, found.held_out, lesson.targets, lesson.typical)
    return Model(
        found.encoder,
        calibrated.head,
        calibrated.thresholds,
        found.tagger,
        _fit_adapted_stances(found.encoder, examples, found.tagger),
        _settings(config, lesson, calibrated, found.held_out, encoder.name),
    )


def _roles(examples: Sequence[Example]) -> tuple[str, ...]:
    """Roles with at least one span in the examples."""
    return tuple(sorted({role for example in examples for role, spans in example.spans.items() if spans}))


def _fit_adapted_stances(encoder: Encoder, examples: Sequence[Example], tagger: Tagger | None) -> StanceHead | None:
    """The stance head on the averaged encoder: a regression, which does better than the averaged heads."""
    with_stance = [example for example in examples if example.stances]
    return _fit_stances(with_stance, encode_once(encoder, [example.text for example in with_stance]), tagger)


def _fit_stances(
    examples: Sequence[Example], encoded: Sequence[TokenVectors], tagger: Tagger | None
) -> StanceHead | None:
    """A head for the stance of a claim.

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
    return StanceHead(fit_head(features, gold, stances, multi_label=False, strength=_STANCE_STRENGTH), types)


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
