"""Hidden characters become visible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.visible import clean, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ‘quoted’ é", "plain, ‘quoted’ é"),
        ("a\u202eb", "a<U+202E>b"),
        ("zero\u200bwidth\ufeff", "zero<U+200B>width<U+FEFF>"),
        ("\x1b[31mred\x00", "<U+001B>[31mred<U+0000>"),
        ("one\r\ntwo\tthree\u2028four", "one  two three<U+2028>four"),
    ],
)
def test_hidden_characters_become_codes(text: str, shown: str) -> None:
    """Controls, bidirectional marks, zero-width characters and separators are named; line ends are spaces."""
    assert visible(text) == shown


@given(st.text())
def test_result_is_printable(text: str) -> None:
    """What comes out holds no character that moves, hides or reorders another."""
    shown = visible(text)
    assert visible(shown) == shown
    assert all(character.isprintable() or character.isspace() or character > "\x7f" for character in shown)


def test_lone_surrogates_become_replacement_characters() -> None:
    """Half a character from a JSON escape, which no file could hold, is replaced one for one."""
    assert clean("é\ud800b\udfffc") == "é\ufffdb\ufffdc"
