"""Documents to records, rows and frames."""

from __future__ import annotations

import json

import pytest

from stance.corpus.labels import Record, parse, parse_object
from stance.model import Model
from stance.records import Attribution, Claim, Document, Kind, Sentence, Source, Span, Speaker, Stance
from stance.tables import COLUMNS, frame, records, rows

_TEXT = "2020-01-02\nThe union said he lied. It rained."
_DATE = Sentence(0, 0, 10, "2020-01-02", 0, Kind.DATE)
_SAID = Sentence(1, 11, 34, "The union said he lied.", 1)
_RAIN = Sentence(2, 35, 45, "It rained.", 1)
_UNION = Source("union", "group", 0.87654, "Q1")
_CLAIM = Claim(
    _SAID,
    "accusation",
    0.876543,
    _UNION,
    Span(11, 20),
    Span(21, 25),
    "Ann Poole",
    Span(26, 28),
    "Q2",
    Stance.OPPOSE,
    0.999951,
)
_DOCUMENT = Document(
    _TEXT,
    (_DATE, _SAID, _RAIN),
    id="d",
    title="Rain",
    claims=(_CLAIM,),
    attributions=(Attribution(_SAID, (Span(26, 33),), _UNION, Span(11, 20), Span(21, 25)),),
    speakers=(None, Speaker(_UNION, Span(11, 20)), None),
    probabilities=({}, {"accusation": 0.876543}, {"accusation": 0.01}),
    truncated=frozenset({2}),
)


def test_record_of_a_sentence_with_a_claim() -> None:
    """Words, offsets into the document, names, rules, and probabilities of four decimals."""
    record = records(_DOCUMENT)[1]
    assert record["text"] == "The union said he lied."
    assert (record["doc"], record["title"], record["sentence"], record["start"], record["end"]) == (
        "d",
        "Rain",
        1,
        11,
        34,
    )
    assert (record["speaker"], record["speaker_id"], record["speaker_text"]) == ("union", "Q1", "The union")
    assert record["claims"] == [
        {
            "type": "accusation",
            "probability": 0.8765,
            "source": "union",
            "source_id": "Q1",
            "source_text": "The union",
            "source_start": 11,
            "source_end": 20,
            "cue_text": "said",
            "cue_start": 21,
            "cue_end": 25,
            "target": "Ann Poole",
            "target_id": "Q2",
            "target_text": "he",
            "target_start": 26,
            "target_end": 28,
            "stance": "oppose",
            "stance_probability": 1.0,
            "source_rule": "group",
            "source_confidence": 0.8765,
        }
    ]
    assert record["attributions"][0]["content"] == ["he lied"]
    assert record["attributions"][0]["content_spans"] == [[26, 33]]
    assert record["probabilities"] == {"accusation": 0.8765}


def test_record_of_a_sentence_without() -> None:
    """Empty lists say that nothing was found; a cut sentence says so."""
    record = records(_DOCUMENT)[2]
    assert (record["claims"], record["attributions"], record["speaker"]) == ([], [], None)
    assert record["truncated"] is True
    assert "truncated" not in records(_DOCUMENT)[1]


def test_what_is_not_prose_has_no_labels() -> None:
    """A date line carries its kind and neither claims nor probabilities."""
    assert records(_DOCUMENT)[0] == {
        "doc": "d",
        "title": "Rain",
        "sentence": 0,
        "start": 0,
        "end": 10,
        "text": "2020-01-02",
        "paragraph": 0,
        "kind": "date",
    }


def test_rows_of_claims_and_of_sentences() -> None:
    """One row a claim; with all sentences, at least one a sentence; always every column in order."""
    (row,) = rows(_DOCUMENT)
    assert list(row) == list(COLUMNS)
    assert (row["type"], row["target_text"], row["outlet"]) == ("accusation", "he", None)
    every = rows(_DOCUMENT, all_sentences=True)
    assert [(one["sentence"], one["type"], one["kind"]) for one in every] == [
        (0, None, "date"),
        (1, "accusation", None),
        (2, None, None),
    ]
    assert all(list(one) == list(COLUMNS) for one in every)


def test_values_are_of_their_columns_kinds() -> None:
    """Each value of a row is of the kind that its column says, or nothing."""
    for row in rows(_DOCUMENT, all_sentences=True):
        assert all(value is None or isinstance(value, COLUMNS[name]) for name, value in row.items())


@pytest.mark.parametrize("n_documents", [0, 1, 3])
def test_frame(n_documents: int) -> None:
    """A frame has every column, also without a row."""
    table = frame([_DOCUMENT] * n_documents)
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == n_documents
    assert len(_DOCUMENT.to_frame(all_sentences=True)) == 3


def test_documents_that_were_not_predicted() -> None:
    """A document straight from the splitter has records without speakers and probabilities."""
    plain = Document(_TEXT, (_DATE, _SAID, _RAIN))
    assert plain.to_records()[1]["claims"] == []
    assert rows(plain) == []


def test_predictions_are_labels(tiny_model: Model, labelled: list[Record]) -> None:
    """Predictions have the form of labels: they are read as records, and their words stand where they say."""
    text = "\n".join(record.text for record in labelled)
    document = tiny_model.predict(Document(text=text, id="x", title="T"))
    assert document.claims
    for value in records(document):
        record = parse(json.dumps(value), "x")
        assert record == parse_object(value, "x")
        assert text[value["start"] : value["end"]] == record.text
        for one in [*(record.claims or ()), *(record.attributions or ())]:
            for name in ("source", "cue", "target"):
                words = getattr(one, f"{name}_text", None)
                if words is not None:
                    assert text[getattr(one, f"{name}_start") : getattr(one, f"{name}_end")] == words
