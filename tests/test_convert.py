"""Labels from tool to tool: shapes as the tools write them, offsets as they count them, and round trips."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stance.corpus.brat import file_stems
from stance.corpus.convert import Converted, convert
from stance.corpus.labels import Record, parse_object, to_json
from stance.corpus.read import labelled_records
from stance.corpus.units import from_units, read_span, to_units
from stance.errors import ConfigError, InputError, LabelError, OutputError

EMOJI = "🔥 Ann Poole said the council lied."
"""An astral character, one for Python and two for JavaScript, before every label."""


_CELLS = st.text(max_size=6) | st.sampled_from(
    ["-1", "+1", "- no", "'We lost'", "''", "'", "=a", "a\rb", '"', "a\r\nb"]
)
_LABELS = _CELLS.map(str.strip).filter(lambda label: label != "" and "|" not in label)


def _astral() -> Record:
    """One claim with source, cue, content and target behind an emoji."""
    place = {"source": "Ann Poole", "source_text": "Ann Poole", "source_start": 2, "source_end": 11}
    said = {**place, "cue_text": "said", "cue_start": 12, "cue_end": 16}
    content = {"content": ["the council lied"], "content_spans": [[17, 33]]}
    target = {"target": "council", "target_text": "the council", "target_start": 17, "target_end": 28}
    claim = {"type": "accusation", **place, "cue_text": "lied", "cue_start": 29, "cue_end": 33, **target}
    values = {"doc": "d", "sentence": 0, "start": 0, "end": 34, "text": EMOJI, "speaker": "Ann Poole"}
    values |= {"speaker_text": "Ann Poole", "paragraph": 0, "claims": [{**claim, "stance": "oppose"}]}
    return parse_object({**values, "attributions": [{**said, **content}]}, "here")


def _jsonl(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _converted(source: Path, form: str) -> list[Record]:
    """The records that a file of another form gives."""
    output = source.parent / "converted.jsonl"
    convert(source, output, from_form=form, to_form="records")
    return list(labelled_records(output))


def _values(record: Record) -> dict[str, Any]:
    """Without what is not set, and claims in a fixed order."""
    values = record.model_dump(mode="json", exclude_none=True)
    return values | {name: sorted(values[name], key=str) for name in ("claims", "attributions") if name in values}


def _words(record: Record) -> dict[str, Any]:
    """What a record says, without the offsets of its words, which conversion adds."""
    values = _values(record)
    for part in values.get("claims", []) + values.get("attributions", []):
        for name in [name for name in part if name.endswith(("_start", "_end", "_spans"))]:
            del part[name]
    return values


@pytest.mark.parametrize(
    ("form", "name"), [("label-studio", "a.json"), ("prodigy", "a.jsonl"), ("brat", "brat"), ("markup", "a.txt")]
)
def test_round_trip_keeps_every_label(form: str, name: str, labelled_path: Path, tmp_path: Path) -> None:
    """Claims, attributions, speakers, names and stances come back from every form that can hold them."""
    convert(labelled_path, tmp_path / name, to_form=form)
    again = {(record.doc, record.sentence): record for record in _converted(tmp_path / name, form)}
    for record in labelled_records(labelled_path):
        found = _words(again.pop((record.doc, record.sentence)))
        assert found | {"paragraph": 0} == _words(record) | {"paragraph": 0}
    assert not again


@pytest.mark.parametrize(
    ("form", "name"), [("label-studio", "a.json"), ("prodigy", "a.jsonl"), ("brat", "brat"), ("markup", "a.txt")]
)
def test_round_trip_behind_an_astral_character(form: str, name: str, tmp_path: Path) -> None:
    """Offsets behind an emoji come back as characters."""
    source = tmp_path / "labels.jsonl"
    source.write_text(to_json(_astral()) + "\n", encoding="utf-8")
    convert(source, tmp_path / name, to_form=form)
    (again,) = _converted(tmp_path / name, form)
    expected = _values(_astral())
    if form == "markup":  # it keeps the words of a claim, and finds them again when they are needed
        assert _words(again) == _words(_astral())
    else:
        assert _values(again) == expected


def test_doccano_counts_units_and_keeps_no_names(tmp_path: Path) -> None:
    """Behind an emoji doccano's offsets are one more; names become the words in the text."""
    source = tmp_path / "labels.jsonl"
    source.write_text(to_json(_astral()) + "\n", encoding="utf-8")
    convert(source, tmp_path / "d.jsonl", to_form="doccano")
    row = json.loads((tmp_path / "d.jsonl").read_text(encoding="utf-8"))
    assert {"id": 1, "label": "source", "start_offset": 3, "end_offset": 12} in row["entities"]
    (again,) = _converted(tmp_path / "d.jsonl", "doccano")
    (claim,) = again.claims or ()
    assert (claim.source_text, claim.cue_text, claim.target_text) == ("Ann Poole", "lied", "the council")
    assert (claim.source_start, claim.target_end) == (2, 28)
    assert (claim.target, claim.stance) == ("the council", None)
    (said,) = again.attributions or ()
    assert (said.source, said.cue_text, said.content_spans) == ("Ann Poole", "said", [[17, 33]])


