"""Make ``stance/encoder/minilm*.onnx``: the computation of a six-layer MiniLM, without its weights.

The runtime gives the weights when it loads the graph, so one graph serves the base encoder and every adapted one. It
also looks the words up, so that the vocabulary, half of all weights, is never turned to floats as a whole.
Fused operators of ONNX Runtime (attention, skip connection with layer norm, GELU) are written down directly, which
exporters do not find reliably. Needs the package onnx; run again only when the computation changes:

    python training/runtime_graph.py
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from onnx import TensorProto, helper, save

LAYERS, WIDTH, HEADS, INNER = 6, 384, 12, 1536
EPSILON = 1e-12
CONTRIB = "com.microsoft"
FOLDER = Path(__file__).parent.parent / "stance" / "encoder"
LEVELS, MIDDLE = 127, 128


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


def nodes(int8: bool) -> list[object]:
    """The computation: six layers of attention and feed-forward over the embedded words."""
    embedded = ["embedded", "embeddings.norm.weight", "embeddings.norm.bias"]
    found = [helper.make_node("LayerNormalization", embedded, ["hidden.0"], axis=-1, epsilon=EPSILON)]
    for layer in range(LAYERS):
        found += _layer(layer, _product8 if int8 else _product)
    return found


def _layer(layer: int, product: Callable[[str, str, str], list[object]]) -> list[object]:
    name, before, after = f"{layer}.", f"hidden.{layer}", f"hidden.{layer + 1}"
    return [
        *_attention(name, before, product),
        *product(name + "attended", name + "context", name + "projected"),
        _skip(name + "attended", before, name + "projected", name + "middle"),
        *product(name + "inner", name + "middle", name + "widened"),
        helper.make_node("BiasGelu", [name + "widened", name + "inner.bias"], [name + "active"], domain=CONTRIB),
        *product(name + "outer", name + "active", name + "narrowed"),
        _skip(name + "outer", name + "middle", name + "narrowed", after),
    ]


def _attention(name: str, before: str, product: Callable[[str, str, str], list[object]]) -> list[object]:
    """One operator in 32-bit floats; with 8-bit matrices the product stands before it."""
    context = [name + "context"]
    if product is _product:
        given = [before, name + "qkv.weight", name + "qkv.bias", "attention_mask"]
        return [helper.make_node("Attention", given, context, domain=CONTRIB, num_heads=HEADS)]
    three = [name + part for part in ("query", "key", "value")]
    given = [*three, name + "qkv.bias", "attention_mask"]
    return [
        *product(name + "qkv", before, name + "three"),
        helper.make_node("Split", [name + "three"], three, axis=-1, num_outputs=3),
        helper.make_node("MultiHeadAttention", given, context, domain=CONTRIB, num_heads=HEADS),
    ]


def _product(part: str, given: str, output: str) -> list[object]:
    return [helper.make_node("MatMul", [given, f"{part}.weight"], [output])]


def _product8(part: str, given: str, output: str) -> list[object]:
    """Rows to 8 bits, each by its own largest number; whole numbers multiplied; back to floats."""
    steps = (
        ("Abs", [given], "size", {}),
        ("ReduceMax", [f"{part}.size", "last"], "largest", {"keepdims": 1}),
        ("Mul", [f"{part}.largest", "step"], "row", {}),
        ("Div", [given, f"{part}.row"], "scaled", {}),
        ("Add", [f"{part}.scaled", "middle"], "moved", {}),
        ("Round", [f"{part}.moved"], "rounded", {}),
        ("Cast", [f"{part}.rounded"], "whole", {"to": TensorProto.UINT8}),
        ("MatMulInteger", [f"{part}.whole", f"{part}.weight", "zero"], "product", {}),
        ("Cast", [f"{part}.product"], "float", {"to": TensorProto.FLOAT}),
        ("Mul", [f"{part}.float", f"{part}.row"], "unscaled", {}),
    )
    found = [helper.make_node(kind, given, [f"{part}.{name}"], **more) for kind, given, name, more in steps]
    return [*found, helper.make_node("Mul", [f"{part}.unscaled", f"{part}.weight.scale"], [output])]


def _skip(part: str, residual: str, changed: str, output: str) -> object:
    inputs = [changed, residual, f"{part}.norm.weight", f"{part}.norm.bias", f"{part}.bias"]
    return helper.make_node("SkipLayerNormalization", inputs, [output], domain=CONTRIB, epsilon=EPSILON)


def main() -> None:
    """Write the graphs, their weights declared as external data that is given in memory."""
    for name, int8 in (("minilm.onnx", False), ("minilm-int8.onnx", True)):
        graph = helper.make_graph(
            nodes(int8),
            "minilm",
            [
                helper.make_tensor_value_info("embedded", TensorProto.FLOAT, ["batch", "length", WIDTH]),
                helper.make_tensor_value_info("attention_mask", TensorProto.INT32, ["batch", "length"]),
            ],
            [helper.make_tensor_value_info(f"hidden.{LAYERS}", TensorProto.FLOAT, ["batch", "length", WIDTH])],
            _initializers(int8),
        )
        opsets = [helper.make_opsetid("", 18 if int8 else 17), helper.make_opsetid(CONTRIB, 1)]
        save(helper.make_model(graph, opset_imports=opsets, ir_version=8), FOLDER / name)
        print(f"{FOLDER / name}: {(FOLDER / name).stat().st_size} bytes")


def _initializers(int8: bool) -> list[TensorProto]:
    if not int8:
        return [_external(name, shape) for name, shape in weights().items()]
    found = [
        helper.make_tensor("last", TensorProto.INT64, [1], [-1]),
        helper.make_tensor("step", TensorProto.FLOAT, [], [1 / LEVELS]),
        helper.make_tensor("middle", TensorProto.FLOAT, [], [MIDDLE]),
        helper.make_tensor("zero", TensorProto.UINT8, [], [MIDDLE]),
    ]
    for name, shape in weights().items():
        found.append(_external(name, shape, TensorProto.INT8 if len(shape) == 2 else TensorProto.FLOAT))
        if len(shape) == 2:
            found.append(_external(f"{name}.scale", shape[1:]))
    return found


def _external(name: str, shape: list[int], kind: int = TensorProto.FLOAT) -> TensorProto:
    """A tensor whose values are given at load, as the content of a "file" of its own name that never exists."""
    tensor = TensorProto(name=name, data_type=kind, dims=shape)
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", name
    return tensor


if __name__ == "__main__":
    main()
