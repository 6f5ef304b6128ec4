"""Who makes a claim that nobody is reported to make: the subject of the words that tell of it, or who a noun names.

An aim that somebody else reports is looked for in what they say, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from stance.records import ClaimType, Span
from stance.resolver.article import Article
from stance.resolver.lexicon import AUXILIARIES, BE, DETERMINERS, FIRST, PREPOSITIONS, PRONOUNS, RELATIVE
from stance.resolver.nouns import Sort, sort_of
from stance.resolver.subjects import NOMINATIVE, first_subject, may_stand_between
from stance.resolver.tokens import Token

_AIMS = frozenset(
    "aim aims aimed aiming hope hopes hoped hoping plan plans planned planning want wants wanted wanting "
    "seek seeks sought seeking try tries tried trying intend intends intended intending pledge pledges pledged "
    "pledging vow vows vowed vowing promise promises promised promising wish wishes wished going looking determined "
    "committed ready bid effort attempt attempts attempted attempting push pushing working opted decided moved "
    "pursue pursuing launched drive campaign campaigning refuse refuses refused".split()
)
"""Words behind whose subject an aim stands."""

_CHARGES = frozenset(
    "accuse accuses accused accusing blame blames blamed blaming criticise criticises criticised criticising criticize "
    "criticizes criticized criticizing criticism attack attacks attacked attacking blast blasts blasted blasting slam "
    "slams slammed slamming condemn condemns condemned condemning charged charging sue sues sued suing "
    "allege alleges alleged alleging denounce denounces denounced denouncing fault faulted impeached suspect suspects "
    "suspected protest protests protested protesting mock mocks mocked mocking rail rails railed railing portray "
    "portraying portrayed describe describes described describing cast casts casting compare comparing compared "
    "believes believe believed indictment lawsuit assault assailed rip rips ripped ripping hammered hammering bashed "
    "bashing lambasted lambasting decried decrying rebuked rebuking pummeled pummelled pummeling".split()
)
"""Words behind whose subject a charge stands."""

_ACCUSES = frozenset(
    "accuse accuses accused accusing blame blames blamed blaming criticise criticises criticised criticising criticize "
    "criticizes criticized criticizing denounce denounces denounced denouncing sue sues sued suing impeached".split()
)
"""Verbs whose object is accused."""

_CHARGE = frozenset(
    "accusation accusations allegation allegations criticism complaint complaints lawsuit lawsuits".split()
)
_NOUNS: dict[str, frozenset[str]] = {
    ClaimType.GOAL: frozenset("goal goals aim aims objective objectives mission".split()),
    ClaimType.ACCUSATION: _CHARGE,
    ClaimType.JUSTIFICATION: _CHARGE,
}
"""Nouns that tell of a claim, by its type."""

_OWNED = 3  # words from a possessive up to the noun
_BROUGHT = 5  # words from a charge up to ``by`` or ``from``
_PHRASE_ENDS = PREPOSITIONS | RELATIVE | AUXILIARIES

_WILL = frozenset(("will", "would"))  # in what somebody says they foretell as often


def narrated_holder(article: Article, sentence: int, target: Span, claim_type: str) -> Span | None:
    """The words for whoever makes a claim that the journalist tells of; the sentence's subject where in doubt.

    A charge is the journalist's own where no words tell that somebody brings it. None then, or without a subject.
    """
    start = article.sentences[sentence].start
    if claim_type == ClaimType.ACCUSATION:
        brought = _told(article, sentence, article.sentences[sentence].end, _CHARGES)
        if not brought:
            return None
        span = _nearest(article, sentence, brought)
        if span is None:
            begun = first_subject(article, sentence)
            return (
                begun
                if begun is not None and begun.end <= start + article.tokens[sentence][brought[-1]].start
                else None
            )
    else:
        span = _nearest(article, sentence, _told(article, sentence, target.end, _AIMS)) or _nearest(
            article, sentence, _told(article, sentence, target.end, _WILL)
        )
    if span is None:
        return first_subject(article, sentence)
    return Span(start + span.start, start + span.end)


def reported_holder(article: Article, sentence: int, target: Span, content: Sequence[Span]) -> Span | None:
    """The words for whoever else aims at a target in what somebody says: a name or description, no pronoun."""
    start = article.sentences[sentence].start
    span = _nearest(article, sentence, _told(article, sentence, target.end, _AIMS))
    if span is None:
        return None
    placed = Span(start + span.start, start + span.end)
    words = article.sentences[sentence].text[span.start : span.end].lower()
    inside = any(placed.within(piece) for piece in content)
    told = words in ("he", "she") and article.quotations.inside(sentence, placed.start)
    return placed if inside and (told or words not in PRONOUNS) else None


def noun_holder(article: Article, sentence: int, target: Span, claim_type: str) -> Span | None:
    """Whose an aim or charge is by a noun before its target: ``the board's goal of``, ``criticism from Ann Poole``."""
    start, tokens = article.sentences[sentence].start, article.tokens[sentence]
    whose = _owner if claim_type == ClaimType.GOAL else _bringer
    nouns = _NOUNS.get(claim_type, frozenset())
    before = [at for at, token in enumerate(tokens) if token.lower in nouns and start + token.end <= target.start]
    span = next((span for at in reversed(before) if (span := whose(article, sentence, at)) is not None), None)
    if span is None or "," in article.document.text[start + span.end : target.start]:
        return None
    return Span(start + span.start, start + span.end)


