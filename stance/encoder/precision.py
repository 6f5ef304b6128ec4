"""With what numbers the encoder computes: what was asked for, what this machine has.

Heads and thresholds are fitted on 32-bit vectors. Another precision serves where it gives the same labels: bf16 does
(``docs/SPEED.md`` has the figures), so ``auto`` takes it where a processor and a library for it are there; int8 comes
near, so it is for those who ask.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from stance.errors import ConfigError, MissingExtraError

Precision = Literal["auto", "fp32", "bf16", "int8"]
PRECISIONS: tuple[Precision, ...] = ("auto", "fp32", "bf16", "int8")
Computed = Literal["fp32", "bf16", "int8"]

_CPUINFO = Path("/proc/cpuinfo")
_BF16 = {"avx512_bf16", "amx_bf16"}
_INT8 = {"avx512_vnni", "avx_vnni"}


def chosen(asked: Precision) -> Computed:
    """The precision that a MiniLM encoder computes with on this machine.

    Raises
    ------
    ConfigError : there is no such precision, or the processor has no instructions for it.
    MissingExtraError : the library for it is not installed.
    """
    if asked == "auto":
        return "bf16" if has_openvino() and _has(_BF16) else "fp32"
    if asked not in PRECISIONS:
        raise ConfigError(f'precision "{asked}": expected one of {", ".join(PRECISIONS)}')
    if asked == "bf16" and not _has(_BF16):
        raise ConfigError("this processor has no instructions for bf16 (avx512_bf16 or amx_bf16); take auto or fp32")
    if asked == "int8" and not _has(_INT8):
        raise ConfigError("this processor has no instructions for int8 (VNNI); take auto or fp32")
    if asked != "fp32" and not has_openvino():
        raise MissingExtraError("openvino", "openvino", f"precision {asked}")
    return asked


def has_openvino() -> bool:
    """Whether OpenVINO is installed; it is not imported for that."""
    return find_spec("openvino") is not None


def has_bf16() -> bool:
    """Whether the processor multiplies 16-bit floats faster than 32-bit ones."""
    return _has(_BF16)


def _has(flags: set[str]) -> bool:
    return bool(flags & _processor())


@lru_cache(maxsize=1)
def _processor() -> frozenset[str]:
    """Names of the processor's instruction sets; none where the system does not tell."""
    try:
        lines = _CPUINFO.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return frozenset()
    found = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return frozenset(found.partition(":")[2].split())
