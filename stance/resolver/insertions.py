"""Source words that the tagger took too short: from an insertion before the verb, or cut behind a possessive."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from stance.records import Span
from stance.resolver.article import Article
from stance.resolver.lexicon import DETERMINERS, PREPOSITIONS, RELATIVE
from stance.resolver.nouns import Sort, is_participle, sort_of
from stance.resolver.referents import referents_of
from stance.resolver.speakers import is_according
from stance.resolver.subjects import clause_subject, first_subject, may_stand_between, subject_of
from stance.resolver.tokens import Token, parts_number

_MARKS = frozenset((",", "-", "–", "—", "(", ")"))
_PASSED = frozenset("' ’ ‘ \" “ ” [ ] $ £ € %".split())  # marks that end no insertion
_SPOKEN_TO = frozenset("told tells informed informs".split())  # behind them stands whoever listens
_DEEPEST = 3  # insertions inside one another
_LONGEST = 30  # tokens of an insertion
_LONGEST_NOUN = 4  # tokens between a possessive and its verb


def whole_source(article: Article, sentence: int, source: Span, cue: Span) -> Span:
    """The words of the subject of a cue, for the words that were tagged as its source.

    ``Poole - who leads the board - said``: Poole, where the board was tagged. ``Poole repeated her claim``: Poole,
    where the claim was tagged with the cue in it. ``the party's 2019 manifesto promised``: up to the verb.
    """
    clause = clause_subject(article, sentence, cue)
    if clause is not None and (
        source.end <= clause.start or (source.start < clause.start and _is_the(article, clause))
    ):
        return clause
    if cue.within(source):
        return _without_cue(article, sentence, source, cue)
    if article.quotations.inside(sentence, source.start):
        return source
    source = _whole_name(article, sentence, source, cue)
    told = of_relative(article, sentence, cue)
    if told is not None:
        return source if source.overlaps(told) or source.end > cue.start else told
    if _is_participle(article, sentence, cue):
        found = _of_participle(article, sentence, source, cue)
        if found is not None:
            return found
    if source.start >= cue.end and _is_spoken_to(article, source, cue):
        found = _before_verb(article, sentence, cue) or subject_of(article, sentence, cue)
        return found if found is not None and found.end <= cue.start else source
    if source.start >= cue.end and not is_according(article.sentences[sentence], cue):
        return _before_verb(article, sentence, cue) or source
    start, tokens = article.sentences[sentence].start, article.tokens[sentence]
    inside = [at for at, token in enumerate(tokens) if source.start <= start + token.start < source.end]
    verb = next((at for at, token in enumerate(tokens) if start + token.start >= cue.start), len(tokens))
    if not inside:
        return source
    if tokens[inside[-1]].possessive and verb - inside[-1] - 1 > _LONGEST_NOUN:
        found = first_subject(article, sentence)
        return found if found is not None and found.end <= source.start else source
    if tokens[inside[-1]].possessive and 0 < verb - inside[-1] - 1 <= _LONGEST_NOUN:
        between = tokens[inside[-1] + 1 : verb]
        return source if any(token.mark for token in between) else Span(source.start, start + between[-1].end)
    opened = any(tokens[at].word == "(" for at in inside)
    behind = tokens[inside[-1] + 1].word if verb > inside[-1] + 1 else ""
    if behind in _MARKS and not (opened and behind == ")"):
        marks = any(tokens[at].mark for at in inside)
        source = _before_insertions(article, sentence, inside[0] if marks else inside[-1]) or source
    return Span(start + whole_phrase(article, sentence, source.start - start), source.end)


def _is_the(article: Article, span: Span) -> bool:
    """Whether a span begins with ``the``: ``The dam, the report`` says, but not ``Ann Poole, a nurse`` said."""
    return article.document.text[span.start : span.end].lower().startswith("the ")


def _without_cue(article: Article, sentence: int, source: Span, cue: Span) -> Span:
    """The words before a cue that was tagged in its source: ``study finds``; where they cannot speak, its subject."""
    start = article.sentences[sentence].start
    own = [t for t in article.tokens[sentence] if source.start <= start + t.start and start + t.end <= cue.start]
    last = own[-1] if own and not own[-1].possessive and own[-1].lower not in DETERMINERS else None
    if last is not None and (last.capital or sort_of(last.lower) is not None):
        return Span(source.start, start + last.end)
    found = subject_of(article, sentence, source)
    return found if found is not None and not source.overlaps(found) else source


def _of_participle(article: Article, sentence: int, source: Span, cue: Span) -> Span | None:
    """Whose a participle is: behind a comma the sentence's subject's, else that of ``he`` or ``she`` between."""
    if source.start >= cue.end or _comma_before(article, sentence, cue):
        found = first_subject(article, sentence)
        better = found is not None and found.end <= cue.start and found.end != source.end
        return found if better else source
    start = article.sentences[sentence].start
    between = [
        Span(start + token.start, start + token.end)
        for token in article.tokens[sentence]
        if token.lower in ("he", "she") and source.end <= start + token.start < cue.start
    ]
    return between[-1] if between else None


def _is_participle(article: Article, sentence: int, cue: Span) -> bool:
    first = article.document.text[cue.start : cue.end].split()[0].lower()
    return first.endswith("ing") and first != "according" and bool(article.tokens[sentence])


def of_relative(article: Article, sentence: int, cue: Span) -> Span | None:
    """Whom ``who`` before a cue stands for: ``his wife, Ann Poole, who had said``."""
    start, tokens = article.sentences[sentence].start, article.tokens[sentence]
    at = next((place for place, token in enumerate(tokens) if start + token.start >= cue.start), len(tokens)) - 1
    while at > 0 and may_stand_between(tokens[at]) and tokens[at].lower != "who":
        at -= 1
    if at > 1 and tokens[at - 1].lower == "whose":
        return Span(start + tokens[at - 1].start, start + tokens[at].end)
    if at <= 0 or tokens[at].lower != "who":
        return None
    end = tokens[at - 1 - (tokens[at - 1].word in _MARKS)].end
    for one in referents_of(article, sentence):
        if one.end == end and not one.possessive and (one.entity.human or one.entity.sort is Sort.PEOPLE):
            return Span(start + whole_phrase(article, sentence, one.start), start + one.end)
    noun = tokens[at - 1]
    several = noun.word.islower() and sort_of(noun.lower) is Sort.PEOPLE  # behind a preposition: "from senators who"
    return Span(start + noun.start, start + noun.end) if several else None


def whole_phrase(article: Article, sentence: int, begin: int) -> int:
    """Where the phrase begins that a preposition joins what begins here to: ``One delegate`` from Ikorodu."""
    tokens = article.tokens[sentence]
    at = next((place for place, token in enumerate(tokens) if token.start >= begin), 0)
    while at and tokens[at - 1].lower in DETERMINERS:
        at -= 1
    if at < 2 or tokens[at - 1].lower not in PREPOSITIONS:
        return begin
    end = tokens[at - 2].end
    return next(
        (
            one.start
            for one in referents_of(article, sentence)
            if one.end == end and not one.possessive and not one.entity.key
        ),
        begin,
    )


def _is_spoken_to(article: Article, source: Span, cue: Span) -> bool:
    """Whether a source behind a cue is whoever listens: told ``Agence Presse``, but not told ``by Poole``."""
    text = article.document.text
    return text[cue.start : cue.end].lower() in _SPOKEN_TO and not text[cue.end : source.start].strip()


def _comma_before(article: Article, sentence: int, cue: Span) -> bool:
    """Whether a comma stands right before the cue: a participle behind it has the subject of the sentence."""
    start = article.sentences[sentence].start
    return article.sentences[sentence].text[: cue.start - start].rstrip().endswith(",")


def _whole_name(article: Article, sentence: int, source: Span, cue: Span) -> Span:
    """The source with the rest of a name that it cuts: ``Mr`` of ``Mr Poole``, ``the mayor of San`` Remo."""
    start = article.sentences[sentence].start
    for mention in article.mentions[sentence]:
        outer, end = start + mention.outer, start + mention.end
        if source.start < end and outer < source.end < end and not Span(outer, end).overlaps(cue):
            return Span(source.start, end)
    return source


def _before_verb(article: Article, sentence: int, cue: Span) -> Span | None:
    """The subject that ends right before a cue or before an insertion that ends there; None behind quotations."""
    start, tokens = article.sentences[sentence].start, article.tokens[sentence]
    at = next((place for place, token in enumerate(tokens) if start + token.start >= cue.start), len(tokens)) - 1
    while at > 0 and may_stand_between(tokens[at]):
        at -= 1
    if at <= 0 or tokens[at].word in _MARKS:
        return _before_insertions(article, sentence, at - 1) if at > 1 else None
    for one in referents_of(article, sentence):
        if one.free and one.end == tokens[at].end:
            return Span(start + one.start, start + one.end)
    return None


def _before_insertions(article: Article, sentence: int, at: int) -> Span | None:
    """Whoever the insertion in which a token stands tells more of, looked for outwards."""
    start, tokens = article.sentences[sentence].start, article.tokens[sentence]
    ends = {one.end: one.start for one in referents_of(article, sentence) if not one.possessive}
    found = None
    for _ in range(_DEEPEST):
        opened = _opening(tokens, at)
        if opened is None or tokens[opened - 1].end not in ends:
            break
        begin = whole_phrase(article, sentence, ends[tokens[opened - 1].end])
        found = Span(start + begin, start + tokens[opened - 1].end)
        at = next(place for place, token in enumerate(tokens) if token.start >= begin)
    return found


def _opening(tokens: Sequence[Token], at: int) -> int | None:
    """The mark that opens the insertion in which a token stands."""
    for place in range(at - 1, max(0, at - _LONGEST), -1):
        if parts_number(tokens, place):
            continue
        if tokens[place].word in _MARKS:
            return place if _inserts(tokens[place + 1 : at + 1]) else None
        if tokens[place].mark and tokens[place].word not in _PASSED:
            return None
    return None


def _inserts(tokens: Sequence[Token]) -> bool:
    """Whether words behind a mark tell more of what stands before it: a relative clause, a role."""
    if tokens[0].lower in RELATIVE or tokens[0].lower.endswith("ing"):
        return True
    if any(is_participle(one.lower) and other.lower == "by" for one, other in pairwise(tokens[:_LONGEST_NOUN])):
        return True
    head = next((place for place, token in enumerate(tokens) if place and token.lower in PREPOSITIONS), len(tokens))
    role = sort_of(tokens[head - 1].lower) in (Sort.PERSON, Sort.BODY)
    return role and (tokens[0].lower in DETERMINERS or head < len(tokens) or not tokens[0].capital)
