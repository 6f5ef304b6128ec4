"""Few examples of each label: ``stance train`` as it comes, and without adaptation, against SetFit with its encoder.

    python training/fewshot.py [--only NAME…] [--sets NAME…] [--sizes N…] [--choosing] [-o training/fewshot.json]

Two label sets, each sentence with exactly one label; articles are never on both sides:

- ``claims``: accusation, justification, goal or none, sentences of data/articles with one type at most;
- ``relations``: the coarse discourse relations of GUM's news and interviews (``../shared/corpora/gum/rst``) that are
  frequent enough; the unit is an elementary discourse unit that itself bears the relation, read without its neighbours.

8 and 16 examples a label are drawn with three seeds, 64 and all with one. SetFit stops after 500 steps of 16 pairs, or
one pass over its pairs where that is less. ``--choosing`` measures where settings were chosen: the other half of
data/articles, and part of GUM's training documents. What is in the output already is not measured again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from statistics import mean
from xml.etree import ElementTree

import numpy as np
from alone import Clock, alone
from corpora import SHARED, ours, share_of
from measuring import Figures, learned, rightness
from methods import Lesson, Method, Ours, Setfit

from stance.config import TrainConfig
from stance.corpus.labels import Record

HERE = Path(__file__).parent
RST = SHARED / "corpora" / "gum" / "rst"
CLAIMS, RELATIONS = "claims", "relations"
FREQUENT = ("adversative", "attribution", "context", "elaboration", "joint", "purpose")
"""Relations that at least a hundred units bear, without headings and halves of a unit."""
SIZES = (8, 16, 64, 0)  # 0: all
_ENOUGH = 800  # sentences to measure claim types on
_PATIENCE = 2 * 3600.0  # seconds


@dataclass(frozen=True)
class LabelSet:
    """Sentences with one label each: those to draw from, and those to measure on."""

    pool: list[Record]
    test: list[Record]

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, sorted."""
        return tuple(sorted({str(record.label) for record in self.pool}))

    def drawn(self, size: int, seed: int) -> Lesson:
        """So many sentences of each label; all of them for 0."""
        return Lesson(few(self.pool, size, seed) if size else self.pool, self.labels, multi_label=False)

    def unseen(self) -> Lesson:
        """The sentences to measure on, as frequent as they are."""
        return Lesson(self.test, self.labels, multi_label=False)


def few(records: list[Record], size: int, seed: int) -> list[Record]:
    """``size`` sentences of each label, drawn by the seed."""
    rng = np.random.default_rng(seed)
    of_label: dict[str, list[Record]] = {}
    for record in records:
        of_label.setdefault(str(record.label), []).append(record)
    return [found[row] for _, found in sorted(of_label.items()) for row in rng.permutation(len(found))[:size]]


def claims(choosing: bool) -> LabelSet:
    """Claim types as one label; one half of the articles was for choosing, the other is for measuring."""
    records = [
        Record(text=one.text, doc=one.doc, label=next(iter(one.types), "none"))
        for one in ours()
        if one.types is not None and len(one.types) < 2
    ]
    chosen = share_of((str(one.doc) for one in records), 0.5, 7)
    half = [one for one in records if (one.doc in chosen) is choosing]
    parts = _cut(half, 0.75)
    return replace(parts, test=parts.test[:_ENOUGH])


def relations(choosing: bool) -> LabelSet:
    """Discourse relations; the documents to measure on are never among those for choosing."""
    parts = _cut(list(units(RST)), 0.67)
    return _cut(parts.pool, 0.67) if choosing else parts


def units(folder: Path) -> Iterator[Record]:
    """The discourse units of a folder of ``.rs4`` files that themselves bear one of the frequent relations."""
    for path in sorted(folder.glob("*.rs4")):
        for unit in ElementTree.parse(path).iter("segment"):  # noqa: S314  # a corpus that the reader brought
            relation = unit.get("relname", "").split("-")[0]
            if relation in FREQUENT:
                yield Record(text=" ".join((unit.text or "").split()), doc=path.stem, label=relation)


