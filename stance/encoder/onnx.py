"""ONNX Runtime as a backend: in 32-bit floats, or with matrices of 8-bit integers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

GRAPH, GRAPH_INT8 = (Path(__file__).with_name(name) for name in ("minilm.onnx", "minilm-int8.onnx"))
"""The computation alone, without weights; made by ``training/runtime_graph.py``."""

_LEVELS = 127


@dataclass(frozen=True, slots=True)
class OnnxBackend:
    """A session of ONNX Runtime with one thread; what calls it may have several."""

    session: InferenceSession

    @classmethod
    def of(cls, weights: dict[str, FloatArray], *, int8: bool = False) -> OnnxBackend:
        """The graph with the weights of an encoder."""
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        given = quantised(weights) if int8 else weights
        data = {name: value.reshape(-1).view(np.uint8) for name, value in given.items()}
        sizes = [value.nbytes for value in data.values()]
        options.add_external_initializers_from_files_in_memory(list(data), list(data.values()), sizes)
        graph = GRAPH_INT8 if int8 else GRAPH
        return cls(ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"]))

    def states(self, embedded: FloatArray, mask: NDArray[np.int32]) -> FloatArray:
        """Token vectors of the last layer."""
        (states,) = self.session.run(None, {"embedded": embedded, "attention_mask": mask})
        return states


def quantised(weights: dict[str, FloatArray]) -> dict[str, NDArray[Any]]:
    """Matrices as 8-bit integers with a scale for each column; the activations get one for each row when they come.

    A scale a row, not one for a whole batch: what stands beside a sentence changes nothing, and one large number
    spoils one word.
    """
    found: dict[str, NDArray[Any]] = {}
    for name, value in weights.items():
        if value.ndim == 1:
            found[name] = value
        else:
            scale = np.maximum(np.abs(value).max(axis=0), 1e-12) / _LEVELS
            found[name] = np.rint(value / scale).astype(np.int8)
            found[f"{name}.scale"] = scale.astype(np.float32)
    return found
