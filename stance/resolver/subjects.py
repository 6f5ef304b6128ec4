"""The grammatical subject of a verb of saying or wanting, where no words are tagged as its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from stance.records import Span
from stance.resolver.article import Article
from stance.resolver.lexicon import AUXILIARIES, BE, DETERMINERS, FIRST, POSSESSIVES, PREPOSITIONS, RELATIVE, SAYING
from stance.resolver.nouns import sort_of
from stance.resolver.referents import referents_of
from stance.resolver.tokens import Token

NOMINATIVE = frozenset("he she they it".split())
"""Pronouns of the third person that are subjects."""

_TOLD = frozenset("told said described reported alleged rumoured".split())
"""Participles of which a passive subject is no source."""

_HEARD = frozenset("heard hears hear".split())
"""Verbs of whoever listens: ``the court heard``."""

_BLAMED = frozenset("accused suspected".split())
"""The same before ``of``, where whoever is blamed does not stand behind it."""

_MEANS = frozenset("telephone phone email e-mail letter text post fax".split())  # said by phone

_VIEWS = frozenset("view opinion eyes".split())
_VIEWED = 6  # words for whose view it is
_CLAUSE = 4  # words of the subject of a clause that ends with its verb
_WHO = frozenset("who which".split())
_BETWEEN = AUXILIARIES - frozenset("and or but than as if when while because since so".split())
_ADVERBS = frozenset("never ever always then now again recently previously reportedly".split())


def subject_of(article: Article, sentence: int, verb: Span) -> Span | None:
    """The words that a verb's subject consists of; None where none is told.

    What stands right before the verb, but for auxiliaries and adverbs; else what the sentence begins with, as for
    verbs that ``and`` or a comma joins to another one: ``Poole met the mayor and praised her``.
    """
    start = article.sentences[sentence].start
    found = [one for one in _candidates(article, sentence) if start + one.end <= verb.start]
    participle = article.document.text[verb.start : verb.end].lower().endswith("ing")
    behind_content = not participle and article.sentences[sentence].text[: verb.start - start].rstrip().endswith(
        (",", '"', "”")
    )
    behind = _inverted(article, sentence, verb) if behind_content else None
    if behind is not None:
        return behind
    if not found:
        return _inverted(article, sentence, verb)
    tokens = [token for token in article.tokens[sentence] if start + token.end <= verb.start]
    near = found[-1]
    between = [token for token in tokens if start + token.start >= start + near.end]
    chosen = near if all(may_stand_between(token) for token in between) else found[0]
    return Span(start + chosen.start, start + chosen.end)


def clause_subject(article: Article, sentence: int, verb: Span) -> Span | None:
    """The few words between a comma and a verb that ends its clause: ``The dam was weak, inquiry finds``."""
    start, tokens = article.sentences[sentence].start, article.tokens[sentence]
    at = next((place for place, token in enumerate(tokens) if start + token.start >= verb.start), len(tokens))
    behind = [token for token in tokens[at:] if start + token.start >= verb.end]
    if any(not token.mark for token in behind) and behind[0].word != ",":
        return None
    last = at - 1
    while last >= 0 and may_stand_between(tokens[last]):
        last -= 1
    comma = next((place for place in range(last, max(-1, last - 1 - _CLAUSE), -1) if tokens[place].mark), -1)
    if comma < 0 or tokens[comma].word != "," or comma == last:
        return None
    inside = tokens[comma + 1 : last + 1]
    leads = inside[0].lower in PREPOSITIONS | RELATIVE or any(token.lower == "and" for token in inside)
    speaks = sort_of(inside[-1].lower) is not None and not inside[-1].possessive
    return Span(start + inside[0].start, start + inside[-1].end) if speaks and not leads else None


def first_subject(article: Article, sentence: int) -> Span | None:
    """The first words of a sentence that may be its subject."""
    start, found = article.sentences[sentence].start, _candidates(article, sentence)
    return Span(start + found[0].start, start + found[0].end) if found else None


def is_passive(article: Article, sentence: int, verb: Span) -> bool:
    """Whether ``be`` stands right before the verb, or ``by`` behind it: its subject is told and tells nothing."""
    start = article.sentences[sentence].start
    before = [token for token in article.tokens[sentence] if start + token.end <= verb.start][-1:]
    behind = [token.lower for token in article.tokens[sentence] if start + token.start >= verb.end][:2]
    led = behind[:1] == ["by"] and not _MEANS.intersection(behind)
    return led or any(token.lower in BE for token in before)


def is_told(article: Article, sentence: int, source: Span, cue: Span) -> bool:
    """Whether something is told to or of a source before its cue: ``Poole was told``, ``Poole accused of theft``."""
    words = article.document.text[cue.start : cue.end].lower().split()
    if source.end <= cue.start and words[-1] in _BLAMED:
        return article.document.text[cue.end : cue.end + 4].lower().startswith((" of ", " by "))
    if source.end > cue.start or words[-1] not in _TOLD | _HEARD:
        return False
    return words[-1] in _HEARD or words[0] in BE or is_passive(article, sentence, cue)


def _candidates(article: Article, sentence: int) -> list[Span]:
    """What may be a subject, in order, counted from the start of the sentence."""
    behind = {one.end: other for one, other in pairwise(article.tokens[sentence]) if sort_of(other.lower) is not None}
    free = [
        Span(one.start, one.end)
        for one in referents_of(article, sentence)
        if one.free and (one.end not in behind or behind[one.end].capital)
    ]
    return sorted([*free, *_pronouns(article, sentence)])


def _pronouns(article: Article, sentence: int) -> Iterator[Span]:
    for token in article.tokens[sentence]:
        if token.lower in NOMINATIVE and not token.word.isupper() and not article.quoted(sentence, token.start):
            yield Span(token.start, token.end)


def may_stand_between(token: Token) -> bool:
    """Whether a word may stand between a subject and its verb: an auxiliary, an adverb, ``who``."""
    return token.lower in _BETWEEN or token.lower in _WHO or token.lower in _ADVERBS or token.lower.endswith("ly")


def _inverted(article: Article, sentence: int, verb: Span) -> Span | None:
    """The subject right behind its verb: ``… , predicted Ann Poole``."""
    start = article.sentences[sentence].start
    behind: Sequence[Token] = [token for token in article.tokens[sentence] if start + token.start >= verb.end][:2]
    if not behind or behind[0].lower in PREPOSITIONS:
        return None
    first = behind[1] if behind[0].lower in DETERMINERS and len(behind) > 1 else behind[0]
    for mention in article.mentions[sentence]:
        if mention.outer in (behind[0].start, first.start) and not mention.possessive:
            return Span(start + mention.outer, start + mention.end)
    for one in referents_of(article, sentence):
        if one.start in (behind[0].start, first.start) and one.free:
            return Span(start + one.start, start + one.end)
    return None


def viewed_by(article: Article, sentence: int, content: Span) -> tuple[Span, Span] | None:
    """Whose view a sentence begins with, and the word for it: ``In his view, …``; with quotations ``For Poole, …``."""
    start, tokens = article.sentences[sentence].start, article.tokens[sentence]
    before = [token for token in tokens[: _VIEWED + 3] if start + token.end <= content.start]
    comma = next((at for at, token in enumerate(before) if token.word == ","), 0)
    inside, cue = before[1:comma], before[0] if before else None
    if len(inside) > 1 and before[0].lower == "in" and inside[-1].lower in _VIEWS:
        *inside, cue = inside
        owned = inside[-1].possessive or inside[-1].lower in POSSESSIVES - FIRST
    else:
        quotes = bool(inside) and before[0].lower == "for" and article.quotations.share(article.sentences[sentence]) > 0
        owned = quotes and any(m.end == inside[-1].end and one.human for m, one in article.entities[sentence])
    if cue is None or not owned:
        return None
    return Span(start + inside[0].start, start + inside[-1].end), Span(start + cue.start, start + cue.end)


def outside_quotations(article: Article, sentence: int, *, line: bool = False) -> tuple[Span, Span] | None:
    """A name outside the quotations of a sentence and the verb of saying beside it: ``"…," Ann Poole told us``.

    Parameters
    ----------
    line : whether the sentence holds nothing else, so that any verb will do
    """
    start, tokens = article.sentences[sentence].start, article.tokens[sentence]
    places = {token.start: at for at, token in enumerate(tokens)}
    for mention, _ in article.entities[sentence]:
        if mention.possessive or article.quoted(sentence, mention.start):
            continue
        first = places.get(mention.outer, 0)
        last = next((at for at in range(first, len(tokens)) if tokens[at].end >= mention.end), first)
        before = tokens[first - 1 : first] if first else []
        for verb in (tokens[last + 1 : last + 2], before):
            inverted = verb is before and first > 1 and tokens[first - 2].word in ('"', "”", ",")
            if (
                verb
                and (verb[0].lower in SAYING or ((inverted or line) and verb[0].lower.endswith("ed")))
                and not article.quoted(sentence, verb[0].start)
            ):
                span = Span(start + mention.outer, start + mention.end)
                return span, Span(start + verb[0].start, start + verb[0].end)
    return None
