"""The user's table of names."""

from __future__ import annotations

from pathlib import Path

import pytest
from marked import resolved

from stance.errors import InputError
from stance.records import Span
from stance.resolver import Aliases
from stance.resolver.aliases import Named


def _table(folder: Path, text: str) -> Path:
    path = folder / "names.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_names_and_identifiers(tmp_path: Path) -> None:
    """An alias is found whatever its case; a canonical name is an alias of itself; the identifier may be left out."""
    aliases = Aliases.read(_table(tmp_path, "alias,name,id\nthe PM,Ann Poole,Q1\nOfwat,Water Regulator,\n"))
    found = aliases.find("THE pm ")
    assert found is not None
    assert (found.name, found.id) == ("Ann Poole", "Q1")
    assert aliases.find("ann poole") == found
    assert aliases.find("ofwat").id is None  # type: ignore[union-attr]
    assert aliases.find("nobody") is None
    assert aliases.find(None) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("alias,id\na,b\n", r'names.csv:1: no column "name"; expected alias, name and optionally id'),
        ("alias,name\n,Ann\n", r"names.csv:2: alias and name must both be given"),
        ("alias,name\na,Ann\nA,Bo\n", r'names.csv:3: "A" stands for Ann already; keep one of the two rows'),
        ("alias,name,id\na,Ann,Q1\nb,Ann,Q2\n", r"names.csv:3: Ann has the id Q1 already; give one id for a name"),
        ("alias,name,id\na,Ann Poole, MP,Q1\n", r"names.csv:2: 4 fields, where the header has 3; quote fields"),
        ("", r"names.csv: no rows; expected the columns alias, name and optionally id"),
    ],
)
def test_tables_that_cannot_be_used(tmp_path: Path, text: str, message: str) -> None:
    """A missing column, an empty cell and an alias for two names are named with their line."""
    with pytest.raises(InputError, match=message):
        Aliases.read(_table(tmp_path, text))


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("Sinead O'Brien", "Sinéad O’Brien"),
        ("Kramp-Karrenbauer", "Kramp\u2011Karrenbauer"),
        ("Angela Merkel", "Angela\xa0Merkel"),
        ("Angela Merkel", "Angela  Mer\u00adkel"),
        ("Müller", "Mu\u0308ller"),
        ("U.N.", "UN"),
    ],
)
def test_typography_parts_no_alias_from_its_name(alias: str, words: str) -> None:
    """However the two are written; also in a table made in Python."""
    named = Named("somebody")
    assert Aliases({alias: named}).find(words) == Aliases({words: named}).find(alias) == named


def test_an_identifier_holds_for_all_rows_of_a_name(tmp_path: Path) -> None:
    """In whichever row it stands; a blank row says nothing."""
    rows = "Merkel,Angela Merkel,\n,,\nthe chancellor,Angela Merkel,Q567\n"
    aliases = Aliases.read(_table(tmp_path, f"alias,name,id\n{rows}"))
    found = [aliases.find(words) for words in ("Merkel", "Angela Merkel", "the chancellor")]
    assert found == [Named("Angela Merkel", "Q567")] * 3


def test_tables_of_other_separators(tmp_path: Path) -> None:
    """Semicolons, as spreadsheets write where the comma parts the decimals, and tabs."""
    for name, mark in (("names.csv", ";"), ("names.tsv", "\t")):
        path = tmp_path / name
        path.write_text("alias,name,id\nthe PM,Ann Poole,Q1\n".replace(",", mark), encoding="utf-8")
        assert Aliases.read(path).find("the PM") == Named("Ann Poole", "Q1")


def test_a_table_in_another_encoding(tmp_path: Path) -> None:
    """The encoding that is given counts where the file is not in UTF-8; without one the message asks for it."""
    path = tmp_path / "names.csv"
    path.write_text("alias,name\nMüller,Hans Müller\n", encoding="cp1252")
    with pytest.raises(InputError, match=r"names\.csv:2: byte 1 is not utf-8; .*--encoding cp1252"):
        Aliases.read(path)
    for written in ("cp1252", "utf-8"):
        path.write_text("alias,name\nMüller,Hans Müller\n", encoding=written)
        found = Aliases.read(path, encoding="cp1252").find("müller")
        assert found is not None
        assert found.name == "Hans Müller"


def test_a_missing_table(tmp_path: Path) -> None:
    """A file that is not there is an input error that names it."""
    with pytest.raises(InputError, match=r"absent\.csv"):
        Aliases.read(tmp_path / "absent.csv")


def test_the_table_overrides_the_article(tmp_path: Path) -> None:
    """Sources, resolved names and targets take the user's name and identifier."""
    aliases = Aliases.read(_table(tmp_path, "alias,name,id\nAnn Poole,A. M. Poole,Q1\nthe firm,Acme,Q2\n"))
    found = resolved(
        "<s>Ann Poole</s> <c>said</c> <q>the firm had lied</q>.",
        "<s>She</s> <c>said</c> <q>so again and again</q>.",
        aliases=aliases,
    )
    sources = [one.source for one in found.attributions]
    assert [(s.name, s.rule, s.id) for s in sources if s] == [
        ("A. M. Poole", "alias", "Q1"),
        ("A. M. Poole", "pronoun", "Q1"),
    ]
    start = found.attributions[0].sentence.text.index("the firm")
    named = found.name_of(0, Span(start, start + len("the firm")))
    assert named is not None
    assert (named.name, named.id) == ("Acme", "Q2")


def test_acronyms_that_are_pronouns_are_names_in_capitals_alone() -> None:
    """``us`` and ``It`` are nobody's name, whoever has an alias ``U.S.`` or ``IT``."""
    aliases = Aliases({"U.S.": Named("United States"), "IT": Named("IT Group")})
    assert [aliases.find(words) for words in ("us", "It")] == [None, None]
    assert aliases.find("US") == aliases.find("U.S.") == Named("United States")
