"""Labelled sentences from files of every form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stance.corpus.labelled import labelled_records, labelled_rows, read_labelled, unread_columns
from stance.corpus.labels import Record
from stance.errors import InputError, LabelError


def _write(path: Path, content: str) -> Path:
    path.write_bytes(content.encode())
    return path


def test_exchange_form(labelled_path: Path, labelled: list[Record]) -> None:
    """JSON lines give their records in order, blank lines count for nothing but the numbers."""
    assert list(read_labelled(labelled_path)) == labelled


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'text,label,doc,x\n"One, two.", up ,d,1\nThree.,down,,2\n'),
        ("a.tsv", "label\ttext\tdoc\nup\tOne, two.\td\ndown\tThree.\t\n"),
        ("a.jsonl", '{"text": "One, two.", "label": "up", "doc": "d"}\n\n{"text": "Three.", "label": "down"}\n'),
    ],
)
def test_one_label_a_sentence(name: str, content: str, tmp_path: Path) -> None:
    """A table with text and label, or records with a label, give the same sentences."""
    found = list(read_labelled(_write(tmp_path / name, content)))
    assert found == [Record(text="One, two.", label="up", doc="d"), Record(text="Three.", label="down")]


def test_several_labels_a_sentence(tmp_path: Path) -> None:
    """Labels in one cell are parted by a bar; an empty cell is a sentence without any."""
    path = _write(tmp_path / "a.csv", "labels,text\n up | new ,One.\n,Two.\n|,Three.\n")
    assert [record.labels for record in read_labelled(path)] == [["up", "new"], [], []]


def test_parquet(tmp_path: Path) -> None:
    """Lists, numbers and missing values of a Parquet file are labels too."""
    pandas = pytest.importorskip("pandas")
    pandas.DataFrame({"text": ["a", "b", "c"], "labels": [["x", "y"], [], None]}).to_parquet(tmp_path / "a.parquet")
    assert [record.labels for record in read_labelled(tmp_path / "a.parquet")] == [["x", "y"], [], []]
    pandas.DataFrame({"text": ["a", "b"], "label": [0, 1]}).to_parquet(tmp_path / "b.parquet")
    assert [record.label for record in read_labelled(tmp_path / "b.parquet")] == ["0", "1"]
    pandas.DataFrame({"text": ["a"], "labels": [[0, 2]]}).to_parquet(tmp_path / "c.parquet")
    assert [record.labels for record in read_labelled(tmp_path / "c.parquet")] == [["0", "2"]]


def test_sheet_as_a_spreadsheet_saves_it(tmp_path: Path) -> None:
    """Blank rows and columns without a name behind the last count for nothing, and tabs part cells too."""
    path = _write(tmp_path / "a.csv", "text\tlabels\t\t\nOne.\tup\t\t\nTwo.\t\t\t\n\t\t\t\n")
    assert [record.labels for record in read_labelled(path)] == [["up"], []]


def test_wrong_header_is_one_problem(tmp_path: Path) -> None:
    """Columns of other names are told once, not for each row."""
    path = _write(tmp_path / "a.csv", "Sentence,Code\nOne.,up\nTwo.,down\n")
    assert [line for line, _ in labelled_rows(path)] == [1]


def test_files_and_records_together(tmp_path: Path) -> None:
    """One file, several files, and records as they are, in the order given."""
    path = _write(tmp_path / "a.csv", "text,label\nOne.,up\n")
    own = Record(text="Two.", label="down")
    assert [record.text for record in labelled_records(path)] == ["One."]
    assert [record.text for record in labelled_records(str(path))] == ["One."]
    assert [record.text for record in labelled_records([own, path, str(path)])] == ["Two.", "One.", "One."]


def test_dicts_are_records() -> None:
    """Values of the exchange form are read as a file's would be, one or several; anything else is told."""
    value: dict[str, Any] = {"text": "Two.", "claims": [{"type": "goal"}]}
    assert [record.types for record in labelled_records([value, {"text": "a", "label": "x"}])] == [{"goal"}, {"x"}]
    assert [record.text for record in labelled_records(value)] == ["Two."]
    with pytest.raises(LabelError, match="record 1: text: Input should be a valid string"):
        list(labelled_records([value, {"text": 5}]))
    with pytest.raises(LabelError, match='record 0: unknown claim type "gaol"'):
        list(labelled_records([{"text": "a", "claims": [{"type": "gaol"}]}]))
    for odd in (5, [None]):
        with pytest.raises(InputError, match=r"are files, records, dicts or a DataFrame; found (int|NoneType)"):
            list(labelled_records(odd))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "text,label\na,x\nb,\n", r"a\.csv:3: empty label; give one, or call the column labels"),
        ("a.csv", "text,label\n ,x\n", r"a\.csv:2: no text; give the sentence, or remove the row"),
        ("a.csv", "text,label,labels\na,x,y\n", r"a\.csv:1: columns label and labels together; keep one"),
        ("a.csv", "text,id\na,x\n", r"a\.csv:1: columns text, id; expected text and label \(or labels, a\|b\)"),
        ("a.csv", "text,label,sentence\na,x,S1\n", r'a\.csv:2: sentence "S1" is no whole number; number the sentences'),
        ("a.csv", "body,label\na,x\n", r"a\.csv:1: columns body, label; expected text and label .+: rename those"),
        ("a.jsonl", '{"text": "a"}\n{"text": 1}\n', r"a\.jsonl:2: text: Input should be a valid string"),
        (
            "a.jsonl",
            '{"text": "a", "claims": [{"type": "acusation"}]}\n',
            r'a\.jsonl:1: unknown claim type "acusation" \(accusation, just.+\); did you mean "accusation"\?',
        ),
    ],
)
def test_bad_label(name: str, content: str, message: str, tmp_path: Path) -> None:
    """A bad label names file, line and mend."""
    with pytest.raises(LabelError, match=message):
        list(read_labelled(_write(tmp_path / name, content)))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", "a", r"a\.txt: labelled sentences come as \.jsonl, \.csv, \.tsv or \.parquet"),
        ("a.jsonl", '{"text": "' + "x" * (9 << 20) + '"}', r"a\.jsonl:1: a line of more than 8,388,608 bytes"),
        ("a.csv", "text,label\na,x,y\n", r"a\.csv:2: 3 fields, where the header has 2"),
    ],
)
def test_bad_file(name: str, content: str, message: str, tmp_path: Path) -> None:
    """What cannot be read at all is an input error."""
    with pytest.raises(InputError, match=message):
        list(read_labelled(_write(tmp_path / name, content)))


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """A path without a file, and a folder, are told."""
    with pytest.raises(InputError, match=r"none\.jsonl: no such file"):
        list(read_labelled(tmp_path / "none.jsonl"))
    (tmp_path / "f.jsonl").mkdir()
    with pytest.raises(InputError, match=r"f\.jsonl: a folder, where a file was expected"):
        list(read_labelled(tmp_path / "f.jsonl"))


