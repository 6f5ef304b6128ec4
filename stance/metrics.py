"""How well predictions match gold labels: types, speakers, sources, targets, stances, whole claims.

Names match when, lower-cased and without articles, titles, possessives and pronouns, the words of one are all among
the words of the other. Targets match so too, or when half of their words are shared (token F1 of at least 0.5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from stance.corpus.labels import ClaimRecord, Record
from stance.patterns import NAME_WORD

_IGNORED = frozenset(
    "a an the of 's s mr mrs ms dr sen rep gov maj gen col lt capt sgt president senator representative "
    "governor major general prime minister secretary sir lord dame his her their its he she they".split()
)
_ENOUGH = 0.5  # share of common words from which two targets are the same

Key = tuple[str, int]


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


def score(gold: Mapping[Key, Record], found: Mapping[Key, Record], labels: Sequence[str]) -> dict[str, Any]:
    """All scores, in percent; a sentence that is missing from ``found`` has no speaker and no claims.

    ``types`` holds a row a label; macro F1 is the mean over ``labels``, micro over all decisions.
    """
    types = type_scores(gold, found, labels)
    scores: dict[str, Any] = {
        "sentences": len(gold),
        "types": {label: row.to_dict() for label, row in types.items()},
        "macro_f1": sum(types[label].f1 for label in labels) / len(labels) if labels else 0.0,
        "micro": _micro(gold, found, labels).to_dict(),
    }
    if any(record.claims is not None for record in gold.values()):
        scores |= speaker_scores(gold, found) | claim_scores(gold, found, labels)
    return scores


def type_scores(gold: Mapping[Key, Record], found: Mapping[Key, Record], labels: Sequence[str]) -> dict[str, PRF]:
    """Whether each label holds, sentence by sentence."""
    hits, n_found, n_gold = _type_counts(gold, found)
    return {label: PRF.of(hits[label], n_found[label], n_gold[label]) for label in labels}


def _micro(gold: Mapping[Key, Record], found: Mapping[Key, Record], labels: Sequence[str]) -> PRF:
    counts = _type_counts(gold, found)
    hits, n_found, n_gold = (sum(count[label] for label in labels) for count in counts)
    return PRF.of(hits, n_found, n_gold)


def _type_counts(
    gold: Mapping[Key, Record], found: Mapping[Key, Record]
) -> tuple[Counter[str], Counter[str], Counter[str]]:
    hits: Counter[str] = Counter()
    n_found: Counter[str] = Counter()
    n_gold: Counter[str] = Counter()
    for key, record in gold.items():
        right, given = record.types or frozenset(), _types(found.get(key))
        n_gold.update(right)
        n_found.update(given)
        hits.update(right & given)
    return hits, n_found, n_gold


def speaker_scores(gold: Mapping[Key, Record], found: Mapping[Key, Record]) -> dict[str, Any]:
    """Resolved speakers; recall apart for names whose last word stands in the sentence, and for the others."""
    hits = n_found = n_gold = 0
    inside, outside = [0, 0], [0, 0]
    for key, record in gold.items():
        given = found[key].speaker if key in found else None
        n_found += bool(given)
        if not record.speaker:
            continue
        n_gold += 1
        right = same_name(record.speaker, given)
        hits += right
        here = last_name_word(record.speaker) in set(NAME_WORD.findall(record.text.lower()))
        place = inside if here else outside
        place[0] += right
        place[1] += 1
    return {
        "speaker": PRF.of(hits, n_found, n_gold).to_dict(),
        "speaker_recall_in": _percent(*inside),
        "speaker_recall_out": _percent(*outside),
    }


def claim_scores(gold: Mapping[Key, Record], found: Mapping[Key, Record], labels: Sequence[str]) -> dict[str, Any]:
    """Source, target and stance where the type was found; and whole claims, each gold claim matched once."""
    both = {"source": 0, "target": 0, "stance": 0}
    n_both = n_gold = n_found = whole = whole_with_target = 0
    for key, record in gold.items():
        given = found.get(key)
        for label in labels:
            right = [claim for claim in record.claims or () if claim.type == label]
            ours = [claim for claim in (given.claims if given else None) or () if claim.type == label]
            n_gold += len(right)
            n_found += len(ours)
            if right and ours:
                n_both += 1
                both["source"] += _any(right, ours, lambda a, b: same_name(a.source, b.source))
                both["target"] += _any(right, ours, same_target)
                both["stance"] += _any(right, ours, lambda a, b: a.stance == b.stance)
            whole += _matched(right, ours, _same_claim)
            whole_with_target += _matched(right, ours, lambda a, b: _same_claim(a, b) and same_target(a, b))
    return {f"{name}_accuracy": _percent(count, n_both) for name, count in both.items()} | {
        "claim": PRF.of(whole, n_found, n_gold).to_dict(),
        "claim_with_target": PRF.of(whole_with_target, n_found, n_gold).to_dict(),
    }


def _types(record: Record | None) -> frozenset[str]:
    return (record.types or frozenset()) if record is not None else frozenset()


def _same_claim(gold: ClaimRecord, found: ClaimRecord) -> bool:
    return same_name(gold.source, found.source) and gold.stance == found.stance


_Test = Callable[[ClaimRecord, ClaimRecord], bool]


def _any(gold: Sequence[ClaimRecord], found: Sequence[ClaimRecord], same: _Test) -> bool:
    return any(same(a, b) for a in gold for b in found)


def _matched(gold: Sequence[ClaimRecord], found: Sequence[ClaimRecord], same: _Test) -> int:
    """How many found claims match a gold claim that no earlier one has taken."""
    free, matched = list(gold), 0
    for claim in found:
        hit = next((candidate for candidate in free if same(candidate, claim)), None)
        if hit is not None:
            free.remove(hit)
            matched += 1
    return matched


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
