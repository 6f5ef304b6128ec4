"""The encoder fine-tuned on the labels, several tasks at once: claim types, stance, spans.

One member is trained for each fold, on the other folds, from the same start; their weights are averaged into one
encoder (model soups, Wortsman et al. 2022), which has thus seen every sentence, while each sentence has a score
from the member that had not: thresholds and calibration come from those.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray
from stance.encoder.sbert import SbertEncoder
from stance.examples import Example
from stance.heads import LinearHead
from stance.tagger import Tagger, token_tags, transitions

if TYPE_CHECKING:
    import torch

_SCALE = 16.0  # unit vectors times this have entries of about one, which the optimiser's step size suits
_HEAD_RATE = 1e-3
_TAG_WEIGHT = 1.0
_STANCE_WEIGHT = 0.3
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Schedule:
    """How long and how fast: numbers of ``TrainConfig``."""

    epochs: int
    learning_rate: float
    batch_size: int
    seed: int


@dataclass(frozen=True)
class Tasks:
    """What the encoder is asked for: labels, roles of the tagger, stances by type."""

    labels: tuple[str, ...]
    multi_label: bool
    roles: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()
    stance_types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Adapted:
    """What adaptation gives: the encoder with its heads, and each sentence's score from a member that held it out.

    ``held_out`` is (n_sentences, n_labels), log-odds or logits.
    """

    encoder: SbertEncoder
    types: LinearHead
    held_out: FloatArray
    tagger: Tagger | None
    stances: LinearHead | None


def adapt(
    base: SbertEncoder,
    examples: Sequence[Example],
    tasks: Tasks,
    folds: Sequence[NDArray[np.int64]],
    schedule: Schedule,
    progress: Progress | None = None,
) -> Adapted:
    """Fine-tune one member a fold and average them.

    Parameters
    ----------
    base : encoder to start from; it is not changed
    folds : the rows that each member holds out, together all rows once
    progress : called with steps done and steps in all
    """
    import torch

    torch.manual_seed(schedule.seed)
    start = _network(base, tasks)
    data = _Data(base, examples, tasks)
    held_out = np.zeros((len(examples), len(tasks.labels)), np.float32)
    total: dict[str, torch.Tensor] = {}
    steps = _Steps(sum(len(examples) - len(fold) for fold in folds), schedule, progress)
    for number, fold in enumerate(folds):
        member = copy.deepcopy(start)
        kept = np.setdiff1d(np.arange(len(examples)), fold)
        _train(member, data, kept, schedule, np.random.default_rng([schedule.seed, number]), steps)
        held_out[fold] = _scores(member, data, fold)
        for name, value in member.state_dict().items():
            total[name] = total.get(name, 0) + value / len(folds) if value.is_floating_point() else value
        del member
    start.load_state_dict(total)
    return Adapted(start.to_encoder(), start.types_head(), held_out, start.to_tagger(data), start.stance_head())


class _Steps:
    """How far the whole adaptation is, over all members."""

    def __init__(self, n_sentences: int, schedule: Schedule, report: Progress | None) -> None:
        self.total, self.done, self.report = n_sentences * schedule.epochs, 0, report

    def advance(self, by: int) -> None:
        self.done += by
        if self.report is not None:
            self.report(self.done, self.total)


def _network(base: SbertEncoder, tasks: Tasks) -> Any:
    """The torch module for the tasks; its class is defined here so that importing this file wakes no torch."""
    from torch import nn

    class Network(nn.Module):
        """A sentence-transformers model with a linear head for each task."""

        def __init__(self, base: SbertEncoder, tasks: Tasks) -> None:
            super().__init__()
            self.base, self.tasks = base, tasks
            self.body = copy.deepcopy(base.model)
            dim = base.dim
            self.types = _zero_linear(dim, len(tasks.labels))
            self.tags = _zero_linear(dim, 3 * len(tasks.roles)) if tasks.roles else None
            width = 2 * dim + len(tasks.stance_types)
            self.stances = _zero_linear(width, len(tasks.stances)) if tasks.stances else None
            self.dropout = nn.Dropout(0.1)

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            """Scaled sentence vectors (n, dim) and token states (n, longest, dim)."""
            output = self.body({"input_ids": ids, "attention_mask": mask})
            pooled = nn.functional.normalize(output["sentence_embedding"].float(), dim=-1) * _SCALE
            return pooled, output["token_embeddings"].float()

        def to_encoder(self) -> SbertEncoder:
            """The encoder, its weights rounded to the 16 bits in which they will be stored."""
            for parameter in self.body.parameters():
                parameter.data = parameter.data.half().float()
            return SbertEncoder.of(self.body.eval(), self.base.model_name)

        def types_head(self) -> LinearHead:
            weight = (self.types.weight.detach().numpy() * _SCALE).astype(np.float32)
            return LinearHead(self.tasks.labels, weight, self.types.bias.detach().numpy(), self.tasks.multi_label)

        def stance_head(self) -> LinearHead | None:
            if self.stances is None:
                return None
            dim = self.base.dim
            weight = self.stances.weight.detach().numpy().copy()
            weight[:, :dim] *= _SCALE
            return LinearHead(self.tasks.stances, weight, self.stances.bias.detach().numpy(), multi_label=False)

        def to_tagger(self, data: _Data) -> Tagger | None:
            if self.tags is None:
                return None
            n, dim = len(self.tasks.roles), self.base.dim
            return Tagger(
                self.tasks.roles,
                self.tags.weight.detach().numpy().reshape(n, 3, dim),
                self.tags.bias.detach().numpy().reshape(n, 3),
                np.stack([transitions(data.sequences(role)) for role in range(n)]),
            )

    return Network(base, tasks)


class _Data:
    """Examples as arrays: word pieces, labels, tags by role, target masks of claims."""

    def __init__(self, base: SbertEncoder, examples: Sequence[Example], tasks: Tasks) -> None:
        tokenizer = base.model.tokenizer
        encoded = tokenizer(
            [example.text for example in examples],
            truncation=True,
            max_length=int(base.model.max_seq_length or 512),
            return_offsets_mapping=True,
        )
        self.ids: list[list[int]] = encoded["input_ids"]
        self.padding = int(tokenizer.pad_token_id or 0)
        self.labels = np.array([[label in example.types for label in tasks.labels] for example in examples], np.float32)
        offsets = [np.array(pairs, np.int64).reshape(-1, 2) for pairs in encoded["offset_mapping"]]
        self.tags = [_tags(example, at, tasks.roles) for example, at in zip(examples, offsets, strict=True)]
        self.claims = [_claims(example, at, tasks) for example, at in zip(examples, offsets, strict=True)]

    def sequences(self, role: int) -> list[NDArray[np.int8]]:
        """The tag sequences of one role, of the sentences where it is known."""
        return [tags[1:-1, role] for tags in self.tags if len(tags) > 2 and tags[1, role] >= 0]


def _tags(example: Example, offsets: NDArray[np.int64], roles: Sequence[str]) -> NDArray[np.int8]:
    """(n_tokens, n_roles); -1 for a role that the labels say nothing about, and for the special tokens."""
    tags = np.full((len(offsets), len(roles)), -1, np.int8)
    real = offsets[:, 1] > offsets[:, 0]
    for column, role in enumerate(roles):
        if role in example.spans:
            tags[real, column] = token_tags(offsets, example.spans[role])[real]
    return tags


def _claims(
    example: Example, offsets: NDArray[np.int64], tasks: Tasks
) -> list[tuple[NDArray[np.float32], NDArray[np.float32], int]]:
    """(token weights of the target, type indicator, stance) of each claim with a stance."""
    found = []
    for claim_type, target, stance in example.stances:
        weights = np.zeros(len(offsets), np.float32)
        if target is not None:
            weights[(offsets[:, 0] < target.end) & (offsets[:, 1] > target.start)] = 1
        indicator = np.array([claim_type == known for known in tasks.stance_types], np.float32)
        found.append((weights / max(weights.sum(), 1.0), indicator, tasks.stances.index(stance)))
    return found


def _zero_linear(width: int, n_outputs: int) -> Any:
    """A linear layer that starts at zero, so that members of a soup start alike."""
    from torch import nn

    layer = nn.Linear(width, n_outputs)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def _train(
    network: Any,
    data: _Data,
    rows: NDArray[np.int64],
    schedule: Schedule,
    rng: np.random.Generator,
    steps: _Steps,
) -> None:
    import torch

    body = list(network.body.parameters())
    heads = [
        p for head in (network.types, network.tags, network.stances) if head is not None for p in head.parameters()
    ]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": schedule.learning_rate}, {"params": heads, "lr": _HEAD_RATE}],
        weight_decay=0.01,
        fused=True,
    )
    n_steps = schedule.epochs * -(-len(rows) // schedule.batch_size)
    warm = max(1, n_steps // 10)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / warm, (n_steps - step) / max(1, n_steps - warm), 1.0)
    )
    network.train()
    for _ in range(schedule.epochs):
        for batch in _shuffled_batches(rows, data, schedule.batch_size, rng):
            with torch.autocast("cpu", torch.bfloat16, enabled=_has_bfloat16()):
                loss = _loss(network, data, batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            rate.step()
            steps.advance(len(batch))
    network.eval()


def _has_bfloat16() -> bool:
    """Whether this processor multiplies in bfloat16: training is twice as fast there, and slower elsewhere."""
    import torch

    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _shuffled_batches(
    rows: NDArray[np.int64], data: _Data, size: int, rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Random batches of sentences of like length: pools of sixteen batches are sorted, then cut and shuffled."""
    order = rng.permutation(rows)
    batches = []
    for begin in range(0, len(order), size * 16):
        pool = np.array(sorted(order[begin : begin + size * 16], key=lambda row: len(data.ids[row])))
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    rng.shuffle(batches)
    return batches


