"""Pronouns to those whom they mean."""

from __future__ import annotations

import pytest
from marked import last, resolved

_SAID = "<s>{}</s> <c>said</c> <q>it rained</q>."


def test_several_people_before_a_body_in_the_same_sentence() -> None:
    """A body may be *they*, but its officials are sooner."""
    said = "<s>Harrow Water</s> <c>said</c> <q>it rained</q>."
    text = "On Monday, Harrow Water officials went to the port, where <s>they</s> <c>claimed</c> <q>it snowed</q>."
    assert last(said, text) == ("Harrow Water officials", "pronoun")
    assert last(said, text.replace("officials", "staff's boat")) == ("Harrow Water", "pronoun")


@pytest.mark.parametrize(
    ("before", "pronoun", "expected"),
    [
        # whoever spoke last, by gender and number
        ("<s>Ann Poole</s> <c>told</c> Tom Roe <q>it snowed</q>.", "She", "Ann Poole"),
        ("<s>Ann Poole</s> <c>told</c> Tom Roe <q>it snowed</q>.", "He", "Tom Roe"),
        # the subject before others, named or not
        ("Whit Sanderling, whose boat sank, met Tom Roe.", "He", "Whit Sanderling"),
        ("A diplomat from Harrow left for Lima.", "He", "diplomat"),
        (
            "<s>A spokeswoman for the port</s> <c>said</c> <q>it was far too late</q>.",
            "She",
            "spokeswoman for the port",
        ),
        # bodies, documents, crowds
        ("<s>Ofwat</s> <c>said</c> <q>prices would fall</q>.", "It", "Ofwat"),
        ("NASA interrupted the flight.", "It", "NASA"),
        ("<s>The report</s> <c>says</c> <q>prices fell</q>.", "It", "report"),
        ("Researchers at Harrow tested the water.", "They", "Researchers"),
        ("Eighteen angry councillors left.", "They", "Eighteen angry councillors"),
        ("You see, the terrorists were at the port.", "They", "terrorists"),
        ("The Palestinians were at the port.", "They", "Palestinians"),
        ("<s>Ann Poole and Bo Lind</s> <c>said</c> <q>it was far too late</q>.", "They", "Ann Poole and Bo Lind"),
        # an apposition names who is described
        ("A former envoy, Lachlan Stuart, was angry.", "He", "Lachlan Stuart"),
        ("Tariq MacIsaac, a nurse from Lima, was angry.", "He", "Tariq MacIsaac"),
    ],
)
def test_the_antecedent(before: str, pronoun: str, expected: str) -> None:
    """By gender and number, the speaker and the subject of the sentence before come first."""
    name, rule = last(before, _SAID.format(pronoun))
    assert (name, rule) == (expected, "pronoun")


def test_a_label_is_nobody() -> None:
    """``10.32 BST`` before what somebody says is not *it*."""
    assert last("10.32 BST", _SAID.format("It")) == (None, None)


def test_an_object_of_the_same_sentence_may_be_several() -> None:
    """``… to the Harrovians when they wish for rain``; one person's pronoun looks for a subject first."""
    said = "<s>Ofwat</s> <c>said</c> <q>it was far too late</q>."
    text = "Ann Poole went to the {} when <s>they</s> <c>wished for</c> <q>rain</q>."
    assert last(said, text.format("Palestinians")) == ("Palestinians", "pronoun")
    assert last(said, text.format("villagers")) == ("villagers", "pronoun")


def test_whoever_spoke_comes_before_whoever_is_spoken_of() -> None:
    """*They* are the authors who spoke two sentences before, not the children whom others spoke of since."""
    before = "<s>The report's authors</s> <c>say</c> <q>it was late</q>."
    between = "<s>The results</s> <c>revealed</c> that <q>children in Harrow are ill</q>."
    name, rule = last(before, between, "The report has called for rain.", _SAID.format("They"))
    assert (name, rule) == ("report's authors", "pronoun")


def test_content_is_no_place_for_its_own_source() -> None:
    """``A letter … has the same chance, it said``: the letter does not speak."""
    said = "<q>A letter to the bank has the same chance</q>, <s>it</s> <c>said</c>."
    assert last("<s>Ofwat</s> <c>said</c> <q>it was far too late</q>.", said)[0] == "Ofwat"


def test_whoever_tells_of_themselves() -> None:
    """``Poole was there, he said`` is Poole's where nobody has spoken before, and not inside quotation marks."""
    said = "<q>Former Rep. Carl Ott (Ind.) was for the plan</q>, <s>he</s> <c>said</c>."
    assert last("Bo Lind left.", said) == ("Carl Ott", "pronoun")
    assert last("<s>Bo Lind</s> <c>said</c> <q>it was far too late</q>.", said)[0] == "Bo Lind"
    quoted = '"<q>Former Rep. Carl Ott was for the plan</q>," <s>he</s> <c>said</c>.'
    assert last("Bo Lind left.", quoted)[0] == "Bo Lind"


def test_the_wrong_gender_is_nobody() -> None:
    """A pronoun that fits nobody of the article has no pronoun's source."""
    assert last("Mrs Ann Poole left.", _SAID.format("He")) == (None, None)


def test_whoever_is_spoken_to_is_unknown() -> None:
    """``You said`` inside somebody's words does not name who is meant."""
    assert last("<s>Ann Poole</s> <c>said</c> <q>it was far too late</q>.", _SAID.format("You")) == (None, None)


def test_the_first_person_is_whoever_speaks() -> None:
    """``I`` in a quotation is the person whom the quotation is attributed to."""
    found = resolved(
        "<s>Ann Poole</s> <c>said</c> <q>it was far too late</q>.", '"<s>I</s> <c>told</c> them <q>to stop</q>."'
    )
    own, quotation = (one.source for one in found.attributions[1:])
    assert own is not None
    assert (own.name, own.rule) == ("Ann Poole", "pronoun")
    assert quotation is not None
    assert (quotation.name, quotation.rule) == ("Ann Poole", "quotation")


def test_capitals_are_no_pronoun() -> None:
    """The ``US`` of ``US prosecutors`` is a country."""
    assert (
        last("<s>Ann Poole</s> <c>said</c> <q>it was far too late</q>.", _SAID.format("US prosecutors"))[0]
        == "US prosecutors"
    )


def test_a_surname_guessed_wrong_may_still_have_spoken() -> None:
    """How a first name ends is a guess: the last speaker is taken where nobody else fits."""
    assert (
        last("<s>Hamiora Paraone</s> <c>said</c> <q>it was far too late</q>.", _SAID.format("He"))[0]
        == "Hamiora Paraone"
    )
