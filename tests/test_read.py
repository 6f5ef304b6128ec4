"""Files to documents: every format, and every bad input with its message."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from stance.corpus.read import ReadOptions, Rejected, named_files, read_documents
from stance.corpus.remarks import Remarks
from stance.errors import InputError
from stance.records import Document, Kind

TEXT = "Grüße. Fares “rise”."
_SKIP = ReadOptions(on_error="skip")


def _write(path: Path, content: str | bytes) -> Path:
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def _documents(path: Path | str, options: ReadOptions | None = None) -> list[Document]:
    found = list(read_documents(path, options))
    assert all(isinstance(one, Document) for one in found)
    return [one for one in found if isinstance(one, Document)]


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        (".txt", TEXT),
        (".TXT", TEXT),
        (".jsonl", json.dumps({"text": TEXT}) + "\n"),
        (".csv", f'text,outlet\n"{TEXT}",Post\n'),
        (".tsv", f"outlet\ttext\nPost\t{TEXT}\n"),
    ],
)
def test_text_of_every_format(suffix: str, content: str, packed: str, tmp_path: Path) -> None:
    """The same article comes out of every text format, packed or not, with and without a byte-order mark."""
    for mark in (b"", b"\xef\xbb\xbf"):
        (document,) = _documents(_write(tmp_path / f"news{suffix}{packed}", mark + content.encode()))
        assert document.text == TEXT
        assert document.sentences == ()


def test_parquet(tmp_path: Path) -> None:
    """A Parquet file is read batch by batch, numbers and all."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": [f"Text {n}." for n in range(600)], "id": range(600), "date": "2020-01-02"})
    frame.to_parquet(tmp_path / "news.parquet")
    documents = _documents(tmp_path / "news.parquet")
    assert [document.text for document in documents] == list(frame["text"])
    assert (documents[599].id, documents[599].date) == ("599", "2020-01-02")


def test_html(tmp_path: Path) -> None:
    """The article of a web page, without what stands around it."""
    pytest.importorskip("trafilatura")
    prose = "The council froze tram fares on Friday after a long debate. " * 8
    page = (
        f"<html><head><title>Fares</title></head><body><nav>Home</nav><article><p>{prose}</p></article></body></html>"
    )
    (document,) = _documents(_write(tmp_path / "page.html", page))
    assert document.text.startswith("The council froze tram fares")
    assert (document.id, document.title) == ("page", "Fares")
    assert "Home" not in document.text


def test_page_without_an_article(tmp_path: Path) -> None:
    """A page that holds no prose is refused, with what to do."""
    pytest.importorskip("trafilatura")
    with pytest.raises(
        InputError, match=r"page\.htm: no article text found in this page; give the text itself as \.txt"
    ):
        _documents(_write(tmp_path / "page.htm", "<html><body></body></html>"))


def test_names_and_numbers_make_ids(tmp_path: Path) -> None:
    """An id is kept; without one, the file's name and the row's line stand for it."""
    rows = '{"text": "a", "id": 7, "title": "T", "date": "2020", "outlet": "O"}\n\n{"text": "b", "id": ""}\n'
    one, two = _documents(_write(tmp_path / "news.jsonl", rows))
    assert (one.id, one.title, one.date, one.outlet) == ("7", "T", "2020", "O")
    assert (two.id, two.title) == ("news:3", None)
    (article,) = _documents(_write(tmp_path / "a.b.txt", ""))
    assert (article.id, article.text) == ("a.b", "")


def test_only_known_suffixes_are_no_part_of_a_name(tmp_path: Path) -> None:
    """Dates with full stops make ids that differ."""
    for name in ("2024.01.05.txt", "2024.01.06.TXT.gz", "notes.v2.txt"):
        _write(tmp_path / name, name)
    assert [document.id for document in _documents(tmp_path)] == ["2024.01.05", "2024.01.06", "notes.v2"]


def test_files_of_one_name_are_told_apart_by_their_paths(tmp_path: Path) -> None:
    """Articles and rows without an id never share one because their files share a name."""
    for folder in ("fa", "fb"):
        (tmp_path / folder).mkdir()
        _write(tmp_path / folder / "news.txt", "a")
    _write(tmp_path / "fb" / "other.txt", "a")
    one, two = tmp_path / "fa" / "news.txt", tmp_path / "fb" / "news.txt"
    assert [name for _, name in named_files([one, tmp_path / "fb", one])] == [str(one), str(two), "other", str(one)]
    assert [name for _, name in named_files([str(one), one, "-"])] == ["news", "news", "stdin"]
    strange = [tmp_path / os.fsdecode(name) for name in (b"caf\xe8.txt", b"caf\xe9.txt")]
    assert [name.rpartition("/")[2] for _, name in named_files(strange)] == ["caf\\xe8.txt", "caf\\xe9.txt"]
    row = _write(tmp_path / "fa" / "news.jsonl", '{"text": "a"}\n')
    assert [document.id for document in _documents(tmp_path / "fa")] == [f"{row}:1", str(one)]


