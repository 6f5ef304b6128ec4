"""The README of a model directory: what it is for, what it learned from, how well, and what it cannot do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stance.modelconfig import BundleConfig

_CARD = """\
---
license: {licence}
language: en
library_name: stance
pipeline_tag: text-classification
tags: [claim-detection, stance, attribution, news]
base_model: {base}
---

# A `stance` model

Made by stance {version} (model format {format}). It reads English news sentences and says which of these labels hold:
{labels}.{roles}{stances}

## Use

    stance predict article.txt --model THIS_FOLDER

Meant for studying what is claimed in news, by whom and about whom. It says what a sentence claims, never whether the
claim is true. It is not meant for judging people, and its output on a single sentence is a suggestion, not a finding.

## Training

{training}

{data}{thresholds}

## Scores

{scores}

## Limits

English only. Scores hold for text like the training data; other outlets, years and topics may do worse. Sources are
resolved inside one article. A model learns the habits of those who labelled its data.{limits}
"""

_MACRO = """\
In percent; *macro* is the mean of the labels in its table. A label that is found in sentences without an example of it
has F1 0 and lowers the mean; one that is not found there either is left out of the table of a part."""


def card(config: BundleConfig) -> str:
    """The model card, Markdown with Hugging Face front matter."""
    training = config.training
    rows = [
        ("encoder", config.encoder.name + (", adapted to the labels" if config.encoder.path else "")),
        ("sentences", training.get("sentences", "not recorded")),
        ("articles", training.get("articles", "not recorded")),
        *((f"examples of {label}", count) for label, count in training.get("examples", {}).items()),
        ("fingerprint of the data", training.get("fingerprint", "not recorded")),
    ]
    cuts = [(label, config.types.thresholds.get(label, "the most probable label")) for label in config.types.labels]
    return _CARD.format(
        licence=training.get("licence", "other"),
        base=config.encoder.name,
        version=config.stance,
        format=config.format,
        labels=", ".join(config.types.labels),
        roles=f" It marks the words for {', '.join(config.roles)}." if config.roles else "",
        stances=f" It says the stance of a claim: {', '.join(config.stances)}." if config.stances else "",
        training=_table(("what", "value"), rows),
        data=_data(training.get("data", [])),
        thresholds=_table(("label", "counts from probability"), cuts),
        scores="\n\n".join([_MACRO, *(_scores(name, table) for name, table in config.scores.items())])
        if config.scores
        else "None were recorded.",
        limits="".join(f"\n\n{limit}" for limit in training.get("limits", [])),
    )


def _data(corpora: Sequence[dict[str, object]]) -> str:
    """The corpora that were learned from, with a blank line behind; nothing where the recipe names none."""
    if not corpora:
        return ""
    head = ("corpus", "sentences", "licence")
    return _table(head, [[corpus.get(part, "not recorded") for part in head] for corpus in corpora]) + "\n\n"


def _scores(name: str, table: dict[str, dict[str, float]]) -> str:
    """One table of scores in percent; macro is the mean of its labels."""
    rows = [
        (label, *(f"{row[measure]:.1f}" for measure in ("precision", "recall", "f1")), int(row["support"]))
        for label, row in table.items()
    ]
    return f"### {name}\n\n{_table(('label', 'precision', 'recall', 'F1', 'examples'), rows)}"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; a bar in a label is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