def test_rows_come_with_their_errors(tmp_path: Path) -> None:
    """A checker gets every row under its line number, the bad ones as what is wrong with them."""
    path = _write(tmp_path / "a.jsonl", '{"text": "a"}\n\nno\n{"text": "b"}\n')
    found = dict(labelled_rows(path))
    assert list(found) == [1, 3, 4]
    assert isinstance(found[3], LabelError)
    assert str(found[3]).startswith(f"{path}:3: not a JSON object")


def test_tables_keep_the_numbers_of_sentences(tmp_path: Path) -> None:
    """Numbers stay, also as a column with gaps has them; so do columns that are cased otherwise."""
    path = _write(tmp_path / "a.csv", "Doc,Sentence,Text,LABELS\nd,4,One.,x\nd,2.0,Two.,\nd,,Three.,\n")
    assert list(read_labelled(path)) == [
        Record(text="One.", labels=["x"], doc="d", sentence=4),
        Record(text="Two.", labels=[], doc="d", sentence=2),
        Record(text="Three.", labels=[], doc="d"),
    ]
    pandas = pytest.importorskip("pandas")
    assert list(labelled_records(pandas.read_csv(path))) == list(read_labelled(path))


def test_unread_columns(tmp_path: Path) -> None:
    """Columns of a table that records have no place for; other files have none."""
    assert unread_columns(_write(tmp_path / "a.csv", "Doc,coder,text,label,,year\nd,c,a,x,,1\n")) == ["coder", "year"]
    assert unread_columns(_write(tmp_path / "a.jsonl", '{"text": "a"}\n')) == []


