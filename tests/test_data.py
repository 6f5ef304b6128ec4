"""The labelled corpus in data/: its manifest, what the checks say, and how it is counted."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import ModuleType

import pytest

from stance.corpus.checks import check, read_placed
from stance.corpus.labels import Record, parse_object
from stance.errors import LabelError

DATA = Path(__file__).parent.parent / "data"
ARTICLES = sorted((DATA / "articles").glob("*.jsonl"))

needs_articles = pytest.mark.skipif(not ARTICLES, reason="data/articles holds no files yet")


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """``data/counts.py`` as a module."""
    monkeypatch.syspath_prepend(str(DATA))
    return __import__("counts")


@needs_articles
def test_the_manifest_names_every_file_and_its_content() -> None:
    """What stands in data/ is what MANIFEST.json says; after a change, ``python data/counts.py`` writes it anew."""
    listed = json.loads((DATA / "MANIFEST.json").read_text(encoding="utf-8"))["sha256"]
    files = {path.relative_to(DATA).as_posix(): path for path in DATA.rglob("*") if path.suffix in (".jsonl", ".txt")}
    assert listed.keys() == files.keys()
    changed = [name for name, path in files.items() if hashlib.sha256(path.read_bytes()).hexdigest() != listed[name]]
    assert changed == [], "run: python data/counts.py"


@needs_articles
def test_the_articles_pass_the_checks() -> None:
    """``stance data check`` finds no error: schema, offsets, words, places, splits."""
    rows, problems = read_placed([DATA / "articles"])
    errors = [str(problem) for problem in [*problems, *check(rows)] if problem.error]
    assert errors == []


@needs_articles
def test_every_article_says_what_it_is() -> None:
    """Title, topic, style and variety stand in each record; every sentence has its labels and attributions."""
    rows, _ = read_placed([DATA / "articles"])
    for row in rows:
        fields = ("doc", "sentence", "title", "topic", "style", "variety", "claims", "attributions")
        missing = [name for name in fields if getattr(row.record, name) is None]
        assert missing == [], f"{row.path}:{row.line}"


@pytest.mark.parametrize("name", ["wikinews", "gum"])
def test_labels_of_public_articles_hold_none_of_their_words(name: str) -> None:
    """Standoff labels have offsets and a hash, and no key that holds text."""
    words = {"text", "title", "speaker_text", "source_text", "cue_text", "target_text", "content"}
    for line in (DATA / name / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        parts = [label, *label["claims"], *label.get("attributions", [])]
        assert {"start", "end", "hash"} <= label.keys()
        assert not words & {key for part in parts for key in part}


def _article() -> list[Record]:
    """A statement with an inverted cue, a bare continuation of it, and a pronoun."""
    said = '"The levy is gone," said Ann Poole.'
    told = {"source": "Ann Poole", "source_kind": "person"}
    first = told | {
        "source_text": "Ann Poole",
        "source_start": 25,
        "source_end": 34,
        "cue_text": "said",
        "cue_start": 20,
        "cue_end": 24,
        "content": ["The levy is gone"],
        "content_spans": [[1, 17]],
    }
    bare = '"It was never right."'
    last = told | {"source_text": "She", "cue_text": "left", "content": []}
    records = [
        {"text": said, "speaker": "Ann Poole", "attributions": [first]},
        {"text": bare, "speaker": "Ann Poole", "attributions": [told | {"content": ["It was never right"]}]},
        {"text": "She left.", "attributions": [last], "claims": [{"type": "goal", "source": "author"}]},
    ]
    return [parse_object(record, "here") for record in records]


def test_ways_of_attribution_are_counted(recipe: ModuleType) -> None:
    """Each way is counted once a sentence, from its spans and names."""
    assert dict(recipe.phenomena(_article())) == {
        "inverted cue": 1,
        "bare continuing quotation": 1,
        "quotation over several sentences": 2,
        "pronoun": 1,
        "journalist's own voice": 1,
    }


def test_topics_and_styles_become_few_rows(recipe: ModuleType) -> None:
    """The first known word of a topic decides; an opinion piece in a local paper is opinion."""
    assert [recipe.area_of(topic) for topic in ("budget; cricket", "cricket, taxes", "xyz", None)] == [
        "economy and labour",
        "sport",
        "other",
        "other",
    ]
    assert [recipe.style_of(style) for style in ("op-ed in a local paper", "news agency wire")] == ["opinion", "wire"]
    assert [recipe.decade_of(date) for date in ("2009-03-11", None)] == ["2000s", "undated"]


def test_tables_replace_what_stands_between_the_marks(recipe: ModuleType) -> None:
    """The rest of the page is kept; without marks it says where they belong."""
    page = f"before\n{recipe.BEGIN}\nold\n{recipe.END}\nafter\n"
    assert recipe.between(page, "new") == f"before\n{recipe.BEGIN}\n\nnew\n\n{recipe.END}\nafter\n"
    with pytest.raises(LabelError, match="expected the lines <!-- counts -->"):
        recipe.between("no marks", "new")


def test_tables_count_every_sentence(recipe: ModuleType) -> None:
    """One article of three sentences stands in every table."""
    text = recipe.tables([_article()])
    assert text.startswith("1 articles, 3 sentences.")
    assert "| other | 1 | 3 | 0 | 0 | 1 |" in text
    assert "| inverted cue | 1 |" in text


def test_likeness_compares_by_the_same_rules(recipe: ModuleType) -> None:
    """Two equal corpora have equal columns."""
    for line in recipe.compare(_article(), _article()).splitlines()[2:]:
        _, _, ours, real, _ = line.split("|")
        assert ours == real
