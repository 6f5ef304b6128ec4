"""News articles by the thousand, made up from a seed: names, claims, quotations, plain reports."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_NAMES = (
    "Ilse Brandt|Tomas Vero|Renata Okafor|Clay Bittner|Amina Sorel|Piotr Halvorsen|Grace Lindqvist|Omar Teller|"
    "Nadia Kovac|Samuel Ferreira"
).split("|")
_GROUPS = "the union|the ministry|the council|the port authority|the opposition|the water board|the mill".split("|")
_SENTENCES = (
    "{name} accused {group} of hiding the report on {thing}.",
    "{other} said the goal was to keep {thing} open until {year}.",
    "“{Group} had no choice because {thing} was failing,” {name} said.",
    "{Group} will vote on {thing} in {year}.",
    "In order to save {thing}, {group} wants to raise {number} million.",
    "About {number} people live near {thing}.",
    "“We will not pay for {thing},” she added.",
    "Rain fell over {thing} for {number} days.",
)
_THINGS = "the bridge|the old dam|the night ferry|the tram line|the school roof|the harbour wall".split("|")


def articles(count: int, *, seed: int = 0, sentences: tuple[int, int] = (3, 9)) -> Iterator[dict[str, Any]]:
    """So many articles in the input form, the same for the same seed."""
    draw = random.Random(seed)
    for number in range(count):
        lines = [_sentence(draw) for _ in range(draw.randint(*sentences))]
        day = f"2026-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        yield {"id": f"a{number:07}", "text": " ".join(lines), "title": lines[0][:40], "date": day}


def write_articles(path: Path, count: int, **options: Any) -> Path:
    """The articles as a JSONL file."""
    with path.open("w", encoding="utf-8") as file:
        for article in articles(count, **options):
            file.write(json.dumps(article, ensure_ascii=False) + "\n")
    return path


def _sentence(draw: random.Random) -> str:
    name, other = draw.sample(_NAMES, 2)
    group = draw.choice(_GROUPS)
    return draw.choice(_SENTENCES).format(
        name=name,
        other=other,
        group=group,
        Group=group[0].upper() + group[1:],
        thing=draw.choice(_THINGS),
        year=draw.randint(2027, 2040),
        number=draw.randint(2, 900),
    )
