"""The exchange form: one record a sentence, for labels given by people and for predictions alike.

The JSON Schema beside this file (``schema.json``) is made from these classes; a test keeps the two equal.
"""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from stance.errors import LabelError
from stance.records import Kind, Stance
from stance.strictjson import parse_json
from stance.visible import clean

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Offset = Annotated[int, Field(ge=0)]

_BLANKS = re.compile(r"[^\S\n]+")
_NOTHING = frozenset(("na", "n/a", "#n/a", "nan", "null"))
"""What R, Excel, pandas and databases write for an empty cell."""


def _plain(label: str) -> str:
    """The label with its accents composed and single plain spaces: what looks alike is one label."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", label)).strip()


Label = Annotated[str, AfterValidator(_plain)]


def means_nothing(label: str) -> bool:
    """Whether it is what programs write for an empty cell, and may still be somebody's label."""
    return label.casefold() in _NOTHING


HARD_NEGATIVES = ("denial", "opinion", "report", "cause", "schedule", "prediction", "demand")
"""Why a sentence that looks like a claim is none (label guide, section on hard borders)."""


class _Strict(BaseModel):
    """Unknown keys, NaN and wrong types are refused."""

    model_config = ConfigDict(
        extra="forbid", strict=True, allow_inf_nan=False, frozen=True, defer_build=True
    )  # built when labels are first read: predicting does not wait for it


class WordRecord(_Strict):
    """A word that carries a claim, and how far the probability falls without it."""

    text: str
    start: Offset
    end: Offset
    drop: Annotated[float, Field(ge=-1.0, le=1.0)]


class NeighbourRecord(_Strict):
    """A labelled sentence near to a claim's."""

    text: str
    labels: list[str]
    similarity: Annotated[float, Field(ge=-1.0, le=1.0)]


class ExplanationRecord(_Strict):
    """Why a claim was found, most important word and nearest sentence first."""

    words: list[WordRecord]
    nearest: list[NeighbourRecord] = []


class ClaimRecord(_Strict):
    """One claim: ``*_text`` are exact words of the sentence or null, ``*_start``/``*_end`` where they stand."""

    type: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)]
    probability: Probability | None = None
    source: str | None = None
    source_id: str | None = None
    source_text: str | None = None
    source_start: Offset | None = None
    source_end: Offset | None = None
    cue_text: str | None = None
    cue_start: Offset | None = None
    cue_end: Offset | None = None
    target: str | None = None
    target_id: str | None = None
    target_text: str | None = None
    target_start: Offset | None = None
    target_end: Offset | None = None
    stance: Annotated[Stance, Field(strict=False)] | None = None
    stance_probability: Probability | None = None
    source_rule: str | None = None
    source_confidence: Probability | None = None
    explanation: ExplanationRecord | None = None


class AttributionRecord(_Strict):
    """One attributed statement: source, cue, and the pieces of its content in order."""

    source: str | None = None
    source_id: str | None = None
    source_text: str | None = None
    source_kind: Literal["person", "organisation", "group", "document", "spokesperson"] | None = None
    source_rule: str | None = None
    source_confidence: Probability | None = None
    source_start: Offset | None = None
    source_end: Offset | None = None
    cue_text: str | None = None
    cue_start: Offset | None = None
    cue_end: Offset | None = None
    content: list[str] = []
    content_spans: list[list[Offset]] | None = None


