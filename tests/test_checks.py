"""What ``stance data check`` finds, and what it leaves in peace."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from noisy import FLIPPED, noisy_records

from stance.corpus.checks import Placed, Problem, check, read_placed
from stance.corpus.duplicates import LIKE, repeats
from stance.corpus.labels import Record, parse_object
from stance.corpus.noise import doubts
from stance.corpus.skeletons import masked, skeletons
from stance.encoder.hashing import HashingEncoder
from stance.errors import InputError, LabelError, MissingExtraError

TEXT = "The mayor of the old harbour town said on Monday that the ferry would sail again in spring."


def _row(line: int, text: str = TEXT, path: str = "a.jsonl", **fields: Any) -> Placed:
    return Placed(path, line, parse_object({"text": text, **fields}, "here"))


def _messages(*rows: Placed) -> list[str]:
    return [str(problem) for problem in check(rows)]


def test_the_sample_is_clean(labelled_path: Path) -> None:
    """A careful corpus gives no problem at all."""
    rows, problems = read_placed([labelled_path])
    assert (len(rows), problems, check(rows)) == (40, [], [])


def test_every_broken_line_is_told(tmp_path: Path) -> None:
    """All lines that break the schema come with their numbers, the others are read."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a", "lable": "x"}\n{"text": "b"}\n\nno json\n', encoding="utf-8")
    rows, problems = read_placed([path])
    assert [row.line for row in rows] == [2]
    assert [problem.line for problem in problems] == [1, 4]
    assert str(problems[0]) == f'{path}:1: unknown key "lable"; did you mean "label"?'
    assert str(problems[1]).startswith(f"{path}:4: not a JSON object")


def test_labels_written_otherwise_are_told() -> None:
    """Other cases, slips, and several labels in one are warned of; rare labels that are unlike the others are not."""
    written = [*["blame"] * 20, *["aim"] * 3, "Aim", "balme", "aim, blame", "aims", "war/peace"]
    rows = [_row(line, f"Sentence {chr(97 + line) * 9}.", labels=[label]) for line, label in enumerate(written)]
    assert [message.partition("warning: ")[2] for message in _messages(*rows) if "label " in message] == [
        'label "Aim" stands there 1 time; did you mean "aim"?',
        'label "balme" stands there 1 time; did you mean "blame"?',
        'label "aim, blame" holds several that occur alone; part them with a bar (a|b)',
    ]


def test_several_labels_in_one_are_told_though_names_hold_marks() -> None:
    """Labels in one cell are known by the mark between them, whatever marks stand inside their names."""
    alone = ["Blame / charge", "Aim, goal & plan", "Reform"]
    written = [*alone * 3, "Blame / charge ; Reform", "Aim, goal & plan/Reform", "Blame / charge,Aim"]
    rows = [_row(line, f"Sentence {chr(97 + line) * 9}.", labels=[label]) for line, label in enumerate(written)]
    told = [message for message in _messages(*rows) if "part them with a bar" in message]
    assert [message.split('"')[1] for message in told] == ["Blame / charge ; Reform", "Aim, goal & plan/Reform"]


@pytest.mark.parametrize("label", ["NA", "n/a", "#N/A", "NaN", "null"])
def test_what_programs_write_for_empty_cells_is_told(label: str) -> None:
    """R writes NA and Excel #N/A where a cell is empty: a label like any other until somebody says otherwise."""
    rows = [_row(line, f"Sentence {chr(97 + line) * 9}.", label=("aim", label)[line % 2]) for line in range(8)]
    (told,) = [message for message in _messages(*rows) if "label " in message]
    assert told == (
        f'a.jsonl:1: warning: label "{label}" stands there 4 times and is learned like any other; '
        "where it means no label, empty the cell (in a column labels), or remove the row"
    )


def test_a_column_of_texts_taken_for_labels_is_told_once() -> None:
    """Labels that are all different are not compared with each other, which would take minutes for ten thousand."""
    rows = [_row(line, f"Sentence {line} of {line * 7} others.", labels=[f"remark {line}"]) for line in range(400)]
    told = [message for message in _messages(*rows) if "label" in message and "like" not in message]
    assert len(told) == 1
    assert "400 different labels in 400 sentences" in told[0]


def test_every_broken_block_of_markup_is_told(tmp_path: Path) -> None:
    """A broken block of the mark-up does not hide the next one."""
    path = tmp_path / "a.txt"
    path.write_text("# doc: a\n\n<s1>She left.\n\nRain fell.\n\nHe <c2></c2> left.\n", encoding="utf-8")
    rows, problems = read_placed([path])
    assert [(row.line, row.record.text) for row in rows] == [(5, "Rain fell.")]
    assert [(problem.line, problem.error) for problem in problems] == [(3, True), (7, True)]