def test_label_studio_export_of_ones_own_project(tmp_path: Path) -> None:
    """Choices, regions with and without their words, old and new offsets, relations, skipped annotations."""
    regions = [
        {"id": "a", "type": "labels", "value": {"start": 2, "end": 11, "labels": ["Source"]}},
        {"id": "b", "type": "labels", "value": {"start": 13, "end": 17, "text": "said", "labels": ["Cue"]}},
        {
            "id": "c",
            "type": "labels",
            "value": {"start": 17, "end": 34, "text": "the council lied.", "labels": ["Content"]},
        },
        {"type": "relation", "from_id": "b", "to_id": "a", "direction": "right", "labels": []},
        {"id": "x", "type": "choices", "from_name": "type", "value": {"choices": ["accusation"]}},
    ]
    tasks = [
        {"id": 1, "data": {"text": EMOJI}, "annotations": [{"was_cancelled": True}, {"result": regions}]},
        {"id": 2, "data": {"text": "Rain fell."}, "annotations": [], "predictions": [{"result": regions[4:]}]},
    ]
    path = tmp_path / "export.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    first, second = _converted(path, "label-studio")
    (said,) = first.attributions or ()
    assert (said.source, said.cue_text, said.cue_start, said.content) == (
        "Ann Poole",
        "said",
        12,
        ["the council lied."],
    )
    assert first.types == {"accusation"}
    assert (first.speaker, first.speaker_text) == ("Ann Poole", "Ann Poole")
    assert (second.types, second.claims) == (None, None)


def test_doccano_exports_of_every_kind_of_project(tmp_path: Path) -> None:
    """Labels of texts, spans as triples, and entities with relations."""
    (plain,) = _converted(_jsonl(tmp_path / "a.jsonl", [{"id": 1, "text": "Rain.", "label": ["wet", "x"]}]), "doccano")
    assert plain.labels == ["wet", "x"]
    rows = [{"text": "Rain.", "label": ["wet"]}, {"text": "Sun.", "label": ["dry"]}]
    assert [record.label for record in _converted(_jsonl(tmp_path / "b.jsonl", rows), "doccano")] == ["wet", "dry"]
    (spans,) = _converted(_jsonl(tmp_path / "c.jsonl", [{"text": EMOJI, "label": [[3, 13, "Source"]]}]), "doccano")
    assert spans.attributions == []
    entities = [
        {"id": 7, "label": "Cue", "start_offset": 13, "end_offset": 17},
        {"id": 9, "label": "Source", "start_offset": 3, "end_offset": 12},
    ]
    row = {"text": EMOJI, "entities": entities, "relations": [{"id": 1, "from_id": 7, "to_id": 9, "type": "by"}]}
    (linked,) = _converted(_jsonl(tmp_path / "d.jsonl", [row]), "doccano")
    (said,) = linked.attributions or ()
    assert (said.source_text, said.cue_text) == ("Ann Poole", "said")


