"""Text to sentences with offsets into the text as given, by nupunkt, repaired where news trips it.

What a page holds beside its prose (date lines, photo credits, notices) is labelled, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import index
from typing import TYPE_CHECKING

from stance import patterns
from stance.errors import SpanError
from stance.records import Kind, Sentence

if TYPE_CHECKING:
    from nupunkt import PunktSentenceTokenizer

_ABBREVIATIONS = (
    # ranks and offices
    "lt cmdr reps sens spc pfc mmes amb gens sgts lts supt insp det brig "
    # states as newspapers write them
    "calif conn ariz colo fla ill ind kan mass mich minn mo mont neb nev okla ore pa tenn tex vt va wash wis wyo"
)
_ORDINARY = (
    # words that the splitter's model, made for legal text too, takes for abbreviations ("one more month. Then")
    "accent acres add ago aims alike all aloud applause auto backs bail bank barn bed bets bin biting "
    "black bleak bold bond book brash broad bump bus call can cancer car cent century chaos chase chest "
    "chip climb closes coal code cold consume cranes crazy day deserved dig divide elect enter enters "
    "equal faded fed fish flag flip flourish foes found free hacked hall hand hard horse how human joke "
    "just lab lack laughter lead life lit lock low luck memo mend met metro mills miss month mum nonsense "
    "nor okay overt parade park pen penny pick pin pop port rash raw reporter reports rest rich roll "
    "rounds row ruined sand sane sat saw scam scandal sent series sick sleep south stake stars stock "
    "story sum sun super tables tabs tale talent tasks tax tech ten thanks trench vain victories walk "
    "wall wave week west whites will win wings woes works yard "
)
_Piece = tuple[int, int]


def split(text: str) -> list[Sentence]:
    """The sentences of an article in order; between them stands only white space.

    A newline ends a paragraph. Inside a quotation of several sentences each is one of its own; a quotation with
    its cue (``"... alternative?" he said.``) is one sentence.
    """
    sentences: list[Sentence] = []
    for paragraph, line in enumerate(patterns.LINE.finditer(text)):
        for kind, start, end in _units(text, *line.span()):
            pieces = _split_prose(text, start, end) if kind is Kind.PROSE else [(start, end)]
            for begin, stop in pieces:
                sentences.append(Sentence(len(sentences), begin, stop, text[begin:stop], paragraph, kind))
    return sentences


def joined(
    texts: Iterable[str],
    *,
    starts: Iterable[int] | None = None,
    paragraphs: Iterable[int] | None = None,
    numbers: Iterable[int] | None = None,
) -> tuple[str, tuple[Sentence, ...]]:
    """The text and the sentences of an article that is split already, as ``Document.from_sentences`` takes them.

    Raises
    ------
    SpanError : lengths differ, sentences overlap, numbers stand there twice, something is no text or whole number.
    """
    words = _given_texts(texts)
    places = _whole("starts", starts)
    parts = _whole("paragraphs", paragraphs, [0] * len(words))
    given = _whole("numbers", numbers, range(len(words)))
    counts = [len(parts), len(given), len(words) if starts is None else len(places)]
    if counts != [len(words)] * 3:
        found = ", ".join(map(str, counts))
        raise SpanError(f"{len(words)} sentences need as many paragraphs, numbers and starts; got {found}")
    if len(set(given)) < len(given):
        raise SpanError("a number stands there twice; give each sentence of an article one of its own")
    text, sentences = "", []
    for place, (sentence, paragraph) in enumerate(zip(words, parts, strict=True)):
        new = place > 0 and paragraph != parts[place - 1]
        gap = ("\n\n" if new else " ") if place else ""
        if starts is not None:
            if places[place] < len(text):
                raise SpanError(f"sentence {place} starts at {places[place]}, inside the sentence before it")
            gap = ("\n" if new else " ") * (places[place] - len(text))
        start = len(text) + len(gap)
        text += gap + sentence
        kind = Kind.PROSE if sentence.strip() else Kind.EMPTY
        sentences.append(Sentence(place, start, len(text), sentence, paragraph, kind, given[place]))
    return text, tuple(sentences)


def _given_texts(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise SpanError("one text was given; hand over a list of sentences, or split the text with Document(text)")
    words = list(texts)
    for place, sentence in enumerate(words):
        if not isinstance(sentence, str):
            raise SpanError(f"sentence {place} is {sentence!r}, not text; leave it out or give an empty text")
    return words


def _whole(name: str, values: Iterable[int] | None, default: Iterable[int] = ()) -> list[int]:
    """Plain whole numbers from 0, by their places."""
    found = list(default if values is None else values)
    for place, value in enumerate(found):
        try:
            found[place] = index(value)
        except TypeError:
            raise SpanError(f"{name}: {value!r} at place {place} is no whole number") from None
        if found[place] < 0:
            raise SpanError(f"{name}: {value} at place {place} lies below 0; give whole numbers from 0")
    return found


def _units(text: str, start: int, end: int) -> Iterator[tuple[Kind, int, int]]:
    """A line cut into prose and what is not prose, each trimmed of white space."""
    for kind, begin, stop in _kinds(text, start, end):
        trimmed = _trim(text, begin, stop)
        if trimmed is not None:
            yield kind, *trimmed


def _kinds(text: str, start: int, end: int) -> Iterator[tuple[Kind, int, int]]:
    if patterns.DATE_LINE.match(text[start:end]):
        yield Kind.DATE, start, end
        return
    date = patterns.DATE_OPENING.match(text[start:end])
    if date:
        yield Kind.DATE, start, start + date.end()
        start += date.end()
    line, begin = text[start:end], start
    first, last = len(line) - len(line.lstrip()), len(line.rstrip())
    for notice in patterns.ADVERTISEMENT.finditer(line):
        opening = notice.start() == first and patterns.OPENS.match(line, notice.end())
        if opening or notice.end() == last:
            yield _kind(text[begin : start + notice.start()]), begin, start + notice.start()
            yield Kind.NOTICE, start + notice.start(), start + notice.end()
            begin = start + notice.end()
    yield _kind(text[begin:end]), begin, end


def _kind(line: str) -> Kind:
    if patterns.NOTICE_LINE.match(line):
        return Kind.NOTICE
    if patterns.CREDIT_LINE.match(line) or patterns.CREDIT_INSIDE.search(line):
        return Kind.CREDIT
    return Kind.PROSE


def _split_prose(text: str, start: int, end: int) -> list[_Piece]:
    """Sentences of one paragraph."""
    line = text[start:end]
    pieces: list[_Piece] = []
    for begin, stop in _splitter().span_tokenize(line):
        for trimmed in _cut(line, begin, stop):
            if pieces and _belongs_together(line, pieces[-1], trimmed):
                pieces[-1] = (pieces[-1][0], trimmed[1])
            else:
                pieces.append(trimmed)
    return [(start + begin, start + stop) for begin, stop in pieces]


def _cut(line: str, start: int, end: int) -> Iterator[_Piece]:
    """A piece cut after abbreviations that end their sentence, each part trimmed."""
    begin = start
    for match in patterns.ABBREVIATION_ENDS.finditer(line, start, end):
        trimmed = _trim(line, begin, match.start(1))
        if trimmed is not None:
            yield trimmed
        begin = match.end(1)
    trimmed = _trim(line, begin, end)
    if trimmed is not None:
        yield trimmed


def _belongs_together(line: str, before: _Piece, after: _Piece) -> bool:
    """Whether the splitter cut one sentence in two."""
    first, second = line[max(before[0], before[1] - 20) : before[1]], line[after[0] : after[1]]
    return bool(
        patterns.LONE_MARK.match(second)
        or patterns.LONE_NUMBER.match(first)
        or patterns.CONTINUES.match(second[:40])
        or (patterns.RANK_END.search(first) and not patterns.STARTS.match(second))
        or (patterns.QUESTION_QUOTED.search(first[-4:]) and patterns.CUE_AFTER_QUOTE.match(second[:200]))
    )


def _trim(text: str, start: int, end: int) -> _Piece | None:
    """The range without white space at its ends; None if nothing is left."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    kept = piece.strip()
    return (start + left, start + left + len(kept)) if kept else None


@lru_cache(maxsize=1)
def _splitter() -> PunktSentenceTokenizer:
    from nupunkt import load_default_model

    splitter = load_default_model()
    splitter.add_abbreviations(_ABBREVIATIONS.split())
    for word in _ORDINARY.split():
        splitter.remove_abbreviation(word)
    splitter.EXCL_QUEST_LOWERCASE_CONTINUES = True
    return splitter