def _loss(network: Any, data: _Data, batch: NDArray[np.int64]) -> torch.Tensor:
    """Sum of the tasks' losses, each a mean over what the batch has of it."""
    import torch
    from torch.nn import functional

    pooled, states = network(*_tensors(data, batch))
    scores = network.types(network.dropout(pooled))
    gold = torch.from_numpy(data.labels[batch])
    if network.tasks.multi_label:
        loss = functional.binary_cross_entropy_with_logits(scores, gold)
    else:
        loss = functional.cross_entropy(scores, gold.argmax(dim=1))
    if network.tags is not None:
        loss = loss + _TAG_WEIGHT * _tag_loss(network, data, batch, states)
    claims = [(place, *claim) for place, row in enumerate(batch) for claim in data.claims[row]]
    if network.stances is not None and claims:
        loss = loss + _STANCE_WEIGHT * _stance_loss(network, pooled, states, claims)
    return loss


def _tag_loss(network: Any, data: _Data, batch: NDArray[np.int64], states: torch.Tensor) -> torch.Tensor:
    import torch
    from torch.nn import functional

    n_roles = len(network.tasks.roles)
    gold = torch.full((len(batch), states.shape[1], n_roles), -1, dtype=torch.long)
    for place, row in enumerate(batch):
        gold[place, : len(data.tags[row])] = torch.from_numpy(data.tags[row].astype(np.int64))
    scores = network.tags(states).view(*states.shape[:2], n_roles, 3)
    if not (gold >= 0).any():
        return scores.sum() * 0
    return functional.cross_entropy(scores.flatten(0, 2), gold.flatten(), ignore_index=-1)