def test_sentences_given_are_kept(tmp_path: Path) -> None:
    """Sentences that are split already keep their number, text and paragraph, empty ones too."""
    row = {"sentences": ["Mr.", "", "He left. She stayed."], "paragraphs": [0, 0, 4], "id": "x"}
    (document,) = _documents(_write(tmp_path / "a.jsonl", json.dumps(row)))
    assert [s.text for s in document.sentences] == row["sentences"]
    assert [s.paragraph for s in document.sentences] == [0, 0, 4]
    assert [s.kind for s in document.sentences] == [Kind.PROSE, Kind.EMPTY, Kind.PROSE]


def test_exchange_records_of_one_article_are_one_document(tmp_path: Path, labelled_path: Path) -> None:
    """Neighbouring records of one ``doc`` are one document, its sentences at their offsets."""
    documents = _documents(labelled_path)
    assert len(documents) == 10
    records = [json.loads(line) for line in labelled_path.read_text(encoding="utf-8").splitlines()]
    found = [(document.id, s.start, s.text) for document in documents for s in document.sentences]
    assert found == [(record["doc"], record["start"], record["text"]) for record in records]


@pytest.mark.parametrize(
    ("given", "kept"),
    [([1, 2], [1, 2]), (["7", "3"], [3, 7]), ([4, 4], [0, 1]), ([4, None], [0, 1]), ([5, 10**30], [0, 1])],
)
def test_sentences_keep_their_numbers(given: list[Any], kept: list[int], tmp_path: Path) -> None:
    """Records of an article are read by their numbers, which they keep; without a number each they are counted."""
    rows = [{"doc": "d", "sentence": number, "text": f"Text {number}."} for number in given]
    (document,) = _documents(_write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows))))
    assert [sentence.number for sentence in document.sentences] == kept
    assert [sentence.index for sentence in document.sentences] == [0, 1]


@pytest.mark.parametrize("starts", [[0, 3], [-4, 9], [5, 0], [0, 10**12], [0, None], [True, 9], ["0", "9"]])
def test_offsets_that_cannot_be_are_not_used(starts: list[Any], tmp_path: Path) -> None:
    """Overlapping, negative, missing or absurd starts leave the sentences joined by a space."""
    rows = [{"doc": "d", "sentence": n, "start": starts[n], "text": f"Text {n}."} for n in range(2)]
    (document,) = _documents(_write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows))))
    assert document.text == "Text 0. Text 1."


def test_folder(tmp_path: Path) -> None:
    """A folder gives its readable files by name and passes over others; one without any is refused."""
    for name in ("b.txt", "a.txt", "notes.md", "c.TXT.gz"):
        _write(tmp_path / name, name)
    assert [document.text for document in _documents(tmp_path)] == ["a.txt", "b.txt", "c.TXT.gz"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty: a folder without a readable file \(\.txt, \.jsonl, "):
        _documents(tmp_path / "empty")


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """A function that puts bytes there."""

    def put(data: bytes) -> None:
        buffer = io.BufferedReader(io.BytesIO(data))  # type: ignore[type-var]
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=buffer))

    return put


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b'\n {"text": "a"}\n{"text": "b"}', ["a", "b"]),
        (b'id,text\r\n1,"a, b"\n', ["a, b"]),
        (b'\xef\xbb\xbf"text";"date"\na;b\n', ["a"]),
        (b"id\ttext\n1\ta\n", ["a"]),
        (b"id,Publication Date,text\n1,May,a\n", ["a"]),
        (b"sep=;\r\nid;text\r\n1;a\r\n", ["a"]),
        (b"ID,Text\n1,a\n", ["a"]),
        *(
            (text, [text.decode()])
            for text in (b"A. {B}", b"[A] b.", b"Oslo, text, and\nb", b"Oslo,Reuters\nb", b"text\nb")
        ),
    ],
)
def test_standard_input(data: bytes, texts: list[str], standard_input: Callable[[bytes], None]) -> None:
    """What begins with a brace is JSON lines, with a header a table, anything else an article."""
    standard_input(data)
    assert [document.text for document in _documents("-")] == texts


