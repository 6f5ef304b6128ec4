"""How well sources, cues and contents are found in PolNeAR's articles of US news, by Citron's metrics.

    python training/polnear.py [--model FOLDER]       the shipped model or another, which learned nothing from PolNeAR
    python training/polnear.py --train [-o FOLDER]    the same encoder and tagger, trained on PolNeAR's train part

Measures on the development part: spans of each sentence on their own, and quotes over whole articles, linked by
``stance.attribution`` and joined over sentences. PolNeAR's contents have their quotation marks, ours do not; the row
``bare`` leaves marks at both ends of contents aside, and a leading *that*. The articles are looked for in ../shared or
under --polnear; they have no stated licence: nothing learned from them is shipped.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from corpora import share_of
from polnear_articles import POLNEAR, QUOTED, Article, read_articles
from polnear_joining import joined

from stance import bundle, load
from stance.adaptation import adapt
from stance.attribution import link
from stance.decoding import OUTSIDE, inside, stretches
from stance.encoder.protocol import TokenVectors
from stance.encoder.sbert import SbertEncoder
from stance.errors import ModelError
from stance.members import Schedule
from stance.model import Model
from stance.records import Span
from stance.spanmetrics import ROLES, Pieces, Quote, SpanScores, score_quotes, score_spans
from stance.tagger import CONTENT, Tagged, Tagger, Tags, whole_words
from stance.wordpieces import Tasks

EPOCHS, RATE = 4, 1.5e-4

_MARKS, _END = re.compile(r"^[^\w$£€#@]+"), re.compile(r"[^\w%]+$")
_THAT = re.compile(r"^that\b\W*", re.IGNORECASE)


def main() -> None:
    """Read or train, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polnear", type=Path, default=POLNEAR, help="folder of the archives")
    parser.add_argument("--model", type=Path, help="a model's folder; without it the shipped one")
    parser.add_argument("--train", action="store_true", help="train on the train part and measure that")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--learning-rate", type=float, default=RATE)
    parser.add_argument("--share", type=float, default=1.0, help="of the articles to train on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path, help="where to keep the trained model, to measure it again")
    given = parser.parse_args()
    dev = read_articles("dev", given.polnear)
    if given.train:
        model = trained(read_articles("train", given.polnear), given)
        if given.output:
            bundle.save(model, given.output, force=True)
    else:
        model = load(given.model)
    measure(model, dev)


def trained(articles: Sequence[Article], given: argparse.Namespace) -> Model:
    """The library's encoder and tagger, one member, fine-tuned on all articles or a share of them."""
    kept = share_of((article.id for article in articles), given.share, given.seed)
    examples = [example for article in articles if article.id in kept for example in article.examples()]
    schedule = Schedule(given.epochs, given.learning_rate, 32, given.seed)
    began = time.monotonic()
    tasks = Tasks((QUOTED,), True, ROLES)
    adapted = adapt(SbertEncoder(), examples, tasks, [np.zeros(0, np.int64)], schedule, _progress)
    print(f"\ntrained on {len(examples)} sentences in {(time.monotonic() - began) / 60:.0f} minutes")
    return Model(adapted.encoder, adapted.types, {QUOTED: 0.5}, adapted.tagger, settings={"adapted": True})


def measure(model: Model, articles: Sequence[Article]) -> None:
    """Print the scores of every sentence's spans, and of the quotes of whole articles."""
    tags = tagged(model, articles)
    examples = [example for article in articles for example in article.examples()]
    found = [of_sentence for of_article in tags for of_sentence in of_article]
    print("spans of single sentences:            exact: precision, recall, F1 | overlap | characters")
    texts = [example.text for example in examples]
    for role in ROLES:
        gold = [example.spans[role] for example in examples]
        given = [tuple(one.span for one in of_sentence.get(role, ())) for of_sentence in found]
        print(_row(role, _of_spans(gold, given, texts)))
        if role == CONTENT:
            print(_row("bare", _of_spans(_bared(gold, texts), _bared(given, texts), texts)))
    quotes = [
        joined(article.text, [one for place in zip(article.sentences, of_article, strict=True) for one in link(*place)])
        for article, of_article in zip(articles, tags, strict=True)
    ]
    print("quotes of whole articles, linked and joined over sentences:")
    right, texts = [article.quotes for article in articles], [article.text for article in articles]
    for role, row in score_quotes(right, quotes, texts).items():
        print(_row(role, row))
    print(_row("bare", score_quotes(_bare_quotes(right, texts), _bare_quotes(quotes, texts), texts)[CONTENT]))


def _of_spans(gold: Sequence[Pieces], found: Sequence[Pieces], texts: Sequence[str]) -> SpanScores:
    right, given = ([[(span,) for span in spans] for spans in side] for side in (gold, found))
    return score_spans(right, given, texts)


def _bared(spans: Sequence[Pieces], texts: Sequence[str]) -> list[Pieces]:
    return [bare(text, of_text) for of_text, text in zip(spans, texts, strict=True)]


def _bare_quotes(quotes: Sequence[Sequence[Quote]], texts: Sequence[str]) -> list[list[Quote]]:
    return [
        [replace(quote, content=bare(text, quote.content)) for quote in of_text]
        for of_text, text in zip(quotes, texts, strict=True)
    ]


def bare(text: str, spans: Pieces) -> Pieces:
    """Spans without marks at both ends and without a leading *that*; one of marks alone is left out."""
    found = []
    for span in spans:
        words = _THAT.sub("", _MARKS.sub("", text[span.start : span.end]))
        start = span.end - len(words)
        end = start + len(_END.sub("", words))
        found += [Span(start, end)] if end > start else []
    return tuple(found)


def tagged(model: Model, articles: Sequence[Article]) -> list[list[Tags]]:
    """The tags of every sentence of every article, whatever kind of text it is.

    The tagger moves spans that end in an article, in ``of`` or in ``for`` out to the next word. Cues of PolNeAR may end
    so (``accused of``), so that spans of a model that was trained on it are taken as they were decoded.
    """
    if model.tagger is None:
        raise ModelError("this model marks no spans; give one that was trained on attributions")
    tag = _as_decoded if model.labels == (QUOTED,) else Tagger.tag
    by_article = [[sentence.text for sentence in article.sentences] for article in articles]
    return [list(tag(model.tagger, texts, model.encoder.encode_tokens(texts))) for texts in by_article]


def _as_decoded(tagger: Tagger, texts: Sequence[str], encoded: Sequence[TokenVectors]) -> Iterator[Tags]:
    for text, one in zip(texts, encoded, strict=True):
        scores = np.einsum("td,rcd->trc", one.vectors, tagger.coef) + tagger.intercept
        scores -= np.logaddexp.reduce(scores, axis=2, keepdims=True)
        tags: dict[str, list[Tagged]] = {role: [] for role in tagger.roles}
        found = stretches(inside(scores[None])) if len(scores) else None
        for column, first, last in zip(found.column, found.first, found.last, strict=True) if found else ():
            span = whole_words(text, int(one.offsets[first, 0]), int(one.offsets[last, 1]))
            outside = scores[first : last + 1, column, OUTSIDE].mean()
            tags[tagger.roles[column]].append(Tagged(span, float(1 - np.exp(outside))))
        yield {role: tuple(spans) for role, spans in tags.items()}


def _row(role: str, scores: SpanScores) -> str:
    cells = [
        f"{name} {row.precision:5.1f} {row.recall:5.1f} {row.f1:5.1f}"
        for name, row in (("exact", scores.exact), ("overlap", scores.overlap), ("characters", scores.characters))
    ]
    return f"  {role:8s} " + " | ".join(cells) + f" | {scores.exact.support} in gold"


def _progress(done: int, total: int) -> None:
    if done * 50 // total != (done - 32) * 50 // total:
        print(f"{100 * done // total} %", end=" ", flush=True)


if __name__ == "__main__":
    main()
