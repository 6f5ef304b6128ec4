"""Quotations without words for their source: whoever spoke before, or is named right behind."""

from __future__ import annotations

from stance import patterns
from stance.records import Sentence, Source, Span
from stance.resolver.article import Article
from stance.resolver.lexicon import FIRST, SAYING

_CONTINUES = 4  # sentences after which a bare quotation is nobody's any more
_LEADING = 12  # characters that may lead to a quotation
_NAMING = 4  # words behind a quotation that only name the speaker
_SHORT = 14  # words of a sentence that only names the speaker


def carried_on(article: Article, sentence: Sentence) -> Source | None:
    """Whoever spoke in the sentences just before."""
    for before in range(sentence.index - 1, max(-1, sentence.index - 1 - _CONTINUES), -1):
        source = article.said[before]
        if source is not None:
            return source
    return None


def unmarked(article: Article, sentence: Sentence, labelled: set[int]) -> Source | None:
    """Whoever goes on speaking without quotation marks: after a label or a colon, or in the first person.

    Behind words that are only reported, ``I`` is somebody else.

    Parameters
    ----------
    labelled : sentences so far that a label gives to their speaker, or that go on from one
    """
    if not sentence.index:
        return None
    before = article.sentences[sentence.index - 1]
    said = article.said[before.index]
    led = before.text.rstrip().endswith(":")
    if said is None or not (led or before.paragraph == sentence.paragraph):
        return None
    quotes = article.quotations.share(before) > 0 or _is_personal(article, before)
    personal = quotes and _is_personal(article, sentence)
    if not (led or personal or before.index in labelled):
        return None
    if led or before.index in labelled:
        labelled.add(sentence.index)
    return said


def _is_personal(article: Article, sentence: Sentence) -> bool:
    return any(token.lower in FIRST and token.word != "US" for token in article.tokens[sentence.index])


def opens(sentence: Sentence, cue: Span) -> bool:
    """Whether a sentence begins with a cue that has no subject: ``But added that …``."""
    before = sentence.text[: cue.start - sentence.start].lower().split()
    said = sentence.text[cue.start - sentence.start : cue.end - sentence.start].lower()
    return before in (["but"], ["and"], ["but", "then"], ["and", "then"]) and not said.endswith(("ing", "to"))


def led_in(article: Article, sentence: Sentence) -> bool:
    """Whether the sentence's own words lead to its only quotation: ``Poole took to the stage, smiling: "…"``."""
    pieces = article.quotations.pieces(sentence)
    if not pieces or pieces[0].start - sentence.start < _LEADING:
        return False
    return sentence.text[: pieces[0].start - sentence.start].rstrip(' "“„«').endswith((":", ","))


def is_line(article: Article, sentence: Sentence) -> bool:
    """Whether a sentence is a quotation and the few words that name its speaker: ``"Five," Poole interrupted``."""
    pieces = article.quotations.pieces(sentence)
    if (
        len(pieces) != 1
        or pieces[0].start > sentence.start + 1
        or not sentence.text[: pieces[0].end - sentence.start].endswith((",", "?", "!"))
    ):
        return False
    return 0 < len(sentence.text[pieces[0].end - sentence.start + 1 :].split()) <= _NAMING


def named_behind(article: Article, sentence: Sentence) -> tuple[int, Span] | None:
    """The sentence behind a quotation and the words in it, where it only names the speaker.

    ``— Ann Poole, on the flood``, ``Poole wrote on Tuesday.``
    """
    index = sentence.index + 1
    if index >= len(article.sentences) or not article.mentions[index]:
        return None
    following = article.sentences[index]
    tokens = article.tokens[index]
    first = article.mentions[index][0]
    if len(tokens) > _SHORT or patterns.QUOTE_MARK.search(following.text):
        return None
    dash = patterns.SIGNED.match(following.text)
    signed = dash is not None and dash.end() == first.outer
    said = first.outer == 0 and first.follows in SAYING and not _says_what(article, index, first.end)
    if not (signed or said):
        return None
    return index, Span(following.start + first.outer, following.start + first.end)


def _says_what(article: Article, index: int, start: int) -> bool:
    """Whether content of its own follows the verb: ``Poole said the flood …``."""
    behind = [token for token in article.tokens[index] if token.start >= start][1:3]
    return any(token.lower not in ("on", "in", "at", "to", "after", "before", "via", ".") for token in behind[:1])
