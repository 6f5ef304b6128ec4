"""Probe sentences: what a model said of them when it was saved, asked again where other library versions load it.

A version number alone tells nothing: most upgrades change no figure, some change them silently. Twenty sentences do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from stance.encoder.protocol import Encoder
from stance.features import features
from stance.heads import LinearHead
from stance.modelconfig import ProbeConfig

TOLERANCE = 1e-4
"""Largest difference of a probability that counts as the same model."""

_DECIMALS = 6
_SENTENCES = (
    "The union accused the ministry of hiding the report.",
    "“We had no choice because the dam was failing,” the mayor said.",
    "The company said its goal is to rehire every worker by March.",
    "Rain fell over the valley for the third day.",
    "The council will vote on the tram line next week.",
    "Opposition leaders blamed the government for the shortage of vaccines.",
    "In order to keep the bridge open, the port authority wants to raise 40 million euros.",
    "He denied that the police had been warned.",
    "The minister defended the cuts as necessary to avoid a default.",
    "About 300 people live near the old harbour wall.",
    "Rebels fired on the convoy, according to the United Nations.",
    "“They lied to us, and they will lie again!” she shouted.",
    "Asked why, the coach shrugged.",
    "The plan aims at cutting emissions by half before 2035.",
    "Critics say the law punishes the poor; its authors say it protects them.",
    "Dr. A. B. Nkemelu of the U.N. told reporters on 3 May 2021 that 12.5% of wells were unsafe.",
    "¿Por qué mintió el ministro?",
    "Über die Brücke fährt seit Montag kein Zug mehr.",
    "OK",
    "the the the the",
)
"""Written for the purpose, so that no model carries sentences of its training data along."""


def ask(encoder: Encoder, types: LinearHead) -> list[ProbeConfig]:
    """The probe sentences with what the head says of each."""
    found = _probabilities(encoder, types, _SENTENCES)
    return [
        ProbeConfig(text=text, probabilities=dict(zip(types.labels, row, strict=True)))
        for text, row in zip(_SENTENCES, found, strict=True)
    ]


def largest_difference(probes: Sequence[ProbeConfig], encoder: Encoder, types: LinearHead) -> float:
    """How far the head is from what it said, over all sentences and labels: in [0, 1]; 0 without probes.

    A label that a probe does not name counts as a difference of 1.
    """
    if not probes:
        return 0.0
    if any(probe.probabilities.keys() != set(types.labels) for probe in probes):
        return 1.0
    found = _probabilities(encoder, types, [probe.text for probe in probes])
    stored = [[probe.probabilities[label] for label in types.labels] for probe in probes]
    return float(np.abs(np.array(found) - np.array(stored)).max())


def differing_versions(stored: Mapping[str, str], present: Mapping[str, str]) -> list[str]:
    """``numpy 2.3.0 → 2.4.6`` for each library whose version is another than the stored one."""
    names = [name for name in present if stored.get(name) != present[name]]
    return [f"{name} {stored.get(name, 'unknown')} → {present[name]}" for name in names]


def _probabilities(encoder: Encoder, types: LinearHead, texts: Sequence[str]) -> list[list[float]]:
    vectors = features(encoder.encode_tokens(texts), types.coef.shape[1])
    return [[round(float(value), _DECIMALS) for value in row] for row in types.predict_proba(vectors, list(texts))]
