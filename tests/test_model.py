"""Everything that reads an article, as one thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.corpus.labels import Record
from stance.encoder.hashing import HashingEncoder
from stance.encoder.protocol import TokenVectors
from stance.errors import InputError
from stance.features import encode_once
from stance.heads import LinearHead
from stance.model import Model
from stance.records import Document, Kind
from stance.tables import records

TEXT = "The union accused the ministry of lying. “We want a new bridge,” Ilse Brandt said. The mill stands here."
_LINES = st.lists(
    st.sampled_from(
        [
            "The union accused the ministry of lying.",
            "“We will rebuild it,” she said.",
            "Advertisement",
            "Friday, December 1, 2023",
            "It rained. Nobody spoke.",
            "",
            "A \x00 b … “",
            "漢字 😀",
        ]
    ),
    max_size=6,
)


def _rounded(document: Document) -> list[dict[str, object]]:
    return records(replace(document, id="same"))


class _Counting(HashingEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self, dim: int = 64) -> None:
        super().__init__(dim)
        self.asked: list[list[str]] = []

    def encode_tokens(self, sentences: Sequence[str]) -> list[TokenVectors]:
        self.asked.append(list(sentences))
        return super().encode_tokens(sentences)


def test_document_is_complete(tiny_model: Model) -> None:
    """Speakers and probabilities run beside the sentences; claims and attributions belong to them."""
    document = tiny_model.predict(TEXT)
    assert document.text == TEXT
    assert len(document.sentences) == len(document.speakers) == len(document.probabilities) == 3
    assert all(set(row) == set(tiny_model.labels) for row in document.probabilities)
    assert all(0 <= value <= 1 for row in document.probabilities for value in row.values())
    assert all(claim.sentence in document.sentences for claim in document.claims)


def test_claims_are_what_reaches_its_threshold(tiny_model: Model, labelled: list[Record]) -> None:
    """A sentence has a claim of a type exactly where its probability reaches the type's threshold."""
    document = tiny_model.predict(" ".join(record.text for record in labelled))
    for sentence, row in zip(document.sentences, document.probabilities, strict=True):
        expected = {label for label, value in row.items() if value >= tiny_model.thresholds[label]}
        assert {claim.type for claim in document.claims_in(sentence.index)} == expected
    assert document.claims


@given(st.lists(_LINES.map("\n".join), max_size=4), st.randoms())
@settings(max_examples=40)
def test_order_and_company_change_nothing(tiny_model: Model, texts: list[str], random: object) -> None:
    """Predicting articles together, alone, or in another order gives the same claims."""
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    together = [_rounded(document) for document in tiny_model.predict_many(texts)]
    assert together == [_rounded(tiny_model.predict(text)) for text in texts]
    shuffled = [_rounded(document) for document in tiny_model.predict_many([texts[row] for row in order])]
    assert shuffled == [together[row] for row in order]


@given(_LINES.map("\n".join))
@settings(max_examples=40)
def test_every_span_holds_its_words(tiny_model: Model, text: str) -> None:
    """Whatever the text, every offset of every claim and attribution cuts out the words that it names."""
    document = tiny_model.predict(text)
    for record in records(document):
        for one in [*record.get("claims", []), *record.get("attributions", [])]:
            for name in ("source", "cue", "target"):
                start, words = one.get(f"{name}_start"), one.get(f"{name}_text")
                assert (start is None) == (words is None)
                assert words is None or text[start : one[f"{name}_end"]] == words


def test_predicting_many_is_lazy(tiny_model: Model) -> None:
    """Articles are taken from the source only as fast as they are predicted."""
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield TEXT * 20

    predicted = tiny_model.predict_many(endless())
    assert taken == 0
    next(predicted)
    assert taken <= 10
    for _ in range(10):
        next(predicted)
    assert taken <= 30


def test_encoding_ahead_changes_nothing(tiny_model: Model) -> None:
    """An encoder that computes beside the interpreter gives the same, in order, and reads one batch further."""

    class Concurrent(HashingEncoder):
        concurrent = True

    texts = [f"{TEXT} It rained {n} times." * 20 for n in range(20)]
    drawn: list[str] = []

    def noted() -> Iterator[str]:
        for text in texts:
            drawn.append(text)
            yield text

    predicted = replace(tiny_model, encoder=Concurrent(64)).predict_many(noted())
    first = next(predicted)
    assert len(drawn) <= 10
    assert [first, *predicted] == list(tiny_model.predict_many(texts))


def test_a_failing_source_loses_nothing(tiny_model: Model) -> None:
    """What was given before an error comes out before it."""

    def failing() -> Iterator[str]:
        yield from [TEXT] * 3
        raise TimeoutError

    predicted = tiny_model.predict_many(failing())
    assert [next(predicted).text for _ in range(3)] == [TEXT] * 3
    with pytest.raises(TimeoutError):
        next(predicted)


def test_no_articles_no_documents(tiny_model: Model) -> None:
    """Nothing in, nothing out; an article without words comes back with one empty sentence, as if that were given."""
    assert list(tiny_model.predict_many([])) == []
    for empty in ("", " \n ", Document.from_sentences([]), Document.from_sentences([""])):
        (sentence,) = tiny_model.predict(empty).sentences
        assert (sentence.start, sentence.text, sentence.kind) == (0, "", Kind.EMPTY)
    assert tiny_model.predict(" \n ").claims == ()


