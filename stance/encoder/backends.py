"""What computes the layers of MiniLM: one method, so that each machine can bring what it does best."""

from __future__ import annotations

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


def build_backend(stored: Stored, precision: Computed, threads: int) -> Backend:
    """The backend of a precision with the weights of an encoder."""
    weights = graph_weights(stored)
    if precision == "bf16":
        from stance.encoder.openvino import OpenVinoBackend

        return OpenVinoBackend.of(weights, threads)
    from stance.encoder.onnx import OnnxBackend

    return OnnxBackend.of(weights, int8=precision == "int8")


def described(precision: Computed) -> str:
    """The backend of a precision in a few words, with its version."""
    library, name = ("openvino", "OpenVINO") if precision == "bf16" else ("onnxruntime", "ONNX Runtime")
    return f"{name} {version(library)}, {precision}"
