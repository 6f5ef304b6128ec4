"""Attributions by the verb of saying alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.records import Sentence
from stance.reporting import reported

_START = 100  # the sentence stands at this offset of its article


def _reported(text: str) -> tuple[str | None, str | None, list[str]] | None:
    sentence = Sentence(0, _START, _START + len(text), text)
    found = reported(sentence)
    if not found:
        return None
    assert len(found) == 1
    one = found[0]
    content = [sentence.words(span) or "" for span in one.content]
    return sentence.words(one.source_span), sentence.words(one.cue_span), content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Poole said it rained.", ("Ann Poole", "said", ["it rained"])),
        ("“It rained,” said Ann Poole.", ("Ann Poole", "said", ["It rained"])),
        ("“It rained,” Ann Poole said.", ("Ann Poole", "said", ["It rained"])),
        ("“It rained,” Ann Poole said, “all day.”", ("Ann Poole", "said", ["It rained", "all day"])),
        ("It rained, according to Ann Poole.", ("Ann Poole", "according to", ["It rained"])),
        ("According to Ann Poole, it rained.", ("Ann Poole", "According to", ["it rained"])),
        ("It rained.", None),
        ("“He said no.”", None),
        ("said", None),
        ("", None),
        (f"{'The man from the far end of the long road ' * 4}said it rained.", None),
    ],
)
def test_the_source_beside_the_verb(text: str, expected: object) -> None:
    """The first verb of saying outside quotation marks, with what stands on its two sides."""
    assert _reported(text) == expected


@given(
    st.one_of(
        st.text(max_size=200), st.lists(st.sampled_from('Ann said, “ ” " according to : — told'.split())).map(" ".join)
    )
)
def test_any_text(text: str) -> None:
    """Nothing is raised; spans lie in the sentence and hold words."""
    sentence = Sentence(0, _START, _START + len(text), text)
    for one in reported(sentence):
        assert sentence.words(one.source_span)
        assert sentence.words(one.cue_span)
        assert one.content
        assert all((sentence.words(span) or "").strip() for span in one.content)


@pytest.mark.parametrize("piece", ["said ", '" said ', ", said", "Ann said it rained, "])
def test_time_is_linear(piece: str) -> None:
    """Twice the sentence takes about twice the time, and a long one no time to speak of."""

    def seconds(count: int) -> float:
        text = piece * count
        sentence = Sentence(0, 0, len(text), text)
        begin = time.process_time()
        reported(sentence)
        return time.process_time() - begin

    assert seconds(2000) < 1
    ratios = (seconds(2000) / max(seconds(1000), 1e-4) for _ in range(5))
    assert any(ratio < 3 for ratio in ratios)
