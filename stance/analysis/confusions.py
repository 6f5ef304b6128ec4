"""What was taken for what: types that occur together, types confused, sources confused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from stance.corpus.articles import Key
from stance.corpus.labels import ClaimRecord, Record
from stance.evaluation import Evaluation
from stance.metrics import same_name
from stance.records import AUTHOR

if TYPE_CHECKING:
    import pandas as pd

NONE = "none"
"""A sentence without a label, in a confusion; in brackets where a label is called so."""

OUTCOMES = ("right", "author instead", "another source", "no claim found")
PLACES = ("named in the sentence", "named elsewhere", "author")


def co_occurrence(evaluation: Evaluation, *, of: Literal["gold", "found"] = "gold") -> pd.DataFrame:
    """How many sentences carry both of two labels; the diagonal counts each label."""
    labels = list(evaluation.labels)
    counts: Counter[tuple[str, str]] = Counter()
    for key in evaluation.gold:
        held = _labels((evaluation.gold if of == "gold" else evaluation.found).get(key)) & set(labels)
        counts.update((one, other) for one in held for other in held)
    return _square(counts, labels, labels)


def type_confusion(evaluation: Evaluation) -> pd.DataFrame:
    """Gold labels in rows, found labels in columns.

    A label on both sides counts on the diagonal. What is left of a sentence's gold labels is set against what is left
    of those found, and against ``none`` where nothing is left.
    """
    nothing = NONE
    while nothing in evaluation.labels:
        nothing = f"({nothing})"
    counts: Counter[tuple[str, str]] = Counter()
    for key, record in evaluation.gold.items():
        gold, found = (_labels(one) & set(evaluation.labels) for one in (record, evaluation.found.get(key)))
        agreed, missed, invented = gold & found, gold - found, found - gold
        counts.update((label, label) for label in agreed or ({nothing} if not gold | found else ()))
        if missed or invented:
            counts.update((one, other) for one in missed or {nothing} for other in invented or {nothing})
    names = [*evaluation.labels, nothing]
    return _square(counts, names, names).rename_axis(index="gold", columns="found")


def source_confusion(evaluation: Evaluation) -> pd.DataFrame:
    """Where the gold source of each claim is named, and what was made of it; claims of one type in one sentence."""
    counts: Counter[tuple[str, str]] = Counter()
    for _, gold, found in _claims(evaluation):
        place = AUTHOR if gold.source == AUTHOR else PLACES[0] if gold.source_text else PLACES[1]
        counts[place, _outcome(gold, found)] += 1
    return _square(counts, PLACES, OUTCOMES).rename_axis(index="gold source", columns="found source")


def source_pairs(evaluation: Evaluation) -> pd.DataFrame:
    """Each gold source that was taken for another: the pair, how often, in which articles; most frequent first."""
    import pandas as pd

    counts: Counter[tuple[str, str]] = Counter()
    articles: dict[tuple[str, str], set[str]] = {}
    for key, gold, found in _claims(evaluation):
        if found and _outcome(gold, found) != "right":
            pair = (gold.source or "", found[0].source or "")
            counts[pair] += 1
            articles.setdefault(pair, set()).add(key[0])
    rows = [
        {"gold": pair[0], "found": pair[1], "claims": count, "articles": len(articles[pair])}
        for pair, count in counts.most_common()
    ]
    return pd.DataFrame(rows, columns=["gold", "found", "claims", "articles"])


def _square(counts: Counter[tuple[str, str]], rows: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([[counts[row, column] for column in columns] for row in rows], list(rows), list(columns))


def _claims(evaluation: Evaluation) -> Iterator[tuple[Key, ClaimRecord, list[ClaimRecord]]]:
    """Each gold claim with a source, and the found claims of its type in its sentence, where claims are scored."""
    if not evaluation.has_claims:
        return
    for key, record in evaluation.gold.items():
        given = evaluation.found.get(key)
        for gold in record.claims or ():
            if gold.source:
                yield key, gold, [one for one in (given.claims if given else None) or () if one.type == gold.type]


def _outcome(gold: ClaimRecord, found: list[ClaimRecord]) -> str:
    if not found:
        return "no claim found"
    if any(same_name(gold.source, one.source) for one in found):
        return "right"
    return "author instead" if all(one.source == AUTHOR for one in found) else "another source"


def _labels(record: Record | None) -> frozenset[str]:
    return (record.types if record is not None else None) or frozenset()