def _cut(records: list[Record], share: float) -> LabelSet:
    """A share of the articles to learn from, the others to measure on."""
    kept = share_of((str(one.doc) for one in records), share, 0)
    return LabelSet(*([one for one in records if (one.doc in kept) is learn] for learn in (True, False)))


def label_sets(choosing: bool) -> dict[str, LabelSet]:
    """Those whose texts are at hand."""
    found = {CLAIMS: claims(choosing)}
    if RST.exists():
        return {**found, RELATIONS: relations(choosing)}
    print(f"relations: nothing at {RST}; left out (data/gum/README.md says where GUM is found)", file=sys.stderr)
    return found


def methods(seed: int) -> dict[str, Method]:
    """Ours and SetFit."""
    found: dict[str, Method] = {
        "ours": Ours(TrainConfig(seed=seed)),
        "ours, not adapted": Ours(TrainConfig(adapt=False, seed=seed)),
    }
    if find_spec("setfit"):
        return {**found, "SetFit": Setfit(seed)}
    print("SetFit: not installed; pip install -c constraints.txt '.[bench]'", file=sys.stderr)
    return found


def measured(method: Method, known: Lesson, unseen: Lesson) -> Figures:
    """Train, predict, compare: the work of one process."""
    found = learned(method, known)
    answer = []
    clock = Clock.of(lambda: answer.append(method.probabilities(unseen.sentences)))
    return {**rightness(answer[0], method.cuts, unseen), **found, "predict": asdict(clock)}


def table(rows: list[Figures]) -> str:
    """One row a label set and size, methods side by side; means over seeds."""
    names = list(dict.fromkeys(row["method"] for row in rows))
    lines = [
        "| | examples a label | sentences | | macro F1 (each seed) | accuracy | calibration error "
        "| training, s (computing) | MB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    cells = list(dict.fromkeys((row["set"], row["size"]) for row in rows))
    for which, size in cells:
        for name in names:
            same = [row for row in rows if (row["set"], row["size"], row["method"]) == (which, size, name)]
            if same:
                lines.append(_line(which, size, name, same))
    return "\n".join(lines)


def _line(which: str, size: int, name: str, same: list[Figures]) -> str:
    each = f" ({', '.join(str(row['f1']) for row in same)})" if len(same) > 1 else ""
    f1, accuracy, error = (mean(row[figure] for row in same) for figure in ("f1", "accuracy", "calibration_error"))
    seconds, computing = (mean(row["train"][unit] for row in same) for unit in ("seconds", "computing"))
    return (
        f"| {which} | {size or 'all'} | {same[0]['sentences']:,} | {name} | {f1:.1f}{each} | {accuracy:.1f} "
        f"| {error:.3f} | {seconds:.1f} ({computing:.1f}) | {max(row['megabytes'] for row in same):,} |"
    )


def main() -> None:
    """Measure what is missing, print all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", help="methods by name")
    parser.add_argument("--sets", nargs="+", default=[CLAIMS, RELATIONS], choices=(CLAIMS, RELATIONS))
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="examples of each label; 0: all")
    parser.add_argument("--seeds", type=int, default=3, help="of 8 and 16 examples a label")
    parser.add_argument("--choosing", action="store_true", help="measure where settings are chosen")
    parser.add_argument("-o", "--output", type=Path, default=HERE / "fewshot.json")
    given = parser.parse_args()
    rows: list[Figures] = json.loads(given.output.read_text(encoding="utf-8")) if given.output.exists() else []
    done = {(row["set"], row["size"], row["seed"], row["method"]) for row in rows}
    parts = label_sets(given.choosing)
    cells = [
        (which, size, seed)
        for which in given.sets
        if which in parts
        for size in given.sizes
        for seed in range(given.seeds if 0 < size < 64 else 1)
    ]
    for which, size, seed in cells:
        for name, method in methods(seed).items():
            if (which, size, seed, name) in done or (given.only and name not in given.only):
                continue
            known = parts[which].drawn(size, seed)
            figures = alone(measured, method, known, parts[which].unseen(), patience=_PATIENCE)
            rows.append(
                {"set": which, "size": size, "seed": seed, "method": name, "sentences": len(known.records), **figures}
            )
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
            given.output.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(table(rows))


if __name__ == "__main__":
    main()
