"""Chains of pronouns, letters and roles over several sentences: who is meant further on."""

from __future__ import annotations

import pytest
from marked import last, resolved


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        # whoever acts in a passive may be meant further on
        (("Her fears were shared by Bo Lind, a baker.",), "Bo Lind"),
        # the name of a body behind a possessive and a preposition may not
        (("<s>Bo Lind</s> <c>said</c> <q>it rained</q>.", "He spoke to the BBC's Good Morning Harrow."), "Bo Lind"),
        # nor somebody without a name behind a verb
        (
            (
                "<s>Bo Lind</s> <c>said</c> <q>it rained</q>.",
                "It was a reversal, as many had sworn to back the nominee.",
            ),
            "Bo Lind",
        ),
        # a pronoun hands on whom it meant
        (("Bo Lind left the council.", "He travelled to Wrenham with a friend of Cy Orr.", "It rained."), "Bo Lind"),
    ],
)
def test_whom_he_means(before: tuple[str, ...], expected: str) -> None:
    """The subject before an object, a person before a body."""
    assert last(*before, "<s>He</s> <c>said</c> <q>the dam was weak</q>.")[0] == expected


def test_a_surname_by_the_pronoun_behind_it() -> None:
    """Of two with a surname, whoever the pronoun in the same sentence fits."""
    pair = ("Mary Vane met the board.", "Bill Vane came too.", "Bill Vane left early.")
    assert last(*pair, "<s>Vane</s> <c>told</c> her aides <q>it was over</q>.")[0] == "Mary Vane"
    assert last(*pair, "<s>Vane</s> <c>told</c> his aides <q>it was over</q>.")[0] == "Bill Vane"


def test_a_letter_is_its_writers() -> None:
    """``The letter says`` is whoever was told to write it."""
    assert last(
        "Wrenham Water wrote a long letter to Ann Poole, the mayor.", "<s>The letter</s> <c>says</c> <q>it rained</q>."
    ) == ("Wrenham Water", "document")


def test_the_role_in_a_country() -> None:
    """``Ruria's minister`` is whoever has the role in the article."""
    found = last(
        "The Rurian minister Ann Poole met the press.",
        "<s>Ruria's minister</s> <c>said</c> <q>it was over</q>.",
    )
    assert found == ("Ann Poole", "role")


def test_the_lead_leaves_out_the_name() -> None:
    """``one farmer said`` is the person who is named and speaks right behind."""
    lead = "<s>One farmer</s> <c>said</c> <q>it was grim</q>."
    sources = [
        resolved(lead, behind).attributions[0].source
        for behind in ("Ann Poole, a farmer, lost a flock.", "Ann Poole said it was over.", "Ann Poole left.")
    ]
    assert [(one.name, one.rule) for one in sources if one is not None] == [
        ("Ann Poole", "ahead"),
        ("Ann Poole", "ahead"),
        ("One farmer", "description"),
    ]


def test_adverbs_and_participles_are_no_names() -> None:
    """``Specifically`` at the start of a sentence speaks for nobody."""
    given = last("<s>Bo Lind</s> <c>said</c> <q>it rained</q>.", 'Specifically, he wants "<q>a dry dam</q>" by May.')
    assert given == ("Bo Lind", "sentence")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # a participle has the subject of the sentence
        ("Ann Poole wrote to <s>Bo Lind</s>, <c>calling</c> <q>the dam a danger to everybody</q>.", "Ann Poole"),
        ("Ann Poole met the press, <c>saying</c> that <s>Bo Lind</s> knew <q>the dam was a danger</q>.", "Ann Poole"),
        # a name behind its verb comes before one at the start of what it says
        ("<q>Ann Poole will mend the dam in May</q>, <c>predicted</c> Bo Lind.", "Bo Lind"),
        # what leads into the subject
        ("<s>In Harrow, local drivers</s> <c>said</c> <q>the dam was weak</q>.", "local drivers"),
        ("<s>But addressing the Harrow Board Mr Orr</s> <c>said</c> <q>the dam was weak</q>.", "Orr"),
        # a name that only describes the noun behind it
        ("Ruria president Zoran <c>claimed</c> <q>the dam was weak</q>.", "Zoran"),
    ],
)
def test_the_subject_among_names(sentence: str, expected: str) -> None:
    """The subject of the cue, not the name that stands nearest or first."""
    assert last(sentence)[0] == expected


def test_no_acronym_is_a_person() -> None:
    """``she`` is nobody of whose name the last word is an acronym."""
    assert (
        last("Ann Poole came.", "Later Harrow DWCB met.", "<s>She</s> <c>said</c> <q>it rained</q>.")[0] == "Ann Poole"
    )


def test_any_verb_between_a_quotation_and_a_name() -> None:
    """``"…" retorted Poole``: the name tells the speaker."""
    assert last('"The dam was never safe, and they knew it!" retorted Ann Poole.')[0] == "Ann Poole"


def test_a_spokesman_in_the_lead_stays_unnamed() -> None:
    """``a council spokesman`` brings in somebody who is seldom named at all."""
    found = resolved("<s>A council spokesman</s> <c>said</c> <q>it was grim</q>.", "Ann Poole said it was over.")
    source = found.attributions[0].source
    assert source is not None
    assert source.name == "council spokesman"


def test_a_poll_is_called_a_survey() -> None:
    """Another noun for the same kind of thing, where no word speaks against it."""
    before = "<s>A Harrow Post poll</s> <c>found</c> <q>that few would vote</q>."
    assert last(before, "<s>The survey</s> <c>said</c> <q>it was grim</q>.") == ("Harrow Post poll", "description")
    assert last(before, "<s>The second survey</s> <c>said</c> <q>it was grim</q>.")[0] != "Harrow Post poll"
