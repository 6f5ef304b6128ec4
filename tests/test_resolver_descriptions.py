"""Descriptions to whom they mean: roles, bodies, documents, crowds; or just what they say."""

from __future__ import annotations

import pytest
from marked import last, resolved

_SAID = "<s>{}</s> <c>said</c> <q>it rained all day</q>."


@pytest.mark.parametrize(
    ("before", "words", "expected"),
    [
        # roles
        ("Mayor Ann Poole left.", "The mayor", ("Ann Poole", "role")),
        ("Gov. Ann Poole left.", "The governor", ("Ann Poole", "role")),
        ("Gov. Ann Poole left.", "The governor, a Republican,", ("Ann Poole", "role")),
        ("Gov. Ann Poole left.", "The governor, a Republican who", ("Ann Poole", "role")),
        ("The Commissioner for Roads, Mr Bo Lind, left.", "The commissioner", ("Bo Lind", "role")),
        ("Minister Ann Poole met the former minister, Bo Lind.", "The minister", ("Ann Poole", "role")),
        ("Idris Vaughan, who stamps books, left.", "The librarian", ("Idris Vaughan", "varied")),
        ("Idris Vaughan, who stamps books, left.", "The 23-year-old", ("Idris Vaughan", "varied")),
        ("Idris Vaughan, who stamps books, left.", "The father-of-two", ("Idris Vaughan", "varied")),
        # bodies
        ("The Water Ministry met.", "The ministry", ("Water Ministry", "group")),
        ("Ofwat, the water regulator, met.", "The regulator", ("Ofwat", "group")),
        ("<s>Kestrel Hydro</s> <c>said</c> <q>it snowed all day</q>.", "The company", ("Kestrel Hydro", "group")),
        ("Kestrel Airlines met the Marsh Brothers Fund.", "The company", ("Kestrel Airlines", "group")),
        ("Tambo International Airport shut.", "The airline", ("airline", "description")),
        ("The operator, Kestrel Metro, met.", "The union", ("union", "description")),
        # the words themselves, numbers whole
        ("Nobody met.", "A survey of 5,200 homes", ("survey of 5,200 homes", "description")),
        # several
        ("<s>Ann Poole and Bo Lind</s> <c>said</c> <q>it snowed</q>.", "Both", ("Ann Poole and Bo Lind", "joint")),
        ("<s>Ann Poole and Bo Lind</s> <c>said</c> <q>it snowed</q>.", "The two", ("Ann Poole and Bo Lind", "joint")),
        ("Nobody met.", "Ann Poole and Bo Lind", ("Ann Poole and Bo Lind", "joint")),
        (
            "Chairman Ann Poole (R-Ohio) and Chairman Bo Lind (R-Iowa) wrote.",
            "The two lawmakers",
            ("Ann Poole and Bo Lind", "joint"),
        ),
        ("Chairman Ann Poole and Chairman Bo Lind wrote.", "The chairmen", ("Ann Poole and Bo Lind", "joint")),
        # whoever was described last by the same noun
        ("<q>It snowed</q>, <c>according to</c> <s>two aides</s>.", "The aides", ("two aides", "description")),
        # a seat
        ("Ann Poole, the Harrow MP, met Bo Lind.", "The Harrow MP", ("Ann Poole", "role")),
        ("<s>Ann Poole</s> <c>said</c> <q>it snowed</q>.", "The Harrow and Ayr MP", ("Ann Poole", "varied")),
        ("Nobody met.", "The Harrow MP", ("Harrow MP", "description")),
        ("Harrow Council met.", "The Labour-led council", ("Harrow Council", "group")),
        # nobody known: the words
        ("Nobody met.", "A cleaner from Lima", ("cleaner from Lima", "description")),
        ("Nobody met.", "The residents, who were wet,", ("residents", "description")),
        (
            "<s>Taiwan's government</s> <c>said</c> <q>no</q>.",
            "The Chinese government",
            ("Chinese government", "description"),
        ),
        # spokespeople
        ("Ofwat, a company, fell.", "A company spokesman", ("spokesman for Ofwat", "description")),
        # names among other words
        ("Nobody met.", "Farmer Ann Poole, an aide to Bo Lind,", ("Ann Poole", "name")),
        ("Nobody met.", "An aide to Bo Lind", ("aide to Bo Lind", "description")),
        ("Nobody met.", "Harrow police", ("Harrow police", "description")),
        ("Nobody met.", "A man who gave his name as Rade", ("Rade", "name")),
    ],
)
def test_whom_words_mean(before: str, words: str, expected: tuple[str, str]) -> None:
    """Somebody of the article where one is known by that; the words themselves where nobody is."""
    assert last(before, _SAID.format(words)) == expected


