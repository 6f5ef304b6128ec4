"""The published JSON Schema: made from the classes, and as strict as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import stance.corpus.labels
from stance.corpus.labels import json_schema, parse_object
from stance.errors import LabelError

SCHEMA = Path(stance.corpus.labels.__file__).with_name("schema.json")


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """A validator of the published file."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_published_schema_is_that_of_the_classes() -> None:
    """``schema.json`` is what ``stance data schema`` prints; after a change of the classes print it anew."""
    assert SCHEMA.read_text(encoding="utf-8") == json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def test_labelled_sentences_fit(validator: Draft202012Validator, labelled_path: Path) -> None:
    """Every record of the sample is valid."""
    for line in labelled_path.read_text(encoding="utf-8").splitlines():
        validator.validate(json.loads(line))


@pytest.mark.parametrize(
    "record",
    [
        {"text": "a", "lable": "x"},
        {"label": "x"},
        {"text": 1},
        {"text": "a", "start": -1},
        {"text": "a", "claims": [{"type": ""}]},
        {"text": "a", "claims": [{"type": "goal", "stance": "against"}]},
        {"text": "a", "claims": [{"type": "goal", "probability": 1.5}]},
        {"text": "a", "hard_negative": ["joke"]},
    ],
)
def test_what_the_schema_refuses_the_classes_refuse(validator: Draft202012Validator, record: dict[str, Any]) -> None:
    """Schema and classes agree on broken records."""
    assert not validator.is_valid(record)
    with pytest.raises(LabelError, match=r"^here: "):
        parse_object(record, "here")
