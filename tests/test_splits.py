"""Parts of a corpus: whole articles, their share of every label, the same for the same seed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.labels import ClaimRecord, Record
from stance.corpus.splits import split_records
from stance.errors import ConfigError, LabelError


def _corpus(articles: int = 60, size: int = 5) -> list[Record]:
    """Every third article holds an accusation, every twelfth a goal."""
    rows = []
    for number in range(articles):
        for sentence in range(size):
            types = ["accusation"] * (number % 3 == 0) + ["goal"] * (number % 12 == 0) if sentence == 0 else []
            claims = [ClaimRecord(type=kind) for kind in types]
            rows.append(Record(doc=f"d{number}", sentence=sentence, text=f"{number} {sentence}", claims=claims))
    return rows


_DOCS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["x", "y", None])), min_size=1, max_size=40)


@given(_DOCS, st.integers(0, 3))
def test_no_article_is_cut_and_no_record_lost(rows: list[tuple[str, str | None]], seed: int) -> None:
    """Every record is in one part, marked with its name, and an article is in one part only."""
    records = [Record(doc=doc, text=str(number), label=label) for number, (doc, label) in enumerate(rows)]
    if len({record.doc for record in records}) < 3:
        with pytest.raises(LabelError, match="an article is never cut"):
            split_records(records, [0.8, 0.1, 0.1], seed=seed)
        return
    parts = split_records(records, [0.8, 0.1, 0.1], seed=seed)
    assert sorted(record.text for part in parts.values() for record in part) == sorted(
        record.text for record in records
    )
    homes: dict[str | None, set[str]] = {}
    for name, part in parts.items():
        assert part
        assert {record.split for record in part} == {name}
        for record in part:
            homes.setdefault(record.doc, set()).add(name)
    assert all(len(home) == 1 for home in homes.values())


def test_each_part_has_its_share_of_every_label() -> None:
    """Sizes and labels come out as asked, the rare label too."""
    parts = split_records(_corpus(), [0.6, 0.2, 0.2])
    counts = {name: Counter(kind for record in part for kind in record.types or ()) for name, part in parts.items()}
    assert {name: len(part) for name, part in parts.items()} == {"train": 180, "validation": 60, "test": 60}
    assert counts == {
        "train": {"accusation": 12, "goal": 3},
        "validation": {"accusation": 4, "goal": 1},
        "test": {"accusation": 4, "goal": 1},
    }


def test_the_seed_decides() -> None:
    """The same seed gives the same parts, another one others."""
    first, again, other = (split_records(_corpus(), [0.8, 0.1, 0.1], seed=seed) for seed in (0, 0, 1))
    assert first == again
    assert {record.doc for record in first["test"]} != {record.doc for record in other["test"]}


def test_two_parts_and_rows_without_article() -> None:
    """Two shares make train and test; rows of the same text stay together."""
    records = [
        Record(text=f"row {number // 2}" if number % 2 else f"Row  {number // 2}", label="x") for number in range(40)
    ]
    parts = split_records(records, [3, 1])
    assert {name: len(part) for name, part in parts.items()} == {"train": 30, "test": 10}
    texts = [{" ".join(record.text.lower().split()) for record in part} for part in parts.values()]
    assert not texts[0] & texts[1]


@pytest.mark.parametrize("shares", [[1.0], [0.5, 0.5, 0.0], [0.25] * 4, [-1, 2]])
def test_impossible_shares_are_refused(shares: list[float]) -> None:
    """Two or three positive numbers, nothing else."""
    with pytest.raises(ConfigError, match="expected two or three positive numbers"):
        split_records(_corpus(), shares)
