"""The table that people see: at any width, in colour or not, in a terminal or a pipe."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from stance.cli.terminal import show
from stance.explanation import explain
from stance.model import Model
from stance.records import Claim, Document, Sentence, Source, Span, Stance

TEXT = (
    "The union accused the ministry of hiding the safety report from everybody who had asked for it in the spring.\n\n"
    "Rain fell on Tuesday. The company vowed to rehire every worker by spring."
)


@pytest.fixture(scope="module")
def document(tiny_model: Model) -> Document:
    """Three sentences, two of them with a claim."""
    return replace(tiny_model.predict(TEXT), title="Mill to close")


def _shown(
    document: Document, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int, **options: bool
) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.delenv("NO_COLOR", raising=False)
    show(**options)(document)
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [40, 80, 200])
def test_lines_fit_the_width(
    document: Document,
    tiny_model: Model,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    """No line is wider than the terminal, none ends in spaces, and every word of claims and explanations is there."""
    explained = explain(tiny_model, document)
    text = _shown(explained, capsys, monkeypatch, width)
    assert all(cell_len(line) <= width and line == line.rstrip() for line in text.splitlines())
    words = text.split()
    for claim in document.claims:
        assert {*claim.sentence.text.split(), claim.type, *claim.source.name.split()} <= set(words)  # type: ignore[union-attr]
    assert "carried by" in " ".join(words)


def test_wide_terminals_have_claims_beside_their_sentence(
    document: Document, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 200 columns the claim stands in the sentence's line, at 80 in one below."""
    wide = _shown(document, capsys, monkeypatch, 200).splitlines()
    narrow = _shown(document, capsys, monkeypatch, 80).splitlines()
    assert any("The union accused" in line and "accusation" in line for line in wide)
    assert not any("The union accused" in line and "accusation" in line for line in narrow)


def test_colour_only_where_asked(
    document: Document, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe gets no escape sequence, forced colour does, and the words are the same."""
    plain = _shown(document, capsys, monkeypatch, 80)
    coloured = _shown(document, capsys, monkeypatch, 80, color=True)
    assert "\x1b[" not in plain
    assert "\x1b[" in coloured
    assert "\x1b[" not in _shown(document, capsys, monkeypatch, 80, color=False)


def test_sentences_without_claims_on_request(
    document: Document, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``--all`` shows every sentence; the last line counts prose and claims."""
    assert "Rain fell" not in _shown(document, capsys, monkeypatch, 80)
    text = _shown(document, capsys, monkeypatch, 80, all_sentences=True)
    assert "Rain fell on Tuesday." in text
    assert text.splitlines()[-1].startswith("3 sentences: ")


def test_text_cannot_play_with_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Escape sequences, bidirectional marks and markup in text and names are shown, not obeyed."""
    text = "He said [bold]no[/] \x1b[2J\u202eend."
    sentence = Sentence(0, 0, len(text), text)
    claim = Claim(
        *(sentence, "\x1b[31mtype", 0.5, Source("[/]\u202e"), Span(0, 2)),
        target="\x07",
        stance=Stance.OPPOSE,
        stance_probability=0.5,
    )
    shown = _shown(Document(text, (sentence,), title="\x1b]0;x", claims=(claim,)), capsys, monkeypatch, 80)
    assert not {"\x1b", "\u202e", "\x07"} & set(shown)
    assert "[bold]no[/] <U+001B>[2J<U+202E>end." in shown
