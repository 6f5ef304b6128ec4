"""What can go wrong, as one tree; every message says what, where, what was expected and what to do.

* ``StanceError``                  exit code 1
  * ``InputError``                 3   a file or row that cannot be read as what it claims to be
    * ``LabelError``               3   a label that breaks the schema or the label set
  * ``ModelError``                 4   a model directory that is damaged, foreign, unsafe or too new
  * ``ConfigError``                2   an option or a TOML key that is unknown or out of range
  * ``OutputError``                5   a file that cannot be written
  * ``MissingExtraError``          6   a feature whose optional package is not installed
  * ``ClusterError``               1   a cluster that does not answer, lacks workers, or was lost
  * ``SpanError``                  1   a span that is empty, reversed or outside its text
  * ``ShapeError``                 1   arrays that do not fit each other

Exit code 2 is also the command line's own usage error, 130 an interrupt.
"""

from __future__ import annotations


class StanceError(Exception):
    """Root of everything that ``stance`` raises on purpose."""

    exit_code = 1


class InputError(StanceError):
    """Input that cannot be read; the message names file and line where there is one."""

    exit_code = 3


class LabelError(InputError, ValueError):
    """A label that breaks the schema, or a label set that cannot be trained on."""


class ModelError(StanceError):
    """A model directory that is refused."""

    exit_code = 4


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
        super().__init__(f"{purpose} needs the package {package}; install it with: pip install 'stance[{extra}]'")


class ClusterError(StanceError):
    """Machines that cannot do the work; what they had finished is kept."""


class SpanError(StanceError, ValueError):
    """A span that is empty, reversed or outside its text."""


class ShapeError(StanceError, ValueError):
    """Arrays whose lengths or widths do not fit each other; a ``ValueError``, as scikit-learn expects."""