def test_prodigy_answers(tmp_path: Path) -> None:
    """An ignored row is left out, a rejected label is no label, accepted ones are."""
    rows = [
        {"text": "Rain.", "label": "wet", "answer": "accept", "meta": {"doc": "d", "pattern": 3}},
        {"text": "Sun.", "label": "wet", "answer": "reject"},
        {"text": "Fog.", "label": "wet", "answer": "ignore"},
        {"text": "Hail.", "accept": ["wet", "cold"], "answer": "accept"},
        {"text": "Snow.", "spans": [{"start": 0, "end": 4, "label": "Cue"}], "answer": "reject"},
    ]
    found = _converted(_jsonl(tmp_path / "a.jsonl", rows), "prodigy")
    expected = [("Rain.", {"wet"}), ("Sun.", set()), ("Hail.", {"wet", "cold"})]
    assert [(record.text, record.types) for record in found] == expected
    assert found[0].doc == "d"


def test_prodigy_relations_point_at_spans(tmp_path: Path) -> None:
    """A relation knows its spans by their places."""
    cue, source = {"start": 12, "end": 16, "label": "CUE"}, {"start": 2, "end": 11, "label": "SOURCE"}
    row = {"text": EMOJI, "spans": [cue, source], "answer": "accept"}
    row["relations"] = [{"head": 3, "child": 1, "head_span": cue, "child_span": source, "label": "BY"}]
    (record,) = _converted(_jsonl(tmp_path / "a.jsonl", [row]), "prodigy")
    (said,) = record.attributions or ()
    assert (said.source_text, said.cue_text) == ("Ann Poole", "said")


def _brat(folder: Path, text: str, ann: str) -> Path:
    (folder / "a.txt").write_text(text, encoding="utf-8")
    (folder / "a.ann").write_text(ann, encoding="utf-8")
    return folder / "a.ann"


def test_brat_events_discontinuous_marks_and_notes(tmp_path: Path) -> None:
    """Events with roles, marks in pieces, attributes and notes, over sentences that nobody marked."""
    text = "Rain fell. “We won,” Poole said, “for good. It is over.”"
    ann = (
        "T1\tSource 21 26\tPoole\nT2\tCue 27 31\tsaid\n"
        "T3\tContent 12 19;34 43;44 55\tWe won, for good. It is over.\n"
        "T4\tAttribution 27 31\tsaid\nE1\tAttribution:T4 Source:T1 Cue:T2 Content:T3\n"
        "#1\tAnnotatorNotes T1\tAnn Poole\nA1\tNegation E1\n"
    )
    found = _converted(_brat(tmp_path, text, ann), "brat")
    assert [record.text for record in found] == ["Rain fell.", "“We won,” Poole said, “for good.", "It is over.”"]
    assert [record.types for record in found] == [None, None, None]
    (said,) = found[1].attributions or ()
    assert (said.source, said.source_text, said.content) == ("Ann Poole", "Poole", ["We won,", "for good."])
    (on,) = found[2].attributions or ()
    assert (on.source, on.source_text, on.content) == ("Ann Poole", None, ["It is over."])
    assert [record.speaker for record in found] == [None, "Ann Poole", "Ann Poole"]


def test_brat_claims_make_other_sentences_negative(tmp_path: Path) -> None:
    """Where claims are marked, a sentence without one has none; the words of a mark tell what was counted."""
    text = "🔥 They lied. Rain fell."
    found = _converted(_brat(tmp_path, text, "T1\taccusation 8 12\tlied\nA1\tStance T1 oppose\n"), "brat")
    (claim,) = found[0].claims or ()
    assert (claim.type, claim.cue_text, claim.cue_start, claim.stance) == ("accusation", "lied", 7, "oppose")
    assert found[1].claims == []


