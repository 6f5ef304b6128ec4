"""How well predictions match gold labels: types, speakers, sources, targets, stances, whole claims.

Names match when, lower-cased and without articles, titles, possessives and pronouns, the words of one are all among
the words of the other. Targets match so too, or when half of their words are shared (token F1 of at least 0.5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from stance.corpus.articles import Key
from stance.corpus.labels import ClaimRecord, Record
from stance.patterns import NAME_WORD

_IGNORED = frozenset(
    "a an the of 's s mr mrs ms dr sen rep gov maj gen col lt capt sgt president senator representative "
    "governor major general prime minister secretary sir lord dame his her their its he she they".split()
)
_ENOUGH = 0.5  # share of common words from which two targets are the same

Counts = Counter[tuple[str, str]]
"""What was counted, by figure and outcome: ``("speaker", "hits")``, ``("type goal", "gold")``."""


@dataclass(frozen=True, slots=True)
class PRF:
    """Precision, recall and F1 in percent, and how many there are in the gold labels."""

    precision: float
    recall: float
    f1: float
    support: int

    @classmethod
    def of(cls, hits: int, found: int, gold: int) -> PRF:
        """From counts; nothing found or nothing to find counts as 0."""
        precision, recall = hits / found if found else 0.0, hits / gold if gold else 0.0
        both = precision + recall
        return cls(100 * precision, 100 * recall, 100 * 2 * precision * recall / both if both else 0.0, gold)

    @classmethod
    def mean(cls, rows: Sequence[PRF]) -> PRF:
        """The plain mean of several, 0 for none; supports are summed."""
        if not rows:
            return cls(0.0, 0.0, 0.0, 0)
        precision, recall, f1 = (
            sum(getattr(row, name) for row in rows) / len(rows) for name in ("precision", "recall", "f1")
        )
        return cls(precision, recall, f1, sum(row.support for row in rows))

    def to_dict(self) -> dict[str, float]:
        """Plain numbers."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1, "support": self.support}


@lru_cache(maxsize=65_536)
def name_words(name: str | None) -> frozenset[str]:
    """The words of a name that tell it from others; all of them where nothing else is left."""
    found = NAME_WORD.findall((name or "").lower().replace("’", "'"))
    return frozenset(word for word in found if word not in _IGNORED) or frozenset(found)


def last_name_word(name: str) -> str | None:
    """The last telling word of a name; the one that a short mention keeps. None for a name without a word."""
    found = NAME_WORD.findall(name.lower().replace("’", "'"))
    kept = [word for word in found if word not in _IGNORED] or found
    return kept[-1] if kept else None


def same_name(one: str | None, other: str | None) -> bool:
    """Whether two names mean the same one; an empty name matches nothing."""
    a, b = name_words(one), name_words(other)
    return bool(a) and bool(b) and (a <= b or b <= a)


def same_target(gold: ClaimRecord, found: ClaimRecord) -> bool:
    """Whether name or words of one target match name or words of the other."""
    return any(
        a and b and (same_name(a, b) or _shared(a, b) >= _ENOUGH)
        for a in (gold.target, gold.target_text)
        for b in (found.target, found.target_text)
    )


