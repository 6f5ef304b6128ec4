"""Templates to HTML: everything escaped, hidden characters shown, nothing loaded, nothing run but our own lines."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.records import ClaimType
from stance.version import __version__
from stance.visible import visible

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")
KINDS = 8
"""Colours and underlines that tell claim types apart."""


def render(template: str, **values: Any) -> str:
    """One template with its values; a value that is missing is an error, one that is text is escaped."""
    return _environment().get_template(template).render(version=__version__, **values)


def page(template: str, **values: Any) -> str:
    """A whole page: style and script inside, and a policy that lets the browser run these and nothing else."""
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return render(template, style=style, script=script, policy=policy, **values)


def style() -> str:
    """The style sheet, for a fragment of a page that somebody else makes."""
    return _asset("report.css")


def kinds(labels: Iterable[str]) -> dict[str, int]:
    """A number from 0 to 7 for each label: the same for the types of the guide, in alphabetical order for others."""
    guide = [str(claim_type) for claim_type in ClaimType]
    found = set(labels)
    order = [*(guide if found & set(guide) else ()), *sorted(found - set(guide))]
    return {label: position % KINDS for position, label in enumerate(order)}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = lambda text: visible(str(text))
    environment.filters["share"] = lambda value: "" if value is None else f"{value:.2f}"
    return environment


@lru_cache(maxsize=2)
def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """How a content security policy names an inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