class Record(_Strict):
    """One sentence with its labels; only ``text`` is needed, labels may carry less."""

    doc: str | None = None
    sentence: Offset | None = None
    start: Offset | None = None
    end: Offset | None = None
    text: str
    paragraph: Offset | None = None
    kind: Annotated[Kind, Field(strict=False)] | None = None
    title: str | None = None
    date: str | None = None
    outlet: str | None = None
    topic: str | None = None
    style: str | None = None
    variety: str | None = None
    corpus: str | None = None
    article: str | None = None
    split: str | None = None
    label: Label | None = None
    labels: list[Label] | None = None
    speaker: str | None = None
    speaker_id: str | None = None
    speaker_text: str | None = None
    speaker_start: Offset | None = None
    speaker_end: Offset | None = None
    speaker_rule: str | None = None
    speaker_confidence: Probability | None = None
    claims: list[ClaimRecord] | None = None
    attributions: list[AttributionRecord] | None = None
    hard_negative: list[Literal["denial", "opinion", "report", "cause", "schedule", "prediction", "demand"]] | None = (
        None
    )
    probabilities: dict[Label, Probability] | None = None
    truncated: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _writable(cls, values: Any) -> Any:
        """With U+FFFD for lone surrogates, wherever the values come from."""
        return _cleaned(values)

    @model_validator(mode="after")
    def _consistent(self) -> Record:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError(f"end {self.end} lies before start {self.start}")
        given = [name for name in ("claims", "label", "labels") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} given together; keep one of claims, label, labels")
        if any(not label.strip() for label in (self.types or ())):
            raise ValueError("empty label; give one, or remove it")
        for claim in self.claims or ():
            for name in ("source_text", "cue_text", "target_text"):
                words = getattr(claim, name)
                if words is not None and words not in self.text:
                    raise ValueError(
                        f"{name} {words!r} does not stand in the sentence; copy the exact words or give null"
                    )
        for found in self.attributions or ():
            for words in (found.source_text, found.cue_text, *found.content):
                if words is not None and words not in self.text:
                    raise ValueError(f"attributed words {words!r} do not stand in the sentence; copy them exactly")
        return self

    @property
    def types(self) -> frozenset[str] | None:
        """The labels of the sentence, an empty set for none; None where it carries no labels at all."""
        if self.claims is not None:
            return frozenset(claim.type for claim in self.claims)
        if self.labels is not None:
            return frozenset(self.labels)
        return frozenset({self.label}) if self.label is not None else None

    @property
    def group(self) -> str:
        """What no split cuts: the article, or without one all sentences of the same text, however it is cased."""
        return self.doc if self.doc is not None else f"text {' '.join(self.text.casefold().split())}"


def parse(line: str, where: str) -> Record:
    """One JSON line as a record.

    Parameters
    ----------
    line : one JSON object, no key twice
    where : file and line number for the message, ``data/train.jsonl:418``

    Raises
    ------
    LabelError : the line is no JSON or breaks the schema; the message names the field and the mend.
    """
    try:
        value = parse_json(line)
    except (ValueError, RecursionError) as error:
        raise LabelError(f"{where}: not a JSON object: {error}") from None
    if not isinstance(value, dict):
        raise LabelError(f"{where}: a JSON {type(value).__name__}, not an object; expected one object a line")
    return parse_object(value, where)


def parse_object(value: dict[str, Any], where: str) -> Record:
    """A record from plain values, as strictly as from JSON.

    Raises
    ------
    LabelError : the values break the schema.
    """
    try:
        return Record.model_validate(value)
    except ValidationError as error:
        raise LabelError(f"{where}: {describe(error)}") from None


def describe(error: ValidationError) -> str:
    """The first problem of a validation error in one line, with how many more there are."""
    problems = error.errors(include_url=False)
    first = problems[0]
    path = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = f'unknown key "{path}"{suggestion(path.split(".")[-1], Record.model_fields)}'
    elif path:
        message = f"{path}: {message}"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return message + more


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(inner) for name, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list) else value


def suggestion(word: str, known: Iterable[str]) -> str:
    """``; did you mean "accusation"?`` for a near miss, else nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.75)
    return f'; did you mean "{near[0]}"?' if near else ""


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of a record."""
    schema = Record.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def to_json(record: Record) -> str:
    """One line of JSON without the fields that are not set, in the order of the schema."""
    return json.dumps(record.model_dump(mode="json", exclude_unset=True), ensure_ascii=False)