def _shared(one: str, other: str) -> float:
    a, b = name_words(one), name_words(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def titles(names: Iterable[str]) -> dict[str, str]:
    """What people see of each name: ``goal`` for ``type goal``; a label that is called as a total keeps ``type``."""
    given = dict.fromkeys(names)
    short = {name: name.removeprefix("type ") for name in given}
    return {name: name if title in given else title for name, title in short.items()}


def score(gold: Mapping[Key, Record], found: Mapping[Key, Record], labels: Sequence[str]) -> dict[str, Any]:
    """All scores, in percent; a sentence that is missing from ``found`` has no speaker and no claims.

    ``types`` holds a row a label; macro scores are means over ``labels``, micro over all decisions. Speakers and
    claims are scored where the records of both sides carry claims.
    """
    counts = sum(tallies(gold, found, labels).values(), Counts())
    has_claims = all(any(record.claims is not None for record in side.values()) for side in (gold, found))
    return {"sentences": len(gold)} | figures(counts, labels, has_claims=has_claims)


def occurring(gold: Mapping[Key, Record], found: Mapping[Key, Record], labels: Sequence[str]) -> tuple[str, ...]:
    """The labels that a gold sentence has or was given."""
    there: set[str] = set()
    for key, record in gold.items():
        there |= _types(record) | _types(found.get(key))
    return tuple(label for label in labels if label in there)


def figures(counts: Mapping[tuple[str, str], int], labels: Sequence[str], *, has_claims: bool) -> dict[str, Any]:
    """Counts, summed over sentences, to scores in percent."""

    def prf(name: str) -> PRF:
        return PRF.of(*(counts.get((name, outcome), 0) for outcome in ("hits", "found", "gold")))

    def share(name: str) -> float:
        whole = counts.get((name, "all"), 0)
        return 100 * counts.get((name, "hits"), 0) / whole if whole else 0.0

    types = {label: prf(f"type {label}") for label in labels}
    macro = PRF.mean(list(types.values()))
    scores: dict[str, Any] = {
        "types": {label: row.to_dict() for label, row in types.items()},
        "macro": macro.to_dict(),
        "macro_f1": macro.f1,
        "micro": prf("types").to_dict(),
    }
    if not has_claims:
        return scores
    return scores | {
        "speaker": prf("speaker").to_dict(),
        **{f"speaker_recall_{place}": share(f"speaker {place}") for place in ("in", "out")},
        **{f"{name}_accuracy": share(name) for name in ("source", "target", "stance")},
        "claim": prf("claim").to_dict(),
        "claim_with_target": prf("claim with target").to_dict(),
    }


def tallies(gold: Mapping[Key, Record], found: Mapping[Key, Record], labels: Sequence[str]) -> dict[str, Counts]:
    """What was counted in each article, in the order of the gold records."""
    counted: dict[str, Counts] = {}
    known = frozenset(labels)
    for key, record in gold.items():
        counted.setdefault(key[0], Counter()).update(tally(record, found.get(key), known))
    return counted


def scores_by_name(counts: Counts, labels: Sequence[str], has_claims: bool) -> dict[str, float]:
    """F1s and accuracies of summed counts, by the names of ``Evaluation.intervals``."""
    given = figures(counts, labels, has_claims=has_claims)
    named = {f"type {label}": row["f1"] for label, row in given["types"].items()}
    named |= {name: given[name]["f1"] for name in ("macro", "micro")}
    if has_claims:
        named |= {name: given[name.replace(" ", "_")]["f1"] for name in ("speaker", "claim", "claim with target")}
        named |= {name: value for name, value in given.items() if name.endswith(("_accuracy", "_in", "_out"))}
    return named


def tally(gold: Record, found: Record | None, labels: Collection[str]) -> Counts:
    """What one sentence adds to every figure; None for a sentence without a prediction.

    The cost is that of the labels it has, not of all ``labels``: where these are many they are given as a set.
    """
    counts: Counts = Counter()
    right, given = _types(gold), _types(found)
    for outcome, held in (("hits", right & given), ("found", given), ("gold", right)):
        scored = [label for label in held if label in labels]
        counts.update((f"type {label}", outcome) for label in scored)
        counts["types", outcome] += len(scored)
    _tally_speaker(counts, gold, found.speaker if found is not None else None)
    for label in right | given:
        of_type = [[claim for claim in claims or () if claim.type == label] for claims in (gold.claims, _claims(found))]
        if label in labels:
            _tally_claims(counts, *of_type)
    return counts


def _types(record: Record | None) -> frozenset[str]:
    return (record.types if record is not None else None) or frozenset()


def _claims(record: Record | None) -> list[ClaimRecord] | None:
    return record.claims if record is not None else None


def _tally_speaker(counts: Counts, gold: Record, given: str | None) -> None:
    """The resolved speaker; recall apart for names whose last word stands in the sentence, and for the others."""
    counts["speaker", "found"] += bool(given)
    if not gold.speaker:
        return
    right = same_name(gold.speaker, given)
    here = last_name_word(gold.speaker) in set(NAME_WORD.findall(gold.text.lower()))
    place = "speaker in" if here else "speaker out"
    counts["speaker", "gold"] += 1
    counts["speaker", "hits"] += right
    counts[place, "all"] += 1
    counts[place, "hits"] += right


def _tally_claims(counts: Counts, gold: Sequence[ClaimRecord], found: Sequence[ClaimRecord]) -> None:
    """Claims of one type: source, target and stance where both sides have one; whole claims, each matched once."""
    if gold and found:
        tests: dict[str, _Test] = {
            "source": lambda a, b: same_name(a.source, b.source),
            "target": same_target,
            "stance": lambda a, b: a.stance == b.stance,
        }
        for name, same in tests.items():
            counts[name, "all"] += 1
            counts[name, "hits"] += any(same(a, b) for a in gold for b in found)
    whole = {"claim": _same_claim, "claim with target": lambda a, b: _same_claim(a, b) and same_target(a, b)}
    for name, same in whole.items():
        counts[name, "gold"] += len(gold)
        counts[name, "found"] += len(found)
        counts[name, "hits"] += _matched(gold, found, same)


_Test = Callable[[ClaimRecord, ClaimRecord], bool]


def _same_claim(gold: ClaimRecord, found: ClaimRecord) -> bool:
    return same_name(gold.source, found.source) and gold.stance == found.stance


def _matched(gold: Sequence[ClaimRecord], found: Sequence[ClaimRecord], same: _Test) -> int:
    """How many found claims match a gold claim that no earlier one has taken."""
    free, matched = list(gold), 0
    for claim in found:
        hit = next((position for position, candidate in enumerate(free) if same(candidate, claim)), None)
        if hit is not None:
            del free[hit]
            matched += 1
    return matched
