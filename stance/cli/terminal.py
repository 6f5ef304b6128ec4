"""Claims for people: the sentence with its words coloured, and under it who claims what about whom."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import pairwise

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from stance.records import Claim, Document, Kind, Sentence, Span, Speaker, by_sentence
from stance.tables import carried_by
from stance.visible import visible

TYPE_STYLES = {"accusation": "bold red", "justification": "bold yellow", "goal": "bold blue"}
STANCE_STYLES = {"oppose": "red", "support": "green", "neutral": "dim"}
SOURCE_STYLE, CUE_STYLE, TARGET_STYLE = "bold cyan", "italic magenta", "bold underline"
_WIDE = 140


def show(*, all_sentences: bool = False, color: bool | None = None) -> Callable[[Document], None]:
    """A function that prints a predicted document to standard output.

    Parameters
    ----------
    all_sentences : print sentences without a claim too
    color : force colours on or off; None leaves it to the terminal and to ``NO_COLOR``
    """
    console = Console(
        file=sys.stdout,
        force_terminal=True if color else None,
        no_color=True if color is False else None,
        highlight=False,
        emoji=False,
        markup=False,
        soft_wrap=False,
    )

    def print_document(document: Document) -> None:
        blocks: list[RenderableType] = [_heading(document)]
        by_index = by_sentence(document.claims)
        for sentence in document.sentences:
            claims = by_index.get(sentence.index, ())
            if claims or all_sentences:
                blocks.append(_block(document, sentence, claims, wide=console.width >= _WIDE))
        _write(console, Group(*blocks, _summary(document)))

    return print_document


def _write(console: Console, content: RenderableType) -> None:
    """To a terminal as it is; to a file or pipe without the spaces that fill the lines."""
    if console.is_terminal:
        console.print(content)
        return
    with console.capture() as captured:
        console.print(content)
    for line in captured.get().splitlines():
        console.file.write(line.rstrip() + "\n")


def _heading(document: Document) -> Rule:
    return Rule(
        Text(visible(document.title or document.id), style="bold", overflow="ellipsis"),
        align="left",
        style="dim",
    )


def _block(document: Document, sentence: Sentence, claims: Sequence[Claim], *, wide: bool) -> Padding:
    """A sentence and its claims: side by side on a wide terminal, one above the other on a narrow one."""
    speaker = document.speakers[sentence.index] if document.speakers else None
    number = Text(f"{sentence.index + 1:>3}", style="dim")
    words = _sentence(sentence, claims, speaker)
    lines: list[RenderableType] = []
    for claim in claims:
        lines += [_claim(claim), *_why(claim)]
    details = Group(*lines)
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(width=3)
    grid.add_column(ratio=3)
    if wide:
        grid.add_column(ratio=2)
        grid.add_row(number, words, details)
    else:
        grid.add_row(number, Group(words, details) if claims else words)
    return Padding(grid, (0, 0, 1, 0))


def _sentence(sentence: Sentence, claims: Sequence[Claim], speaker: Speaker | None) -> Text:
    """The sentence, its source, cue and target words in colour."""
    spans: list[tuple[Span, str]] = []
    if speaker is not None and speaker.span is not None:
        spans.append((speaker.span, SOURCE_STYLE))
    for claim in claims:
        styled = (
            (claim.target_span, TARGET_STYLE),
            (claim.cue_span, CUE_STYLE),
            (claim.source_span, SOURCE_STYLE),
        )
        spans += [(span, style) for span, style in styled if span is not None]
    text = Text(style="" if sentence.kind is Kind.PROSE and (claims or speaker) else "dim")
    borders = sorted({sentence.start, sentence.end, *(edge for span, _ in spans for edge in (span.start, span.end))})
    for start, end in pairwise(borders):
        style = next((style for span, style in reversed(spans) if span.start <= start and end <= span.end), "")
        text.append(visible(sentence.text[start - sentence.start : end - sentence.start]), style)
    return text


def _claim(claim: Claim) -> Text:
    line = Text(overflow="fold")
    line.append(f"{visible(claim.type)} ", TYPE_STYLES.get(claim.type, "bold"))
    line.append(f"{claim.probability:.2f}", "dim")
    if claim.source is not None:
        line.append("  ")
        line.append(visible(claim.source.name), SOURCE_STYLE)
    if claim.target is not None or claim.stance is not None:
        line.append(" → ", "dim")
        line.append(visible(claim.target or "?"), TARGET_STYLE)
    if claim.stance is not None:
        line.append("  ")
        line.append(claim.stance.value, STANCE_STYLES[claim.stance.value])
        line.append(f" {claim.stance_probability:.2f}", "dim")
    return line


def _why(claim: Claim) -> list[Padding]:
    """The words that carry the claim and the nearest labelled sentences, where they were asked for."""
    if claim.explanation is None:
        return []
    cue = claim.sentence.words(claim.cue_span)
    lines = [f"carried by {carried_by(claim) or 'no single word'}" + (f"; cue: {cue}" if cue else "")]
    for near in claim.explanation.nearest:
        lines.append(f"near {near.similarity:.2f} ({', '.join(near.labels) or 'no claim'}): {near.text}")
    return [Padding(Text(visible(line), style="dim", overflow="fold"), (0, 0, 0, 2)) for line in lines]


def _summary(document: Document) -> Text:
    prose = sum(sentence.kind is Kind.PROSE for sentence in document.sentences)
    counts: dict[str, int] = {}
    for claim in document.claims:
        counts[claim.type] = counts.get(claim.type, 0) + 1
    found = ", ".join(f"{count} {visible(kind)}{'s' * (count > 1)}" for kind, count in sorted(counts.items()))
    return Text(f"{prose} sentence{'s' * (prose != 1)}: {found or 'no claims'}", style="dim")
