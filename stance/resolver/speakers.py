"""Whom a sentence as a whole is attributed to, of those whom it attributes something to."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stance.records import Attribution, Sentence, Span
from stance.resolver.lexicon import BE, VAGUE

_SHARE = 0.12  # of a sentence: attributed content shorter than that leaves it to the journalist
_CLAUSE = 0.5  # of a sentence: shorter content in a subordinate clause leaves it to the journalist
_SUBORDINATE = frozenset("which after before while where when until".split())
_PASSED_ON = 0.3  # the same, where the source around it only passes on what others say
_PASSING = frozenset(
    (
        "according",
        "reported",
        "reports",
        "cited",
        "cites",
        "quoted",
        "quotes",
        "citing",
        "quoting",
    )
)
_ANY = frozenset(
    "some several many local initial preliminary various varying other news unconfirmed early recent latest official "
    "new".split()
)
_DENYING = frozenset("denied denies deny rejected rejects reject denying rejecting".split())
_INNER = 0.8  # of the content around it: a source that it reports from there on is the one who speaks


def main_attribution(sentence: Sentence, attributions: Sequence[Attribution]) -> Attribution | None:
    """The attribution of the longest content; None where the journalist narrates.

    Content that reports somebody else's content is theirs: ``According to the paper, Poole said …``.
    """
    named = [one for one in attributions if one.source is not None]
    named = [one for one in named if not _is_by(sentence, one)] or named
    longest = max(named, key=_length, default=None)
    if longest is None:
        return None
    if is_according(sentence, longest.cue_span):
        own = [one for one in named if one.cue_span and not _passes_on(sentence, one)]
        longest = max(
            (one for one in own if _length(one) >= _PASSED_ON * _length(longest)), key=_length, default=longest
        )
    inner = [
        one
        for one in named
        if one is not longest
        and one.source_span is not None
        and one.cue_span is not None
        and any(one.cue_span.within(piece) for piece in longest.content)
        and _length(one) >= _share_within(sentence, longest) * _length(longest)
    ]
    longest = max(inner, key=_length, default=longest)
    share = _length(longest) / max(1, len(sentence.text))
    if (share < _SHARE and not _denies(sentence, longest)) or _is_vague(longest):
        return None
    others = [
        one for one in named if one.source != longest.source and one.cue_span and not _is_subordinate(sentence, one)
    ]
    if share < _CLAUSE and _is_subordinate(sentence, longest) and not others:
        return None
    return longest


def passed_on(sentence: Sentence, main: Attribution, nested: Sequence[Attribution]) -> Attribution:
    """Whoever a source only passes on, if that is read from the words: ``Poole said it rained, the paper reported``."""
    if not _passes_on(sentence, main):
        return main
    inner = [one for one in nested if one.cue_span and any(one.cue_span.within(piece) for piece in main.content)]
    return max((one for one in inner if _length(one) >= _PASSED_ON * _length(main)), key=_length, default=main)


def is_according(sentence: Sentence, cue: Span | None) -> bool:
    """Whether a cue is a preposition, with its source behind it: ``according to``."""
    return (sentence.words(cue) or "").lower().startswith("according")


def _share_within(sentence: Sentence, around: Attribution) -> float:
    """The share of its content from which a source inside it is the one who speaks."""
    if _passes_on(sentence, around):
        return _PASSED_ON
    leads = around.cue_span is not None and around.cue_span.end <= around.content[0].start
    return math.inf if leads else _INNER


def _length(attribution: Attribution) -> int:
    return sum(span.end - span.start for span in attribution.content)


def _is_subordinate(sentence: Sentence, attribution: Attribution) -> bool:
    """Whether it stands in a clause that only adds to the journalist's own: ``a plan which Poole called costly``."""
    if attribution.source_span is None:
        return False
    before = sentence.text[: attribution.source_span.start - sentence.start].rstrip(" ,")
    return before.rpartition(" ")[2].lower() in _SUBORDINATE


def _is_by(sentence: Sentence, attribution: Attribution) -> bool:
    """Whether ``by`` leads to the source behind a participle that tells more of a noun: mails ``labelled by`` Poole."""
    cue, source = attribution.cue_span, attribution.source_span
    if cue is None or source is None or source.start < cue.end:
        return False
    before = sentence.text[: cue.start - sentence.start].lower().split()[-1:]
    between = sentence.text[cue.end - sentence.start : source.start - sentence.start].lower().split()
    return "by" in between[-2:] and BE.isdisjoint(before)


def _denies(sentence: Sentence, attribution: Attribution) -> bool:
    """Whether its cue tells by itself what is said: ``Poole denied it``."""
    return (sentence.words(attribution.cue_span) or "").lower().rpartition(" ")[2] in _DENYING


def _passes_on(sentence: Sentence, attribution: Attribution) -> bool:
    words = sentence.words(attribution.cue_span) or ""
    return words.lower().partition(" ")[0] in _PASSING


def _is_vague(attribution: Attribution) -> bool:
    """Whether the source is nobody: ``according to reports``."""
    words = attribution.source.name.lower().split() if attribution.source is not None else []
    return bool(words) and words[-1] in VAGUE and all(word in _ANY for word in words[:-1])
