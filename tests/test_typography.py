"""Articles in the characters of a keyboard, and the way back."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stance
from stance.model import Model
from stance.records import Document
from stance.sentences import split
from stance.typography import TypedDocument, bare, typed

_PLAIN = "André Griffin said the law was needed to stop fraud. Zoë O'Neill-Kramp accused Griffin of negligence."


@pytest.fixture(scope="module")
def shipped() -> Model:
    """The default model."""
    return stance.load()


@pytest.mark.parametrize(
    "text",
    [
        normalize("NFD", _PLAIN),
        _PLAIN.replace(" ", "  "),
        _PLAIN.replace(" ", "\xa0"),
        _PLAIN.replace("-", "\u2011"),
        _PLAIN.replace("iff", "i\u00adff").replace("Zoë ", "Zoë \u200b"),
        _PLAIN.replace("ffi", "\ufb03"),
    ],
)
def test_one_person_however_the_text_was_set(text: str, shipped: Model) -> None:
    """Names, targets and probabilities are those of the plain text; places are those of the text as given."""
    plain, found = shipped.predict(_PLAIN), shipped.predict(text)
    assert [(one.source, one.target) for one in found.claims] == [(one.source, one.target) for one in plain.claims]
    assert [one.probability for one in found.claims] == [one.probability for one in plain.claims]
    assert {one.source.name for one in found.claims if one.source} == {"André Griffin", "Zoë O'Neill-Kramp"}
    assert found.text == text
    for one, other in zip(found.claims, plain.claims, strict=True):
        for span, as_typed in ((one.source_span, other.source_span), (one.target_span, other.target_span)):
            assert typed(one.sentence.words(span) or "") == (other.sentence.words(as_typed) or "")


def test_an_accent_that_no_letter_has_cuts_no_name(shipped: Model) -> None:
    """``Bọ́lájí`` has a letter that no single character stands for."""
    found = shipped.predict("Bo\u0323\u0301la\u0301 Poole accused the ministry of negligence.").claims[0]
    assert found.source is not None
    assert found.source.name == normalize("NFC", "Bọ́lá Poole")


def test_plain_text_is_read_as_it_is() -> None:
    """Nothing is made anew where there is nothing to change."""
    document = Document(_PLAIN, sentences=tuple(split(_PLAIN)))
    assert TypedDocument.of(document).read is document


def test_what_is_hidden_alone_stays() -> None:
    """No sentence becomes empty."""
    assert [typed(text) for text in ("\u00ad", "a \u200b b", "\u200bab\u00ad")] == ["\u00ad", "a \u200b b", "ab"]


@given(st.lists(st.text("aE. \u0301\u0308\u00ad\u200b\xa0\u2011\ufb03\n“é", max_size=12), max_size=6))
def test_every_place_lies_in_its_sentence(tiny_model: Model, texts: list[str]) -> None:
    """Also where a sentence that came split ends between a letter and its accent."""
    starts = [sum(map(len, texts[:at])) for at in range(len(texts))]
    found = tiny_model.predict(Document.from_sentences(texts, starts=starts))
    for one in found.attributions:
        for span in (one.source_span, one.cue_span, *one.content):
            one.sentence.words(span)
    for claim in found.claims:
        for span in (claim.source_span, claim.cue_span, claim.target_span):
            claim.sentence.words(span)


def test_bare_words() -> None:
    """Stops, apostrophes and accents are no part of what spellings have in common."""
    assert [bare(word) for word in ("U.N.", "O’Brien", "O'Brien", "Müller", "Mu\u0308ller")] == [
        "UN",
        "OBrien",
        "OBrien",
        "Muller",
        "Muller",
    ]
