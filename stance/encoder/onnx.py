"""ONNX Runtime as a backend, in 32-bit floats."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stance.encoder.protocol import FloatArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

GRAPH = Path(__file__).with_name("minilm.onnx")
"""The computation alone, without weights; made by ``training/runtime_graph.py``."""


@dataclass(frozen=True, slots=True)
class OnnxBackend:
    """A session of ONNX Runtime with one thread; what calls it may have several."""

    session: InferenceSession

    @classmethod
    def of(cls, weights: dict[str, FloatArray]) -> OnnxBackend:
        """The graph with the weights of an encoder."""
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        data = {name: value.reshape(-1).view(np.uint8) for name, value in weights.items()}
        sizes = [value.nbytes for value in data.values()]
        options.add_external_initializers_from_files_in_memory(list(data), list(data.values()), sizes)
        return cls(ort.InferenceSession(str(GRAPH), options, providers=["CPUExecutionProvider"]))

    def states(self, embedded: FloatArray, mask: NDArray[np.int32]) -> FloatArray:
        """Token vectors of the last layer."""
        (states,) = self.session.run(None, {"embedded": embedded, "attention_mask": mask})
        return states
