"""Records back to documents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stance.corpus.labels import Record, parse_object
from stance.errors import LabelError
from stance.model import Model
from stance.records import CarryingWord, Document, Explanation, Neighbour, Source, Span, Speaker, Stance
from stance.restoring import restore
from stance.tables import records


@pytest.fixture(scope="module")
def predicted(tiny_model: Model) -> Document:
    """An article that the tiny model has read."""
    text = "The union accused the ministry of hiding the report.\n\nThe company vowed to rehire every worker."
    return tiny_model.predict(Document(text=text, id="mill", title="Mill", date="2020-01-02", outlet="The Post"))


def _back(document: Document) -> Document:
    (found,) = restore(parse_object(row, "here") for row in records(document))
    return found


def test_predictions_survive_the_round_trip(predicted: Document) -> None:
    """Sentences, claims, attributions and speakers of a written document are those of the document."""
    found = _back(predicted)
    assert records(found) == records(predicted)
    assert (found.id, found.title, found.date, found.outlet) == ("mill", "Mill", "2020-01-02", "The Post")
    assert [claim.target_span for claim in found.claims] == [claim.target_span for claim in predicted.claims]


def test_speakers_survive_the_round_trip() -> None:
    """How a speaker was found, how sure that is, and where the words stand come back."""
    document = Document.from_sentences(["Poole Ltd lied, Poole said."])
    speaker = Speaker(Source("Ann Poole", "surname", 0.76, "Q1"), Span(16, 21))
    document = replace(document, speakers=(speaker,))
    assert Document.from_records(document.to_records()).speakers == (speaker,)
    assert "speaker_rule" not in document.to_frame()


def test_documents_come_back_from_plain_values(predicted: Document) -> None:
    """``from_records`` is the way back from ``to_records``; records of several articles or of none are refused."""
    rows = predicted.to_records()
    assert Document.from_records(rows).to_records() == rows
    with pytest.raises(LabelError, match="the records are of 2 articles; give those of one"):
        Document.from_records([*rows, {**rows[0], "doc": "other"}])
    with pytest.raises(LabelError, match="record 1: text: Field required"):
        Document.from_records([{"doc": "a"}])


def test_explanations_survive_the_round_trip(predicted: Document) -> None:
    """Words and neighbours of a claim come back, the words at their place."""
    first = predicted.claims[0]
    word = CarryingWord(Span(first.sentence.start, first.sentence.start + 3), 0.25)
    explained = replace(first, explanation=Explanation((word,), (Neighbour("Rain fell.", ("goal",), 0.5),)))
    found = _back(replace(predicted, claims=(explained, *predicted.claims[1:])))
    assert found.claims[0].explanation == explained.explanation


def test_labels_without_offsets_are_looked_for(labelled: list[Record]) -> None:
    """Words that records give without a place are found in their sentence."""
    bare = [
        record.model_copy(
            update={
                "start": None,
                "claims": [
                    claim.model_copy(update={"source_start": None, "target_start": None})
                    for claim in record.claims or ()
                ],
            }
        )
        for record in labelled[:4]
    ]
    (found,) = restore(bare)
    claim = found.claims[0]
    assert claim.sentence.words(claim.source_span) == "The union"
    assert claim.sentence.words(claim.target_span) == "the ministry"
    assert (claim.stance, claim.probability) == (Stance.OPPOSE, 1.0)


def test_places_that_hold_other_words_are_not_believed() -> None:
    """An offset that points elsewhere is ignored."""
    claim = {"type": "goal", "source": "company", "source_text": "The company", "source_start": 5, "source_end": 16}
    record = parse_object({"doc": "a", "sentence": 0, "text": "The company hopes.", "claims": [claim]}, "here")
    (found,) = restore([record])
    assert found.claims[0].source_span == Span(0, 11)


def test_plain_labels_are_claims_without_source() -> None:
    """Rows of text and labels are articles of one sentence whose claims are the labels."""
    found = list(restore([Record(text="Rain fell.", labels=["weather", "past"]), Record(text="So.", label="other")]))
    assert [[claim.type for claim in document.claims] for document in found] == [["past", "weather"], ["other"]]
    assert found[0].claims[0].source is None
