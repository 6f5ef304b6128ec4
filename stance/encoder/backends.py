"""What computes the layers of MiniLM: one method, so that each machine can bring what it does best."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray
from stance.encoder.weights import Stored, graph_weights

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

GRAPH = Path(__file__).with_name("minilm.onnx")
"""The computation alone, without weights; made by ``training/runtime_graph.py``."""


class Backend(Protocol):
    """The layers of the encoder: vectors of words in, vectors of words in their sentence out."""

    def states(self, embedded: FloatArray, mask: NDArray[np.int32]) -> FloatArray:
        """(n, longest, 384) to the same; ``mask``, (n, longest), is 1 where there is a word piece."""


@dataclass(frozen=True, slots=True)
class OnnxBackend:
    """ONNX Runtime on the cores of this machine, in 32-bit floats."""

    session: InferenceSession

    def states(self, embedded: FloatArray, mask: NDArray[np.int32]) -> FloatArray:
        """Token vectors of the last layer."""
        (states,) = self.session.run(None, {"embedded": embedded, "attention_mask": mask})
        return states


def onnx_backend(stored: Stored, threads: int) -> OnnxBackend:
    """The graph with the weights of an encoder."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    weights = {name: value.reshape(-1).view(np.uint8) for name, value in graph_weights(stored).items()}
    sizes = [value.nbytes for value in weights.values()]
    options.add_external_initializers_from_files_in_memory(list(weights), list(weights.values()), sizes)
    return OnnxBackend(ort.InferenceSession(str(GRAPH), options, providers=["CPUExecutionProvider"]))