@pytest.mark.parametrize(
    "before",
    [
        "GDP fell, and GDP will fall.",
        "Weak GDP hit shops, said Bo Lind.",
        "10.32 BST",
        "BREAKING",
        "An SUV hit a cyclist.",
        "The DNA, which told nothing, was found by a jogger.",
        "The AI plans were published by Bo Lind.",
        "A DVD sold in shops was found.",
        "Bo Lind said CCTV showed it.",
        "The board's CFO left.",
        "<s>The PM</s> <c>said</c> <q>it snowed all day</q>.",
        "Ann Poole told the BBC much.",
    ],
)
def test_letters_alone_make_no_body(before: str) -> None:
    """An acronym may be a measure, a thing, an hour, an office: it is neither *the union* nor *the company*."""
    for noun in ("union", "company"):
        assert last(before, _SAID.format(f"The {noun}")) == (noun, "description")


@pytest.mark.parametrize(
    "before",
    [
        "<s>RMT</s> <c>said</c> <q>it snowed all day</q>.",
        "The RMT voted for a strike.",
        "The RMT has called a strike.",
        "The RMT plans to strike.",
        "The RMT is planning a strike.",
        "The RMT leader left.",
        "The RMT's new general secretary left.",
        "Members of the RMT left.",
        "The board sued the RMT.",
        "It snowed, according to the RMT.",
    ],
)
def test_what_tells_that_an_acronym_is_a_body(before: str) -> None:
    """It speaks or acts, or somebody works there: then it may be *the union*."""
    assert last(before, _SAID.format("The union")) == ("RMT", "group")


@pytest.mark.parametrize(
    ("before", "words", "expected"),
    [
        ("Nobody met.", "Ann Poole's statement", ("Ann Poole", "document")),
        ("Nobody met.", "A tweet by Ann Poole", ("Ann Poole", "document")),
        ("Nobody met.", "A letter written by Ann Poole", ("Ann Poole", "document")),
        ("Nobody met.", "The memo, seen by the Harrow Post", ("memo", "description")),
        ("<s>Ofwat</s> <c>said</c> <q>no more water</q> in a statement.", "The statement", ("Ofwat", "document")),
        ("Nobody met.", "The report", ("report", "description")),
        ("Nobody met.", "Ofwat's report", ("Ofwat's report", "description")),
    ],
)
def test_whose_words_a_document_is(before: str, words: str, expected: tuple[str, str]) -> None:
    """A statement is whoever issued it; a report speaks for itself, under the name of whose it is."""
    assert last(before, _SAID.format(words)) == expected


def test_a_lead_that_holds_back_the_name() -> None:
    """``A judge ruled`` is the one judge whom the article names behind it; of two, neither."""
    lead = "<q>The ban may stay</q>, <s>a judge</s> <c>ruled</c>."
    one = resolved(lead, "Judge Ann Poole gave no reason.").attributions[0].source
    two = resolved(lead, "Judge Ann Poole and Judge Bo Lind gave no reason.").attributions[0].source
    assert one is not None
    assert two is not None
    assert [(source.name, source.rule) for source in (one, two)] == [("Ann Poole", "ahead"), ("judge", "description")]


def test_possessives_take_the_name_of_the_owner() -> None:
    """``Her critics`` are hers; ``its chief executive`` is whoever that is."""
    assert last("Mrs Ann Poole left.", _SAID.format("Her critics"))[0] == "Ann Poole’s critics"
    assert last("Ofwat said no. Its chief executive, Ann Poole, left.", _SAID.format("Its chief executive")) == (
        "Ann Poole",
        "role",
    )


def test_possessives_have_the_apostrophe_of_the_article() -> None:
    """Straight or curly, so that the name is a string of the text."""
    for mark in "'’":
        assert last("Nobody met.", _SAID.format(f"Ann Poole{mark}s critics"))[0] == f"Ann Poole{mark}s critics"
        assert last(f"Ann Poole isn{mark}t here.", _SAID.format("Her critics"))[0] == f"Ann Poole{mark}s critics"


def test_a_body_in_the_same_sentence() -> None:
    """``The company`` is the one that a spokesman has just spoken for; not one that says something of another.

    ``The union`` is the body beside it whose name tells that it is one.
    """
    before = "<s>Kestrel Airlines</s> <c>said</c> <q>it snowed all day</q>."
    members = (
        "<q>Members of the Tram Workers (TW) will strike unless Kestrel Metro yields</q>, <s>the union</s> <c>said</c>."
    )
    assert last(before, members) == ("Tram Workers", "group")
    spokesman = "A spokesman for Harrow Homes noted that <s>the company</s> <c>said</c> <q>no</q>."
    assert last(before, spokesman) == ("Harrow Homes", "group")
    assert last(before, "Harrow Homes noted that <s>the company</s> <c>said</c> <q>no</q>.")[0] == "Kestrel Airlines"
