"""DataFrame in, DataFrame out: the function from a shard to a part in the form that Spark and Ray call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.batch.parts import Task, predict_articles
from stance.corpus.labelled import whole
from stance.errors import ConfigError, InputError
from stance.prediction import PredictOptions
from stance.records import Document
from stance.resolver import Aliases
from stance.tables import COLUMNS

if TYPE_CHECKING:
    import pandas as pd

_DDL = {str: "string", int: "bigint", float: "double", bool: "boolean"}
_DTYPES = {str: "string", int: "Int64", float: "Float64", bool: "boolean"}
_META = ("title", "date", "outlet")

SPARK_SCHEMA = ", ".join(f"`{name}` {_DDL[kind]}" for name, kind in COLUMNS.items())
"""The columns of a table of claims in Spark's words, for ``mapInPandas``."""


def predict_frame(
    frame: pd.DataFrame,
    *,
    model: str | Path | None = None,
    text_column: str = "text",
    all_sentences: bool = False,
    min_probability: float = 0.0,
    aliases: Aliases | None = None,
) -> pd.DataFrame:
    """The claims of the articles of a frame, one row a claim, with the columns of a table of claims.

    Parameters
    ----------
    frame : one row an article: the text, and if there are such columns ``id``, ``title``, ``date``, ``outlet``, each
        as text, number or date; where the text is missing the article holds none
    model : model directory, loaded once a process; None for the embedded default
    all_sentences : at least one row a sentence
    min_probability : claims less probable are left out
    aliases : the user's names

    Raises
    ------
    InputError : there is no such column, a cell of it is no text, or aliases are no ``Aliases``.
    ConfigError : the model is no directory's name, as a process that loads it needs.
    """
    import pandas as pd

    if not isinstance(model, str | Path | None):
        raise ConfigError(f"model of type {type(model).__name__}; give its directory (stance.save writes one)")
    options = PredictOptions(
        format="parquet", all_sentences=all_sentences, min_probability=min_probability, aliases=aliases
    )
    task = replace(_task(None if model is None else str(model)), options=options)
    found = predict_articles(_documents(frame, text_column), task)
    table = pd.DataFrame([row for article in found for row in article.rows], columns=list(COLUMNS))
    return table.astype({name: _DTYPES[kind] for name, kind in COLUMNS.items()})


def predict_frames(frames: Iterable[pd.DataFrame], **options: Any) -> Iterator[pd.DataFrame]:
    """``predict_frame`` for each frame of a stream."""
    for frame in frames:
        yield predict_frame(frame, **options)


@lru_cache(maxsize=8)
def _task(model: str | None) -> Task:
    return Task.of(model, PredictOptions())


def _documents(frame: pd.DataFrame, text_column: str) -> Iterator[Document]:
    if text_column not in frame.columns:
        raise InputError(f'no column "{text_column}" among {", ".join(map(str, frame.columns))}; give text_column')
    known = dict.fromkeys(name for name in (text_column, "id", *_META) if name in frame.columns)
    cells = frame[list(known)]
    there = cells.notna().to_dict("records")
    for number, values in enumerate(cells.to_dict("records")):
        row = {name: value if there[number][name] else "" for name, value in values.items()}
        text = row[text_column]
        if not isinstance(text, str):
            raise InputError(f"row {number}: {text_column} must be text; found {type(text).__name__}")
        given: dict[str, Any] = {name: cell for name in ("id", *_META) if (cell := _cell(row.get(name, "")))}
        yield Document(text=text, **{"id": f"row {number}"} | given)


def _cell(value: Any) -> str:
    """A cell as text; engines that read JSON through pandas make a time of a date."""
    return value.isoformat().removesuffix("T00:00:00") if isinstance(value, date) else str(whole(value))
