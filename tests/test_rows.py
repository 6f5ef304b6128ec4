"""Every bad input is refused with its place, the reason and the mend; nothing is lost on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stance.corpus import read
from stance.corpus.read import ReadOptions, Rejected, read_documents
from stance.errors import InputError
from stance.records import Document

_SKIP = ReadOptions(on_error="skip")


def _write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


_JSON = "not a JSON object"
_BAD_ROWS: dict[str, tuple[str, str | bytes, str]] = {
    "no JSON": (".jsonl", '{"text": "a"', rf"{_JSON} \(Expecting ',' delimiter.*\); expected one object a line"),
    "array": (".jsonl", "[1]", "a JSON list, not an object; expected one object a line"),
    "NaN": (".jsonl", '{"text": "a", "x": NaN}', rf"{_JSON} \(NaN is no number in JSON\)"),
    "infinity": (".jsonl", '{"text": "a", "x": -Infinity}', rf"{_JSON} \(-Infinity is no number in JSON\)"),
    "deep": (".jsonl", '{"text": ' + "[" * 20_000 + "]" * 20_000 + "}", rf"{_JSON} \(nested more than 64 deep\)"),
    "long number": (".jsonl", '{"text": "a", "x": ' + "9" * 5_000 + "}", rf"{_JSON} \(Exceeds the limit"),
    "key twice": (".jsonl", '{"text": "a", "text": "b"}', rf'{_JSON} \(the key "text" stands there twice\)'),
    "two objects": (".jsonl", '{"text": "a"}\r{"text": "b"}', rf"{_JSON} \(Extra data"),
    "latin-1": (".jsonl", b'{"text": "caf\xe9"}', r"byte 13 is not utf-8; save the file in UTF-8"),
    "too long": (".jsonl", '{"text": "' + "x" * 99_999 + '"}', "a line of more than 50,000 bytes"),
    "no text": (".jsonl", '{"texts": "a", "id": 1}', r'no "text" among texts, id; did you mean "texts"'),
    "nothing": (".jsonl", "{}", 'no "text" among nothing; name it with --text-column'),
    "number": (".jsonl", '{"text": 5}', "text must be text; found something else among its values"),
    "null": (".jsonl", '{"text": null}', "text must be text"),
    "sentences": (".jsonl", '{"sentences": "a b"}', "sentences must be text; found str"),
    "sentence": (".jsonl", '{"sentences": ["a", 2]}', "sentences must be text; found something else among its values"),
    "paragraphs": (
        ".jsonl",
        '{"sentences": ["a"], "paragraphs": [true]}',
        "paragraphs must be a list of whole numbers",
    ),
    "few paragraphs": (".jsonl", '{"sentences": ["a"], "paragraphs": []}', "1 sentences need as many paragraphs"),
    "record": (".jsonl", '{"doc": "d", "sentence": 0, "text": 1}', "text must be text"),
    "ragged": (".csv", "a,b,c\n", "3 fields, where the header has 2; quote fields that hold the separator"),
    "bytes": (".csv", b"2,caf\xe9\n", "byte 5 is not utf-8"),
    "bare return": (".csv", "2,a\rb\n", r"a row ends in a bare carriage return \(new-line"),
    "after quote": (".csv", '2,"a"b\n', "a quotation mark may lack its closing one"),
    "short": (".tsv", "a\n", "1 fields, where the header has 2"),
}


@pytest.mark.parametrize("name", _BAD_ROWS)
def test_bad_row(name: str, tmp_path: Path) -> None:
    """A bad row stops the reading with file, line and reason, or is set aside, and the rows around it are read."""
    suffix, bad, message = _BAD_ROWS[name]
    good = {".jsonl": b'{"text": "good"}\n', ".csv": b"1,good\n", ".tsv": b"1\tgood\n"}[suffix]
    header = {".jsonl": b"\n", ".csv": b"id,text\n", ".tsv": b"id\ttext\n"}[suffix]
    data = header + good + (bad.encode() if isinstance(bad, str) else bad).rstrip(b"\n") + b"\n" + good
    path = _write(tmp_path / f"a{suffix}", data)
    with pytest.raises(InputError, match=rf"a\{suffix}:3: {message}"):
        list(read_documents(path, ReadOptions(max_row_bytes=50_000)))
    first, refused, last = read_documents(path, ReadOptions(max_row_bytes=50_000, on_error="skip"))
    assert isinstance(first, Document)
    assert isinstance(last, Document)
    assert first.text == last.text == "good"
    assert isinstance(refused, Rejected)
    assert (refused.path, refused.line) == (str(path), 3)
    assert len(refused.raw) <= 200


_BAD_FILES: dict[str, tuple[str, str | bytes, str]] = {
    "unknown kind": ("a.docx", "", r'unknown kind of file "\.docx"; expected one of \.txt, \.jsonl, \.csv'),
    "no kind": ("article", "", r'article: unknown kind of file ""'),
    "utf-16": ("a.txt", "Grüße".encode("utf-16"), r"a\.txt: begins like UTF-16, not utf-8; save the file in UTF-8"),
    "utf-16 rows": ("a.csv", "text\na".encode("utf-16"), r"a\.csv:1: begins like UTF-16, not utf-8"),
    "latin-1": ("a.txt", b"caf\xe9", r"a\.txt: byte 3 is not utf-8; save the file in UTF-8"),
    "latin-1 rows": ("a.csv", b"text\ncaf\xe9", r"a\.csv:2: byte 3 is not utf-8"),
    "header twice": ("a.csv", "text, text\na,b\n", r"a\.csv:1: two columns have one name \(text, text\)"),
    "too large": ("a.txt", "x" * 60_000, r"a\.txt: more than 50,000 bytes in one text; split it into articles"),
    "long row": ("a.csv", "text\n" + "x" * 60_000, r"a\.csv:2: a row of more than 50,000 bytes"),
    "no gzip": ("b/a.txt.gz", b"text", r"a\.txt\.gz: cannot be unpacked"),
    "no Parquet": ("a.parquet", b"text", r"a\.parquet: not a Parquet file \(.+\)"),
    "empty Parquet": ("a.parquet", b"", r"a\.parquet: not a Parquet file"),
    "old Mac": ("a.csv", "text\ra\rb\r", r"a\.csv:1: a row ends in a bare carriage return \(new-line character"),
    "no column": ("a.csv", "id,body\n1,a\n", r'a\.csv:2: no "text" among id, body; name it with --text-column'),
    "near column": ("a.csv", "id,texts\n1,a\n", r'among id, texts; did you mean "texts"\?; name it with --text-column'),
}


@pytest.mark.parametrize("name", _BAD_FILES)
def test_bad_file(name: str, tmp_path: Path) -> None:
    """A file that cannot be read is refused in one line that names it and says what to do."""
    file, content, message = _BAD_FILES[name]
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InputError, match=message) as caught:
        list(read_documents(path, ReadOptions(max_row_bytes=50_000)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["missing.txt", "missing.jsonl", "missing.parquet", "missing", "x" * 400, "a.txt/b.csv"]
)
def test_missing_file(name: str, tmp_path: Path) -> None:
    """Whatever its suffix, a file that is not there is said not to be there."""
    (tmp_path / "a.txt").write_bytes(b"")
    with pytest.raises(InputError, match=r"no such file|Not a directory"):
        list(read_documents(tmp_path / name))


@pytest.mark.parametrize(("bad", "line"), [('1,"open\n2,b\n', 2), ('1,a\n2,"open\n3,c\n', 3), ('1,"a"b\n', 2)])
def test_unclosed_quotation_mark(bad: str, line: int, tmp_path: Path) -> None:
    """A field that swallows the rest of the file is told with the line where it begins, and ends the reading."""
    path = _write(tmp_path / "a.csv", "id,text\n" + bad)
    message = rf"a\.csv:{line}: a quotation mark may lack its closing one \(.+\)"
    with pytest.raises(InputError, match=message):
        list(read_documents(path))
    assert [one.line for one in read_documents(path, _SKIP) if isinstance(one, Rejected)] == [line]


@pytest.mark.parametrize(
    "bad",
    [
        b'2,"caf\xe9\nx,y"\n',
        b'2,"a\nb\xe9 ""c""\r\nd\xe9"\n',
        b'2,5" caf\xe9\n',
        b"2," + b"x" * 60_000 + b"\n",
        b'2,"' + b"x" * 60_000 + b'\ny"\n',
    ],
)
def test_bad_lines_of_a_cell_cost_their_row_alone(bad: bytes, tmp_path: Path) -> None:
    """A cell of several lines ends where its quotation marks say, whatever cannot be read in it."""
    path = _write(tmp_path / "a.csv", b"id,text\n1,good\n" + bad + b'3,good\n4,"so\ngood"\n')
    first, refused, *others = read_documents(path, ReadOptions(max_row_bytes=50_000, on_error="skip"))
    assert [one.text for one in (first, *others) if isinstance(one, Document)] == ["good", "good", "so\ngood"]
    assert isinstance(refused, Rejected)
    assert (refused.line, len(others)) == (3, 2)


def test_a_row_of_many_cells_and_lines_is_never_held(tmp_path: Path) -> None:
    """The cap holds for all lines of a row together, however small each cell is."""
    path = _write(tmp_path / "a.csv", 'id,text\n1,good\n2,"so\ngood"\n3' + ',"\n"' * 300 + "\n")
    *good, refused = read_documents(path, ReadOptions(max_row_bytes=500, on_error="skip"))
    assert [one.text for one in good if isinstance(one, Document)] == ["good", "so\ngood"]
    assert isinstance(refused, Rejected)
    assert "a.csv:5: a row of more than 500 bytes, or a quotation mark lacks its closing one; nothing" in refused.reason


def test_a_table_that_cannot_be_read_to_its_end_says_so(tmp_path: Path) -> None:
    """Half a character of UTF-16 hides all that follows, and the last message says so."""
    rows = "id,text\n1,good\n2," + "x" * 40_000
    path = _write(tmp_path / "a.csv", rows.encode("utf-16") + b"\x00\xd8\n\x003\x00")
    first, refused = read_documents(path, ReadOptions(encoding="utf-16", on_error="skip"))
    assert isinstance(first, Document)
    assert isinstance(refused, Rejected)
    assert refused.reason.endswith("nothing after it can be read")


def test_articles_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of one article are held together, so there may not be any number of them; each is accounted for."""
    monkeypatch.setattr(read, "_MOST_SENTENCES", 5)
    rows = [
        json.dumps({"doc": doc, "sentence": n, "text": "Rain."}) for doc in "ab" for n in range(9 if doc == "a" else 5)
    ]
    path = _write(tmp_path / "a.jsonl", "\n".join(rows))
    with pytest.raises(InputError, match=r"a\.jsonl:1: an article of more than 5 sentences; split it"):
        list(read_documents(path))
    *refused, kept = read_documents(path, _SKIP)
    assert [one.line for one in refused if isinstance(one, Rejected)] == list(range(1, 10))
    assert isinstance(kept, Document)
    assert len(kept.sentences) == 5


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_NAMES = st.sampled_from(
    ["text", "id", "doc", "sentence", "sentences", "paragraphs", "start", "title", "paragraph", "x"]
)


