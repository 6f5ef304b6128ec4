"""The torch network that adaptation trains: an encoder with a linear head for types, tags and stances."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from stance.encoder.protocol import FloatArray
from stance.encoder.sbert import SbertEncoder
from stance.heads import LinearHead
from stance.tagger import Tagger
from stance.warmstart import WarmStart
from stance.wordpieces import IntRows, Tasks, WordPieces

_SCALE = 16.0  # unit vectors times this have entries of about one, which the optimiser's step size suits
_UNLIKELY = -10.0  # the least score that a head starts with: what was never seen may still be learned
_TAG_WEIGHT = 1.0
_STANCE_WEIGHT = 0.3


class Network(nn.Module):
    """A sentence-transformers model with a linear head for each task.

    The embeddings of the vocabulary stay as they are: most words of the news a user will read are not among the
    training sentences, and half of the memory and time of a step would go into them.
    """

    def __init__(self, base: SbertEncoder, tasks: Tasks) -> None:
        super().__init__()
        self.name, self.tasks = base.model_name, tasks
        self.body = copy.deepcopy(base.model)
        embeddings = getattr(getattr(self.body[0], "auto_model", None), "embeddings", None)
        if embeddings is not None:
            embeddings.requires_grad_(False)
        dim = base.dim
        self.types = _zero_linear(dim, len(tasks.labels))
        self.tags = _zero_linear(dim, 3 * len(tasks.roles)) if tasks.roles else None
        width = 2 * dim + len(tasks.stance_types)
        self.stances = _zero_linear(width, len(tasks.stances)) if tasks.stances else None
        self.dropout = nn.Dropout(0.1)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scaled sentence vectors (n, dim) and token states (n, longest, dim)."""
        output = self.body({"input_ids": ids, "attention_mask": mask})
        pooled = functional.normalize(output["sentence_embedding"].float(), dim=-1) * _SCALE
        return pooled, output["token_embeddings"].float()

    def loss(self, data: WordPieces, rows: IntRows, *, with_spans: bool = True) -> torch.Tensor:
        """Sum of the tasks' losses, each a mean over what the batch has of it."""
        ids, mask = data.padded(rows)
        pooled, states = self(torch.from_numpy(ids), torch.from_numpy(mask))
        scores = self.types(self.dropout(pooled))
        gold = torch.from_numpy(data.labels[rows])
        if self.tasks.multi_label:
            loss = functional.binary_cross_entropy_with_logits(scores, gold)
        else:
            loss = functional.cross_entropy(scores, gold.argmax(dim=1))
        if self.tags is not None and with_spans:
            loss = loss + _TAG_WEIGHT * self._tag_loss(data.padded_tags(rows, ids.shape[1]), states)
        claims = [(place, *claim) for place, row in enumerate(rows) for claim in data.claims[row]]
        if self.stances is not None and claims:
            loss = loss + _STANCE_WEIGHT * self._stance_loss(pooled, states, claims)
        return loss

    def _tag_loss(self, tags: IntRows, states: torch.Tensor) -> torch.Tensor:
        assert self.tags is not None  # noqa: S101  # asked only where there are roles
        scores = self.tags(states).view(*states.shape[:2], len(self.tasks.roles), 3)
        if not (tags >= 0).any():
            return scores.sum() * 0
        return functional.cross_entropy(scores.flatten(0, 2), torch.from_numpy(tags).flatten(), ignore_index=-1)

    def _stance_loss(
        self, pooled: torch.Tensor, states: torch.Tensor, claims: Sequence[tuple[Any, ...]]
    ) -> torch.Tensor:
        assert self.stances is not None  # noqa: S101  # asked only where there are stances
        places = torch.tensor([claim[0] for claim in claims])
        weights = torch.zeros(len(claims), states.shape[1])
        for number, claim in enumerate(claims):
            weights[number, : len(claim[1])] = torch.from_numpy(claim[1])
        target = (weights[:, :, None] * states[places]).sum(dim=1)
        indicator = torch.from_numpy(np.stack([claim[2] for claim in claims]))
        scores = self.stances(torch.cat([pooled[places], target, indicator], dim=1))
        return functional.cross_entropy(scores, torch.tensor([claim[3] for claim in claims]))

    def begin_at(self, start: WarmStart) -> None:
        """Take over heads that were fitted on the encoder as it is."""
        with torch.no_grad():
            self.types.weight.copy_(torch.from_numpy(start.types.coef / _SCALE))
            self.types.bias.copy_(torch.from_numpy(start.types.intercept))
            if self.tags is not None and start.tagger is not None:
                places = [3 * self.tasks.roles.index(role) + tag for role in start.tagger.roles for tag in range(3)]
                self.tags.weight[places] = torch.from_numpy(start.tagger.coef.reshape(-1, self.types.in_features))
                self.tags.bias[places] = torch.from_numpy(start.tagger.intercept.reshape(-1)).clamp(min=_UNLIKELY)

    @torch.inference_mode()
    def scores(self, data: WordPieces, rows: IntRows) -> FloatArray:
        """Label scores of the rows, (n_rows, n_labels), in their order."""
        found = np.zeros((len(rows), self.types.out_features), np.float32)
        for places in data.by_length(rows):
            ids, mask = data.padded(rows[places])
            pooled, _ = self(torch.from_numpy(ids), torch.from_numpy(mask))
            found[places] = self.types(pooled).numpy()
        return found

    def weights(self) -> dict[str, FloatArray]:
        """What is learned or carried along, by name."""
        return {name: _array(value) for name, value in self.state_dict().items() if value.is_floating_point()}

    def load(self, weights: Mapping[str, FloatArray]) -> None:
        """Take over the weights of another network of this shape, for reading."""
        self.load_state_dict(self.state_dict() | {name: torch.from_numpy(value) for name, value in weights.items()})
        self.eval()

    def to_encoder(self) -> SbertEncoder:
        """The encoder, its weights rounded to what will be stored, so that it reads the same before and after."""
        return SbertEncoder.of(self.body.eval(), self.name).round()

    def to_types_head(self) -> LinearHead:
        """The head of the labels, on unit vectors."""
        weight = (_array(self.types.weight) * _SCALE).astype(np.float32)
        return LinearHead(self.tasks.labels, weight, _array(self.types.bias), self.tasks.multi_label)

    def to_tagger(self) -> Tagger | None:
        """The tagger of the roles; None without roles."""
        if self.tags is None:
            return None
        n = len(self.tasks.roles)
        return Tagger(
            self.tasks.roles,
            _array(self.tags.weight).reshape(n, 3, self.types.in_features),
            _array(self.tags.bias).reshape(n, 3),
        )


def _zero_linear(width: int, n_outputs: int) -> nn.Linear:
    """A linear layer that starts at zero, so that members of a soup start alike."""
    layer = nn.Linear(width, n_outputs)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def _array(parameter: torch.Tensor) -> FloatArray:
    return parameter.detach().numpy()