def _stance_loss(
    network: Any, pooled: torch.Tensor, states: torch.Tensor, claims: Sequence[tuple[Any, ...]]
) -> torch.Tensor:
    import torch
    from torch.nn import functional

    places = torch.tensor([claim[0] for claim in claims])
    weights = torch.zeros(len(claims), states.shape[1])
    for number, claim in enumerate(claims):
        weights[number, : len(claim[1])] = torch.from_numpy(claim[1])
    target = (weights[:, :, None] * states[places]).sum(dim=1)
    indicator = torch.from_numpy(np.stack([claim[2] for claim in claims]))
    scores = network.stances(torch.cat([pooled[places], target, indicator], dim=1))
    return functional.cross_entropy(scores, torch.tensor([claim[3] for claim in claims]))


def _tensors(data: _Data, batch: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
    """Word pieces and mask, padded to the longest of the batch, up to a multiple of eight."""
    import torch

    longest = -(-max(len(data.ids[row]) for row in batch) // 8) * 8  # each new shape costs memory and a compilation
    ids = torch.full((len(batch), longest), data.padding)
    mask = torch.zeros(len(batch), longest, dtype=torch.long)
    for place, row in enumerate(batch):
        ids[place, : len(data.ids[row])] = torch.tensor(data.ids[row])
        mask[place, : len(data.ids[row])] = 1
    return ids, mask


def _scores(network: Any, data: _Data, rows: NDArray[np.int64]) -> FloatArray:
    """Label scores of the rows, (n_rows, n_labels), in their order."""
    import torch

    scores = np.zeros((len(rows), network.types.out_features), np.float32)
    with torch.inference_mode():
        for places in _sorted_batches([len(data.ids[row]) for row in rows]):
            pooled, _ = network(*_tensors(data, rows[places]))
            scores[places] = network.types(pooled).numpy()
    return scores


def _sorted_batches(lengths: Sequence[int], size: int = 64) -> Iterator[NDArray[np.int64]]:
    order = np.argsort(lengths, kind="stable")
    yield from (order[at : at + size] for at in range(0, len(order), size))
