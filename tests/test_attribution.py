"""Which source goes with which cue and which content."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.attribution import link
from stance.records import Attribution, Sentence, Span
from stance.tagger import CONTENT, CUE, SOURCE, Tagged

_START = 100  # the sentence stands at this offset of its article
_ROLES = {"s": SOURCE, "c": CUE, "q": CONTENT}


def _link(marked: str) -> list[tuple[str | None, str | None, list[str]]]:
    """Words of source, cue and content of each attribution, for a sentence with its spans in <s>, <c> and <q>."""
    text = re.sub(r"</?[scq]>", "", marked)
    tags: dict[str, list[Tagged]] = {}
    opened: list[tuple[str, int]] = []
    at = 0
    for piece in re.split(r"(</?[scq]>)", marked):
        if piece.startswith("</"):
            role, begin = opened.pop()
            tags.setdefault(_ROLES[role], []).append(Tagged(Span(begin, at), 0.9))
        elif re.fullmatch(r"<[scq]>", piece):
            opened.append((piece[1], at))
        else:
            at += len(piece)
    sentence = Sentence(0, _START, _START + len(text), text)
    found = link(sentence, {role: tuple(sorted(tagged, key=lambda t: t.span)) for role, tagged in tags.items()})
    return [
        (
            sentence.words(one.source_span),
            sentence.words(one.cue_span),
            [sentence.words(span) or "" for span in one.content],
        )
        for one in found
    ]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("<s>Ann</s> <c>said</c> <q>it rained</q>.", [("Ann", "said", ["it rained"])]),
        ("“<q>It rained</q>,” <c>said</c> <s>Ann</s>.", [("Ann", "said", ["It rained"])]),
        # source and cue in the middle: two pieces, one attribution
        ("“<q>It rained</q>,” <s>Ann</s> <c>said</c>, “<q>all day</q>.”", [("Ann", "said", ["It rained", "all day"])]),
        # two speakers, each with the nearer cue
        (
            "<s>Ann</s> <c>said</c> <q>it rained</q>, but <s>Bob</s> <c>denied</c> <q>that</q>.",
            [("Ann", "said", ["it rained"]), ("Bob", "denied", ["that"])],
        ),
        # one speaker, two cues
        (
            "<q>It rained</q>, <s>Ann</s> <c>said</c>, <c>adding</c> that <q>it was cold</q>.",
            [("Ann", "said", ["It rained"]), ("Ann", "adding", ["it was cold"])],
        ),
        # content without a cue is one of its own, without a source
        ("“<q>It rained</q>.”", [(None, None, ["It rained"])]),
        # so is the only source before content where no cue was found
        ("<s>Ann</s> on rain: “<q>It rained</q>.”", [("Ann", None, ["It rained"])]),
        ("<s>Ann</s> told <s>Bo</s> <q>it rained</q> a lot.", [("Bo", None, ["it rained"])]),
        ("<s>Ann</s> told <s>Bo</s> that <q>it rained</q>.", [(None, None, ["it rained"])]),
        # a cue inside the content introduces other content
        (
            "<s>Ann</s> <c>said</c> <q><s>Bob</s> <c>claims</c> it rained</q>.",
            [("Ann", "said", ["Bob claims it rained"])],
        ),
        # a source with nothing but marks before its content is a label
        ("<s>Ann</s>: “<q>It rained</q>.”", [("Ann", None, ["It rained"])]),
        # a source and its cue without content are around what others say behind them, or before them over a comma
        (
            "<s>Lind</s> <c>rejected</c> <s>Poole</s>'s <c>claim</c> <q>that it rained</q>.",
            [("Lind", "rejected", ["Poole's claim that it rained"]), ("Poole", "claim", ["that it rained"])],
        ),
        (
            "<s>Poole</s>'s <c>claim</c> <q>that it rained</q> is false, <s>Lind</s> <c>says</c>.",
            [("Lind", "says", ["Poole's claim that it rained"]), ("Poole", "claim", ["that it rained"])],
        ),
        (
            "“<s>Poole</s> <c>believes</c> <q>that it rained</q>,” <s>Lind</s> <c>said</c>.",
            [("Lind", "said", ["Poole believes that it rained"]), ("Poole", "believes", ["that it rained"])],
        ),
        (
            "<s>Poole</s> <c>said</c> <q>it rained</q> and <s>Lind</s> <c>spoke</c>.",
            [("Poole", "said", ["it rained"])],
        ),
        # content that was cut at the subject inside it goes on
        (
            "<s>Poole</s> <c>said</c> <q>that <s>Lind</s></q> had <c>claimed</c> <q>it rained</q>.",
            [("Poole", "said", ["that Lind had claimed it rained"]), ("Lind", "claimed", ["it rained"])],
        ),
        # so does content with the source of a cue behind it
        (
            "<s>Poole</s> <c>said</c>, <q><s>Lind</s> denied it and then</q> <c>claimed</c> <q>it rained</q>.",
            [("Poole", "said", ["Lind denied it and then claimed it rained"]), ("Lind", "claimed", ["it rained"])],
        ),
        # content right before a cue is its subject, where nothing else can be
        ("<q>About 40 rabbis have</q> <c>said</c> <q>it rained</q>.", [("About 40 rabbis", "said", ["it rained"])]),
        (
            "<s>Poole</s> <c>said</c> <q>that the climbers had</q> <c>claimed</c> <q>it rained</q>.",
            [
                ("Poole", "said", ["that the climbers had claimed it rained"]),
                ("the climbers", "claimed", ["it rained"]),
            ],
        ),
        (
            "<s>Poole</s> <c>said</c> <q>it rained and</q> <c>warned</c> <q>it would again</q>.",
            [("Poole", "said", ["it rained and"]), ("Poole", "warned", ["it would again"])],
        ),
        # an adverb, a conjunction and the cue itself are no sources
        ("<s>But</s> <c>said</c> <q>it rained</q>.", [(None, "said", ["it rained"])]),
        (
            "<s>Ann</s> <c>said</c> <q>it rained</q>, <s>further</s> <c>saying</c> <q>it was cold</q>.",
            [("Ann", "said", ["it rained"]), ("Ann", "saying", ["it was cold"])],
        ),
        # whom "according to" leads to has no other cue, tagged as a cue or not
        ("Witnesses, according to <s>Lind</s>, <c>said</c> <q>it rained</q>.", [(None, "said", ["it rained"])]),
        (
            "Forty people <c>said</c> <q>that it rained</q>, <c>according to</c> <s>Lind</s>.",
            [(None, "said", ["that it rained"])],
        ),
        # a cue without content ends a quotation before the sentence, with a source or without
        ("<s>Ann</s> <c>said</c> on Friday.", [("Ann", "said", [])]),
        ("<s>Ann</s> spoke on Friday.", []),
        ("Ann <c>spoke</c> on Friday.", [(None, "spoke", [])]),
        ("<q>And</q> <s>Ann</s> <c>said</c> <q>it rained</q>.", [("Ann", "said", ["it rained"])]),
        ("Nothing.", []),
        # pieces that only a space parts are one piece
        ("<s>Ann</s> <c>said</c> <q>it rained</q> <q>all day</q>.", [("Ann", "said", ["it rained all day"])]),
        ("“<q>It rained</q>” … “<q>It was cold</q>.”", [(None, None, ["It rained"]), (None, None, ["It was cold"])]),
        # a name right behind "told" listens, where somebody stands before it
        (
            "“<q>It rained</q>,” <s>Ann Poole</s>, 61, <c>told</c> <s>Reuters</s>.",
            [("Ann Poole", "told", ["It rained"])],
        ),
        # a source before its cue rather than one far behind it, which has a cue of its own
        (
            "<s>Poole</s> <c>said</c> <q>that fares had gone up in May</q> and <c>called</c> "
            "<q>the new tariff fair</q>, while <s>Lind</s> <c>called</c> <q>it late</q>.",
            [
                ("Poole", "said", ["that fares had gone up in May"]),
                ("Poole", "called", ["the new tariff fair"]),
                ("Lind", "called", ["it late"]),
            ],
        ),
        # a source too far away belongs to something else
        (
            f"<s>Ann</s> sat {'there ' * 50}and <c>reportedly</c> <q>it rained</q>.",
            [(None, "reportedly", ["it rained"])],
        ),
    ],
)
def test_source_cue_and_content_are_linked(marked: str, expected: list[object]) -> None:
    """Content goes to the nearest cue outside it, each cue to its nearest source."""
    assert _link(marked) == expected


_SPANS = st.lists(st.tuples(st.integers(0, 39), st.integers(1, 12)), max_size=4).map(
    lambda pairs: tuple(Tagged(Span(start, min(start + length, 40)), 0.5) for start, length in sorted(pairs))
)


@given(st.fixed_dictionaries({}, optional={SOURCE: _SPANS, CUE: _SPANS, CONTENT: _SPANS}))
def test_whatever_was_tagged(tags: dict[str, tuple[Tagged, ...]]) -> None:
    """Every content is attributed, in order; spans lie in the sentence and come from the tags."""
    sentence = Sentence(0, _START, _START + 40, "ab " * 13 + "a")
    found: list[Attribution] = link(sentence, tags)
    assert [one.content for one in found] == sorted(one.content for one in found)
    assert all(one.content or not tags.get(CONTENT) for one in found)
    pieces = [span for one in found for span in one.content]
    assert all(sentence.words(span) for span in pieces)
    for tagged in tags.get(CONTENT, ()):
        placed = Span(tagged.span.start + _START, tagged.span.end + _START)
        assert any(placed.within(piece) for piece in pieces)
    sources = {tagged.span.start + _START for tagged in tags.get(SOURCE, ())}
    assert all(one.source_span is None or one.source_span.start in sources for one in found)
    assert all(one.source is None for one in found)


def test_the_surer_source_before_the_nearest() -> None:
    """``Poole, a baker, said``: the surer of two sources before a cue, unless a preposition leads to it."""

    def source(text: str, *sources: tuple[str, float]) -> str | None:
        sentence = Sentence(0, 0, len(text), text)

        def tagged(words: str, probability: float = 0.9) -> Tagged:
            return Tagged(Span(text.index(words), text.index(words) + len(words)), probability)

        tags = {SOURCE: tuple(tagged(*one) for one in sources), CUE: (tagged("said"),), CONTENT: (tagged("it rained"),)}
        return sentence.words(link(sentence, tags)[0].source_span)

    assert source("Poole, a baker, said it rained.", ("Poole", 0.9), ("a baker", 0.7)) == "Poole"
    assert source("Poole, a baker, said it rained.", ("Poole", 0.6), ("a baker", 0.7)) == "a baker"
    assert source("The row spread, and when Bo Lind said it rained", ("The row", 0.9), ("Bo Lind", 0.7)) == "Bo Lind"
    assert source("In a letter to Poole, he said it rained.", ("Poole", 0.9), ("he", 0.7)) == "he"
