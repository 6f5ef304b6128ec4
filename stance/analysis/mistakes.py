"""The errors of an evaluation, the surest first, each with the sentences around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from stance.corpus.articles import Key
from stance.evaluation import Evaluation

if TYPE_CHECKING:
    import pandas as pd

MISSED, INVENTED = "missed", "invented"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A label that a sentence has and was not given, or was given and has not.

    Parameters
    ----------
    kind : ``missed`` or ``invented``
    probability : stated for the label, in [0, 1]; None where the predictions carry none
    gap : how far it is from the truth, in [0, 1]
    gold, found : the labels of both sides
    before, after : the sentences around, empty at the ends of an article
    """

    doc: str
    sentence: int
    label: str
    kind: str
    probability: float | None
    gap: float
    gold: tuple[str, ...]
    found: tuple[str, ...]
    before: str
    text: str
    after: str
    outlet: str | None = None


def mistakes(evaluation: Evaluation, *, label: str | None = None) -> list[Mistake]:
    """Every wrong decision, the surest first; ``label`` for those of one label."""
    found = []
    for key, record in evaluation.gold.items():
        given = evaluation.found.get(key)
        types = (given.types if given is not None else None) or frozenset()
        stated = (given.probabilities if given is not None else None) or {}
        wrong = [name for name in evaluation.labels if (name in (record.types or ())) != (name in types)]
        for name in wrong:
            if label is not None and name != label:
                continue
            missed = name in (record.types or ())
            probability = stated.get(name)
            gap = 1.0 if probability is None else 1 - probability if missed else probability
            found.append(
                Mistake(
                    doc=key[0],
                    sentence=key[1],
                    label=name,
                    kind=MISSED if missed else INVENTED,
                    probability=probability,
                    gap=gap,
                    gold=tuple(sorted(record.types or ())),
                    found=tuple(sorted(types)),
                    before=_text(evaluation, (key[0], key[1] - 1)),
                    text=record.text,
                    after=_text(evaluation, (key[0], key[1] + 1)),
                    outlet=record.outlet,
                )
            )
    return sorted(found, key=lambda mistake: -mistake.gap)


def to_frame(found: Iterable[Mistake]) -> pd.DataFrame:
    """One row a mistake."""
    import pandas as pd

    return pd.DataFrame([asdict(mistake) for mistake in found], columns=list(Mistake.__slots__))


def _text(evaluation: Evaluation, key: Key) -> str:
    record = evaluation.gold.get(key) or evaluation.found.get(key)
    return record.text if record is not None else ""
