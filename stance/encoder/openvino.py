"""OpenVINO as a backend: 16-bit floats (bf16) or 8-bit integers (int8), where a processor has instructions for them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stance.encoder.precision import has_bf16
from stance.encoder.protocol import FloatArray
from stance.encoder.quantised import LEVELS, Quantised, quantise
from stance.encoder.weights import DIM, LAYERS

_HEADS = 12
_EPSILON = 1e-12
_MASKED = -1e9
_IN_FLOATS = {"0.outer", "1.outer", "2.outer"}
"""Layers that int8 leaves as they are: a sixth of the products, and more than half of what 8 bits would move."""


@dataclass(frozen=True, slots=True)
class OpenVinoBackend:
    """A compiled model with as many streams as threads call it, each of one thread; a request for every caller."""

    compiled: Any
    requests: threading.local = field(default_factory=threading.local)

    @classmethod
    def of(
        cls, weights: Mapping[str, FloatArray], threads: int, matrices: Mapping[str, Quantised] | None = None
    ) -> OpenVinoBackend:
        """The computation of MiniLM with the weights of an encoder; with ``matrices``, linear layers in 8 bits."""
        kind = "bf16" if matrices is None or has_bf16() else "f32"
        return cls(_compiled(_Layers(weights, matrices or {}).model(), kind, threads))

    def states(self, embedded: FloatArray, mask: NDArray[np.int32]) -> FloatArray:
        """Token vectors of the last layer."""
        request = getattr(self.requests, "one", None)
        if request is None:
            request = self.requests.one = self.compiled.create_infer_request()
        found = request.infer({0: embedded, 1: mask.astype(np.float32)}, share_inputs=True, share_outputs=True)
        return np.array(found[0])  # the request's own memory is written over by its next batch


def in_8_bits(weights: Mapping[str, FloatArray], embedded: FloatArray, mask: NDArray[np.int32]) -> dict[str, Quantised]:
    """Linear layers in 8-bit integers, fitted to sample sentences: embedded, (n, longest, 384), and their mask."""
    import openvino

    layers = _Layers(weights, {})
    inputs = layers.model().get_parameters()
    observed = openvino.Model(list(layers.entering.values()), inputs, "entering")
    found = _compiled(observed, "f32", 1)([embedded, mask.astype(np.float32)])
    real = mask.astype(bool)
    return {
        name: quantise(weights[f"{name}.weight"], weights[f"{name}.bias"], found[place][real])
        for place, name in enumerate(layers.entering)
        if name not in _IN_FLOATS
    }


def _compiled(model: Any, kind: str, threads: int) -> Any:
    import openvino

    settings = {
        "INFERENCE_PRECISION_HINT": kind,
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": threads,
        "ENABLE_CPU_PINNING": False,  # two processes would be pinned to the same cores
    }
    return openvino.Core().compile_model(model, "CPU", settings)


class _Layers:
    """The computation, written with OpenVINO's operators; ``entering`` has what enters each linear layer."""

    def __init__(self, weights: Mapping[str, FloatArray], matrices: Mapping[str, Quantised]) -> None:
        from openvino import opset15

        self._op: Any = opset15
        self._weights, self._matrices = weights, matrices
        self.entering: dict[str, Any] = {}

    def model(self) -> Any:
        """From embedded words and their mask to the states of the last layer."""
        import openvino

        op = self._op
        embedded = op.parameter([-1, -1, DIM], np.float32, name="embedded")
        mask = op.parameter([-1, -1], np.float32, name="mask")
        masked = op.multiply(op.subtract(self._numbers(1.0), mask), self._numbers(_MASKED))
        masked = op.unsqueeze(masked, self._whole(1, 2))
        hidden = self._norm(embedded, "embeddings.norm")
        for layer in range(LAYERS):
            name = f"{layer}."
            attended = self._linear(self._attention(hidden, masked, name + "qkv"), name + "attended")
            middle = self._norm(op.add(attended, hidden), name + "attended.norm")
            inner = op.gelu(self._linear(middle, name + "inner"), "ERF")
            hidden = self._norm(op.add(self._linear(inner, name + "outer"), middle), name + "outer.norm")
        return openvino.Model([hidden], [embedded, mask], "minilm")

    def _attention(self, hidden: Any, masked: Any, name: str) -> Any:
        op = self._op
        three = op.reshape(self._linear(hidden, name), self._whole(0, 0, 3, _HEADS, DIM // _HEADS), True)
        parts = op.split(op.transpose(three, self._whole(2, 0, 3, 1, 4)), op.constant(0, np.int64), 3)
        query, key, value = (op.squeeze(parts.output(place), self._whole(0)) for place in range(3))
        seen = op.scaled_dot_product_attention(query, key, value, masked)
        return op.reshape(op.transpose(seen, self._whole(0, 2, 1, 3)), self._whole(0, 0, DIM), True)

    def _linear(self, hidden: Any, name: str) -> Any:
        self.entering[name] = hidden
        if name in self._matrices:
            return self._whole_numbers(hidden, self._matrices[name])
        turned = self._numbers(np.ascontiguousarray(self._weights[f"{name}.weight"].T))
        product = self._op.matmul(hidden, turned, False, True)
        return self._op.add(product, self._numbers(self._weights[f"{name}.bias"]))

    def _whole_numbers(self, hidden: Any, layer: Quantised) -> Any:
        """What OpenVINO turns into a product of 8-bit integers."""
        op = self._op
        ends = [self._numbers(end) for end in (layer.low, layer.high)]
        rounded = op.fake_quantize(
            op.multiply(hidden, self._numbers(np.reciprocal(layer.divisor))), *ends, *ends, LEVELS
        )
        weight = op.multiply(op.convert(op.constant(layer.weight), np.float32), self._numbers(layer.scale[:, None]))
        return op.add(op.matmul(rounded, weight, False, True), self._numbers(layer.bias))

    def _norm(self, hidden: Any, name: str) -> Any:
        op = self._op
        even = op.mvn(hidden, self._whole(-1), True, _EPSILON, "INSIDE_SQRT")
        scaled = op.multiply(even, self._numbers(self._weights[f"{name}.weight"]))
        return op.add(scaled, self._numbers(self._weights[f"{name}.bias"]))

    def _numbers(self, values: FloatArray | float) -> Any:
        return self._op.constant(values, np.float32)

    def _whole(self, *values: int) -> Any:
        return self._op.constant(np.array(values, np.int64))
