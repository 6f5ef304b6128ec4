"""Labelled examples as an encoder's word pieces: ids, labels, tags by role, targets of claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.encoder.sbert import SbertEncoder
from stance.examples import Example
from stance.tagger import token_tags

_POOL = 16  # batches that are sorted by length together, so that little is padded and the order stays random
IntRows = NDArray[np.int64]


@dataclass(frozen=True)
class Tasks:
    """What the encoder is asked for: labels, roles of the tagger, stances by type."""

    labels: tuple[str, ...]
    multi_label: bool
    roles: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()
    stance_types: tuple[str, ...] = ()


class WordPieces:
    """Examples as arrays, in their order.

    Attributes
    ----------
    ids : word pieces of each sentence, special tokens included
    labels : (n_sentences, n_labels), 1 where the label holds
    tags : (n_tokens, n_roles) of each sentence; -1 where the labels say nothing about the role
    claims : (weights over the tokens of the target, indicator of the type, stance) of each claim with a stance
    """

    def __init__(self, encoder: SbertEncoder, examples: Sequence[Example], tasks: Tasks) -> None:
        tokenizer = encoder.model.tokenizer
        encoded = tokenizer(
            [example.text for example in examples],
            truncation=True,
            max_length=int(encoder.model.max_seq_length or 512),
            return_offsets_mapping=True,
        )
        self.ids: list[list[int]] = encoded["input_ids"]
        self.padding = int(tokenizer.pad_token_id or 0)
        self.labels = np.array([[label in example.types for label in tasks.labels] for example in examples], np.float32)
        offsets = [np.array(pairs, np.int64).reshape(-1, 2) for pairs in encoded["offset_mapping"]]
        self.tags = [_tags(example, at, tasks.roles) for example, at in zip(examples, offsets, strict=True)]
        self.claims = [_claims(example, at, tasks) for example, at in zip(examples, offsets, strict=True)]

    def padded(self, rows: IntRows) -> tuple[IntRows, IntRows]:
        """Word pieces and mask, (n_rows, longest), padded up to a multiple of eight: few shapes, less memory."""
        longest = -(-max(len(self.ids[row]) for row in rows) // 8) * 8
        ids = np.full((len(rows), longest), self.padding)
        mask = np.zeros((len(rows), longest), np.int64)
        for place, row in enumerate(rows):
            ids[place, : len(self.ids[row])] = self.ids[row]
            mask[place, : len(self.ids[row])] = 1
        return ids, mask

    def padded_tags(self, rows: IntRows, longest: int) -> IntRows:
        """(n_rows, longest, n_roles), -1 for padding."""
        tags = np.full((len(rows), longest, self.tags[0].shape[1]), -1, np.int64)
        for place, row in enumerate(rows):
            tags[place, : len(self.tags[row])] = self.tags[row]
        return tags

    def shuffled(self, rows: IntRows, size: int, rng: np.random.Generator) -> list[IntRows]:
        """Random batches of sentences of like length."""
        order = rng.permutation(rows)
        batches = []
        for begin in range(0, len(order), size * _POOL):
            pool = np.array(sorted(order[begin : begin + size * _POOL], key=lambda row: len(self.ids[row])))
            batches += [pool[at : at + size] for at in range(0, len(pool), size)]
        rng.shuffle(batches)
        return batches

    def by_length(self, rows: IntRows, size: int = 64) -> Iterator[IntRows]:
        """Places in ``rows``, in batches of like length."""
        order = np.argsort([len(self.ids[row]) for row in rows], kind="stable")
        yield from (order[at : at + size] for at in range(0, len(order), size))


def _tags(example: Example, offsets: IntRows, roles: Sequence[str]) -> NDArray[np.int8]:
    """(n_tokens, n_roles); -1 for a role that the labels say nothing about, and for the special tokens."""
    tags = np.full((len(offsets), len(roles)), -1, np.int8)
    real = offsets[:, 1] > offsets[:, 0]
    for column, role in enumerate(roles):
        if role in example.spans:
            tags[real, column] = token_tags(offsets, example.spans[role])[real]
    return tags


def _claims(
    example: Example, offsets: IntRows, tasks: Tasks
) -> list[tuple[NDArray[np.float32], NDArray[np.float32], int]]:
    found = []
    for claim_type, target, stance in example.stances:
        weights = np.zeros(len(offsets), np.float32)
        if target is not None:
            weights[(offsets[:, 0] < target.end) & (offsets[:, 1] > target.start)] = 1
        indicator = np.array([claim_type == known for known in tasks.stance_types], np.float32)
        found.append((weights / max(weights.sum(), 1.0), indicator, tasks.stances.index(stance)))
    return found