@given(rows=st.lists(st.dictionaries(_NAMES, _VALUES, max_size=6).map(json.dumps) | st.text(max_size=20), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_is_read_or_refused(rows: list[str], tmp_path: Path) -> None:
    """Whatever stands in a file of JSON lines, each line is part of a document or refused; nothing else is raised."""
    lines = [row.replace("\n", " ").replace("\r", " ") for row in rows]
    path = tmp_path / "a.jsonl"
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    n_lines = sum(bool(line.encode("utf-8", "surrogatepass").strip()) for line in lines)
    found = list(read_documents(path, _SKIP))
    refused = sum(isinstance(one, Rejected) for one in found)
    assert len(found) <= n_lines
    assert refused <= n_lines
    assert bool(found) == bool(n_lines)


def test_semicolons_part_columns_too(tmp_path: Path) -> None:
    """Spreadsheets of many countries write semicolons; a header without a comma tells, and lines keep their numbers."""
    path = _write(tmp_path / "a.csv", 'id;text\n1;"One, two; three."\n2;b;c\n')
    first, second = read_documents(path, _SKIP)
    assert isinstance(first, Document)
    assert (first.id, first.text) == ("1", "One, two; three.")
    assert isinstance(second, Rejected)
    assert second.line == 3
    one = _write(tmp_path / "b.csv", "text\nOne; two.\n")
    assert [document.text for document in read_documents(one) if isinstance(document, Document)] == ["One; two."]


@pytest.mark.parametrize(
    "table",
    [
        'id;text;"source, edition"\n1;good;x\n',
        "id;text;source, edition, page\n1;good;x\n",
        'id,text,"theme (a;b;c;d)"\n1,good,x\n',
        "text,theme (a;b;c)\ngood,x\n",
        "id\ttext\tcity, state\n1\tgood\tx\n",
        "id;Text;source, edition, page\n1;good;x\n",
        "sep=;\nid;text\n1;good\n",
        '"SEP=\t"\r\nid\ttext\r\n1\tgood\r\n',
        "sep=|\nid|text\n1|good\n",
    ],
)
def test_the_separator_is_the_one_that_parts_the_columns(table: str, tmp_path: Path) -> None:
    """A separator may stand inside a name too, and Excel's own first line names it."""
    (found,) = read_documents(_write(tmp_path / "a.csv", table))
    assert isinstance(found, Document)
    assert found.text == "good"


def test_without_the_text_column_names_are_told_apart(tmp_path: Path) -> None:
    """The message names the columns as they are meant, and the line of the header is that behind Excel's own."""
    path = _write(tmp_path / "a.csv", 'id;body;"source, edition, page"\n1;a;x\n')
    with pytest.raises(InputError, match=r'a\.csv:2: no "text" among id, body, source, edition, page; name it with'):
        list(read_documents(path))
    path = _write(tmp_path / "b.csv", "sep=;\ntext;text\n1;a\n")
    with pytest.raises(InputError, match=r"b\.csv:2: two columns have one name"):
        list(read_documents(path))


@pytest.mark.parametrize(
    ("name", "mend"),
    [("a.pdf", "pdftotext"), ("a.xlsx", "save the sheet as .csv"), ("a.json", "one object a line"), ("a", "in .txt")],
)
def test_other_kinds_say_what_to_do(name: str, mend: str, tmp_path: Path) -> None:
    """A kind of file that people have and that is not read comes with a way to make one that is."""
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError, match=f"unknown kind of file .+; .*{mend}"):
        list(read_documents(tmp_path / name))
