"""Interviews printed as questions and answers, without a verb of saying: who speaks in which sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from stance import patterns
from stance.records import Kind, Sentence, Span
from stance.resolver.article import Article
from stance.resolver.entities import Entity
from stance.resolver.lexicon import FIRST

_OPENING = 8  # sentences that may tell that an interview follows
_ASKED = 2  # questions to "you" that make an interview
_ANSWERED = 0.1  # share of the sentences behind the first question that are in the first person
_QUOTED = 0.3  # share of them that are quotations from which it is a report
_ASKER, _ANSWERER = frozenset(("q", "question")), frozenset(("a", "answer"))
_YOU = frozenset("you your yours yourself".split())


@dataclass(frozen=True, slots=True)
class Turn:
    """Who speaks in a sentence, and the characters of the document that they say."""

    name: str
    content: Span


def turns_of(article: Article) -> dict[int, Turn]:
    """The turns of an interview by sentence; none where the article is no interview, or nobody can be named."""
    questions = [one for one in article.sentences if _is_question(article, one)]
    labels = _labels(article)
    counted = Counter(label for label, _ in labels.values())
    labelled = any(count > 1 for count in counted.values()) and (questions or counted.keys() & _ASKER)
    begin = min((*labels, *(one.index for one in questions)), default=-1) if labelled else _opening(article, questions)
    if begin < 0:
        return {}
    asker, answerer = _people(article, begin)
    names = {label: _named(article, label, asker, answerer) for label in counted} if labelled else {}
    spoken: dict[int, Turn] = {}
    asking, before = True, None
    for sentence in article.sentences[begin:]:
        if sentence.kind is not Kind.PROSE:
            continue
        if labelled and sentence.index in labels:
            label, start = labels[sentence.index]
            name = names[label]
            asking = name == asker
        else:
            start = sentence.start
            asking = _asks(article, sentence, before, asking=asking)
            name = asker if asking else answerer
        if name and start < sentence.end:
            spoken[sentence.index] = Turn(name, Span(start, sentence.end))
        before = sentence
    return spoken


def _is_question(article: Article, sentence: Sentence) -> bool:
    """A question to somebody, outside quotation marks."""
    if not sentence.text.rstrip().endswith("?") or article.quotations.share(sentence) > 0:
        return False
    return any(token.lower in _YOU for token in article.tokens[sentence.index])


def _labels(article: Article) -> dict[int, tuple[str, int]]:
    """The label before each sentence that has one, in lower case, and where what is said begins."""
    found = {}
    for sentence in article.sentences:
        match = patterns.TURN_LABEL.match(sentence.text)
        if match is not None:
            found[sentence.index] = (
                (match[1] or match[2]).strip().lower(),
                sentence.start + match.end(),
            )
    return found


def _opening(article: Article, questions: list[Sentence]) -> int:
    """The first sentence of an interview without labels; -1 where it is none."""
    said = " ".join(
        (
            article.document.title or "",
            *(one.text for one in article.sentences[:_OPENING]),
        )
    )
    if len(questions) < _ASKED or not patterns.INTERVIEW.search(said):
        return -1
    begin = questions[0].index
    behind = [one for one in article.sentences[begin:] if one.kind is Kind.PROSE]
    first = sum(any(token.lower in FIRST for token in article.tokens[one.index]) for one in behind)
    quoted = sum(article.quotations.share(one) > 0.5 for one in behind)
    return begin if first >= _ANSWERED * len(behind) and quoted < _QUOTED * len(behind) else -1


def _people(article: Article, begin: int) -> tuple[str, str | None]:
    """The name of whoever asks, and of whoever answers."""
    told = [article.document.title or ""] + [one.text for one in article.sentences[: max(begin, 1)]]
    places = [-1, *range(max(begin, 1))]
    asker = answerer = None
    for text, place in zip(told, places, strict=True):
        cue = patterns.INTERVIEW.search(text)
        around = list(_names(article, text, place)) if cue is not None else []
        people = [(start, entity) for start, entity in around if entity.human]
        behind = [one for one in people if cue is not None and one[0] > cue.start()] or people
        answerer = answerer or next(
            (one for _, one in sorted(behind, key=lambda found: not found[1].person)),
            None,
        )
        before = [one for start, one in around if cue is not None and start < cue.start()]
        asker = asker or next(
            (one for one in reversed(before) if one is not answerer and not one.state),
            None,
        )
    if answerer is None:
        known = [one for one in article.cast.entities if one.person and one.seen and one.seen[0] < max(begin, 1)]
        answerer = max(known, key=lambda one: len(one.seen), default=None)
    asked_by = asker.name if asker is not None else article.document.outlet or "interviewer"
    return asked_by, answerer.name if answerer is not None else None


def _names(article: Article, text: str, place: int) -> Iterator[tuple[int, Entity]]:
    if place >= 0:
        yield from ((mention.start, entity) for mention, entity in article.entities[place])
        return
    for entity in article.cast.entities:
        start = text.find(entity.name)
        if start >= 0 and entity.seen and entity.seen[0] == place:
            yield start, entity


def _named(article: Article, label: str, asker: str, answerer: str | None) -> str | None:
    """Whom a label stands for."""
    if label in _ASKER:
        return asker
    if label in _ANSWERER:
        return answerer
    entity = article.cast.by_initials(label) or article.cast.find_words(label.title(), 0)
    return entity.name if entity is not None else label.upper() if len(label) < 4 else label.title()


def _asks(article: Article, sentence: Sentence, before: Sentence | None, *, asking: bool) -> bool:
    """Whether a sentence without a label is the interviewer's."""
    opens = before is None or before.paragraph != sentence.paragraph
    if _is_question(article, sentence):
        return True
    if before is not None and opens:
        paragraph = [
            one for one in article.sentences[sentence.index : sentence.index + 6] if one.paragraph == sentence.paragraph
        ]
        return not asking and _is_question(article, paragraph[-1])
    return asking and before is not None and not before.text.rstrip().endswith("?")
