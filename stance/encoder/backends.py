"""What computes the layers of MiniLM: one method, so that each machine can bring what it does best."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from stance.encoder.precision import Computed
from stance.encoder.protocol import FloatArray
from stance.encoder.weights import Stored, graph_weights


class Backend(Protocol):
    """The layers of the encoder: vectors of words in, vectors of words in their sentence out.

    Several threads call it at once, each call computes in the thread that it came from.
    """

    def states(self, embedded: FloatArray, mask: NDArray[np.int32]) -> FloatArray:
        """(n, longest, 384) to the same; ``mask``, (n, longest), is 1 where there is a word piece."""


def build_backend(
    stored: Stored, precision: Computed, threads: int, sample: Callable[[], tuple[FloatArray, NDArray[np.int32]]]
) -> Backend:
    """The backend of a precision with the weights of an encoder; ``sample`` gives sentences to fit 8 bits to."""
    weights = graph_weights(stored)
    if precision == "fp32":
        from stance.encoder.onnx import OnnxBackend

        return OnnxBackend.of(weights)
    from stance.encoder.openvino import OpenVinoBackend, in_8_bits

    return OpenVinoBackend.of(weights, threads, in_8_bits(weights, *sample()) if precision == "int8" else None)


def described(precision: Computed) -> str:
    """The backend of a precision in a few words, with its version."""
    library, name = ("onnxruntime", "ONNX Runtime") if precision == "fp32" else ("openvino", "OpenVINO")
    return f"{name} {version(library)}, {precision}"
