"""Text to sentences: the hard lines, and what holds for every text."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.records import Kind
from stance.sentences import split

_HARD = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "hard_lines.jsonl").read_text(encoding="utf-8").split("\n")
    if line
]
_PIECES = st.sampled_from(
    "Mr.|U.S.|Inc.|No.|p.m.|no.|Sen.|D-Pa.,|J.|he|said|The|dam|“|”|\"|''|(|)|...|…|?|!|--|—|3.5|2.|[|]"
    "|Advertisement|Photo by|date 2020-01-02|Read more:|Dec. 1| |  |\t|\n|\r\n|\n\n|\u2028|\x00|é|漢|😀".split("|")
)
_TEXTS = st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=25).map(" ".join))


@pytest.mark.parametrize("line", _HARD, ids=[line["text"][:40].strip() for line in _HARD])
def test_hard_line(line: dict[str, object]) -> None:
    """A line that trips splitters is cut where a reader would cut it."""
    assert [sentence.text for sentence in split(str(line["text"]))] == line["sentences"]


def test_there_are_many_hard_lines() -> None:
    """At least sixty different hard lines are kept."""
    assert len({line["text"] for line in _HARD}) >= 60


@given(_TEXTS)
def test_split_loses_nothing(text: str) -> None:
    """Each sentence is a slice of its text, and only white space falls between sentences."""
    kept = split(text)
    assert all(text[s.start : s.end] == s.text for s in kept)
    assert "".join("".join(s.text for s in kept).split()) == "".join(text.split())


@given(_TEXTS)
def test_sentences_stand_in_order(text: str) -> None:
    """Sentences are numbered, do not overlap, are never blank, and have no white space at their ends."""
    kept = split(text)
    assert [s.index for s in kept] == list(range(len(kept)))
    assert all(before.end <= after.start for before, after in itertools.pairwise(kept))
    assert all(s.text and s.text == s.text.strip() for s in kept)
    paragraphs = [s.paragraph for s in kept]
    assert paragraphs == sorted(paragraphs)


@given(_TEXTS, _TEXTS)
def test_paragraphs_are_split_apart(one: str, other: str) -> None:
    """What stands in another paragraph changes nothing: the sentences of both are those of each."""
    together = [(s.text, s.kind) for s in split(f"{one}\n{other}")]
    assert together == [(s.text, s.kind) for text in (one, other) for s in split(text)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"])
def test_a_newline_of_any_kind_ends_a_paragraph(end: str) -> None:
    """Unix, Windows and old Mac line ends part paragraphs, and offsets refer to the text as given."""
    first, second = split(f"Fares rise{end}Nobody cheered.")
    assert (first.text, second.text) == ("Fares rise", "Nobody cheered.")
    assert second.start == len("Fares rise") + len(end)
    assert first.paragraph < second.paragraph


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Friday, December 1, 2023", Kind.DATE),
        ("Published: 2023-12-01 14:05 GMT", Kind.DATE),
        ("1 December 2023", Kind.DATE),
        ("Photo by Jim Marsh/UPI | License Photo", Kind.CREDIT),
        ("Image courtesy of the ministry", Kind.CREDIT),
        ("A digger at the dam. Photo by Jim Marsh", Kind.CREDIT),
        ("Advertisement", Kind.NOTICE),
        ("Sign up for our weekly newsletter", Kind.NOTICE),
        ("© 2023 The Valley Times", Kind.NOTICE),
        ("Comments (12)", Kind.NOTICE),
        ("On December 1, 2023, the dam burst.", Kind.PROSE),
        ("Photos of the dam shocked the town.", Kind.PROSE),
        ("Advertisement revenue fell.", Kind.PROSE),
        ("Related claims were dismissed.", Kind.PROSE),
    ],
)
def test_what_is_not_prose_is_labelled(line: str, kind: Kind) -> None:
    """Dates, credits and notices are kept under their kind; prose that resembles them stays prose."""
    (sentence,) = split(line)
    assert (sentence.text, sentence.kind) == (line, kind)


def test_glued_page_matter_is_cut_off() -> None:
    """A date label before and the word of an advertisement after a sentence become units of their own."""
    kinds = [(s.text, s.kind) for s in split("date 2023-12-01 Soldiers left. Advertisement")]
    assert kinds == [
        ("date 2023-12-01", Kind.DATE),
        ("Soldiers left.", Kind.PROSE),
        ("Advertisement", Kind.NOTICE),
    ]


@pytest.mark.parametrize("text", ["", " \n\t\r\n ", "\u2003"])
def test_blank_text_has_no_sentence(text: str) -> None:
    """Empty text and white space give no sentence."""
    assert split(text) == []


@pytest.mark.parametrize("piece", ["Advertisement ", "date 2020-01-01 ", "x! a ", "2. ", '"', "U.S. "])
def test_repetition_needs_no_recursion(piece: str) -> None:
    """Thousands of the same piece in one line are split without running out of stack."""
    text = piece * 5_000
    assert sum(len(s.text.split()) for s in split(text)) == len(text.split())
