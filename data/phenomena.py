"""How statements are attributed in a labelled sentence: the sixteen ways that the corpus counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from stance.corpus.labels import AttributionRecord, Record
from stance.metrics import last_name_word
from stance.patterns import ACRONYM, NAME_WORD, QUOTE_MARK

PHENOMENA = (
    "pronoun",
    "title or role for a named person",
    "surname only",
    "acronym",
    "spokesperson",
    "group or unnamed official",
    "inverted cue",
    "according to",
    "bare continuing quotation",
    "quotation over several sentences",
    "split quotation",
    "two sources in one sentence",
    "nested source",
    "joint source",
    "document as source",
    "journalist's own voice",
    "first person",
)

_PRONOUNS = frozenset("he she they it him her them his their".split())
_FIRST = frozenset("I me my we We us our My Our".split())
_SPOKES = re.compile(r"\bspokes(?:man|men|woman|women|person|people)\b", re.IGNORECASE)
_BODY = re.compile(
    r"\b(?:company|firm|group|agency|union|ministry|department|party|council|board|bank|airline|government|court|team"
    r"|association|committee|commission|charity|force|army|police|university|club|network|operator|maker)$",
    re.IGNORECASE,
)
_NO_BODY = frozenset("MP MPs MEP MSP GOP QC KC SC US U.S. UK U.K. UN U.N. CEO DNA".split())
_TITLES = frozenset(
    "Mr Mrs Ms Miss Dr Sir Dame Lord Lady Prof Professor Sen Senator Rep Representative Gov Governor Judge Justice "
    "President Secretary Minister Mayor Chancellor Captain Capt Col Lt Gen Maj Sgt Rev Councillor Cllr Attorney".split()
)


def phenomena(article: Sequence[Record]) -> Counter[str]:
    """In how many sentences of one article, given in order, each phenomenon stands."""
    counts: Counter[str] = Counter()
    running = _running(article)
    for index, record in enumerate(article):
        found = {name for one in record.attributions or () for name in _of(one, record)}
        found |= _of_sentence(record)
        if index in running:
            found.add("quotation over several sentences")
        counts.update(found)
    return counts


def _of(one: AttributionRecord, record: Record) -> Iterator[str]:
    words, name = one.source_text, one.source or ""
    kind = one.source_kind
    if words is not None:
        yield from _mention(words, name, kind)
    if kind == "spokesperson" or _SPOKES.search(f"{name} {words or ''}"):
        yield "spokesperson"
    elif kind == "group" or (kind in (None, "person") and name[:1].islower()):
        yield "group or unnamed official"
    if kind == "document":
        yield "document as source"
    cue = (one.cue_text or "").lower()
    if cue.startswith("according to"):
        yield "according to"
    elif _inverted(one):
        yield "inverted cue"
    if cue == "" and words is None and one.content and QUOTE_MARK.match(record.text):
        yield "bare continuing quotation"
    if _split(one, record):
        yield "split quotation"
    if _joint(words or "", name, kind):
        yield "joint source"


def _mention(words: str, name: str, kind: str | None) -> Iterator[str]:
    """How the words for a source stand for its name."""
    told = NAME_WORD.findall(words)
    if words.lower() in _PRONOUNS:
        yield "pronoun"
    elif words in _FIRST:
        yield "first person"
    elif _personal(name, kind) and not _is_body(words, told) and last_name_word(name) not in words.lower():
        yield "title or role for a named person"
    else:
        bare = [word for word in told if word not in _TITLES]
        full = [word for word in NAME_WORD.findall(name) if word not in _TITLES]
        if kind != "organisation" and len(bare) == 1 and len(full) > 1 and bare[0] == full[-1]:
            yield "surname only"
    if kind not in ("person", "document") and any(ACRONYM.match(word) for word in set(told) - _NO_BODY):
        yield "acronym"


def _is_body(words: str, told: Sequence[str]) -> bool:
    """Whether the words stand for a body, not for a person: ``the company``, ``The CSA``."""
    return bool(_BODY.search(words)) or any(ACRONYM.match(word) for word in told)


def _personal(name: str, kind: str | None) -> bool:
    """Whether a canonical name is somebody's own: two capitalised words or more, the first among them."""
    capitals = sum(word[0].isupper() for word in NAME_WORD.findall(name))
    return kind in (None, "person", "spokesperson") and name[:1].isupper() and capitals >= 2


def _inverted(one: AttributionRecord) -> bool:
    """Said, then the source, behind what was said."""
    if one.cue_start is None or one.source_start is None or one.cue_start > one.source_start:
        return False
    return any(end <= one.cue_start for _, end in one.content_spans or [])


def _split(one: AttributionRecord, record: Record) -> bool:
    """A quotation that the cue parts: quoted content before it and after it."""
    at, spans = one.cue_start, one.content_spans or []
    if at is None or len(spans) < 2 or len(QUOTE_MARK.findall(record.text)) < 4:
        return False
    return any(end <= at for _, end in spans) and any(start > at for start, _ in spans)


def _joint(words: str, name: str, kind: str | None) -> bool:
    """Two who speak as one: both named, in the name and in the words."""
    left, _, right = name.partition(" and ")
    if not right or " and " not in words or kind == "document":
        return False
    if kind in ("person", "group"):
        return True
    return " and the " in words or (kind is None and min(len(left.split()), len(right.split())) > 1)


def _of_sentence(record: Record) -> set[str]:
    found: set[str] = set()
    told = record.attributions or ()
    if len({one.source for one in told if one.content}) > 1:
        found.add("two sources in one sentence")
    if any(_inside(one, other) for one in told for other in told if one is not other):
        found.add("nested source")
    claims = record.claims or ()
    if any(claim.source == "author" for claim in claims):
        found.add("journalist's own voice")
    own = record.speaker is not None and all(one.source_text is None for one in told)
    if own and _FIRST & set(_outside_quotes(record.text)):
        found.add("first person")
    return found


def _inside(one: AttributionRecord, other: AttributionRecord) -> bool:
    """Whether the first statement stands inside what the second says."""
    places = [at for at in (one.source_start, one.cue_start) if at is not None]
    return any(start <= at < end for at in places for start, end in other.content_spans or [])


def _outside_quotes(text: str) -> list[str]:
    """The words of a sentence that stand in no quotation."""
    return [word for piece in QUOTE_MARK.split(text)[::2] for word in NAME_WORD.findall(piece)]


def _running(article: Sequence[Record]) -> set[int]:
    """Sentences of quotations that run on: a bare one and the quoted sentence of the same source before it."""
    running: set[int] = set()
    for index, record in enumerate(article):
        bare = [one for one in record.attributions or () if "bare continuing quotation" in set(_of(one, record))]
        if not bare and len(re.findall(r"[.!?] (?=[A-Z])", record.text)) and QUOTE_MARK.search(record.text):
            running.add(index)  # several sentences in one line
        for one in bare:
            before = article[index - 1].attributions or () if index else ()
            if any(other.source == one.source for other in before):
                running |= {index - 1, index}
    return running
