"""Why a claim was found: the words whose absence costs it most, and the labelled sentences nearest to it.

Each word is left out in turn and the sentence read again by the same encoder and head (occlusion, Zeiler & Fergus
2014); a word carries the claim as far as the claim's log-odds fall without it. Log-odds rank words where the
probability is too near to one to move; what people are shown is the fall of the probability.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stance.corpus.read import Labelled
from stance.encoder.protocol import FloatArray
from stance.errors import InputError
from stance.features import encoded_features
from stance.heads import sigmoid
from stance.model import Model
from stance.nearest import LabelledSentences
from stance.patterns import WORD
from stance.records import CarryingWord, Claim, Document, Explanation, Neighbour, Span
from stance.typography import TypedDocument

WORDS = 5
"""Words that an explanation names at most."""

NEIGHBOURS = 3
"""Labelled sentences that an explanation shows."""

_MOST = 256  # words of one sentence that are tried: an encoder's window holds no more
_TOGETHER = 512  # sentences whose word vectors are in memory at once, where the head reads the ends of sentences
_LEAST = 0.05  # a word that moves the log-odds by less carries nothing
_SAME = 0.1  # int8 moves a claim's probability by at most 0.05; another model moves some claim of an article by 0.3


def explain(
    model: Model, document: Document | str, labelled: Labelled | LabelledSentences | None = None, *, words: int = WORDS
) -> Document:
    """The document with an explanation at each claim.

    Parameters
    ----------
    model : the model that made the claims
    document : predicted by it; a text, or a document that nobody has predicted yet, is predicted first
    labelled : labelled sentences to find the nearest of; files, records, or read already
    words : how many words are named at most

    Raises
    ------
    InputError : there is no model or no document, or another model made the claims.
    """
    document = _predicted(model, document)
    if labelled is not None and not isinstance(labelled, LabelledSentences):
        labelled = LabelledSentences.read(model.encoder, labelled)
    article = TypedDocument.of(document)  # as the model read it
    sentences = {claim.sentence.index: claim.sentence for claim in document.claims}
    texts = [article.read.sentences[index].text for index in sentences]
    losses = dict(zip(sentences, word_losses(model, texts), strict=True))
    _judge(document.claims, losses, model.labels)
    nearest: dict[int, tuple[Neighbour, ...]] = {}
    if labelled and texts:
        given = [sentence.text for sentence in sentences.values()]
        near = labelled.nearest(given, model.encoder.encode(texts), count=NEIGHBOURS)
        nearest = dict(zip(sentences, near, strict=True))
    explained = []
    for claim in document.claims:
        carrying = _carrying(claim, article, losses[claim.sentence.index], model.labels, words)
        explained.append(replace(claim, explanation=Explanation(carrying, nearest.get(claim.sentence.index, ()))))
    return replace(document, claims=tuple(explained))


def _predicted(model: Model, document: Document | str) -> Document:
    """The document with claims of the model."""
    if not isinstance(model, Model):
        raise InputError(f"explain takes a model, found {type(model).__name__}; stance.load(folder) gives one")
    if not isinstance(document, (Document, str)):
        raise InputError(f"explain takes one document or text, found {type(document).__name__}; call it for each")
    if isinstance(document, str) or not (document.claims or document.probabilities):
        return model.predict(document)
    foreign = sorted({claim.type for claim in document.claims} - set(model.labels))
    if foreign:
        raise InputError(
            f'a claim is called "{foreign[0]}", the labels of the model are {", ".join(model.labels[:8])}; '
            "give the model that made the claims"
        )
    return document


def _judge(claims: Sequence[Claim], losses: Mapping[int, WordLosses], labels: Sequence[str]) -> None:
    """The claims are as probable as the model finds them, up to what precision and batches change."""
    for claim in claims:
        found = sigmoid(losses[claim.sentence.index].whole[labels.index(claim.type)])
        if abs(found - claim.probability) > _SAME:
            raise InputError(
                f'the "{claim.type}" of sentence {claim.sentence.index} has probability {claim.probability:.2f}, but '
                f"{found:.2f} by this model; give the model that made the claims"
            )


@dataclass(frozen=True, slots=True)
class WordLosses:
    """What the absence of each word costs each label.

    Parameters
    ----------
    words : places in the sentence, counted from its start
    whole : (n_labels,), log-odds of each label for the whole sentence
    reduced : (n_words, n_labels), the same without each word
    """

    words: tuple[Span, ...]
    whole: FloatArray
    reduced: FloatArray

    def ranked(self, label: int) -> list[int]:
        """Places of the words in ``words``, the one whose absence costs the label most first."""
        return [int(place) for place in np.argsort(self.reduced[:, label], kind="stable")]

    def loss(self, word: int, label: int) -> float:
        """How far the label's log-odds fall without the word."""
        return float(self.whole[label] - self.reduced[word, label])

    def drop(self, word: int, label: int) -> float:
        """How far the label's probability falls without the word, in [-1, 1]."""
        return float(sigmoid(self.whole[label]) - sigmoid(self.reduced[word, label]))