def test_a_folder_is_its_labelled_files(tmp_path: Path) -> None:
    """Notes beside the mark-up are not taken for it; a folder without labels is refused."""
    (tmp_path / "README.md").write_text("Notes.\n", encoding="utf-8")
    with pytest.raises(InputError, match="a folder without labelled files"):
        read_placed([tmp_path])
    (tmp_path / "b.md").write_text("# doc: b\n\nRain fell.\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text("text,label\nSun shone.,x\n", encoding="utf-8")
    rows, problems = read_placed([tmp_path])
    assert [(Path(row.path).name, row.line) for row in rows] == [("a.csv", 2), ("b.md", 3)]
    assert problems == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"start": 0, "end": 5}, f"start 0 and end 5, but the text has {len(TEXT)} characters"),
        ({"speaker_text": "Mayor"}, 'speaker_text "Mayor" does not stand in the sentence'),
        (
            {"claims": [{"type": "goal", "target_text": "ferry", "target_start": 0, "target_end": 5}]},
            'target_start and target_end hold "The m", not target_text "ferry"',
        ),
        (
            {"start": 10, "attributions": [{"cue_text": "said", "cue_start": 43, "cue_end": 47}]},
            'cue_start and cue_end hold " sai", not cue_text "said"',
        ),
        ({"attributions": [{"source_text": "The mayor", "source_start": 0}]}, "give all three, or the words alone"),
        ({"attributions": [{"content": ["ferry"], "content_spans": [[1, 4]]}]}, '[1, 4] hold "he ", not "ferry"'),
        ({"attributions": [{"content": ["ferry"], "content_spans": []}]}, "0 content_spans for 1 pieces of content"),
        ({"claims": [{"type": "goal", "target_text": "arbour"}]}, '"arbour" stands in the sentence only inside longer'),
        ({"claims": [{"type": "goal", "source": "a"}] * 2}, "the claim goal of a about None stands there twice"),
    ],
)
def test_words_must_stand_where_the_record_says(fields: dict[str, Any], message: str) -> None:
    """Each way to misquote a sentence has its message."""
    assert message in _messages(_row(3, **fields))[0]


def test_offsets_count_from_the_article() -> None:
    """Offsets of the second sentence count from the start of its article."""
    good = {"source_text": "The mayor", "source_start": 100, "source_end": 109}
    assert _messages(_row(1, start=100, end=100 + len(TEXT), attributions=[good])) == []


def test_a_sentence_has_one_place() -> None:
    """Two records of one place, and a sentence that begins inside the one before, are errors."""
    twice = _messages(_row(1, "Rain.", doc="d", sentence=0), _row(2, "Sun.", doc="d", sentence=0))
    assert twice == ["a.jsonl:2: sentence 0 of d stands at a.jsonl:1 too; number them anew"]
    inside = _messages(_row(1, "Rain.", doc="d", start=0), _row(2, "Sun.", doc="d", start=3))
    assert inside == ["a.jsonl:2: starts at 3, inside the sentence before it, which ends at 5"]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("Ann Poole", "Poole", True),
        ("city council", "council", True),
        ("Ann Poole", "Ann Poole's office", False),
        ("council", "members of the council", False),
        ("Ann Poole", "Ben Poole", False),
    ],
)
def test_one_source_under_two_names(one: str, other: str, told: bool) -> None:
    """A shorter form of a name in the same article is a warning; somebody else's is not."""
    rows = [_row(1, "Rain fell.", doc="d", speaker=one), _row(2, "Sun shone.", doc="d", speaker=other)]
    message = f'a.jsonl:2: warning: "{other}" and "{one}" (a.jsonl:1) look like one source of d; use one canonical name'
    assert _messages(*rows) == ([message] if told else [])
    apart = [_row(1, "Rain fell.", doc="d", speaker=one), _row(2, "Sun shone.", doc="e", speaker=other)]
    assert _messages(*apart) == []


def test_an_article_in_two_splits() -> None:
    """The split is what the record says, or the file is named for it."""
    named = _messages(_row(1, "Rain.", doc="d", split="train"), _row(2, "Sun.", doc="d", split="test"))
    assert named == ["a.jsonl:2: article d is in two splits, train and test; keep it in one"]
    files = [_row(1, "Rain.", "news-train.jsonl", doc="d"), _row(1, "Sun.", "news-dev.jsonl", doc="d")]
    assert "news-dev.jsonl:1: article d is in two splits, train and dev; keep it in one" in _messages(*files)
    assert _messages(_row(1, "Rain.", "a.txt", doc="d"), _row(1, "Sun.", "b.txt", doc="d")) == []


