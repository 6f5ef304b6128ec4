"""Labels without text, and back on the reader's own copy."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from stance.corpus.conll import read_conll
from stance.corpus.labels import Record
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
    with pytest.raises(InputError, match="none of the articles"):
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