def test_unread_columns_of_records(tmp_path: Path) -> None:
    """Records in a Parquet file keep all of their columns."""
    pandas = pytest.importorskip("pandas")
    pandas.DataFrame({"text": ["a"], "start": [0], "claims": [[]]}).to_parquet(tmp_path / "records.parquet")
    assert unread_columns(tmp_path / "records.parquet") == []


def test_data_frame() -> None:
    """A DataFrame is read as a file with its columns would be; missing values are none, and rows have numbers."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"text": ["a", "b", "c"], "labels": ["x|y", None, ["z"]], "doc": [1, 2, None], 7: [1, 2, 3]}
    )
    assert list(labelled_records(frame)) == [
        Record(text="a", labels=["x", "y"], doc="1"),
        Record(text="b", labels=[], doc="2"),
        Record(text="c", labels=["z"]),
    ]
    full = pandas.DataFrame([{"text": "a", "doc": "d", "sentence": 0, "claims": []}, {"text": "b", "claims": []}])
    assert [record.doc for record in labelled_records(full.iloc[:1])] == ["d"]
    with pytest.raises(LabelError, match="row 0 of the DataFrame: columns text; expected text and label"):
        list(labelled_records(frame[["text"]]))
    with pytest.raises(LabelError, match="row 1 of the DataFrame: empty label"):
        list(labelled_records(pandas.DataFrame({"text": ["a", "b"], "label": ["x", None]})))


def test_lists_in_cells_are_lists_whatever_holds_them(tmp_path: Path) -> None:
    """Arrays, which pandas makes of the lists in a Parquet file, and tuples and sets are lists; records are records."""
    pandas = pytest.importorskip("pandas")
    pandas.DataFrame({"text": ["a", "b"], "labels": [["x", "y"], []]}).to_parquet(tmp_path / "a.parquet")
    expected = [Record(text="a", labels=["x", "y"]), Record(text="b", labels=[])]
    assert list(labelled_records(pandas.read_parquet(tmp_path / "a.parquet"))) == expected
    for given in (("x", "y"), {"x", "y"}):
        (found,) = labelled_records(pandas.DataFrame({"text": ["a"], "labels": [given]}))
        assert found == expected[0]
    goal = {"type": "goal", "source": "union", "target": None}
    rows = [{"text": "a", "doc": "d", "sentence": 0, "claims": [goal]}, {"text": "b", "claims": []}]
    path = tmp_path / "records.parquet"
    pandas.DataFrame(rows).to_parquet(path)
    for read in (labelled_records(pandas.read_parquet(path)), read_labelled(path)):
        assert [(record.text, record.types) for record in read] == [("a", {"goal"}), ("b", set())]


def test_table_of_claims_is_no_label_file(tmp_path: Path) -> None:
    """What predict wrote as a table lacks the sentences without a claim, and the message says what to give."""
    path = _write(tmp_path / "claims.csv", "doc,text,type,probability,source\nd,One.,goal,0.9,union\n")
    with pytest.raises(LabelError, match=r"claims\.csv:1: a table of claims lacks the sentences around them; give"):
        list(read_labelled(path))
