"""Quotations that go on over sentences: what stands in one sentence each, as quotes of the article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from stance.patterns import NAME_WORD, QUOTE_MARK
from stance.records import Attribution, Span
from stance.spanmetrics import QUOTE, Pieces, Quote

_OPENING = "\"“„«'‘"


def joined(text: str, found: Sequence[Attribution]) -> list[Quote]:
    """The quotes of an article, content without a cue put to the quote that it belongs to.

    Such content belongs to the quote before it where no word parts the two and it does not open a quotation anew;
    else to the quote behind it, again where no word parts them. What is near to neither stays a quote of its own.

    Parameters
    ----------
    found : the attributions of all sentences, in their order
    """
    quotes: list[Quote] = []
    waiting: Pieces = ()  # content whose cue is still to come
    for quote in map(Quote.of, (one for one in found if one.content)):
        if waiting and _beside(text, waiting, quote.content):
            whole = replace(quote, content=merged(text, waiting + quote.content))
            waiting = () if quote.cue else whole.content
            quotes += [whole] if quote.cue else []
            continue
        quotes += [Quote(content=waiting)] if waiting else []
        waiting = ()
        if quote.cue:
            quotes.append(quote)
        elif quotes and _goes_on(text, quotes[-1], quote.content):
            quotes[-1] = replace(quotes[-1], content=merged(text, quotes[-1].content + quote.content))
        else:
            waiting = quote.content
    return quotes + ([Quote(content=waiting)] if waiting else [])


def _goes_on(text: str, quote: Quote, after: Pieces) -> bool:
    """Whether content goes on with a quote before it: no word between, and no quotation that begins anew."""
    last = max(quote.pieces(QUOTE), key=lambda span: span.end)
    if not _beside(text, (last,), after):
        return False
    if text[after[0].start] not in _OPENING:
        return True
    if last not in quote.content:  # "A," she said. "B."
        return "\n" not in text[last.end : after[0].start]
    return text[last.start] in _OPENING and not QUOTE_MARK.match(text, last.end - 1)


def _beside(text: str, before: Pieces, after: Pieces) -> bool:
    """Whether no word stands between the last of some pieces and the first of others."""
    return before[-1].end <= after[0].start and not NAME_WORD.search(text, before[-1].end, after[0].start)


def merged(text: str, pieces: Iterable[Span]) -> Pieces:
    """Pieces in order; those that no word parts are one."""
    whole: list[Span] = []
    for span in sorted(pieces):
        if whole and not NAME_WORD.search(text, whole[-1].end, span.start):
            whole[-1] = Span(whole[-1].start, max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return tuple(whole)