def test_brat_relations_may_point_anywhere(tmp_path: Path) -> None:
    """Relations with sentences, events or marks that are not there say nothing of sources."""
    ann = "T1\tSentence 0 10\tRain fell.\nT2\tCue 0 4\tRain\nR1\tin Arg1:T2 Arg2:T1\n"
    ann += "R2\tin Arg1:T2 Arg2:T9\n*\tEquiv T1 T2\n"
    (record,) = _converted(_brat(tmp_path, "Rain fell.", ann), "brat")
    assert [(said.cue_text, said.source) for said in record.attributions or ()] == [("Rain", None)]


@pytest.mark.parametrize("line", ["T1\tSource", "T1\tSource a b\tx", "R1\tby Arg1:T1", "#1\tAnnotatorNotes\tx"])
def test_a_broken_line_of_brat_is_told(line: str, tmp_path: Path) -> None:
    """File and line are in the message."""
    with pytest.raises(LabelError, match=r"a\.ann:2: .* is no line of brat's standoff format"):
        _converted(_brat(tmp_path, "Rain fell.", f"T2\tCue 0 4\tRain\n{line}\n"), "brat")


def test_brat_needs_its_text(tmp_path: Path) -> None:
    """An annotation without text, or a folder without annotations, is refused."""
    (tmp_path / "b.ann").write_text("T1\tCue 0 4\tRain\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"no b\.txt beside it"):
        _converted(tmp_path / "b.ann", "brat")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"no \.ann file in this folder"):
        _converted(tmp_path / "empty", "brat")


def test_brat_has_no_place_for_plain_labels(tmp_path: Path) -> None:
    """Labels without a claim are not dropped without a word; a sentence without any is a sentence."""
    source = _jsonl(
        tmp_path / "a.jsonl", [{"doc": "d", "text": "a", "labels": []}, {"doc": "d", "text": "b", "label": "x"}]
    )
    with pytest.raises(LabelError, match=r"sentence 1 of d: plain labels, which brat cannot hold; convert to \.csv or"):
        convert(source, tmp_path / "brat", to_form="brat")
    assert not (tmp_path / "brat").exists()


def test_article_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    """Names of articles become harmless file names, all different."""
    rows = [{"doc": doc, "text": "Rain fell.", "claims": []} for doc in ("../a", "__/a", "A b")]
    convert(_jsonl(tmp_path / "a.jsonl", rows), tmp_path / "deep" / "brat", to_form="brat")
    assert sorted(path.name for path in (tmp_path / "deep" / "brat").glob("*.txt")) == [
        "A_b.txt",
        "___a.txt",
        "___a_2.txt",
    ]
    names = ["news_3", "News", "news", "news_3_3"]
    assert len({stem.casefold() for stem in file_stems(names).values()}) == len(names)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "deep"]


def test_marks_outside_their_text_are_refused(tmp_path: Path) -> None:
    """An offset past the end is told, with the likely reason."""
    row = {"text": "Rain.", "spans": [{"start": 2, "end": 9, "label": "cue"}], "answer": "accept"}
    with pytest.raises(LabelError, match=r"a\.jsonl:1: cue \[2, 9\) lies outside the text \(5 characters\)"):
        _converted(_jsonl(tmp_path / "a.jsonl", [row]), "prodigy")


def test_white_space_around_a_mark_is_left_out(tmp_path: Path) -> None:
    """What the mouse took too much of is trimmed; a mark of spaces alone is none."""
    spans = [{"start": 3, "end": 9, "label": "cue"}, {"start": 4, "end": 5, "label": "source"}]
    (record,) = _converted(_jsonl(tmp_path / "a.jsonl", [{"text": "The  man left.", "spans": spans}]), "prodigy")
    (said,) = record.attributions or ()
    assert (said.cue_text, said.source_text) == ("man", None)


def test_table_round_trip(tmp_path: Path) -> None:
    """Labels go to a table and back; rows without labels are left out, and counted."""
    rows = [
        {"doc": "d", "sentence": 0, "text": "a, b\nc", "labels": ["x", "y"]},
        {"text": "=1+1", "labels": []},
        {"text": "no labels"},
    ]
    source = _jsonl(tmp_path / "a.jsonl", rows)
    assert convert(source, tmp_path / "a.tsv", csv_raw=True) == Converted(3, 1)
    again = _converted(tmp_path / "a.tsv", "table")
    assert [_values(record) for record in again] == rows[:2]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.parquet"])
