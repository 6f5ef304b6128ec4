"""Labels of which six are wrong, for what looks for wrong labels."""

from __future__ import annotations

import random

from stance.corpus.labels import Record

FLIPPED = frozenset({5, 12, 40, 77, 90, 101})


def noisy_records() -> list[Record]:
    """120 sentences in 15 articles, each about rain or sport by most of its words; six have the other label."""
    rng = random.Random(0)
    words = {"rain": "rain wet cloud storm".split(), "sport": "goal match league team".split()}
    both = words["rain"] + words["sport"]
    records = []
    for number in range(120):
        label, other = ("rain", "sport") if number % 2 == 0 else ("sport", "rain")
        text = " ".join(rng.choices(words[label], k=6) + rng.choices(both, k=6))
        given = other if number in FLIPPED else label
        records.append(Record(text=text, label=given, doc=f"d{number // 8}"))
    return records
