"""Tagged spans of one sentence to attributions: which source goes with which cue and which content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from stance import patterns
from stance.records import Attribution, Sentence, Span
from stance.resolver.speakers import is_according
from stance.tagger import CONTENT, CUE, SOURCE, Tagged, Tags

_BESIDE = 25  # characters between a source and a cue that have no other content
_NOTHING = frozenset("and but or so the of in on as by for with to".split())
_FAR = 200  # characters: a source further from its cue than this belongs to something else
_ADVERBS = frozenset("but and yet so further also then later again reportedly".split())
_MOST = 32  # spans of a role in one sentence that are linked: no sentence has more, so that pairs stay few
_LONGEST_SUBJECT = 60  # characters
_VERBS = frozenset("is are was were has had have do does did will would can could should may might must".split())
_CLAUSE = frozenset("where when while as because but after before if although though".split())
_CLOSING = " \"'”’"  # what may stand between a comma and whoever said what is before it
_TELLING = frozenset("told tells tell informed informs".split())
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
        [_shift(tagged, sentence.start) for tagged in tags.get(role, ())[:_MOST]] for role in (SOURCE, CUE, CONTENT)
    )
    contents = [content for content in contents if (sentence.words(content) or "").lower() not in _NOTHING]
    sources = [source for source in sources if _may_speak(sentence, source, cues)]
    sources = [source for source in sources if not _listens(sentence, source, cues, sources)]
    if not contents:
        closing = _sources_of(sentence, cues, sources)
        return [Attribution(sentence, (), source_span=closing.get(cue), cue_span=cue) for cue in [*closing, *cues][:1]]
    subjects = _subjects(sentence, cues, sources, contents)
    opening = [piece for cue, piece in subjects.items() if not any(one.end <= piece.start for one in cues)]
    contents = [content for content in contents if content not in opening]
    sources = sorted([*sources, *opening])
    pieces = _by_cue(sentence, contents, cues, sources)
    sure = {_shift(tagged, sentence.start): tagged.probability for tagged in tags.get(SOURCE, ())}
    speaking = [cue for cue in cues if cue in pieces or is_according(sentence, cue)]
    taken = _surer(sentence, _sources_of(sentence, speaking, sources), cues, sure)
    taken |= {cue: piece for cue, piece in subjects.items() if cue in pieces}
    named = taken | {cue: _subject(sentence, piece) for cue, piece in subjects.items()}
    found = [
        Attribution(sentence, tuple(_merged(sentence, _whole(spans, cue, taken, pieces))), None, named.get(cue), cue)
        for cue, spans in pieces.items()
        if cue is not None
    ]
    found += [
        Attribution(sentence, (span,), source_span=_label(sentence, span, sources) or _alone(span, sources, cues))
        for span in _merged(sentence, pieces.get(None, ()))
    ]
    found += _around(sentence, found, cues, sources)
    return sorted(found, key=lambda attribution: attribution.content[0])


def _subject(sentence: Sentence, piece: Span) -> Span:
    """The piece without ``that`` before it and auxiliaries behind it: ``that his supervisor had``."""
    words = sentence.words(piece) or ""
    start = piece.start + (len("that ") if words.lower().startswith("that ") else 0)
    end = piece.end
    while (last := sentence.words(Span(start, end)) or "").lower().split()[-1] in _VERBS and " " in last:
        end = start + len(last.rpartition(" ")[0].rstrip())
    return Span(start, end)


def _may_speak(sentence: Sentence, source: Span, cues: Sequence[Span]) -> bool:
    """Whether a source is not the cue itself or its adverb: ``further`` saying."""
    return (sentence.words(source) or "").lower() not in _ADVERBS and not any(source.within(cue) for cue in cues)


def _listens(sentence: Sentence, source: Span, cues: Sequence[Span], sources: Sequence[Span]) -> bool:
    """Whether a source is whoever is told by one that stands before the cue: ``Poole, a baker, told`` the Times."""
    telling = (cue for cue in cues if (sentence.words(cue) or "").lower() in _TELLING)
    return any(sources[0].end <= cue.start and source.start - cue.end == 1 for cue in telling)


def _subjects(
    sentence: Sentence, cues: Sequence[Span], sources: Sequence[Span], contents: Sequence[Span]
) -> dict[Span, Span]:
    """Cue to the content right before it that can only be its subject: ``About 40 rabbis have`` said.

    Inside what somebody else says, too: Poole said ``the two climbers`` claimed it.
    """
    found = {}
    for at, cue in enumerate(cues):
        piece = max((one for one in contents if one.end <= cue.start), default=None)
        if piece is None or is_according(sentence, cue) or not any(one.start >= cue.end for one in contents):
            continue
        last = max((one.end for one in cues[:at]), default=-1)
        begun = last if 0 <= last <= piece.start else -1
        free = not any(begun < source.start < cue.end for source in sources)
        if free and last <= piece.start and _may_be_subject(sentence, piece, cue):
            found[cue] = piece
    return found


def _may_be_subject(sentence: Sentence, piece: Span, cue: Span) -> bool:
    words = (sentence.words(piece) or "").lower().split()
    between = sentence.text[piece.end - sentence.start : cue.start - sentence.start].strip()
    said = [word for word in words[1:] if word in _VERBS]
    joins = words[-1] in _NOTHING or not words[-1][-1].isalnum()
    return not between and not joins and piece.end - piece.start < _LONGEST_SUBJECT and said in ([], words[-1:])


def _by_cue(
    sentence: Sentence, contents: Sequence[Span], cues: Sequence[Span], sources: Sequence[Span]
) -> dict[Span | None, list[Span]]:
    """Contents by the nearest cue outside them; by none of which they hold the source, where one stands before them."""
    beside = _sources_of(sentence, cues, sources)
    pieces: dict[Span | None, list[Span]] = {}
    for content in contents:
        outside = [cue for cue in cues if not cue.within(content)]
        outer = [cue for cue in outside if not _tells_of(content, cue, beside.get(cue))]
        outside = outer if any(cue.end <= content.start for cue in outer) else outside
        pieces.setdefault(_nearest(content, outside), []).append(content)
    return pieces


def _tells_of(content: Span, cue: Span, source: Span | None) -> bool:
    """Whether content before a cue holds the cue's source: Poole said, ``Lind first denied it and then`` claimed …."""
    return source is not None and source.within(content) and content.end <= cue.start


