"""The README of a model: what it learned, how well, and its limits."""

from __future__ import annotations

from typing import Any

from stance.modelcard import card
from stance.modelconfig import BundleConfig


def _config(**changes: Any) -> BundleConfig:
    values: dict[str, Any] = {
        "format": 1,
        "stance": "0.1.0",
        "encoder": {"kind": "hashing", "name": "hashing-8", "dim": 8, "path": None},
        "types": {"labels": ["goal", "a|b"], "multi_label": True, "thresholds": {"goal": 0.31}, "ngrams": False},
        "stances": None,
        "stance_types": None,
        "roles": None,
        "versions": {},
        "training": {},
        "scores": {},
    }
    return BundleConfig.model_validate(values | changes)


def test_card_opens_with_front_matter() -> None:
    """Licence, language and base model stand in front matter that model hubs read."""
    head = card(_config(training={"licence": "apache-2.0"})).split("---")[1]
    assert "license: apache-2.0\n" in head
    assert "base_model: hashing-8\n" in head
    assert "language: en\n" in head


def test_card_of_a_bare_model_says_what_is_not_known() -> None:
    """Without training data and scores it says so, and speaks of no roles or stances."""
    text = card(_config())
    assert "| sentences | not recorded |" in text
    assert "None were recorded." in text
    assert "*macro*" not in text
    assert "marks the words" not in text
    assert "stance of a claim:" not in text


def test_card_of_a_full_model() -> None:
    """Labels, roles, stances, thresholds, training and scores are there, a bar in a label is escaped."""
    text = card(
        _config(
            roles=["source", "cue"],
            stances=["oppose", "support"],
            stance_types=["goal"],
            encoder={"kind": "minilm", "name": "mini", "dim": 8, "path": "encoder"},
            training={"sentences": 40, "articles": 10, "examples": {"a|b": 7}, "fingerprint": "f00"},
            scores={"held out": {"a|b": {"precision": 50.0, "recall": 25.04, "f1": 33.3, "support": 7}}},
        )
    )
    assert "It marks the words for source, cue." in text
    assert "It says the stance of a claim: oppose, support." in text
    assert "| encoder | mini, adapted to the labels |" in text
    assert "| examples of a\\|b | 7 |" in text
    assert "| goal | 0.31 |" in text
    assert "| a\\|b | the most probable label |" in text
    assert "*macro* is the mean of the labels in its table" in text
    assert "### held out" in text
    assert "| a\\|b | 50.0 | 25.0 | 33.3 | 7 |" in text
    assert "never whether the\nclaim is true" in text


def test_card_names_the_data_and_its_own_limits() -> None:
    """Corpora with their licences stand under the training, limits of this model behind those of all."""
    data = [{"corpus": "local news", "sentences": 40, "licence": "CC BY 4.0"}, {"corpus": "letters"}]
    text = card(_config(training={"data": data, "limits": ["Headlines were not seen."]}))
    assert "| corpus | sentences | licence |\n| --- | --- | --- |\n| local news | 40 | CC BY 4.0 |\n" in text
    assert "| letters | not recorded | not recorded |\n\n| label | counts from probability |" in text
    assert text.endswith("labelled its data.\n\nHeadlines were not seen.\n")
