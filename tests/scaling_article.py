"""What attribution costs by an article's length, and beside the encoder: ``python tests/scaling_article.py``.

First one article of 100, 1,000 and 10,000 sentences: the milliseconds of computing that each step takes a sentence.
``written`` has the phenomena articles end to end, with their spans as tags; ``strangers`` new people and bodies in
every sentence, pronouns, and a quotation in every third that nobody closes. Then the shipped model on articles of
20 to 40 sentences: each step's share of the encoder's time.
"""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from attribution_suite import Rows, articles

import stance
from stance.attribution import link
from stance.claims import Reading, make_claims
from stance.encoder.hashing import HashingEncoder
from stance.encoder.protocol import TokenVectors
from stance.features import encode_once
from stance.records import Attribution, Document, Sentence, Span
from stance.resolver import resolve
from stance.tagger import CONTENT, CUE, SOURCE, Tagged, Tagger, Tags, holder_role, target_role

SIZES = (100, 1_000, 10_000)
_DIM = 64
_THRESHOLDS = dict.fromkeys(("accusation", "justification", "goal"), 0.5)
_ROLES = (SOURCE, CUE, CONTENT, *(role(kind) for kind in _THRESHOLDS for role in (target_role, holder_role)))
_SYLLABLES = "bar den fol gim hus kel lom mar nif ost pru rix sal tev ulm vor wes yan zed".split()
_STRANGERS = (
    "{}, the head of the {} Council, said {} had misled the inspectors about it.",
    "“He told us that the mayor of {} was safe, and nobody believed the mayor,” said {}, who met {} there.",
    "The company denied it, it said, and “the {} Institute will not close for {} or {}",
)
_T = TypeVar("_T")


class _Clock:
    """Seconds of computing by step; other programs on the machine do not lengthen them."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def __call__(self, step: str, work: Callable[[], _T]) -> _T:
        began = time.process_time()
        done = work()
        self.spent[step] += time.process_time() - began
        return done


def written(size: int) -> tuple[Document, list[Tags]]:
    """The articles of the suite end to end, their spans as tags."""
    every: Rows = [row for article in articles() for row in article]
    rows = [every[number % len(every)] for number in range(size)]
    return Document.from_sentences([row["text"] for row in rows]), [
        {role: _gold(row, part) for role, part in ((SOURCE, "source"), (CUE, "cue"), (CONTENT, "content"))}
        for row in rows
    ]


def strangers(size: int) -> tuple[Document, list[Tags]]:
    """New names in every sentence; its first words are tagged as a source, what follows ``said`` as content."""
    draw = random.Random(size)
    texts = [_STRANGERS[number % 3].format(*(_name(draw) for _ in range(3))) for number in range(size)]
    return Document.from_sentences(texts), [_tags(text) for text in texts]


def costs(given: Document, tags: Sequence[Tags]) -> dict[str, float]:
    """Milliseconds of computing a sentence for each step."""
    clock, texts = _Clock(), [sentence.text for sentence in given.sentences]
    rng = np.random.default_rng(0)
    tagger = Tagger(
        _ROLES, rng.standard_normal((len(_ROLES), 3, _DIM), np.float32), np.zeros((len(_ROLES), 3), np.float32)
    )
    encoded = HashingEncoder(_DIM).encode_tokens(texts)
    guessed = clock("tag", lambda: tagger.tag(texts, encoded))
    clock("link, every word tagged", lambda: _linked(given, guessed))
    linked = clock("link", lambda: _linked(given, tags))
    resolution = clock("resolve", lambda: resolve(given, linked))
    readings = [_reading(*one) for one in zip(given.sentences, encoded, guessed, strict=True)]
    clock("claims", lambda: make_claims(readings, _THRESHOLDS, resolution, None))
    return {step: round(1000 * seconds / len(texts), 4) for step, seconds in clock.spent.items()}


def shares() -> dict[str, float]:
    """Each step's computing time over the encoder's, for the shipped model."""
    model, clock, sentences = stance.load(), _Clock(), 0
    tagger = model.tagger
    assert tagger is not None  # the shipped model has one
    rows = [row for article in articles() for row in article]
    given = [[row["text"] for row in rows[begin : begin + 30]] for begin in range(0, len(rows), 30)]
    for texts in given:
        one = Document.from_sentences(texts)
        encoded = clock("encode", lambda texts=texts: encode_once(model.encoder, texts))  # type: ignore[misc]
        tags = clock("tag", lambda texts=texts, encoded=encoded: tagger.tag(texts, encoded))  # type: ignore[misc]
        linked = clock("link", lambda one=one, tags=tags: _linked(one, tags))  # type: ignore[misc]
        clock("resolve", lambda one=one, linked=linked: resolve(one, linked))  # type: ignore[misc]
        sentences += len(texts)
    encoder = clock.spent.pop("encode")
    percent = {f"{step}, %": round(100 * seconds / encoder, 2) for step, seconds in clock.spent.items()}
    return {"sentences": sentences, "encoder, ms a sentence": round(1000 * encoder / sentences, 2), **percent}


def _linked(given: Document, tags: Sequence[Tags]) -> list[Attribution]:
    return [one for sentence, tag in zip(given.sentences, tags, strict=True) for one in link(sentence, tag)]


def _reading(sentence: Sentence, encoded: TokenVectors, tags: Tags) -> Reading:
    return Reading(sentence, encoded, dict.fromkeys(_THRESHOLDS, 0.9), tags)


def _gold(row: dict[str, Any], part: str) -> tuple[Tagged, ...]:
    """The spans of a role, counted from the sentence's start."""
    found = set()
    for one in row["attributions"]:
        places = one["content_spans"] if part == "content" else [(one[f"{part}_start"], one[f"{part}_end"])]
        found |= {(start, end) for start, end in places if start is not None}
    start = row["start"]
    return tuple(Tagged(Span(begin - start, end - start), 0.9) for begin, end in sorted(found))


def _tags(text: str) -> Tags:
    said = text.index("said") if "said" in text else text.index("it")
    spans = {SOURCE: (0, 8), CUE: (said, said + 4), CONTENT: (said + 5, len(text))}
    return {role: (Tagged(Span(*place), 0.9),) for role, place in spans.items()}


def _name(draw: random.Random) -> str:
    return " ".join("".join(draw.choices(_SYLLABLES, k=3)).capitalize() for _ in range(2))


def main() -> None:
    """Print a line of JSON for each article and one for the shipped model."""
    for kind in (written, strangers):
        for size in SIZES:
            print(json.dumps({"article": kind.__name__, "sentences": size, **costs(*kind(size))}), flush=True)
    print(json.dumps({"model": "shipped", **shares()}))


if __name__ == "__main__":
    main()