@given(cells=st.lists(st.tuples(_CELLS.filter(str.strip), _LABELS), min_size=1, max_size=4))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tables_come_back(name: str, cells: list[tuple[str, str]], tmp_path: Path) -> None:
    """Texts and labels that begin like formulas, or hold quotation marks and line ends, are read as they were."""
    source = _jsonl(tmp_path / "a.jsonl", [{"text": text, "label": label} for text, label in cells])
    convert(source, tmp_path / name)
    before, again = _converted(source, "records"), _converted(tmp_path / name, "table")
    assert [(record.text, record.label) for record in again] == [(record.text, record.label) for record in before]
    assert [record.text for record in again] == [text for text, _ in cells]


def test_parquet_is_parquet(tmp_path: Path) -> None:
    """A table under a Parquet name holds text and labels, with what the articles have of title, date and outlet."""
    rows = [{"doc": "d", "sentence": 3, "text": "a", "labels": ["x", "y"], "title": "T"}, {"text": "b", "labels": []}]
    assert convert(_jsonl(tmp_path / "a.jsonl", rows), tmp_path / "a.parquet") == Converted(2)
    again = _converted(tmp_path / "a.parquet", "table")
    assert [_values(record) for record in again] == rows


def test_table_cells_do_not_run(tmp_path: Path) -> None:
    """Cells that a spreadsheet would run get an apostrophe, unless asked otherwise."""
    source = _jsonl(tmp_path / "a.jsonl", [{"text": "=1+1", "label": "x"}, {"text": "b", "label": "@y"}])
    convert(source, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["text", "label"], ["'=1+1", "x"], ["b", "'@y"]]


def test_forms_and_labels_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    """An unknown form, a suffix of none, a separator in a label, a file where a folder is needed."""
    source = _jsonl(tmp_path / "a.jsonl", [{"text": "Rain.", "labels": ["a|b"]}])
    with pytest.raises(ConfigError, match='unknown form "xml"; expected one of records, table'):
        convert(source, tmp_path / "b", to_form="xml")
    with pytest.raises(ConfigError, match=r"b\.xml: no form has this suffix; give --from or --to"):
        convert(source, tmp_path / "b.xml")
    with pytest.raises(LabelError, match="which parts labels in a table"):
        convert(source, tmp_path / "b.csv")
    with pytest.raises(OutputError, match="brat's files need a folder"):
        convert(_jsonl(tmp_path / "c.jsonl", [{"text": "Rain."}]), source, to_form="brat")
    with pytest.raises(LabelError, match=r"a\.jsonl:1: entities"):
        convert(_jsonl(source, [{"text": "x", "entities": [{"id": 1}]}]), tmp_path / "b.jsonl", from_form="doccano")
    with pytest.raises(InputError, match="where an array of tasks was expected"):
        convert(source, tmp_path / "b.jsonl", from_form="label-studio")


@given(st.text(alphabet="aé🔥 \U0001f9d1\u200d", max_size=12), st.integers(0, 12))
def test_units_and_characters_agree(text: str, offset: int) -> None:
    """Every offset survives the way to UTF-16 units and back; units are those of the encoding."""
    offset = min(offset, len(text))
    units = to_units(text, offset)
    assert units == len(text[:offset].encode("utf-16-le")) // 2
    assert from_units(text, units) == offset
    assert from_units(text, units + 100) > len(text) or not text


def test_words_decide_what_was_counted() -> None:
    """Where a tool repeats the words, they decide; where it does not, its habit does."""
    assert read_span("🔥 lied lie", 2, 5, "lie", utf16=True) == (2, 5)
    assert read_span("🔥 lied", 3, 7, "lied", utf16=False) == (2, 6)
    assert read_span("🔥 lied", 3, 7, None, utf16=True) == (2, 6)
    assert read_span("🔥 lied", 2, 6, None, utf16=False) == (2, 6)
