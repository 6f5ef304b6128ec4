"""How far a run is: what is done, how fast, what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from stance.batch.folder import Batch, Entry


@dataclass(frozen=True)
class Status:
    """A run at one moment.

    Parameters
    ----------
    folder : of the parts
    state : ``running`` while a process is at work on it
    engine : of the last session; None before the first
    shards, shards_done : of the whole input, and finished
    articles, articles_done, articles_left : the same, and what is missing
    lost : those of the articles done that could not be predicted
    sentences, claims : in the finished parts
    refused : rows without a result; ``rejects`` are the files that name them
    articles_per_second : of the last session; None before its first part
    seconds_left : at that rate; None where there is no rate
    """

    folder: str
    state: Literal["running", "complete", "stopped"]
    engine: str | None
    shards: int
    shards_done: int
    articles: int
    articles_done: int
    articles_left: int
    lost: int
    sentences: int
    claims: int
    refused: int
    rejects: tuple[str, ...]
    articles_per_second: float | None
    seconds_left: int | None


def status_of(batch: Batch, now: datetime | None = None) -> Status:
    """The status of a batch as it was read.

    Parameters
    ----------
    now : the time, for the rate of a run that goes on; None for the clock's
    """
    articles = int(batch.manifest["articles"])
    done = batch.total("articles") + batch.total("lost")
    rate = _rate(batch, now or datetime.now(UTC))
    return Status(
        folder=str(batch.folder),
        state="running" if batch.running else "complete" if batch.complete else "stopped",
        engine=batch.sessions[-1].engine if batch.sessions else None,
        shards=batch.shards,
        shards_done=len(batch.parts),
        articles=articles,
        articles_done=done,
        articles_left=articles - done,
        lost=batch.total("lost"),
        sentences=batch.total("sentences"),
        claims=sum(sum(entry.claims.values()) for entry in batch.parts.values()),
        refused=batch.total("refused"),
        rejects=tuple(map(str, batch.rejects())),
        articles_per_second=rate,
        seconds_left=None if not rate else round((articles - done) / rate),
    )


def _rate(batch: Batch, now: datetime) -> float | None:
    if not batch.sessions:
        return None
    began = datetime.fromisoformat(batch.sessions[-1].began)
    recent = [entry for entry in batch.parts.values() if _finished(entry) >= began]
    if not recent:
        return None
    last = now if batch.running else max(map(_finished, recent))
    articles = sum(entry.articles + entry.lost for entry in recent)
    return round(articles / max((last - began).total_seconds(), 1e-3), 1)


def _finished(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.finished)
