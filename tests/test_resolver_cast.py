"""Who is in an article: one entity for each person and body, whatever it is called."""

from __future__ import annotations

import pytest
from marked import read

from stance.resolver.article import Article
from stance.resolver.entities import Entity


def _found(article: Article, words: str, sentence: int = 9) -> str | None:
    entity = article.cast.find_words(words, sentence)
    return entity.name if entity is not None else None


@pytest.mark.parametrize(
    ("sentence", "words", "expected"),
    [
        ("Barack H. Obama spoke.", "Obama", "Barack H. Obama"),
        ("Barack H. Obama spoke.", "Barack Obama", "Barack H. Obama"),
        ("Mrs Ann Poole spoke.", "Ann", "Ann Poole"),
        ("The Harrow Defense Fund, or HDF, spoke.", "HDF", "Harrow Defense Fund"),
        ("The Ministry of Justice spoke.", "MoJ", "Ministry of Justice"),
        ("The World Health Organization (WHO) spoke.", "WHO", "World Health Organization"),
        ("The Supreme Court of Ohio spoke.", "Supreme Court", "Supreme Court of Ohio"),
        ("Ann Hoogland met Dr Hooglandt.", "Hooglandt", "Ann Hoogland"),
        ("Ann Hoogland spoke.", "Brandt", None),
        ("Nobody spoke.", "Poole", None),
        ("Nobody spoke.", " ", None),
    ],
)
def test_short_names_mean_the_long_one(sentence: str, words: str, expected: str | None) -> None:
    """Surnames, first names, acronyms, parts and single slips are the full name's; other names are nobody's."""
    assert _found(Article(read(sentence)), words) == expected


def test_a_shared_surname_goes_by_title_and_frequency() -> None:
    """A gendered title decides, else whoever is named in full more often."""
    article = Article(read("Mr Tom Roe met Mrs Eva Roe.", "Tom Roe left.", "Roe said no.", "Mrs Roe said yes."))
    assert [entity.name for i in (2, 3) for _, entity in article.entities[i]] == ["Tom Roe", "Eva Roe"]


def test_people_by_role() -> None:
    """Whoever has all the words of a role, the last named first; short titles count as long ones."""
    article = Article(read("Gov. Ann Poole met Gov. Bo Lind.", "Ann Poole left."))
    assert [one.name for one in article.cast.with_role(frozenset({"governor"}), 1)] == ["Ann Poole", "Bo Lind"]
    assert article.cast.with_role(frozenset({"bishop"}), 1) == []


@pytest.mark.parametrize(
    ("sentences", "name", "human", "body"),
    [
        (["Whit Sanderling, whose boat sank, left."], "Whit Sanderling", True, False),
        (["Ofwat said no."], "Ofwat", False, True),
        (["The Water Board met."], "Water Board", False, True),
        (["Halcyon Power fell.", "Shares in Halcyon fell."], "Halcyon Power", False, True),
        (["Nessie Sanderling left.", "Nessie fell.", "She swore."], "Nessie Sanderling", True, False),
        (["Ohio Sanderling left."], "Ohio Sanderling", False, False),
        (["The Moor party met."], "Moor", False, True),
        (["It rained in Ghana."], "Ghana", False, False),
        (["Ghana said no."], "Ghana", False, True),
        (["Texas Democrats left."], "Texas Democrats", False, False),
    ],
)
def test_people_and_bodies(sentences: list[str], name: str, human: bool, body: bool) -> None:
    """Names tell people from bodies by their words, by what stands beside them, and by who speaks."""
    entity = Article(read(*sentences)).cast.find_words(name, 0)
    assert entity is not None
    assert (entity.human, entity.body) == (human, body)


def test_gender_is_learnt_from_pronouns() -> None:
    """A pronoun whose sentence speaks of nobody else before it tells; with somebody else it tells nothing."""
    article = Article(read("Umi Roe said she was late.", "Oki Lind told the mayor that he was late."))
    genders = {entity.name: entity.gender for entity in article.cast.entities}
    assert genders == {"Umi Roe": "f", "Oki Lind": None}


def test_guesses_by_ending() -> None:
    """First names that end so mostly are; short ones and single names tell nothing."""
    keys = (("veronika", "roe"), ("leopoldo", "roe"), ("ma", "ngok"), ("veronika",))
    assert [Entity("", key).sex for key in keys] == ["f", "m", None, None]


def test_a_dateline_is_nobody() -> None:
    """The place that an agency's report begins with is no name of the article."""
    article = Article(read("ACCRA, Oct 9 (Meridian) - Ann Poole spoke."))
    assert [mention.name for mention in article.mentions[0]] == ["Ann Poole"]


def test_the_headline_counts() -> None:
    """A name that only the title gives in full is the full name; a title all in capitals says nothing."""
    assert _found(Article(read("Poole spoke.", title="Why Ann Poole left the council")), "Poole") == "Ann Poole"
    assert _found(Article(read("Poole spoke.", title="Why Ann Poole Left The Council")), "Poole") == "Poole"


def test_bodies_of_one_name_by_their_owners() -> None:
    """Two states' ministries are two; one state's goes by its own name, and so does what is no ministry."""
    two = Article(read("Ruria's Foreign Ministry left.", "Dolvia's Foreign Ministry came.", "The ministry left."))
    assert [entity.name for found in two.entities for _, entity in found if len(entity.key) > 1] == [
        "Ruria's Foreign Ministry",
        "Dolvia's Foreign Ministry",
    ]
    one = Article(read("Ruria's Foreign Ministry left.", "Ann's Harrow left.", "Bo's Harrow left."))
    assert [found[-1][1].name for found in one.entities] == ["Foreign Ministry", "Harrow", "Harrow"]


def test_a_surname_that_is_a_role() -> None:
    """``Baker said`` is Ann Baker where the article names her, and a role with an article before it."""
    article = Article(read("Ann Baker left.", "Baker said no.", "The baker said no."))
    assert [[entity.name for _, entity in found] for found in article.entities] == [["Ann Baker"], ["Ann Baker"], []]
    assert Article(read("Ann Poole left.", "Baker said no.")).entities[1] == []
