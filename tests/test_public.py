"""The public surface: what ``stance`` says it offers is there, is described, and costs nothing until used."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import stance

_ROOT = Path(__file__).parent.parent
_HOMES: dict[str, tuple[str, ...]] = stance._HOMES  # type: ignore[attr-defined]


def test_all_is_what_is_there() -> None:
    """``__all__`` is sorted, holds each name once, and is what ``dir`` and the lazy table offer."""
    names = [name for name in stance.__all__ if name != "__version__"]
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    assert set(dir(stance)) == set(stance.__all__)
    assert sorted(name for home in _HOMES.values() for name in home) == names


@pytest.mark.parametrize("name", [name for name in stance.__all__ if name != "__version__"])
def test_public_name(name: str) -> None:
    """Each name can be taken from ``stance``, is the object of its home module, and has a docstring of its own."""
    value = getattr(stance, name)
    (home,) = [module for module, names in _HOMES.items() if name in names]
    assert value is getattr(import_module(home), name)
    assert inspect.getdoc(value)
    assert "__doc__" not in vars(value) or vars(value)["__doc__"]


@pytest.mark.parametrize("name", [name for name in stance.__all__ if name != "__version__"])
def test_public_methods_are_described(name: str) -> None:
    """Every public method and property of a public class has a docstring."""
    value = getattr(stance, name)
    if inspect.isclass(value):
        own = {key: one for key, one in vars(value).items() if not key.startswith("_")}
        described = (classmethod, staticmethod, property)
        methods = {key: one for key, one in own.items() if inspect.isfunction(one) or isinstance(one, described)}
        assert not [key for key, one in methods.items() if not inspect.getdoc(one)]


def test_type_checkers_see_the_same_names() -> None:
    """What is imported for type checkers is what is loaded at run time, from the same modules."""
    tree = ast.parse((_ROOT / "stance" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        (node.module, alias.name) for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert seen == {(home, name) for home, names in _HOMES.items() for name in names}


def test_unknown_names_are_attribute_errors() -> None:
    """A name that is not there is the usual error."""
    with pytest.raises(AttributeError, match="module 'stance' has no attribute 'prdict'"):
        _ = stance.prdict  # type: ignore[attr-defined]


def test_modules_are_there_when_they_are_named() -> None:
    """``import stance`` is enough for every module that the documents name; a name with none is an attribute error."""
    names = ("batch.predict_frame", "report.report", "training.train")
    names += ("analysis.learning.learning_curve", "analysis.counts.count_claims")
    source = "import stance\n" + "".join(f"assert callable(stance.{name})\n" for name in names)
    subprocess.run([sys.executable, "-c", source], check=True)
    with pytest.raises(AttributeError, match=r"module 'stance\.analysis' has no attribute 'lerning'"):
        _ = stance.analysis.lerning


def test_modules_are_nouns() -> None:
    """No public name is also a module of the package, which would hide it once that module is imported."""
    modules = {path.stem for path in (_ROOT / "stance").iterdir()}
    assert not modules & set(stance.__all__)


def test_version() -> None:
    """The version is one string, the package's own."""
    from importlib.metadata import version

    assert stance.__version__ == version("stance")


def test_importing_costs_nothing_and_changes_nothing() -> None:
    """``import stance`` loads no other library, and leaves warnings, log levels and random numbers alone."""
    source = (
        "import sys, warnings, logging, random\n"
        "before = (list(warnings.filters), logging.getLogger().level, random.getstate())\n"
        "import stance\n"
        "assert before == (list(warnings.filters), logging.getLogger().level, random.getstate())\n"
        "heavy = {'numpy', 'torch', 'sklearn', 'pandas', 'transformers', 'pydantic', 'typer', 'rich'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", source], check=True)


def test_the_package_is_typed() -> None:
    """Type checkers are told that the annotations are meant."""
    assert (_ROOT / "stance" / "py.typed").is_file()
