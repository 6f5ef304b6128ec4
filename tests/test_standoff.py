"""Labels without text, and back on the reader's own copy."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from stance.corpus.conll import read_conll
from stance.corpus.labels import Record, parse_object
from stance.corpus.standoff import join, sentence_hash, to_standoff
from stance.errors import InputError


def _write(tmp_path: Path, labelled: list[Record], change: str | None = None) -> tuple[Path, Path]:
    """A standoff file and a table with the articles' text."""
    texts: dict[str, str] = {}
    for record in labelled:
        text = texts.get(str(record.doc), "")
        texts[str(record.doc)] = text + " " * ((record.start or 0) - len(text)) + record.text
    labels = tmp_path / "labels.jsonl"
    labels.write_text("".join(json.dumps(to_standoff(record)) + "\n" for record in labelled), encoding="utf-8")
    table = tmp_path / "articles.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["url", "text"])
        for name, text in texts.items():
            writer.writerow([f"https://news.example/wiki/{name}", text.replace(change, "xxx") if change else text])
    return labels, table


def test_labels_come_back_whole(tmp_path: Path, labelled: list[Record]) -> None:
    """Stripped and joined again, every sentence has its text, claims and attributions as before."""
    joined = join(*_write(tmp_path, labelled))
    assert (joined.missing, joined.changed) == (0, 0)
    for before, after in zip(labelled, joined.records, strict=True):
        assert after.text == before.text
        assert after.speaker == before.speaker
        assert [(c.type, c.target_text, c.stance) for c in after.claims or ()] == [
            (c.type, c.target_text, c.stance) for c in before.claims or ()
        ]
        assert [(a.source_text, a.content) for a in after.attributions or ()] == [
            (a.source_text, a.content) for a in before.attributions or ()
        ]


@pytest.mark.parametrize(
    "labels",
    [
        {},
        {"labels": ["wet", "cold"]},
        {"labels": []},
        {"label": "wet"},
        {"claims": []},
        {"speaker": "Ann Poole", "speaker_text": "Poole"},
        {
            "claims": [{"type": "goal", "cue_text": "fell"}],
            "attributions": [{"source": "Poole", "content": ["Rain fell"]}],
        },
    ],
)
def test_every_kind_of_label_comes_back(labels: dict[str, Any], tmp_path: Path) -> None:
    """Plain labels stay plain, no labels stay none, and words without offsets are found again."""
    record = Record(doc="d", sentence=0, start=0, end=22, text="Rain fell, Poole said.", **labels)
    (after,) = join(*_write(tmp_path, [record])).records
    assert after.types == record.types
    values = after.model_dump(exclude_none=True)
    for part in (values, *values.get("claims", ()), *values.get("attributions", ())):
        for name in [name for name in part if name.endswith(("_start", "_end", "_spans"))]:
            del part[name]
    assert values == parse_object(record.model_dump(exclude_none=True), "x").model_dump(exclude_none=True)


def test_words_of_a_speaker_must_stand_there() -> None:
    """Words that are not in the sentence have no offsets, and the message says so."""
    record = Record(doc="d", sentence=3, start=0, end=5, text="Rain.", speaker="Ann", speaker_text="Poole")
    with pytest.raises(InputError, match="d: sentence 3: speaker_text 'Poole' does not stand in it; copy the exact"):
        to_standoff(record)


def test_explanations_do_not_leave_with_the_labels() -> None:
    """Words that carry a claim, and other people's sentences near to it, are no labels."""
    near = {"text": "Somebody else's sentence.", "labels": ["goal"], "similarity": 0.5}
    why = {"words": [{"text": "fell", "start": 5, "end": 9, "drop": 0.1}], "nearest": [near]}
    value = {"doc": "d", "start": 0, "end": 10, "text": "Rain fell.", "claims": [{"type": "goal", "explanation": why}]}
    assert to_standoff(parse_object(value, "x"))["claims"] == [{"type": "goal"}]


def test_standoff_labels_hold_no_text(labelled: list[Record]) -> None:
    """No sentence and no words of a claim stand in a standoff label."""
    for record in labelled:
        label = to_standoff(record)
        assert not {"text", "speaker_text", "title"} & label.keys()
        parts = [*label["claims"], *label.get("attributions", ())]
        assert all(not name.endswith("_text") and name != "content" for part in parts for name in part)


def test_changed_words_are_left_out(tmp_path: Path, labelled: list[Record]) -> None:
    """A sentence whose words differ from the labelled ones is counted, not labelled."""
    joined = join(*_write(tmp_path, labelled, change="accused"))
    assert joined.changed > 0
    assert len(joined.records) == len(labelled) - joined.changed


def test_no_article_at_all_is_an_error(tmp_path: Path, labelled: list[Record]) -> None:
    """A table of other articles gets a message, not an empty file."""
    labels, table = _write(tmp_path, labelled)
    table.write_text("url,text\nhttps://news.example/wiki/Other,Text.\n", encoding="utf-8")
    with pytest.raises(
        InputError,
        match=r"no sentence of .* is there \(40 without their article, 0 whose words have changed\); give the",
    ):
        join(labels, table)


def test_a_line_that_is_no_label_names_itself(tmp_path: Path, labelled: list[Record]) -> None:
    """A record with its text where a label without one is expected is refused by line."""
    labels, table = _write(tmp_path, labelled)
    labels.write_text('{"text": "x"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"labels\.jsonl:1: no standoff label"):
        join(labels, table)


def test_offsets_are_needed() -> None:
    """A record without a place in its article cannot be standoff."""
    with pytest.raises(InputError, match="need start and end"):
        to_standoff(Record(text="They lied.", claims=[]))


def test_hash_ignores_white_space() -> None:
    """Line ends that differ between copies change no hash."""
    assert sentence_hash("They \n lied.") == sentence_hash("They lied.") != sentence_hash("They died.")


def test_conll_tokens_become_text(tmp_path: Path) -> None:
    """Quotation marks, hyphens, brackets and marks are spaced as in print."""
    path = tmp_path / "GUM_news_x.conll"
    tokens = 'The " quasi - state " ( KCNA ) said , " it \'s so " .'.split()
    lines = "".join(f"{i}\t{token}\t_\n" for i, token in enumerate(tokens))
    path.write_text(f"# begin document\n{lines}", encoding="utf-8")
    assert read_conll(path) == 'The "quasi-state" (KCNA) said, "it\'s so".'