def test_standard_input_of_other_kinds(standard_input: Callable[[bytes], None]) -> None:
    """A page is read as one; a table without the text column and a JSON list are refused with the mend."""
    standard_input(b"<!DOCTYPE html><html><body><p>The union accused the ministry of lying.</p></body></html>")
    assert [document.text for document in _documents("-")] == ["The union accused the ministry of lying."]
    standard_input(b"id,title,body\n1,t,a\n")
    with pytest.raises(InputError, match='-:2: no "text" among id, title, body; name it with --text-column'):
        _documents("-")
    standard_input(b'[\n  {"text": "a"}]')
    with pytest.raises(InputError, match="-: a JSON list; write one object a line"):
        _documents("-")
    standard_input(gzip.compress(b'{"text": "a"}\n'))
    with pytest.raises(InputError, match="-: packed with gzip; hand it over unpacked, such as: gzip -dc"):
        _documents("-")
    standard_input('{"text": "é"}\n'.encode("utf-16"))
    assert [document.text for document in read_documents("-", ReadOptions(encoding="utf-16"))] == ["é"]


def test_packed_files_are_known_by_how_they_begin(tmp_path: Path) -> None:
    """A link without .gz, and a suffix in capitals, are unpacked too."""
    for name in ("A.JSONL.GZ", "a.jsonl"):
        (tmp_path / name).write_bytes(gzip.compress(b'{"text": "a"}\n'))
        assert [document.text for document in _documents(tmp_path / name)] == ["a"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv", "a.tsv.gz"])
def test_other_encodings(name: str, encoding: str, tmp_path: Path) -> None:
    """Files in another encoding are read when its name is given."""
    contents = {".txt": "Grüße", ".json": '{"text": "Grüße"}\n{"text": "b"}\n', ".csv": "text\nGrüße\nb\n"}
    content = contents[".csv" if "sv" in name else ".json" if "json" in name else ".txt"]
    path = _write(tmp_path / name, content.encode(encoding))
    assert _documents(path, ReadOptions(encoding=encoding))[0].text == "Grüße"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_stay_in_articles(end: str, tmp_path: Path) -> None:
    """Offsets refer to the text as given, so a text keeps its line ends, and a CSV cell those of its lines."""
    text = f"One.{end}Two."
    assert _documents(_write(tmp_path / "a.txt", text))[0].text == text
    (document,) = _documents(_write(tmp_path / "a.jsonl", json.dumps({"text": text})))
    assert document.text == text


def test_cell_of_several_lines(tmp_path: Path) -> None:
    """A quoted cell may hold newlines, separators and doubled quotation marks; errors after it count file lines."""
    path = _write(tmp_path / "a.csv", 'id,text\r\n1,"He said ""no"",\r\nthen left"\r\n2,b,c\r\n')
    found = list(read_documents(path, _SKIP))
    assert isinstance(found[0], Document)
    assert found[0].text == 'He said "no",\r\nthen left'
    reason = f"{path}:4: 3 fields, where the header has 2; quote fields that hold the separator"
    assert found[1] == Rejected(str(path), 4, reason, "2,b,c")


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv", "a.tsv"])
def test_empty_files(name: str, tmp_path: Path) -> None:
    """An empty table has no row; an empty text is an article without a sentence."""
    assert [document.text for document in _documents(_write(tmp_path / name, ""))] == [""] * (name == "a.txt")


def test_control_characters_are_kept_and_surrogates_replaced(tmp_path: Path) -> None:
    """NUL stays, half a character becomes U+FFFD, and the offsets of the rest are the same."""
    (document,) = _documents(_write(tmp_path / "a.jsonl", r'{"text": "a\u0000b\ud800c", "title": "\udfff"}'))
    assert (document.text, document.title) == ("a\x00b\ufffdc", "\ufffd")


def test_bad_article_is_set_aside(tmp_path: Path) -> None:
    """In a folder, one unreadable text is refused and the others are read, where errors shall be skipped."""
    _write(tmp_path / "a.txt", b"\xff")
    _write(tmp_path / "b.txt", b"b")
    refused, document = read_documents(tmp_path, _SKIP)
    assert isinstance(refused, Rejected)
    assert "byte 0 is not utf-8" in refused.reason
    assert isinstance(document, Document)


def test_text_column(tmp_path: Path) -> None:
    """Another column can hold the text."""
    path = _write(tmp_path / "a.csv", "id,body\n1,Hello.\n")
    assert _documents(path, ReadOptions(text_column="body"))[0].text == "Hello."


def _remarks(*paths: Path, options: ReadOptions | None = None) -> list[str]:
    """What is said about the articles of some files."""
    remarks = Remarks()
    for path in paths:
        list(read_documents(path, options, remarks=remarks))
    return remarks.lines()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "doc,text,labels\nd,A. B.,x\nd,C.,\ne,D.,\nd,E.,\n"),
        (
            "a.jsonl",
            "".join(
                f'{{"doc": "{doc}", "text": "{text}", "labels": []}}\n'
                for doc, text in (("d", "A. B."), ("d", "C."), ("e", "D."), ("d", "E."))
            ),
        ),
    ],
)
def test_labelled_rows_are_sentences(name: str, content: str, tmp_path: Path) -> None:
    """Rows with labels are sentences of their ``doc``, kept as given and counted on where its rows stand apart."""
    documents = _documents(_write(tmp_path / name, content))
    assert [document.id for document in documents] == ["d", "e", "d"]
    found = [[(sentence.number, sentence.text) for sentence in document.sentences] for document in documents]
    assert found == [[(0, "A. B."), (1, "C.")], [(0, "D.")], [(2, "E.")]]