def test_repeated_sentences() -> None:
    """The same words, nearly the same words, and the same words with another label are told apart."""
    near = TEXT.replace("Monday", "Friday")
    rows = [_row(1, claims=[]), _row(2, near.upper()), _row(3, claims=[{"type": "goal"}]), _row(4, "He declined.")]
    first, second = _messages(*rows, _row(5, "He declined."))
    assert first.startswith("a.jsonl:2: warning: 85")
    assert first.endswith("% like a.jsonl:1")
    assert second == "a.jsonl:3: warning: the same as a.jsonl:1, but labelled goal, not nothing"


def test_a_repeated_article_is_told_once() -> None:
    """An article whose sentences another one holds is one problem, and an error across splits."""
    texts = [TEXT, "The council will meet again at noon on the last Thursday of the month.", "Rain fell."]
    one = [_row(line, text, doc="one") for line, text in enumerate(texts, 1)]
    two = [_row(line, text, "b.jsonl", doc="two", split="test") for line, text in enumerate(texts, 1)]
    assert _messages(*one, *two) == [
        "b.jsonl:1: 2 of 3 sentences of two are those of one, in another split (a.jsonl); keep both in one"
    ]


_WORDS = st.lists(st.sampled_from("the mayor said ferry would sail again in spring after all".split()), max_size=12)


@given(st.lists(_WORDS.map(" ".join), max_size=8))
def test_blocking_misses_no_near_duplicate(texts: list[str]) -> None:
    """Every sentence without a repeat is less alike than the limit to all earlier ones without."""
    found = {one.index: one for one in repeats(texts)}

    def grams(text: str) -> set[str]:
        words = " ".join(text.casefold().split())
        return {words[i : i + 5] for i in range(max(1, len(words) - 4))}

    firsts = [index for index, text in enumerate(texts) if index not in found and len(text.split()) >= 6]
    for place, index in enumerate(firsts):
        for earlier in firsts[:place]:
            one, other = grams(texts[index]), grams(texts[earlier])
            assert len(one & other) / len(one | other) < LIKE
    assert all(one.earlier < index and LIKE <= one.likeness <= 1 for index, one in found.items())


def test_ten_thousand_sentences_are_checked_in_time() -> None:
    """Looking for near duplicates is far from comparing all pairs."""
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefghijklmnoprstuv", k=rng.randint(2, 9))) for _ in range(4000)]
    texts = [" ".join(rng.choices(words, k=22)) for _ in range(10_000)]
    texts[9_999] = texts[17] + " again"
    began = time.process_time()
    assert [(one.index, one.earlier) for one in repeats(texts)] == [(9_999, 17)]
    assert time.process_time() - began < 30


def test_skeletons_are_masked_runs_of_many_articles() -> None:
    """Names and numbers do not hide a template, and one template is told once."""
    names = ("Ann Poole", "Ben Hill", "Cy Dorn", "Di Ek")
    texts = [f"Officials in {name} said that more than {n} homes were without power." for n, name in enumerate(names)]
    (found,) = skeletons(texts, ["a", "b", "c", "c"])
    assert (found.articles, found.index) == (3, 0)
    assert "NAME said that more than NUMBER" in masked_join(texts[0])
    assert skeletons(texts, ["a"] * 4) == []


def masked_join(text: str) -> str:
    """The masked words in one line."""
    return " ".join(masked(text))


def test_problems_come_in_the_order_of_the_files() -> None:
    """By file as given, then by line."""
    rows = [_row(2, "Sun.", "z.jsonl", speaker_text="x"), _row(1, "Rain.", "a.jsonl", speaker_text="x")]
    assert [problem.path for problem in check(rows)] == ["z.jsonl", "a.jsonl"]
    assert str(Problem("a", 1, "odd", error=False)) == "a:1: warning: odd"


def test_flipped_labels_are_doubted() -> None:
    """Of 120 sentences with six flipped labels, those six are doubted; unlabelled sentences are left out."""
    records = [Record(text="unlabelled rain"), *noisy_records()]
    found = doubts(records, HashingEncoder(64))
    assert {doubt.index - 1 for doubt in found} == FLIPPED
    assert all(doubt.given and doubt.probability < 0.5 for doubt in found)
    assert found == doubts(records, HashingEncoder(64))


def test_noise_needs_several_articles_and_cleanlab(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without articles to hold out, and without the package, it says so."""
    records = [Record(text=text, label=text, doc="d") for text in ("a", "b")]
    with pytest.raises(LabelError, match="in several articles"):
        doubts(records, HashingEncoder(8))
    monkeypatch.setitem(__import__("sys").modules, "cleanlab.filter", None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[curate\]'"):
        doubts(records, HashingEncoder(8))
