"""The one pure function from a shard to a part; every engine calls it, in whatever process."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from stance import bundle
from stance.batch.shards import Shard
from stance.batch.watchdog import Watchdog
from stance.corpus.write import encode
from stance.encoder.precision import Computed, Precision
from stance.errors import ModelError
from stance.library import DEFAULT, load
from stance.model import Model
from stance.modelconfig import read_config
from stance.modelencoder import resolved
from stance.prediction import PredictOptions, confident, output_rows
from stance.records import Document
from stance.version import __version__


@dataclass(frozen=True)
class Task:
    """What is done with every shard: small, and the same in every process.

    Parameters
    ----------
    model : model directory, at the same path on every machine; None for the embedded default
    fingerprint : of that model; another one is refused
    options : as for ``predict_files``; the format is ``jsonl`` or ``parquet``
    time_limit : seconds for one article, beside a second for every 2,000 characters; None for no limit
    precision : of the encoder, the same on every machine
    version : of stance; another one is refused
    """

    model: Path | None
    fingerprint: str
    options: PredictOptions
    time_limit: float | None = None
    precision: Computed = "fp32"
    version: str = __version__

    @classmethod
    def of(
        cls,
        model: str | Path | None,
        options: PredictOptions,
        time_limit: float | None = None,
        precision: Precision = "auto",
    ) -> Task:
        """The task of a model directory as it is now.

        Raises
        ------
        ModelError : no model stands there.
        ConfigError : its encoder, or this machine, does not compute with that precision.
        """
        folder = None if model is None else Path(model).absolute()
        if not (folder or DEFAULT).is_dir():
            raise ModelError(f"{model or DEFAULT}: no such model directory")
        kind = read_config(folder or DEFAULT).encoder.kind
        return cls(folder, bundle.fingerprint(folder or DEFAULT), options, time_limit, resolved(kind, precision))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that gave no result, where it stood, and why; ``raw`` is how it begins.

    ``line`` is of a row that could not be read, ``doc`` the id of an article that could not be predicted.
    """

    path: str
    line: int | None
    doc: str | None
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Found:
    """What one article gave: its output rows, its sentences, its claims by type."""

    rows: tuple[dict[str, Any], ...]
    sentences: int
    claims: Counter[str]


@dataclass(frozen=True)
class Part:
    """A finished shard: the bytes of its file, and what they hold.

    ``seconds`` is how long it took, and no part of what it is: the same shard gives the same part.
    """

    index: int
    input: str
    data: bytes
    articles: int
    sentences: int
    claims: Mapping[str, int]
    rows: int
    refused: tuple[Refusal, ...]
    seconds: float = field(default=0.0, compare=False)


_ONE_AT_A_TIME = threading.Lock()  # a worker with several threads has one model, one watchdog and its own cores


def predict_part(shard: Shard, task: Task) -> Part:
    """The part of a shard: the same for the same shard and task, wherever it is computed.

    Raises
    ------
    ModelError : this machine has another model or another version of stance than the run.
    """
    with _ONE_AT_A_TIME:
        return make_part(shard, predict_articles(shard.documents, task), task)


def prepare(task: Task) -> None:
    """Load the model in this process.

    Raises
    ------
    ModelError : this machine has another model or another version of stance than the run.
    """
    _model(task.model, task.fingerprint, task.version, task.precision)


def predict_article(document: Document, task: Task) -> Found:
    """What one article gives alone."""
    with _ONE_AT_A_TIME:
        (found,) = predict_articles([document], task)
        return found


def predict_articles(documents: Iterable[Document], task: Task) -> Iterator[Found]:
    """What each article gives, in order."""
    model = _model(task.model, task.fingerprint, task.version, task.precision)
    with Watchdog(task.time_limit) as watchdog:

        def watched() -> Iterator[Document]:
            for document in documents:
                watchdog.take(len(document.text))
                yield document

        for document in model.predict_many(watched(), aliases=task.options.aliases):
            kept = confident(document, task.options)
            rows = tuple(output_rows(kept, task.options))
            watchdog.give(len(kept.text))
            yield Found(rows, len(kept.sentences), Counter(str(claim.type) for claim in kept.claims))


def make_part(shard: Shard, articles: Iterable[Found], task: Task, lost: tuple[Refusal, ...] = ()) -> Part:
    """The part that holds what the articles of a shard gave, and the refusals of those that gave nothing."""
    began = time.monotonic()
    counts, claims = Counter[str](), Counter[str]()

    def counted() -> Iterator[dict[str, Any]]:
        for found in articles:
            counts.update(articles=1, sentences=found.sentences, rows=len(found.rows))
            claims.update(found.claims)
            yield from found.rows

    data = encode(counted(), task.options.format)
    return Part(
        index=shard.index,
        input=shard.digest,
        data=data,
        articles=counts["articles"],
        sentences=counts["sentences"],
        claims=dict(sorted(claims.items())),
        rows=counts["rows"],
        refused=(*(Refusal(row.path, row.line, None, row.reason, row.raw) for row in shard.refused), *lost),
        seconds=time.monotonic() - began,
    )


@lru_cache(maxsize=1)
def _model(folder: Path | None, fingerprint: str, version: str, precision: Computed) -> Model:
    """The model of a task, loaded once a process."""
    if version != __version__:
        raise ModelError(f"the run is of stance {version}, this machine has {__version__}; install the same version")
    path = DEFAULT if folder is None else folder
    loaded = load(path, precision=precision)
    found = bundle.fingerprint(path)
    if found != fingerprint:
        raise ModelError(
            f"{path}: another model ({found[:12]}…) than the run's ({fingerprint[:12]}…); "
            "copy the run's model to that path on every machine"
        )
    return loaded