def test_page_matter_is_not_read(tiny_model: Model) -> None:
    """Dates, credits and notices are kept without claims, and the encoder never sees them."""
    encoder = _Counting()
    document = replace(tiny_model, encoder=encoder).predict("Friday, December 1, 2023\nAdvertisement\nShe accused him.")
    assert [sentence.kind for sentence in document.sentences] == [Kind.DATE, Kind.NOTICE, Kind.PROSE]
    assert encoder.asked == [["She accused him."]]
    assert document.probabilities[:2] == ({}, {})


def test_sentences_given_are_not_split(tiny_model: Model) -> None:
    """A document that has sentences keeps them, empty ones included."""
    given_sentences = ["Mr. Hale accused her. She left.", "", "He said so."]
    document = tiny_model.predict(Document.from_sentences(given_sentences, id="x", title="T"))
    assert [sentence.text for sentence in document.sentences] == given_sentences
    assert (document.id, document.title) == ("x", "T")
    assert document.probabilities[1] == {}


def test_equal_sentences_are_encoded_once(tiny_model: Model) -> None:
    """A sentence that stands there often costs one encoding."""
    encoder = _Counting()
    assert len(encode_once(encoder, ["a", "b", "a", "a"])) == 4
    assert encoder.asked == [["a", "b"]]
    model = replace(tiny_model, encoder=encoder)
    list(model.predict_many(["It rained."] * 5))
    assert encoder.asked[1:] == [["It rained."]]


def test_exclusive_labels_give_one_claim_a_sentence() -> None:
    """Where exactly one label holds, each sentence gets the most probable, whatever its probability."""
    words = HashingEncoder(8).encode(["bread", "stone", "wool"])
    head = LinearHead(("bread", "stone", "wool"), words * 3, np.zeros(3, np.float32), multi_label=False)
    model = Model(HashingEncoder(8), head, {})
    document = model.predict(Document.from_sentences(["stone", "wool", "bread", "something else"]))
    assert [claim.type for claim in document.claims][:3] == ["stone", "wool", "bread"]
    assert len(document.claims) == 4
    assert all(claim.stance is None for claim in document.claims)


def test_without_a_tagger_cues_are_found_by_rule() -> None:
    """A model of plain labels still says who speaks, by the cues of reported speech."""
    head = LinearHead(("x", "y"), np.zeros((2, 8), np.float32), np.zeros(2, np.float32))
    model = Model(HashingEncoder(8), head, {"x": 0.9, "y": 0.9})
    attributions = model.attributions('"It is over," Ilse Brandt said.')
    assert [found.source.name for found in attributions if found.source] == ["Ilse Brandt"]
    assert model.predict("It is over.").claims == ()


def test_cut_sentences_are_told(tiny_model: Model) -> None:
    """A sentence that did not fit the encoder's window is marked."""

    class Short(HashingEncoder):
        def encode_tokens(self, sentences: Sequence[str]) -> list[TokenVectors]:
            whole = super().encode_tokens(sentences)
            return [replace(one, truncated=len(text) > 20) for one, text in zip(whole, sentences, strict=True)]

    document = replace(tiny_model, encoder=Short(64)).predict("It rained.\nThe union accused the ministry of lying.")
    assert document.truncated == {1}


@pytest.mark.parametrize("given", [None, 3, float("nan"), Path("article.txt")])
def test_what_is_no_text_is_refused(given: object, tiny_model: Model) -> None:
    """A missing value of a table or a path is told by its place and type."""
    with pytest.raises(InputError, match=rf"article 1 is of type {type(given).__name__}, where a text or a Document"):
        list(tiny_model.predict_many([TEXT, given]))  # type: ignore[list-item]


def test_one_is_not_many_and_a_name_is_no_text(tiny_model: Model) -> None:
    """One text is not read letter by letter, a table not by the names of its columns, a file's name not as text."""
    with pytest.raises(InputError, match="reads several articles; give a list of them, or call predict for one"):
        tiny_model.predict_many(TEXT)
    with pytest.raises(InputError, match=r"predict_many takes the column of texts; stance\.batch\.predict_frame takes"):
        tiny_model.predict_many(pd.DataFrame({"text": [TEXT]}))
    with pytest.raises(InputError, match=r"^news/article\.txt: the name of a file, where its text was expected"):
        tiny_model.predict("news/article.txt")
    assert tiny_model.predict("He sent article.txt").sentences


def test_texts_are_numbered(tiny_model: Model) -> None:
    """A text's document has its place as id, to join claims with a table; documents keep their own."""
    found = tiny_model.predict_many([TEXT, Document(TEXT, id="own"), TEXT])
    assert [document.id for document in found] == ["0", "own", "2"]
    assert tiny_model.predict(TEXT).id == "document"


def test_half_a_character_stops_nothing(tiny_model: Model) -> None:
    """A lone surrogate in a text is read as U+FFFD, so that every offset is that of the text given."""
    halved, replaced = TEXT.replace("u", "\ud800", 1), TEXT.replace("u", "\ufffd", 1)
    assert tiny_model.predict(halved) == tiny_model.predict(replaced)
    assert tiny_model.attributions(halved) == tiny_model.attributions(replaced)
    assert list(tiny_model.predict_many([halved])) == list(tiny_model.predict_many([replaced]))


def test_aliases_are_a_table(tiny_model: Model) -> None:
    """A dict or a path as aliases is refused before anything is read."""
    for odd in ({"Brussels": "European Union"}, "names.csv"):
        with pytest.raises(InputError, match=r"aliases of type (dict|str); read a table with stance\.Aliases\.read"):
            tiny_model.predict("Brussels said no.", aliases=odd)  # type: ignore[arg-type]
