"""Who accuses whom: claims counted by source and target, as a matrix and as a drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stance.records import ClaimType, Stance
from stance.report.passages import Numbered

NOBODY = "nobody named"
_WIDTH, _ROW, _SIDE = 520, 30, 190  # of the drawing: width, height of a name, width of the column of names
_LONGEST = 26  # characters of a name in the drawing


@dataclass(frozen=True, slots=True)
class Node:
    """A name in the drawing: where its text stands, and where its lines begin or end."""

    name: str
    label: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from source to target, ``width`` by how many claims it stands for."""

    source: str
    target: str
    count: int
    path: str
    width: float


@dataclass(frozen=True, slots=True)
class Relations:
    """Claims counted by source and target, most frequent first.

    Parameters
    ----------
    verb : what the sources do to the targets: ``accuses``
    type, stance : which claims were counted, None for any
    left_out : claims of names that are too rare to be shown
    """

    verb: str
    type: str | None
    stance: str | None
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    counts: dict[tuple[str, str], int]
    left_out: int

    @property
    def most(self) -> int:
        """The largest count."""
        return max(self.counts.values(), default=0)

    def level(self, source: str, target: str) -> int:
        """Shade of a cell, 0 for none to 4 for the most."""
        count = self.counts.get((source, target), 0)
        return -(-4 * count // self.most) if count else 0

    def total(self, source: str) -> int:
        """Claims of one source, of those shown."""
        return sum(count for (name, _), count in self.counts.items() if name == source)

    @property
    def height(self) -> int:
        """Of the drawing."""
        return _ROW * max(len(self.sources), len(self.targets))

    @property
    def width(self) -> int:
        """Of the drawing."""
        return _WIDTH

    def nodes(self) -> tuple[list[Node], list[Node]]:
        """Names on the left and on the right, each side centred."""
        return self._column(self.sources, _SIDE - 8), self._column(self.targets, _WIDTH - _SIDE + 8)

    def edges(self) -> list[Edge]:
        """The lines between them, the strongest last, so that it lies on top."""
        left, right = ({node.name: node for node in side} for side in self.nodes())
        found = []
        for (source, target), count in sorted(self.counts.items(), key=lambda item: item[1]):
            a, b = left[source], right[target]
            x1, x2 = _SIDE, _WIDTH - _SIDE - 5
            middle = (x1 + x2) / 2
            path = f"M{x1} {a.y:.0f} C{middle:.0f} {a.y:.0f} {middle:.0f} {b.y:.0f} {x2} {b.y:.0f}"
            found.append(Edge(source, target, count, path, 1.5 + 4.5 * count / self.most))
        return found

    def _column(self, names: Sequence[str], x: float) -> list[Node]:
        top = (self.height - _ROW * len(names)) / 2
        return [
            Node(name, name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…", x, top + _ROW * (row + 0.5))
            for row, name in enumerate(names)
        ]


def relations(claims: Sequence[Numbered], *, top: int = 10) -> Relations | None:
    """Accusations by source and target; without that label, claims that oppose their target; None for neither.

    Parameters
    ----------
    top : how many sources and how many targets are shown
    """
    kept = [numbered for numbered in claims if numbered.claim.type == ClaimType.ACCUSATION]
    accusing = bool(kept)
    if not accusing:
        kept = [numbered for numbered in claims if numbered.claim.stance is Stance.OPPOSE and numbered.claim.target]
    counts = Counter((numbered.source, numbered.claim.target or NOBODY) for numbered in kept)
    if not counts:
        return None
    sources, targets = (_frequent(counts, side, top) for side in (0, 1))
    shown = {pair: count for pair, count in counts.items() if pair[0] in sources and pair[1] in targets}
    left_out = sum(counts.values()) - sum(shown.values())
    return Relations(
        verb="accuses" if accusing else "opposes",
        type=str(ClaimType.ACCUSATION) if accusing else None,
        stance=None if accusing else Stance.OPPOSE.value,
        sources=_used(sources, shown, 0),
        targets=_used(targets, shown, 1),
        counts=shown,
        left_out=left_out,
    )


def _frequent(counts: Counter[tuple[str, str]], side: int, top: int) -> list[str]:
    totals: Counter[str] = Counter()
    for pair, count in counts.items():
        totals[pair[side]] += count
    ranked = sorted(totals, key=lambda name: (name == NOBODY, -totals[name], name))
    return ranked[:top]


def _used(names: Sequence[str], shown: dict[tuple[str, str], int], side: int) -> tuple[str, ...]:
    """The names that have a claim among those shown."""
    used = {pair[side] for pair in shown}
    return tuple(name for name in names if name in used)
