"""The tree of errors: one root, documented exit codes."""

from __future__ import annotations

import re

import pytest

from stance import errors
from stance.errors import MissingExtraError, StanceError


def _tree(root: type[StanceError]) -> list[type[StanceError]]:
    return [root] + [error for child in root.__subclasses__() for error in _tree(child)]


def test_docstring_draws_the_tree() -> None:
    """The module's docstring names every error, in the order of the tree, indented by its depth, with its exit code."""
    drawn = re.findall(r"^( *)\* ``(\w+)`` +(?:exit code )?(\d)", errors.__doc__ or "", re.MULTILINE)
    expected = [
        (len(error.__mro__) - len(StanceError.__mro__), error.__name__, error.exit_code) for error in _tree(StanceError)
    ]
    expected = [(min(depth, 2), name, code) for depth, name, code in expected]
    names = {name: (len(indent) // 2, int(code)) for indent, name, code in drawn}
    assert set(names) == {name for _, name, _ in expected}
    assert {name: code for name, (_, code) in names.items()} == {name: code for _, name, code in expected}


def test_label_error_hangs_below_input_error() -> None:
    """A label that breaks the schema is an input error too, and a ValueError, as scikit-learn expects."""
    assert issubclass(errors.LabelError, errors.InputError)
    assert issubclass(errors.LabelError, ValueError)
    assert issubclass(errors.ShapeError, ValueError)
    assert issubclass(errors.SpanError, ValueError)


@pytest.mark.parametrize("error", _tree(StanceError), ids=lambda error: error.__name__)
def test_exit_codes_leave_room(error: type[StanceError]) -> None:
    """No error exits with 0 (success) or 130 (interrupt)."""
    assert 1 <= error.exit_code <= 6


def test_missing_extra_says_what_to_install() -> None:
    """A missing optional package is named together with the line that installs it."""
    error = MissingExtraError("pyarrow", "tables", "Parquet")
    assert str(error) == "Parquet needs the package pyarrow; in the checkout of stance run: pip install '.[tables]'"
    assert error.exit_code == 6
