"""Quotations over an article: what they hold, and which sentences share one."""

from __future__ import annotations

import pytest
from marked import last, read, resolved

from stance.resolver.quotes import Quotations


@pytest.mark.parametrize(
    ("sentences", "paragraphs", "quoted"),
    [
        (['He said "no".'], None, [["no"]]),
        (["He said “no”."], None, [["no"]]),
        (["He said «no»."], None, [["no"]]),
        (['"We left.', 'We ran," he said.'], None, [["We left."], ["We ran,"]]),
        (['"We left.', "It rained."], [0, 1], [["We left."], []]),  # a paragraph ends a quotation that is not closed
        (['A "b" c "d.'], None, [["b", "d."]]),
        (["“A “b” c."], None, [["b"]]),  # one that opens again begins anew
        (['"'], None, [[]]),
        (["No marks."], None, [[]]),
    ],
)
def test_quoted_pieces(sentences: list[str], paragraphs: list[int] | None, quoted: list[list[str]]) -> None:
    """What stands between the marks, straight or typographic, closed or not."""
    document = read(*sentences, paragraphs=paragraphs)
    found = Quotations(document)
    pieces = [[document.text[span.start : span.end] for span in found.pieces(one)] for one in document.sentences]
    assert pieces == quoted


def test_the_share_and_the_inside() -> None:
    """How much of a sentence is quoted, and whether a character is."""
    document = read('"Nine" said it.')
    quotations = Quotations(document)
    assert quotations.share(document.sentences[0]) == pytest.approx(4 / 15)
    assert [quotations.inside(0, at) for at in (0, 1, 4, 5, 9)] == [False, True, True, False, False]


def test_sentences_of_one_quotation() -> None:
    """Those behind come before those ahead of a sentence; far ones are left out."""
    document = read('"One.', "Two.", 'Three."', "Four.")
    quotations = Quotations(document)
    assert [quotations.shared(index) for index in range(4)] == [[1, 2], [2, 0], [1, 0], []]
    long = read('"One.', *["More."] * 60)
    assert max(Quotations(long).shared(0)) < 30


def test_a_paragraph_that_begins_with_a_mark_goes_on() -> None:
    """An open quotation and a mark at the next paragraph's start: the speaker goes on."""
    quotations = Quotations(read('"One.', '"Two."', "Three.", paragraphs=[0, 1, 2]))
    assert [quotations.continues(index) for index in range(3)] == [False, True, False]


@pytest.mark.parametrize(
    ("before", "bare", "behind"),
    [
        ("<s>Ann Poole</s> <c>said</c> <q>it was far too late</q>.", '"<q>Never.</q>"', "It rained."),
        ("It rained.", '"<q>Never,</q>', '<q>not once,</q>" <c>said</c> <s>Ann Poole</s>.'),
        ("It rained.", '"<q>Never.</q>"', "— Ann Poole, on Monday"),
        ("It rained.", '"<q>Never.</q>"', "Ann Poole wrote on Monday."),
    ],
)
def test_a_quotation_without_words_for_its_source(before: str, bare: str, behind: str) -> None:
    """Whoever spoke before, ends the quotation with a cue, or is named right behind says it."""
    attribution = next(one for one in resolved(before, bare, behind).attributions if one.sentence.index == 1)
    assert attribution.source is not None
    assert (attribution.source.name, attribution.source.rule) == ("Ann Poole", "quotation")


def test_the_words_that_lead_to_a_quotation_name_its_speaker() -> None:
    """The subject before the marks, not whoever spoke before; without one whoever goes on."""
    before = "<s>Bo Lind</s> <c>said</c> <q>the dam was safe</q>."
    led = 'Ann Poole took to the stage, smiling: "<q>We will mend the whole dam before the next of the winters</q>."'
    bare = 'In the paper, in full: "<q>We will mend the whole dam before the next of the winters</q>."'
    names = [[one.source.name for one in resolved(before, text).speakers if one is not None] for text in (led, bare)]
    assert names == [["Bo Lind", "Ann Poole"], ["Bo Lind", "Bo Lind"]]


def test_nobody_is_said_as_nobody() -> None:
    """A quotation in an article where nobody speaks has no source."""
    assert last("It rained.", '"<q>Never.</q>"') == (None, None)


@pytest.mark.parametrize(
    ("paragraphs", "speaker"),
    [
        ([0, 0, 1], "Ann Poole"),  # her paragraph names her, and the next one begins something else
        ([0, 0, 0], "Bo Lind"),
        ([0, 1, 2], "Bo Lind"),
    ],
)
def test_a_paragraph_that_names_the_speaker_is_closed(paragraphs: list[int], speaker: str) -> None:
    """A line behind a quotation names its speaker, unless the paragraph of the quotation already has."""
    told = "<s>Ann Poole</s> <c>said</c> <q>it was far too late</q>."
    document = ('"<q>Nobody came.</q>"', "<s>Bo Lind</s> <c>added</c> that.")
    found = resolved(told, *document, paragraphs=paragraphs)
    (source,) = [one.source for one in found.attributions if one.sentence.index == 1]
    assert source is not None
    assert source.name == speaker


@pytest.mark.parametrize(
    ("behind", "expected"), [("<c>complained</c> of noise", "Ann Poole"), ("<c>said</c>", "Bo Lind")]
)
def test_the_next_paragraph_ends_no_quotation(behind: str, expected: str) -> None:
    """A quotation that goes on from whoever spoke is theirs, unless the next paragraph only names the speaker."""
    told = "<s>Ann Poole</s> <c>said</c> <q>it was far too late</q>."
    found = resolved(told, '"<q>Nobody came.</q>"', f"<s>Bo Lind</s> {behind}.", paragraphs=[0, 1, 2])
    assert [one.source.name for one in found.attributions if one.sentence.index == 1 and one.source] == [expected]


def test_a_paragraph_of_quotations_alone_names_nobody() -> None:
    """The line behind it still tells who speaks, whoever spoke before."""
    told = "<s>Ann Poole</s> <c>said</c> <q>it was far too late</q>."
    bare = ('"<q>Nobody came.</q>"', '"<q>Nobody even called.</q>"', "<s>Bo Lind</s> <c>added</c> that.")
    found = resolved(told, *bare, paragraphs=[0, 1, 1, 2])
    assert [one.source.name for one in found.attributions if one.sentence.index == 2 and one.source] == ["Bo Lind"]
