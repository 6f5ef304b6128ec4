"""What somebody reports that others say: ``Lind said that Poole had claimed it rained``, read from the words alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stance.records import Attribution, Span
from stance.resolver.article import Article
from stance.resolver.entities import Referent
from stance.resolver.holders import subject_before
from stance.resolver.insertions import whole_phrase
from stance.resolver.lexicon import DETERMINERS, FIRST, PRONOUNS
from stance.resolver.referents import referents_of
from stance.resolver.tokens import Token

_CUES = frozenset(
    "said says told tells claimed claims argued argues warned warns stated states insisted insists denied denies "
    "alleged alleges believes believed admitted admits announced complained complains concluded suggested suggests "
    "explained confirmed acknowledged conceded replied wrote writes testified asserted maintained maintains feared "
    "fears predicted promised assured thinks reported boasted described blamed accused demanded revealed showed "
    "shows".split()
)
"""Verbs that report by themselves, in the forms that have a subject."""

_ORDERS = frozenset("told ordered asked urged advised warned promised threatened vowed pledged agreed".split())
"""Verbs that report with an infinitive."""

_REPORTS = _CUES | _ORDERS
_OPENING = DETERMINERS | PRONOUNS | frozenset("hearing seeing having being".split())
_NEAR = 6  # tokens behind a verb that ``that`` or ``to`` is looked for
_SHORTEST = 2  # tokens of what somebody says


def nested_in(article: Article, outer: Attribution, tagged: Sequence[Attribution]) -> Iterator[Attribution]:
    """The attributions inside what somebody says, without their sources, but for those that are tagged.

    Parameters
    ----------
    tagged : the attributions of the sentence
    """
    if outer.cue_span is None:
        return
    sentence = outer.sentence
    start, tokens = sentence.start, article.tokens[sentence.index]
    cues = [one.cue_span for one in tagged if one.cue_span is not None]
    for piece in outer.content:
        for at, token in enumerate(tokens):
            cue = Span(start + token.start, start + token.end)
            if token.lower not in _REPORTS or not cue.within(piece) or any(cue.overlaps(other) for other in cues):
                continue
            content = _content(tokens, at, start, piece)
            source = _source(article, sentence.index, at, piece)
            if content is not None and source is not None:
                yield Attribution(sentence, (content,), source_span=source, cue_span=cue)


def _source(article: Article, sentence: int, at: int, piece: Span) -> Span | None:
    """The words for the subject of a verb, if they stand in the content and mean somebody else than its source."""
    start, tokens = article.sentences[sentence].start, article.tokens[sentence]
    span = subject_before(article, sentence, tokens, at)
    if span is None and at and tokens[at - 1].lower == "and":  # "met the mayor and pledged"
        span = next((Span(t.start, t.end) for t in _opening(article, sentence) if start + t.start >= piece.start), None)
    if span is not None:
        span = Span(whole_phrase(article, sentence, span.start), span.end)
    if span is None or start + span.start < piece.start:
        return None
    words = article.sentences[sentence].text[span.start : span.end].lower()
    return None if words in FIRST or words == "it" else Span(start + span.start, start + span.end)


def _opening(article: Article, sentence: int) -> list[Referent]:
    """Whatever may be the subject of a sentence, in order."""
    return [one for one in referents_of(article, sentence) if one.free]


def _content(tokens: Sequence[Token], at: int, start: int, piece: Span) -> Span | None:
    """What follows a verb up to the end of the piece: a clause with ``that`` or without, or an infinitive."""
    verb = tokens[at].lower
    behind = [token for token in tokens[at + 1 :] if start + token.end <= piece.end]
    near = [token.lower for token in behind[:_NEAR]]
    begin = near.index("that") + 1 if "that" in near else 0
    if not begin and verb in _ORDERS and "to" in near:
        begin = near.index("to")
    elif not begin and not (behind and verb in _CUES and _opens(behind[0])):
        return None
    said = behind[begin:]
    return Span(start + said[0].start, min(piece.end, start + said[-1].end)) if len(said) >= _SHORTEST else None


def _opens(token: Token) -> bool:
    """Whether a clause or an object may begin with a token."""
    return token.capital or token.word[0].isdigit() or token.lower in _OPENING
