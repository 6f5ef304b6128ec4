"""What can go wrong, as one tree; every message says what, where, what was expected and what to do.

* ``StanceError``                  exit code 1
  * ``InputError``                 3   a file or row that cannot be read as what it claims to be
    * ``LabelError``               3   a label that breaks the schema or the label set
  * ``ModelError``                 4   a model directory that is damaged, foreign, unsafe or too new (41 to 48: why)
  * ``ConfigError``                2   an option or a TOML key that is unknown or out of range
  * ``OutputError``                5   a file that cannot be written
  * ``MissingExtraError``          6   a feature whose optional package is not installed
  * ``ClusterError``               1   a cluster that does not answer, lacks workers, or was lost
  * ``SpanError``                  1   a span that is empty, reversed or outside its text
  * ``ShapeError``                 1   arrays that do not fit each other

Exit code 1 is also too little memory, 2 the command line's own usage error, 130 an interrupt, 141 a closed pipe.
"""

from __future__ import annotations

from enum import IntEnum


class StanceError(Exception):
    """Root of everything that ``stance`` raises on purpose."""

    exit_code = 1


class InputError(StanceError):
    """Input that cannot be read; the message names file and line where there is one."""

    exit_code = 3


class LabelError(InputError, ValueError):
    """A label that breaks the schema, or a label set that cannot be trained on."""


class ModelFault(IntEnum):
    """Why a model directory is refused: its exit code."""

    INCOMPLETE = 4  # no directory, or a file is missing or cannot be read
    LINK = 41  # a symbolic link, a pipe, a device
    NAME = 42  # a file that has no place in a model, or that the manifest does not name
    SIZE = 43  # larger than any such file of a model
    ARRAYS = 44  # arrays that overlap, leave gaps, are of another kind, or do not fit config.json
    NEWER = 45  # a newer format
    DAMAGED = 46  # size or sha256 differs from the manifest
    VERSIONS = 47  # other library versions, and other probabilities with them
    SCHEMA = 48  # a config.json or manifest that breaks the schema


class ModelError(StanceError):
    """A model directory that is refused."""

    exit_code = 4

    def __init__(self, message: str, fault: ModelFault = ModelFault.INCOMPLETE) -> None:
        super().__init__(message)
        self.fault = fault
        self.exit_code = int(fault)


class ConfigError(StanceError):
    """An unknown or impossible setting."""

    exit_code = 2


class OutputError(StanceError):
    """A result that cannot be written; what stood there before is untouched."""

    exit_code = 5


class MissingExtraError(StanceError):
    """An optional package is needed."""

    exit_code = 6

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        # by path: on PyPI the name stance is another project's
        mend = f"in the checkout of stance run: pip install '.[{extra}]'"
        super().__init__(f"{purpose} needs the package {package}; {mend}")


class ClusterError(StanceError):
    """Machines that cannot do the work; what they had finished is kept."""


class SpanError(StanceError, ValueError):
    """A span that is empty, reversed or outside its text."""


class ShapeError(StanceError, ValueError):
    """Arrays whose lengths or widths do not fit each other; a ``ValueError``, as scikit-learn expects."""
