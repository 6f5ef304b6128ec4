"""Short articles of our own, a score for each phenomenon: ``python -m pytest tests/test_phenomena.py -s``.

Every record of ``data/phenomena.jsonl`` is a sentence in the exchange form; ``phenomena`` beside an attribution, or
beside a sentence that is the journalist's own, says what it shows. A phenomenon passes in an article where everything
that shows it is right.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from stance.metrics import same_name
from stance.records import Attribution, Document, Span
from stance.resolver import resolve

ARTICLES = Path(__file__).parent / "data" / "phenomena.jsonl"
OWN = "journalist's own voice"

Rows = list[dict[str, Any]]


def articles() -> list[Rows]:
    """The records of each article, in order."""
    found: dict[str, Rows] = defaultdict(list)
    for line in ARTICLES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["doc"]].append(row)
    return list(found.values())


def document(rows: Rows) -> Document:
    """An article, its sentences as given."""
    starts = [row["start"] for row in rows]
    return Document.from_sentences([row["text"] for row in rows], starts=starts, title=rows[0]["title"])


def by_resolver(rows: Rows) -> Document:
    """The article with sources for its gold spans."""
    given = document(rows)
    linked = [
        Attribution(
            sentence,
            tuple(Span(*piece) for piece in gold["content_spans"]),
            source_span=_span(gold, "source"),
            cue_span=_span(gold, "cue"),
        )
        for sentence, row in zip(given.sentences, rows, strict=True)
        for gold in row["attributions"]
    ]
    resolution = resolve(given, linked)
    return Document(
        text=given.text,
        sentences=given.sentences,
        title=given.title,
        attributions=resolution.attributions,
        speakers=resolution.speakers,
    )


def rates(predict: Callable[[Rows], Document]) -> dict[str, tuple[int, int]]:
    """Articles that pass and articles that there are, by phenomenon."""
    passed: dict[str, list[bool]] = defaultdict(list)
    for rows in articles():
        for phenomenon, right in _judged(rows, predict(rows)).items():
            passed[phenomenon].append(all(right))
    return {phenomenon: (sum(right), len(right)) for phenomenon, right in sorted(passed.items())}


def failures(predict: Callable[[Rows], Document]) -> list[str]:
    """What is wrong, one line each: article, sentence, phenomenon, expected and given source."""
    found = []
    for rows in articles():
        predicted = predict(rows)
        for row in rows:
            for gold in row["attributions"]:
                given = _source(predicted, row["sentence"], gold)
                if not same_name(gold["source"], given):
                    shown = ", ".join(gold.get("phenomena", ["-"]))
                    found.append(f"{row['doc']}:{row['sentence']}: {shown}: {gold['source']}; given {given}")
            speaker = predicted.speakers[row["sentence"]]
            if row.get("phenomena") and speaker is not None:
                found.append(f"{row['doc']}:{row['sentence']}: {OWN}: nobody; given {speaker.source.name}")
    return found


def table(found: Mapping[str, tuple[int, int]]) -> str:
    """One line a phenomenon."""
    return "\n".join(
        f"{name:38s} {right:3d} of {all_:3d}  {100 * right / all_:5.1f}" for name, (right, all_) in found.items()
    )


def _judged(rows: Rows, predicted: Document) -> dict[str, list[bool]]:
    judged: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        for gold in row["attributions"]:
            for phenomenon in gold.get("phenomena", ()):
                right = same_name(gold["source"], _source(predicted, row["sentence"], gold))
                judged[phenomenon].append(right)
        for phenomenon in row.get("phenomena", ()):
            judged[phenomenon].append(predicted.speakers[row["sentence"]] is None)
    return judged


def _source(predicted: Document, sentence: int, gold: Mapping[str, Any]) -> str | None:
    """Whom the attribution is given to whose content shares most characters with the gold content."""
    wanted = [tuple(piece) for piece in gold["content_spans"]]
    best = max(predicted.attributions_in(sentence), key=lambda one: _likeness(wanted, one), default=None)
    if best is None or best.source is None or _likeness(wanted, best) == 0:
        return None
    return best.source.name


def _likeness(wanted: Sequence[tuple[int, int]], found: Attribution) -> float:
    """Shared characters over all characters of two contents, in [0, 1]."""
    one = {at for start, end in wanted for at in range(start, end)}
    other = {at for span in found.content for at in range(span.start, span.end)}
    return len(one & other) / len(one | other)


def _span(gold: Mapping[str, Any], part: str) -> Span | None:
    start, end = gold[f"{part}_start"], gold[f"{part}_end"]
    return None if start is None else Span(start, end)
