"""Tagged spans of one sentence to attributions: which source goes with which cue and which content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stance.records import Attribution, Sentence, Span
from stance.tagger import CONTENT, CUE, SOURCE, Tagged, Tags

_FAR = 200  # characters: a source further from its cue than this belongs to something else

_LEADING = frozenset("to by with from of at".split())


def link(sentence: Sentence, tags: Tags) -> list[Attribution]:
    """The attributions of a sentence, in the order of their content.

    Every piece of content goes to the nearest cue outside it, every cue to the nearest source that no other cue
    stands closer to. Content without a cue has a source only as a label (``Ann Poole: …``), or where the sentence has
    one source and no cue; without one it is an
    attribution of its own, for the resolver to give a source. A source and its cue without any content are an
    attribution without content: they end a quotation that stands before the sentence (``Poole said.``).
    """
    sources, cues, contents = (
        [_shift(tagged, sentence.start) for tagged in tags.get(role, ())] for role in (SOURCE, CUE, CONTENT)
    )
    pieces: dict[Span | None, list[Span]] = {}
    for content in contents:
        outside = [cue for cue in cues if not cue.within(content)]
        pieces.setdefault(_nearest(content, outside), []).append(content)
    sure = {_shift(tagged, sentence.start): tagged.probability for tagged in tags.get(SOURCE, ())}
    taken = _surer(sentence, _sources_of(list(pieces), sources), cues, sure)
    found = []
    for cue, content_spans in pieces.items():
        if cue is None:
            found += [
                Attribution(
                    sentence, (span,), source_span=_label(sentence, span, sources) or _alone(span, sources, cues)
                )
                for span in _merged(sentence, content_spans)
            ]
        else:
            merged = tuple(_merged(sentence, content_spans))
            found.append(Attribution(sentence, merged, source_span=taken.get(cue), cue_span=cue))
    if not contents and sources:
        closing = _sources_of(cues, sources).items()
        return [Attribution(sentence, (), source_span=source, cue_span=cue) for cue, source in closing][:1]
    return sorted(found, key=lambda attribution: attribution.content[0])


def _sources_of(cues: Sequence[Span | None], sources: Sequence[Span]) -> dict[Span, Span]:
    """Cue to source, closest pairs first; a source may serve two cues ("she said, adding that ...")."""
    pairs = sorted(
        (_gap(cue, source), cue, source)
        for cue in cues
        if cue is not None
        for source in sources
        if _gap(cue, source) <= _FAR
    )
    taken: dict[Span, Span] = {}
    for _, cue, source in pairs:
        if cue not in taken and source not in taken.values():
            taken[cue] = source
    for _, cue, source in pairs:
        taken.setdefault(cue, source)
    return taken


def _surer(
    sentence: Sentence, taken: Mapping[Span, Span], cues: Sequence[Span], sure: Mapping[Span, float]
) -> dict[Span, Span]:
    """Cue to source, where one that no cue has taken stands before the nearest and is surer: ``Poole, a baker, said``.

    Parameters
    ----------
    sure : sources with how sure it is that they are such
    """
    free = [source for source in sure if source not in taken.values() and not _is_led(sentence, source)]
    found = dict(taken)
    for cue, source in taken.items():
        before = [
            one
            for one in free
            if one.end <= source.start <= cue.start
            and sure[one] > sure[source]
            and not any(one.end <= other.start < source.start for other in cues)
        ]
        found[cue] = max(before, default=source)
    return found


def _is_led(sentence: Sentence, span: Span) -> bool:
    """Whether a preposition leads to the span or begins it: then it is no subject."""
    words = sentence.text[: span.end - sentence.start].lower()
    before = words[: span.start - sentence.start].split()[-1:]
    return bool(_LEADING.intersection([*before, *words[span.start - sentence.start :].split()[:1]]))


def _label(sentence: Sentence, content: Span, sources: Sequence[Span]) -> Span | None:
    """The source right before content, with nothing but marks between them."""
    before = max((source for source in sources if source.end <= content.start), default=None)
    if before is None:
        return None
    between = sentence.text[before.end - sentence.start : content.start - sentence.start]
    return None if any(character.isalnum() for character in between) else before


def _alone(content: Span, sources: Sequence[Span], cues: Sequence[Span]) -> Span | None:
    """The only source of a sentence, before its content, where no cue was found: ``Poole hopes …``."""
    return sources[0] if len(sources) == 1 and not cues and sources[0].end <= content.start else None


def _shift(tagged: Tagged, by: int) -> Span:
    return Span(tagged.span.start + by, tagged.span.end + by)


def _gap(one: Span, other: Span) -> int:
    """Characters between two spans; 0 where they touch or overlap."""
    return max(0, one.start - other.end, other.start - one.end)


def _nearest(span: Span, others: Sequence[Span]) -> Span | None:
    return min(others, key=lambda other: (_gap(span, other), other), default=None)


def _merged(sentence: Sentence, spans: Sequence[Span]) -> list[Span]:
    """Pieces that only white space parts are one piece."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged:
            gap = sentence.text[merged[-1].end - sentence.start : span.start - sentence.start]
            if not gap.strip():
                merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
                continue
        merged.append(span)
    return merged
