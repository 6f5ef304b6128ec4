"""Whose aims and charges sentences tell of, in narration and inside what others say."""

from __future__ import annotations

import pytest
from marked import read

from stance.records import Attribution, Span
from stance.resolver import resolve


def _holder(text: str, claim_type: str, target: str, content: str | None = None) -> tuple[str, str] | None:
    """Name and words of whoever makes a claim about the target; ``content`` is what somebody says."""
    document = read(text)

    def span(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    told = Attribution(document.sentences[0], (span(content),)) if content is not None else None
    found = resolve(document, []).holder_of(0, claim_type, span(target), told)
    return (found[0].name, text[found[1].start : found[1].end]) if found is not None else None


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("Ann Poole is looking to cut fares in Harrow.", "cut fares", ("Ann Poole", "Ann Poole")),
        ("The march comes as Liberals try to win the seat.", "win the seat", ("Liberals", "Liberals")),
        ("In a bid to cut fares, Ann Poole met the unions.", "cut fares", ("Ann Poole", "Ann Poole")),
        ("After the vote, some drivers want higher pay.", "higher pay", ("some drivers", "some drivers")),
        ("It was hard for Ann Poole, who had vowed to cut fares.", "cut fares", ("Ann Poole", "Ann Poole")),
        ("Under the bridge.", "bridge", None),
    ],
)
def test_an_aim_that_the_journalist_tells(text: str, target: str, expected: tuple[str, str] | None) -> None:
    """It is held by the subject of the words of aiming, else of the sentence."""
    assert _holder(text, "goal", target) == expected


@pytest.mark.parametrize(
    ("text", "target", "content", "expected"),
    [
        (
            "Bo Lind said Ann Poole was trying to cut fares.",
            "cut fares",
            "Ann Poole was trying to cut fares",
            ("Ann Poole", "Ann Poole"),
        ),
        ("Bo Lind said he was trying to cut fares.", "cut fares", "he was trying to cut fares", None),
        (
            'Carl Ott left. "He is trying to cut fares," Bo Lind said.',
            "cut fares",
            "He is trying to cut fares",
            ("Carl Ott", "He"),
        ),
        ('"We want to cut fares," Bo Lind said.', "cut fares", "We want to cut fares", None),
        ("Bo Lind said fares would fall.", "fares", "fares would fall", None),
    ],
)
def test_an_aim_in_what_somebody_says(text: str, target: str, content: str, expected: tuple[str, str] | None) -> None:
    """Another's only where what is said names them; a pronoun is the speaker's own, but for quotations."""
    assert _holder(text, "goal", target, content) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Poole has been fierce in her criticism of the mayor.", ("Ann Poole", "Ann Poole")),
        ("The vote comes as drivers accuse the mayor of fraud.", ("drivers", "drivers")),
        ("Ann Poole was widely accused of helping the mayor.", None),
        ("Ann Poole left before the mayor came.", None),
    ],
)
def test_a_charge_that_the_journalist_tells(text: str, expected: tuple[str, str] | None) -> None:
    """It is somebody's where words tell that they bring it, else the journalist's own."""
    assert _holder(text, "accusation", "mayor") == expected


@pytest.mark.parametrize(
    ("text", "claim_type", "expected"),
    [
        ("Bo Lind rejected criticism from former baker Ann Poole that the mayor lied.", "accusation", "Ann Poole"),
        ("Bo Lind rejected allegations of fraud by the Harrow Trust over the mayor.", "justification", "Harrow Trust"),
        ("Bo Lind rejected criticism by phone and left the mayor.", "accusation", None),
        ("Bo Lind rejected criticism from Ann Poole, saying the mayor lied.", "accusation", None),
        ("Bo Lind rejected criticism from", "accusation", None),
        ("Bo Lind rejected criticism from Ann Poole that the mayor lied.", "rumour", None),
        ("Bo Lind said the goal of the Harrow Trust was to oust the mayor.", "goal", "Harrow Trust"),
        ("Bo Lind said Ann Poole's only goal was to oust the mayor.", "goal", "Ann Poole"),
        ("Oust the mayor: a goal of", "goal", None),
        ("Bo Lind said a new goal was to oust the mayor.", "goal", None),
    ],
)
def test_a_noun_that_tells_of_a_claim(text: str, claim_type: str, expected: str | None) -> None:
    """Criticism is theirs whom it comes from, a goal its owner's, though another speaks of it."""
    found = _holder(text, claim_type, "the mayor" if "the mayor" in text else "criticism", text.rstrip("."))
    assert (found[0] if found is not None else None) == expected
