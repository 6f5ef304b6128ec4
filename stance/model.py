"""Everything that reads an article, as one thing: encoder, heads, tagger, resolver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from stance.ahead import ahead
from stance.attribution import link
from stance.claims import Reading, StanceHead, make_claims
from stance.corpus.rows import SUFFIXES
from stance.encoder.protocol import Encoder, TokenVectors
from stance.errors import InputError
from stance.features import encode_once, features
from stance.heads import LinearHead
from stance.records import Attribution, Document, Kind, Sentence
from stance.reporting import reported
from stance.resolver import Aliases, resolve
from stance.sentences import split
from stance.tagger import Tagger
from stance.typography import TypedDocument

_NOTHING = Sentence(0, 0, 0, "", kind=Kind.EMPTY)  # of a text without words, so that its article has a row too
_TOGETHER = 256  # sentences encoded at once: enough to sort by length, few enough to keep memory flat


@dataclass(frozen=True)
class Model:
    """A trained model; it only reads, so threads and workers may share it.

    Parameters
    ----------
    encoder : sentences to vectors
    types : calibrated head of the claim types, or of any other label set
    thresholds : probability from which a label counts
    tagger : spans of source, cue, content and targets; None where the labels had none
    stances : stance of a claim; None where the labels had none
    settings : what ``config.json`` says beside: training data, scores, versions
    """

    encoder: Encoder
    types: LinearHead
    thresholds: Mapping[str, float]
    tagger: Tagger | None = None
    stances: StanceHead | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that the model can give."""
        return self.types.labels

    def predict(self, text: str | Document, *, aliases: Aliases | None = None) -> Document:
        """The claims, attributions and speakers of one article.

        Raises
        ------
        InputError : what is given is no text, or the name of a file.
        """
        if isinstance(text, str) and text.lower().endswith(SUFFIXES) and not any(map(str.isspace, text)):
            raise InputError(f"{text}: the name of a file, where its text was expected; read it, or: stance predict")
        return next(self.predict_many([Document(text) if isinstance(text, str) else text], aliases=aliases))

    def predict_many(self, texts: Iterable[str | Document], *, aliases: Aliases | None = None) -> Iterator[Document]:
        """Articles in, articles out: lazily, in order, in constant memory.

        A text becomes a document whose ``id`` is its place among the texts, counted from 0.

        Raises
        ------
        InputError : one text is given instead of several, aliases are no ``Aliases``, or (while reading) something
            that is no text.
        """
        if isinstance(texts, (str, Document)):
            raise InputError("predict_many reads several articles; give a list of them, or call predict for one")
        if hasattr(texts, "columns"):
            raise InputError("of a table, predict_many takes the column of texts; stance.batch.predict_frame takes all")
        if not isinstance(aliases, Aliases | None):
            raise InputError(f"aliases of type {type(aliases).__name__}; read a table with stance.Aliases.read(path)")
        return self._predict_all(texts, aliases)

    def _predict_all(self, texts: Iterable[str | Document], aliases: Aliases | None) -> Iterator[Document]:
        chunks = _chunks(map(TypedDocument.of, _documents(texts)))
        if getattr(self.encoder, "concurrent", False):
            encoded = ahead(chunks, self._encoded)
        else:
            encoded = ((chunk, self._encoded(chunk)) for chunk in chunks)
        for chunk, vectors in encoded:
            yield from self._predict_chunk(chunk, vectors, aliases)

    def attributions(self, text: str | Document, *, aliases: Aliases | None = None) -> tuple[Attribution, ...]:
        """Every attributed statement of an article, claim or not."""
        return self.predict(text, aliases=aliases).attributions

    def _encoded(self, documents: Sequence[TypedDocument]) -> list[TokenVectors]:
        """One encoder pass over the prose of several articles."""
        texts = [sentence.text for sentence in _prose(documents)]
        return encode_once(self.encoder, texts) if texts else []

    def _predict_chunk(
        self, documents: Sequence[TypedDocument], encoded: Sequence[TokenVectors], aliases: Aliases | None
    ) -> Iterator[Document]:
        readings = iter(self._read(_prose(documents), encoded))
        for document in documents:
            n_prose = sum(sentence.kind is Kind.PROSE for sentence in document.read.sentences)
            yield document.as_given(self._judge(document.read, list(islice(readings, n_prose)), aliases))

    def _read(self, sentences: Sequence[Sentence], encoded: Sequence[TokenVectors]) -> list[Reading]:
        if not sentences:
            return []
        texts = [sentence.text for sentence in sentences]
        probabilities = self.types.predict_proba(features(encoded, self.types.coef.shape[1]), texts)
        tags = self.tagger.tag(texts, encoded) if self.tagger is not None else [{} for _ in texts]
        return [
            Reading(sentence, one, dict(zip(self.labels, map(float, row), strict=True)), tag)
            for sentence, one, row, tag in zip(sentences, encoded, probabilities, tags, strict=True)
        ]

    def _judge(self, document: Document, readings: Sequence[Reading], aliases: Aliases | None) -> Document:
        """What the readings of one article amount to."""
        linked = [
            found
            for reading in readings
            for found in (
                link(reading.sentence, reading.tags) if self._knows_attribution else reported(reading.sentence)
            )
        ]
        resolution = resolve(document, linked, aliases)
        if self.types.multi_label:
            claims = make_claims(readings, self.thresholds, resolution, self.stances)
        else:  # exactly one label holds: the most probable
            best = [_only_best(reading) for reading in readings]
            claims = make_claims(best, dict.fromkeys(self.labels, 0.0), resolution, self.stances)
        by_sentence = {reading.sentence.index: reading for reading in readings}
        return replace(
            document,
            claims=tuple(claims),
            attributions=resolution.attributions,
            speakers=resolution.speakers,
            probabilities=tuple(
                by_sentence[sentence.index].probabilities if sentence.index in by_sentence else {}
                for sentence in document.sentences
            ),
            truncated=frozenset(reading.sentence.index for reading in readings if reading.encoded.truncated),
        )

    @property
    def _knows_attribution(self) -> bool:
        return self.tagger is not None and {"source", "content"} <= set(self.tagger.roles)


def _prose(documents: Iterable[TypedDocument]) -> list[Sentence]:
    """What the encoder reads, of all the articles."""
    return [sentence for document in documents for sentence in document.read.sentences if sentence.kind is Kind.PROSE]


def _only_best(reading: Reading) -> Reading:
    label, probability = max(reading.probabilities.items(), key=lambda item: item[1])
    return replace(reading, probabilities={label: probability})


def _documents(texts: Iterable[str | Document]) -> Iterator[Document]:
    for number, text in enumerate(texts):
        if not isinstance(text, (str, Document)):
            raise InputError(
                f"article {number} is of type {type(text).__name__}, where a text or a Document was expected; "
                "of a table give the column of texts, without rows that have none"
            )
        document = Document(text, id=str(number)) if isinstance(text, str) else text
        if not document.sentences:
            document = replace(document, sentences=tuple(split(document.text)) or (_NOTHING,))
        yield document


def _chunks(documents: Iterable[TypedDocument]) -> Iterator[list[TypedDocument]]:
    """Whole articles, gathered until their sentences fill a batch; an error comes after what was given before it."""
    chunk: list[TypedDocument] = []
    size = 0
    try:
        for document in documents:
            chunk.append(document)
            size += len(document.read.sentences)
            if size >= _TOGETHER:
                yield chunk
                chunk, size = [], 0
    except Exception:
        if chunk:
            yield chunk
        raise
    if chunk:
        yield chunk
