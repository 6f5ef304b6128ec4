"""Whether explanations tell the truth: delete the words they name, delete as many at random, compare the falls.

The deletion test (Samek et al. 2017): words that carry a claim should cost it more probability than other words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from stance.errors import LabelError
from stance.explanation import log_odds, without, word_losses
from stance.heads import sigmoid
from stance.model import Model
from stance.records import Document, Span


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """Mean probability of claims as they are, without the words that carry them, and without random words.

    Parameters
    ----------
    claims : how many claims were tested
    share : of a sentence's words that was deleted, at least one word
    whole, without_carrying, without_random : mean probability, in [0, 1]
    wins : share of the claims that fall further without the carrying words than without random ones
    """

    claims: int
    share: float
    whole: float
    without_carrying: float
    without_random: float
    wins: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def faithfulness(
    model: Model, documents: Iterable[Document], *, share: float = 0.2, draws: int = 10, seed: int = 0
) -> Faithfulness:
    """The deletion test on the claims of predicted documents.

    Parameters
    ----------
    documents : predicted by the model
    share : of a sentence's words that is deleted, at least one
    draws : random deletions for each claim; their mean is compared
    seed : of the draws

    Raises
    ------
    LabelError : the documents have no claim.
    """
    asked = list(dict.fromkeys((claim.sentence.text, claim.type) for one in documents for claim in one.claims))
    if not asked:
        raise LabelError("the documents have no claim; the deletion test needs some")
    texts = list(dict.fromkeys(text for text, _ in asked))
    losses = dict(zip(texts, word_losses(model, texts), strict=True))
    rng = np.random.default_rng(seed)
    carrying, random = [], []
    for text, label in asked:
        words = losses[text].words
        count = max(1, round(share * len(words)))
        order = losses[text].ranked(model.labels.index(label))
        carrying.append(without(text, [words[place] for place in order[:count]]))
        random += [without(text, _drawn(words, count, rng)) for _ in range(draws)]
    columns = [model.labels.index(label) for _, label in asked]
    rows = np.arange(len(asked))
    whole = log_odds(model, [text for text, _ in asked])[rows, columns]
    named = log_odds(model, carrying)[rows, columns]
    drawn = log_odds(model, random).reshape(len(asked), draws, -1)[rows, :, columns]
    return Faithfulness(
        claims=len(asked),
        share=share,
        whole=float(sigmoid(whole).mean()),
        without_carrying=float(sigmoid(named).mean()),
        without_random=float(sigmoid(drawn).mean()),
        wins=float((named < drawn.mean(axis=1)).mean()),
    )


def _drawn(words: Sequence[Span], count: int, rng: np.random.Generator) -> list[Span]:
    return [words[place] for place in rng.choice(len(words), size=min(count, len(words)), replace=False)]
