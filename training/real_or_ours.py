"""Tell the sentences written for this project from those of real news: the lower the AUC, the more alike they are.

    python training/real_or_ours.py [FILE.jsonl…] [--size N] [--features N]

Word 1-2-grams, names and numbers masked, weighted by TF-IDF, into a logistic regression, cross-validated by article.
Both sides have the same number of sentences with each set of claim types, so that claims cannot tell them apart. FILEs
are labelled files of ours; default: data/articles. The real ones are ``../shared/gold/news-train.jsonl``.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from corpora import ARTICLES, WIKINEWS, ours
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline

from stance.corpus.labels import Record
from stance.corpus.read import read_labelled
from stance.corpus.skeletons import masked

FOLDS, SEEDS = 5, 3
_SPLIT = {"tokenizer": str.split, "token_pattern": None}  # masked texts are words with spaces between


@dataclass(frozen=True, slots=True)
class Side:
    """Equally many sentences of ours and of real news: masked texts, whose they are (1: ours), their articles."""

    texts: list[str]
    own: list[int]
    articles: list[str]


def main() -> None:
    """Print the AUC over several draws and the n-grams that give each side away."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--features", type=int, default=40, help="n-grams shown for each side")
    parser.add_argument("--size", type=int, help="draw whole articles of ours with about so many sentences")
    given = parser.parse_args()
    if not WIKINEWS.exists():
        sys.exit(f"{WIKINEWS}: no real sentences to compare with")
    own = [record for file in given.files for record in read_labelled(file)] if given.files else ours()
    if not own:
        sys.exit(f"{ARTICLES}: no articles; give labelled files")
    real = list(read_labelled(WIKINEWS))
    sides = [balanced(drawn(own, given.size, seed), real, seed) for seed in range(SEEDS)]
    scores = [separability(side) for side in sides]
    print(f"{len(sides[0].texts) // 2} sentences a side, {FOLDS} folds by article, {SEEDS} draws")
    print(f"AUC {np.mean(scores):.3f} ({', '.join(f'{score:.3f}' for score in scores)})")
    for name, rows in telling(sides[0], given.features).items() if given.features else ():
        print(f"\nmore frequent in {name} (weight, sentences of ours, of real news):")
        for gram, weight, in_ours, in_real in rows:
            print(f"  {gram:<28} {weight:6.2f} {in_ours:5d} {in_real:5d}")


def drawn(records: Sequence[Record], size: int | None, seed: int) -> list[Record]:
    """Whole articles drawn at random until they have so many sentences; all of them without a size."""
    if size is None:
        return list(records)
    articles: dict[str | None, list[Record]] = {}
    for record in records:
        articles.setdefault(record.doc, []).append(record)
    names = list(articles)
    random.Random(seed).shuffle(names)  # noqa: S311 - a draw of articles, no secret
    taken: list[Record] = []
    for name in names:
        if len(taken) >= size:
            break
        taken += articles[name]
    return taken


def balanced(own: Sequence[Record], real: Sequence[Record], seed: int) -> Side:
    """Of each set of claim types as many sentences of ours as of real news, drawn at random."""
    rng = random.Random(seed)  # noqa: S311 - a draw of sentences, no secret
    groups: dict[frozenset[str], tuple[list[Record], list[Record]]] = {}
    for which, records in enumerate((own, real)):
        for record in records:
            groups.setdefault(record.types or frozenset(), ([], []))[which].append(record)
    side = Side([], [], [])
    for _, pair in sorted(groups.items(), key=lambda item: sorted(item[0])):
        size = min(map(len, pair))
        for is_own, records in zip((1, 0), pair, strict=True):
            for record in rng.sample(records, size):
                side.texts.append(" ".join(masked(record.text)))
                side.own.append(is_own)
                side.articles.append(f"{is_own} {record.doc}")
    return side


def separability(side: Side) -> float:
    """The area under the ROC curve of held-out articles: 0.5 where nobody can tell, 1 where anybody can."""
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    probabilities = cross_val_predict(
        _classifier(), side.texts, side.own, groups=side.articles, cv=folds, method="predict_proba"
    )
    return float(roc_auc_score(side.own, probabilities[:, 1]))


def telling(side: Side, count: int) -> dict[str, list[tuple[str, float, int, int]]]:
    """The n-grams with the greatest weights on each side, and in how many sentences of each side they stand."""
    model = _classifier().fit(side.texts, side.own)
    vectors, head = model[0], model[1]
    found = vectors.transform(side.texts) > 0
    own = np.asarray(side.own, dtype=bool)
    in_ours, in_real = (np.asarray(found[rows].sum(axis=0)).ravel() for rows in (own, ~own))
    names, weights = vectors.get_feature_names_out(), head.coef_[0]
    order = np.argsort(weights)

    def rows(indices: Sequence[int]) -> list[tuple[str, float, int, int]]:
        return [(str(names[i]), float(weights[i]), int(in_ours[i]), int(in_real[i])) for i in indices]

    return {"ours": rows(order[::-1][:count]), "real news": rows(order[:count])}


def _classifier() -> Pipeline:
    vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True, lowercase=False, **_SPLIT)
    return make_pipeline(vectors, LogisticRegression(C=1.0, max_iter=1000))


if __name__ == "__main__":
    main()