def word_losses(model: Model, sentences: Sequence[str]) -> list[WordLosses]:
    """What each word of each sentence carries, for every label of the model."""
    places = [words_of(sentence) for sentence in sentences]
    variants = [without(sentence, [word]) for sentence, words in zip(sentences, places, strict=True) for word in words]
    odds = log_odds(model, [*sentences, *variants])
    found, begin = [], len(sentences)
    for row, words in enumerate(places):
        found.append(WordLosses(words, odds[row], odds[begin : begin + len(words)]))
        begin += len(words)
    return found


def words_of(sentence: str) -> tuple[Span, ...]:
    """Where its words stand, the first 256 of them."""
    found = [Span(*match.span()) for match in WORD.finditer(sentence) if match[0][0].isalnum()]
    return tuple(found[:_MOST])


def without(sentence: str, words: Sequence[Span]) -> str:
    """The sentence with some of its words left out."""
    kept, begin = [], 0
    for word in sorted(words):
        kept.append(sentence[begin : word.start])
        begin = word.end
    return "".join([*kept, sentence[begin:]])


def log_odds(model: Model, sentences: Sequence[str]) -> FloatArray:
    """Calibrated log-odds of each label, (n_sentences, n_labels)."""
    if not sentences:
        return np.zeros((0, len(model.labels)), np.float32)
    unique = list(dict.fromkeys(sentences))
    chunks = [unique[begin : begin + _TOGETHER] for begin in range(0, len(unique), _TOGETHER)]
    width = model.types.coef.shape[1]
    scores = np.concatenate([model.types.scores(encoded_features(model.encoder, c, width), c) for c in chunks])
    if not model.types.multi_label:
        scores = np.stack([_against_others(scores, column) for column in range(scores.shape[1])], axis=1)
    row = {sentence: place for place, sentence in enumerate(unique)}
    return scores[[row[sentence] for sentence in sentences]].astype(np.float32)


def _against_others(scores: NDArray[np.floating], column: int) -> NDArray[np.floating]:
    """Log-odds of one of several exclusive labels, (n_sentences,)."""
    return scores[:, column] - np.logaddexp.reduce(np.delete(scores, column, axis=1), axis=1)


def _carrying(
    claim: Claim, article: TypedDocument, found: WordLosses, labels: Sequence[str], most: int
) -> tuple[CarryingWord, ...]:
    """The words that carry the claim's type, most important first, placed in the document as given."""
    label, start = labels.index(claim.type), article.read.sentences[claim.sentence.index].start
    carrying = []
    for place in found.ranked(label)[:most]:
        if found.loss(place, label) >= _LEAST:
            word = found.words[place]
            span = article.span_as_given(Span(word.start + start, word.end + start), claim.sentence)
            carrying.append(CarryingWord(span, found.drop(place, label)))
    return tuple(carrying)
