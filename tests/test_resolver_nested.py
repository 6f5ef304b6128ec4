"""What a source reports of others, and who speaks in few words."""

from __future__ import annotations

import pytest
from marked import resolved


@pytest.mark.parametrize(
    ("text", "source", "content"),
    [
        ("<s>Bo Lind</s> <c>said</c> <q>that Ann Poole had claimed it rained</q>.", "Ann Poole", "it rained"),
        (
            "<s>Bo Lind</s> <c>said</c> <q>a surveyor told him that the dam was weak</q>.",
            "surveyor",
            "the dam was weak",
        ),
        ("<s>Bo Lind</s> <c>said</c> <q>her manager had told her to stop reading</q>.", "manager", "to stop reading"),
        (
            "<s>Bo Lind</s> <c>says</c> <q>a club in Harrow has confirmed that it rained</q>.",
            "club in Harrow",
            "it rained",
        ),
    ],
)
def test_what_a_source_reports_of_others(text: str, source: str, content: str) -> None:
    """A verb with a subject inside the content is an attribution of its own, beside the outer one."""
    found = resolved(text)
    assert [one.source.name for one in found.outer if one.source] == ["Bo Lind"]
    inner = [one for one in found.attributions if one not in found.outer]
    assert [one.source.name.removeprefix("Bo Lind’s ") for one in inner if one.source] == [source]
    assert [one.sentence.words(one.content[0]) for one in inner] == [content]
    assert found.speakers[0] is not None
    assert found.speakers[0].source.name == "Bo Lind"


@pytest.mark.parametrize(
    "text",
    [
        "<s>Bo Lind</s> <c>said</c> <q>he said it rained</q>.",
        "<s>Bo Lind</s> <c>said</c> <q>that the plan, told by many, was weak</q>.",
        "<s>Bo Lind</s> <c>said</c> <q>I told them that it rained</q>.",
    ],
)
def test_no_verb_without_somebody_else(text: str) -> None:
    """``I``, a passive and a verb without a clause bring in nobody else."""
    found = resolved(text)
    assert [one.source.name for one in found.attributions if one.source and one not in found.outer] in ([], ["Bo Lind"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<q>Ann Poole met Lind and pledged to stay for the winter</q>, <s>the Echo</s> <c>reported</c>.",
            "Ann Poole",
        ),
        (
            "<q>Ann Poole said last week that it rained on all days of May</q>, <c>according to</c> <s>the Echo</s>.",
            "Ann Poole",
        ),
        (
            "<q>Ann Poole said last week that it rained on all days of May</q>, <s>Bo Lind</s> <c>claimed</c>.",
            "Bo Lind",
        ),
        ("It rained all of Friday in Harrow, which <s>Bo Lind</s> <c>called</c> <q>bad</q>.", None),
        ("<s>Ann Poole</s> <c>denied</c> <q>both</q> in a long talk with the press on Friday.", "Ann Poole"),
    ],
)
def test_whose_the_sentence_is(text: str, expected: str | None) -> None:
    """A clause that only adds to the journalist's words is not the sentence's; who denies needs few words."""
    speaker = resolved(text).speakers[0]
    assert (speaker.source.name if speaker is not None else None) == expected