def test_labelled_rows_without_an_article_are_alone(tmp_path: Path) -> None:
    """Without ``doc`` each labelled sentence is a document of its own, also where rows before it have one."""
    documents = _documents(_write(tmp_path / "a.csv", "doc,text,labels\nd,A.,\n,B. C.,\n,D.,\n"))
    assert [(document.id, len(document.sentences)) for document in documents] == [("d", 1), ("a:3", 1), ("a:4", 1)]
    (alone,) = _documents(_write(tmp_path / "b.csv", "text,label\nB. C.,x\n"))
    assert [sentence.text for sentence in alone.sentences] == ["B. C."]


@pytest.mark.parametrize("header", ["id,text,label", "doc,text,code"])
def test_whole_articles_stay_one_a_row(header: str, tmp_path: Path) -> None:
    """An ``id`` beside labels, or a ``doc`` without any, is that of a whole article; so is a text of another column."""
    documents = _documents(_write(tmp_path / "a.csv", f"{header}\nd,A. B.,x\nd,C.,x\n"))
    assert [(document.id, document.sentences) for document in documents] == [("d", ()), ("d", ())]
    path = _write(tmp_path / "b.csv", "doc,text,body,label\nd,a,A. B.,x\n")
    assert _documents(path, ReadOptions(text_column="body"))[0].sentences == ()


def test_names_of_columns_in_any_case(tmp_path: Path) -> None:
    """Columns are known however they are cased, and one that is written exactly wins."""
    (document,) = _documents(_write(tmp_path / "a.csv", "ID,Title,DATE,Outlet,Text,id\n7,T,2020,O,A.,8\n"))
    assert (document.id, document.title, document.date, document.outlet) == ("8", "T", "2020", "O")
    (other,) = _documents(_write(tmp_path / "b.jsonl", '{"Doc": "d", "Body": "A."}'), ReadOptions(text_column="body"))
    assert (other.id, other.text) == ("d", "A.")


def test_columns_that_are_not_used_are_told(tmp_path: Path) -> None:
    """Once a run, with the names that are read; sentences and articles without other columns need no word."""
    path = _write(tmp_path / "a.csv", "headline,Body,source\nh,A.,s\nh,B.,s\n")
    assert _remarks(path, options=ReadOptions(text_column="body")) == [
        f"{path}: not used: headline and source; read are body, id, doc, title, date and outlet"
    ]
    assert (
        _remarks(_write(tmp_path / "b.csv", "text,ID\na,1\n"), _write(tmp_path / "c.csv", "text,label,x\na,,\n")) == []
    )


def test_an_id_of_two_articles_is_told(tmp_path: Path) -> None:
    """Once a run, with a count and an example, over all files."""
    one = _write(tmp_path / "a.csv", "id,text\nStorm,A.\nFire,B.\nStorm,C.\n")
    two = _write(tmp_path / "b.csv", "id,text\nFire,D.\n")
    (line,) = _remarks(one, two)
    assert line.startswith("articles with the id of an earlier one: 2, such as Storm; give each an id of its own and")


def test_rests_of_a_page_are_told(tmp_path: Path) -> None:
    """Tags and entities in a text are told once, and the text stays as it was."""
    texts = ["<p>&quot;They knew,&quot; she said.</p>", "AT&amp;T", "AT&T said 3 < 4 > 2 & so on; <br"]
    path = _write(
        tmp_path / "a.jsonl", "".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(texts))
    )
    (line,) = _remarks(path)
    assert line.startswith(
        "articles whose text holds HTML: 2, such as <p> in 0; take tags and entities out of it first"
    )
    assert [document.text for document in _documents(path)] == texts


def test_long_labelled_rows_are_told(tmp_path: Path) -> None:
    """Whole articles with labels would be read as one sentence each."""
    (line,) = _remarks(_write(tmp_path / "a.csv", f"text,label\nA.,x\n{'It rained. ' * 60},x\n"))
    assert line.startswith("rows with labels that are longer than 500 characters: 1, such as a:3; each is read as one")