def _owner(article: Article, sentence: int, noun: int) -> Span | None:
    """Whose a noun is: ``the board's`` goal, the goal of ``the board``."""
    tokens, spans = article.tokens[sentence], _named(article, sentence)
    owners = [token.end for token in tokens[max(0, noun - _OWNED) : noun] if token.possessive]
    if owners:
        return next((span for span in spans if span.end == owners[-1]), None)
    behind = tokens[noun + 1 : noun + 4]
    if len(behind) < 2 or behind[0].lower != "of":
        return None
    led = [token.start for token in behind[1 : 2 + (behind[1].lower in DETERMINERS)]]
    return next((span for span in spans if span.start in led), None)


def _bringer(article: Article, sentence: int, noun: int) -> Span | None:
    """Who brings a charge: the last one named in the phrase behind ``by`` or ``from``."""
    tokens = article.tokens[sentence]
    near = tokens[noun + 1 : noun + 1 + _BROUGHT]
    led = next(
        (noun + 1 + at for at, token in enumerate(near) if token.mark or token.lower in ("by", "from")), len(tokens)
    )
    if led + 1 >= len(tokens) or tokens[led].mark:
        return None
    begin = tokens[led + 1].start
    ends = (t.start for t in tokens[led + 2 :] if t.mark or t.lower in _PHRASE_ENDS)
    end = next(ends, tokens[-1].end)
    return max((span for span in _named(article, sentence) if begin <= span.start < end), default=None)


def _named(article: Article, sentence: int) -> list[Span]:
    """The names and phrases of a sentence, counted from its start."""
    tokens = article.tokens[sentence]
    phrases = [Span(tokens[one.first].start, tokens[one.head].end) for one in article.phrases[sentence]]
    return [*phrases, *(Span(one.outer, one.end) for one in article.mentions[sentence])]


def accused(article: Article, sentence: int) -> Span | None:
    """The name that the only verb of accusing has as its object: accused ``Ann Poole`` of theft."""
    start, tokens = article.sentences[sentence].start, article.tokens[sentence]
    active = _told(article, sentence, article.sentences[sentence].end, _ACCUSES)
    behind = [tokens[at + 1].start for at in active if at + 1 < len(tokens)]
    objects = [one for one in article.mentions[sentence] if one.outer in behind and not one.possessive]
    return Span(start + objects[0].start, start + objects[0].end) if len(objects) == len(active) == 1 else None


def _told(article: Article, sentence: int, end: int, words: frozenset[str]) -> list[int]:
    """The tokens up to a character of the document that are one of these words, but for passive participles."""
    start, tokens = article.sentences[sentence].start, article.tokens[sentence]
    found = []
    active = True
    for at, token in enumerate(tokens):
        if start + token.start >= end:
            break
        if token.lower in words and (active or not token.lower.endswith(("ed", "ought"))):
            found.append(at)
        active = token.lower not in BE and (active or not token.lower.endswith("ly"))
    return found


def _nearest(article: Article, sentence: int, verbs: Sequence[int]) -> Span | None:
    """The subject of the last of these tokens that has one, counted from the start of the sentence."""
    tokens = article.tokens[sentence]
    found = (subject_before(article, sentence, tokens, at) for at in reversed(verbs))
    return next((span for span in found if span is not None), None)


def subject_before(article: Article, sentence: int, tokens: Sequence[Token], at: int) -> Span | None:
    """What stands right before a verb but for auxiliaries and adverbs, counted from the start of the sentence."""
    last = at - 1
    while last >= 0 and may_stand_between(tokens[last]):
        last -= 1
    if last > 0 and tokens[last + 1].lower == "who" and tokens[last].word == ",":
        last -= 1
    if last < 0 or (tokens[last].possessive and tokens[last].lower not in NOMINATIVE):  # "he's" is no possessive
        return None
    token = tokens[last]
    if token.lower in NOMINATIVE or (token.lower in FIRST and token.word != "US"):
        return Span(token.start, token.end)
    for mention in article.mentions[sentence]:
        if mention.end == token.end:
            return Span(mention.outer, mention.end)
    for phrase in article.phrases[sentence]:
        if phrase.head == last:
            return Span(tokens[phrase.first].start, token.end)
    return Span(token.start, token.end) if sort_of(token.lower) is Sort.PEOPLE else None
