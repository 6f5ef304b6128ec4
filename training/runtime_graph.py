"""Make ``stance/encoder/minilm.onnx``: the computation of a six-layer MiniLM, without its weights.

The runtime gives the weights when it loads the graph, so one graph serves the base encoder and every adapted one. It
also looks the words up, so that the vocabulary, half of all weights, is never turned to floats as a whole.
Fused operators of ONNX Runtime (attention, skip connection with layer norm, GELU) are written down directly, which
exporters do not find reliably. Needs the package onnx; run again only when the computation changes:

    python training/runtime_graph.py
"""

from __future__ import annotations

from pathlib import Path

from onnx import TensorProto, helper, save

LAYERS, WIDTH, HEADS, INNER = 6, 384, 12, 1536
EPSILON = 1e-12
CONTRIB = "com.microsoft"
PATH = Path(__file__).parent.parent / "stance" / "encoder" / "minilm.onnx"


def weights() -> dict[str, list[int]]:
    """Names and shapes of what the runtime has to supply; matrices are (in, out)."""
    shapes = {
        "embeddings.norm.weight": [WIDTH],
        "embeddings.norm.bias": [WIDTH],
    }
    for layer in range(LAYERS):
        shapes |= {
            f"{layer}.qkv.weight": [WIDTH, 3 * WIDTH],
            f"{layer}.qkv.bias": [3 * WIDTH],
            f"{layer}.attended.weight": [WIDTH, WIDTH],
            f"{layer}.attended.bias": [WIDTH],
            f"{layer}.attended.norm.weight": [WIDTH],
            f"{layer}.attended.norm.bias": [WIDTH],
            f"{layer}.inner.weight": [WIDTH, INNER],
            f"{layer}.inner.bias": [INNER],
            f"{layer}.outer.weight": [INNER, WIDTH],
            f"{layer}.outer.bias": [WIDTH],
            f"{layer}.outer.norm.weight": [WIDTH],
            f"{layer}.outer.norm.bias": [WIDTH],
        }
    return shapes


def nodes() -> list[object]:
    """The computation: six layers of attention and feed-forward over the embedded words."""
    embedded = ["embedded", "embeddings.norm.weight", "embeddings.norm.bias"]
    found = [helper.make_node("LayerNormalization", embedded, ["hidden.0"], axis=-1, epsilon=EPSILON)]
    for layer in range(LAYERS):
        found += _layer(layer)
    return found


def _layer(layer: int) -> list[object]:
    name, before, after = f"{layer}.", f"hidden.{layer}", f"hidden.{layer + 1}"
    attending = [before, name + "qkv.weight", name + "qkv.bias", "attention_mask"]
    return [
        helper.make_node("Attention", attending, [name + "context"], domain=CONTRIB, num_heads=HEADS),
        _product(name + "attended", name + "context", name + "projected"),
        _skip(name + "attended", before, name + "projected", name + "middle"),
        _product(name + "inner", name + "middle", name + "widened"),
        helper.make_node("BiasGelu", [name + "widened", name + "inner.bias"], [name + "active"], domain=CONTRIB),
        _product(name + "outer", name + "active", name + "narrowed"),
        _skip(name + "outer", name + "middle", name + "narrowed", after),
    ]


def _product(part: str, given: str, output: str) -> object:
    return helper.make_node("MatMul", [given, f"{part}.weight"], [output])


def _skip(part: str, residual: str, changed: str, output: str) -> object:
    inputs = [changed, residual, f"{part}.norm.weight", f"{part}.norm.bias", f"{part}.bias"]
    return helper.make_node("SkipLayerNormalization", inputs, [output], domain=CONTRIB, epsilon=EPSILON)


def main() -> None:
    """Write the graph, its weights declared as external data that is given in memory."""
    graph = helper.make_graph(
        nodes(),
        "minilm",
        [
            helper.make_tensor_value_info("embedded", TensorProto.FLOAT, ["batch", "length", WIDTH]),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT32, ["batch", "length"]),
        ],
        [helper.make_tensor_value_info(f"hidden.{LAYERS}", TensorProto.FLOAT, ["batch", "length", WIDTH])],
        [_external(name, shape) for name, shape in weights().items()],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(CONTRIB, 1)]
    save(helper.make_model(graph, opset_imports=opsets, ir_version=8), PATH)
    print(f"{PATH}: {PATH.stat().st_size} bytes")


def _external(name: str, shape: list[int]) -> TensorProto:
    """A tensor whose values are given at load, as the content of a "file" of its own name that never exists."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", name
    return tensor


if __name__ == "__main__":
    main()