def _whole(
    spans: Sequence[Span],
    cue: Span,
    taken: Mapping[Span, Span],
    pieces: Mapping[Span | None, Sequence[Span]],
) -> list[Span]:
    """Content that was cut at a subject inside it: Poole said ``that Lind`` had claimed it rained."""
    found = []
    for span in spans:
        ends = [
            piece.end
            for other, source in taken.items()
            if cue.end <= span.start < source.end <= other.start
            and (_tells_of(span, other, source) or (span.end <= source.end and _gap(span, source) <= 1))
            for piece in pieces.get(other, ())
        ]
        found.append(Span(span.start, max([span.end, *ends])))
    return found


def _around(
    sentence: Sentence, found: Sequence[Attribution], cues: Sequence[Span], sources: Sequence[Span]
) -> Iterator[Attribution]:
    """What is said by a source and its cue that have no content: ``Lind rejected`` Poole's claim that it rained.

    Behind the cue, or before the source where a comma parts them, and only where it reports another's words.
    """
    idle = [cue for cue in cues if cue not in {one.cue_span for one in found}]
    pieces = [piece for one in found for piece in one.content]
    inner = [one for one in found if one.cue_span is not None and one.source_span is not None]
    for cue, source in _sources_of(sentence, idle, sources).items():
        begin, end = min(cue.start, source.start), max(cue.end, source.end)
        if _gap(cue, source) > _BESIDE or any(piece.overlaps(Span(begin, end)) for piece in pieces):
            continue
        behind = [one for one in inner if source.end <= cue.start and _begins(one) >= end and _is_behind(one)]
        before = [one for one in inner if one.content[-1].end <= begin]
        if behind:
            led = sentence.text[end - sentence.start :]
            start = min(sentence.end - len(led.lstrip(" ,")), _begins(behind[0]))
            content = Span(start, behind[-1].content[-1].end)
        elif before and sentence.text[: begin - sentence.start].rstrip(_CLOSING).endswith(","):
            content = Span(_begins(before[0]), before[-1].content[-1].end)
        else:
            continue
        yield Attribution(sentence, (content,), source_span=source, cue_span=cue)


def _is_behind(one: Attribution) -> bool:
    """Whether content stands behind its cue."""
    return one.cue_span is not None and one.content[0] > one.cue_span


def _begins(one: Attribution) -> int:
    """Where the first of an attribution's spans begins."""
    return min(span.start for span in (*one.content, one.source_span, one.cue_span) if span is not None)


def _sources_of(sentence: Sentence, cues: Sequence[Span | None], sources: Sequence[Span]) -> dict[Span, Span]:
    """Cue to source, closest pairs first; a source may serve two cues ("she said, adding that ...").

    A source far behind a cue comes last: ``Poole cut fares and called them fair, while Lind called them …``.
    What ``according to`` leads to serves no other cue.
    """
    pairs = sorted(
        (source.start - cue.end > _BESIDE, _gap(cue, source), cue, source)
        for cue in cues
        if cue is not None
        for source in sources
        if _gap(cue, source) <= _FAR
    )
    taken: dict[Span, Span] = {}
    for *_, cue, source in pairs:
        if cue not in taken and source not in taken.values():
            taken[cue] = source
    led = {source for cue, source in taken.items() if is_according(sentence, cue)}
    untagged = {
        source for source in sources if patterns.ACCORDING.search(sentence.text[: source.start - sentence.start])
    }
    taken = {cue: source for cue, source in taken.items() if source not in untagged or is_according(sentence, cue)}
    led |= untagged
    for *_, cue, source in pairs:
        if source not in led:
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
            if (one.end <= source.start <= cue.start or (one.end <= cue.start and _is_beside(sentence, source, cue)))
            and sure[one] > sure.get(source, 1.0)
            and not _clause_between(sentence, one, source)
            and not any(one.end <= other.start < source.start for other in cues if other != cue)
        ]
        found[cue] = max(before, default=source)
    return found


def _clause_between(sentence: Sentence, one: Span, other: Span) -> bool:
    """Whether a clause begins between two spans: ``The row spread to Harrow, where Poole said …``."""
    between = sentence.text[one.end - sentence.start : other.start - sentence.start].lower()
    return not _CLAUSE.isdisjoint(between.split())


def _is_led(sentence: Sentence, span: Span) -> bool:
    """Whether a preposition leads to the span or begins it: then it is no subject."""
    words = sentence.text[: span.end - sentence.start].lower()
    before = words[: span.start - sentence.start].split()[-1:]
    return bool(_LEADING.intersection([*before, *words[span.start - sentence.start :].split()[:1]]))


def _is_beside(sentence: Sentence, source: Span, cue: Span) -> bool:
    """Whether a preposition leads to a source behind its cue: told supporters ``at Harrow``."""
    return cue.end <= source.start and not is_according(sentence, cue) and _is_led(sentence, source)


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
