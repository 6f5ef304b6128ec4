"""Names in a sentence: where they begin and end, their titles, roles and acronyms."""

from __future__ import annotations

import pytest

from stance.resolver.acronyms import spelled_out
from stance.resolver.names import find_mentions, name_key
from stance.resolver.nouns import Sort, gender_of, sort_of
from stance.resolver.tokens import tokens_of


def _names(text: str, *ordinary: str) -> list[str]:
    return [mention.name for mention in find_mentions(text, frozenset(ordinary))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mayor Ann Poole spoke.", ["Ann Poole"]),
        ("Secretary of State Leverett Rohrbach spoke.", ["Leverett Rohrbach"]),
        ("Vice President of the United States Joe Biden spoke.", ["Joe Biden"]),
        ("It joined the Food and Drug Administration.", ["Food and Drug Administration"]),
        ("It is the Indian Banks' Association.", ["Indian Banks' Association"]),
        (
            "The Confederation of Builders met the Committee for Fair Fares.",
            [
                "Confederation of Builders",
                "Committee for Fair Fares",
            ],
        ),
        ("Eighteen councillors left.", []),
        ("We met Ludwig van Berg.", ["Ludwig van Berg"]),
        ("The Director of the Water Board spoke.", ["Water Board"]),
        ("We met Hugh McGuire Sunday.", ["Hugh McGuire"]),
        ("They want to leave the EU. The Harrow Trust spoke.", ["EU", "Harrow Trust"]),
        ("Late in May, we met Bo Lind.", ["Bo Lind"]),
        ("Chief Executive Ann Poole spoke.", ["Ann Poole"]),
        ("Builder Ann Poole spoke.", ["Ann Poole"]),
        ("Builder Harrow Homes spoke.", ["Builder Harrow Homes"]),
        ("Hotelier Ann Poole spoke.", ["Ann Poole"]),
        ("They met Ann Poole KC and Bo Lind MP.", ["Ann Poole", "Bo Lind"]),
        ("They met the South Harrow MP.", []),
        ("The mayor spoke on Monday.", []),
        ("", []),
    ],
)
def test_names_without_titles(text: str, expected: list[str]) -> None:
    """A name is found whole, and its title is no part of it."""
    assert _names(text) == expected


def test_a_capital_at_the_start_means_nothing() -> None:
    """A word that the article also writes small is no name where it opens a sentence."""
    assert _names("Shares fell.", "shares") == []
    assert _names("Ofwat spoke.", "shares") == ["Ofwat"]


@pytest.mark.parametrize(
    ("text", "words", "titled"),
    [
        ("Ann Poole, the mayor of Harrow, spoke.", {"mayor", "harrow"}, True),
        ("Its general secretary, Ann Poole, spoke.", {"general", "secretary"}, True),
        ("The campaign group Papers No spoke.", {"campaign", "group"}, False),
        ("They were Iranians, the army said.", set(), False),
    ],
)
def test_roles_beside_a_name(text: str, words: set[str], titled: bool) -> None:
    """Titles and appositions give roles; only a person's role says that the name is a person's."""
    mention = find_mentions(text, frozenset())[0]
    assert (set(mention.role), mention.titled) == (words, titled)


def test_what_follows_a_name() -> None:
    """A possessive, an acronym in brackets, and a verb of saying are noted."""
    found = {one.name: one for one in find_mentions("The Water Board (WB) said Ann's plan failed.", frozenset())}
    assert (found["Water Board"].acronym, found["Ann"].possessive) == ("WB", True)
    assert find_mentions("Ann said no.", frozenset())[0].says


def test_the_gender_of_the_pronoun_behind_a_name() -> None:
    """Of a name before ``which`` no pronoun tells anything."""
    told = ("Poole told her aides no.", "Kestrel Resources, which she said was late, fell.")
    assert [find_mentions(text, frozenset())[0].gender for text in told] == ["f", None]


def test_initials_in_brackets_spell_a_name() -> None:
    """Small words may have a letter of the acronym or none; words that do not fit spell nothing."""
    assert _names("We met Pedal for All (PFA).")[0] == "Pedal for All"
    assert spelled_out(tokens_of("The House of Commons (HC) met.")) == {1: 3}
    assert spelled_out(tokens_of("The Water Board (XYZ) met.")) == {}


def test_keys_compare_names() -> None:
    """Case, stops and accents do not count; ``U.S.`` is spelt out, the pronoun is not."""
    assert name_key("Joachim Brudziński") == name_key("joachim brudzinski")
    assert name_key("U.S. Treasury") == ("united", "states", "treasury")
    assert name_key("us") == ("us",)


@pytest.mark.parametrize(
    ("noun", "sort"),
    [
        ("mayor", Sort.PERSON),
        ("vice-chancellor", Sort.PERSON),
        ("archaeologist", Sort.PERSON),
        ("residents", Sort.PEOPLE),
        ("company", Sort.BODY),
        ("report", Sort.DOCUMENT),
        ("23-year-old", Sort.PERSON),
        ("23-year-olds", Sort.PEOPLE),
        ("mother-of-two", Sort.PERSON),
        ("cup-of-tea", None),
        ("weather", None),
        ("", None),
    ],
)
def test_sorts_of_nouns(noun: str, sort: Sort | None) -> None:
    """A noun stands for a person, for people, for a body, for a document, or for nothing that speaks."""
    assert sort_of(noun) is sort


def test_gender_of_roles() -> None:
    """A gendered title tells; none tells nothing, and two tell nothing."""
    assert [gender_of(frozenset(words)) for words in (["mrs"], ["mr"], ["dr"], ["mr", "mrs"])] == ["f", "m", None, None]
    assert gender_of(frozenset(["former", "ex-husband"])) == "m"


def test_a_capital_in_brackets_belongs_to_its_word() -> None:
    """``[T]he`` is no pronoun."""
    assert [(token.word, token.start, token.end) for token in tokens_of("“[T]he dam’s wet")][1:3] == [
        ("The", 1, 6),
        ("dam", 7, 10),
    ]


def test_tokens_keep_their_places() -> None:
    """Each token's words stand at its place; a full stop belongs to abbreviations alone."""
    text = "Sen. Poole's aide met the secretary."
    tokens = tokens_of(text)
    assert [text[token.start : token.end] for token in tokens] == ["Sen.", "Poole", "aide", "met", "the", "secretary"]
    assert [token.word for token in tokens if token.possessive] == ["Poole"]
