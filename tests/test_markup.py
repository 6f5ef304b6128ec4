"""The plain mark-up: what each line says, what is refused, and that writing and reading agree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.labels import Record, parse_object
from stance.corpus.markup import read_blocks, read_markup
from stance.corpus.markup_text import write_markup
from stance.errors import LabelError

ARTICLE = """\
# doc: levy
# title: Council freezes levy

<s1>Mayor Ann Poole</s1> <c1>said</c1> <q1>the council had hidden the cost</q1>.
1: Ann Poole | person
accusation: 1 | council | the council | oppose | hidden

"<q1>It was never right,</q1>" <s1>she</s1> <c1>told</c1> reporters, "<q1>and that is the law.</q1>"
1: Ann Poole | person
justification: 1 | levy | It | oppose | never right

---

The levy raises £3 million a year.

<s1>A spokesman</s1> <c1>denied</c1> <q1>that figures were withheld</q1>.
1: council spokesman | spokesperson
speaker: -
hard: denial

The Drainage Board plans to replace all pumps.
goal: Drainage Board ~ The Drainage Board | replace pumps | replace all pumps | support | plans

# doc: other

Rain fell.
"""


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """The records of the sample."""
    return list(read_markup(ARTICLE, "levy.txt"))


def test_sentences_stand_in_their_article(records: list[Record]) -> None:
    """Offsets, positions and paragraphs count from the start of each article."""
    assert [(record.doc, record.sentence, record.paragraph) for record in records] == [
        *(("levy", 0, 0), ("levy", 1, 0), ("levy", 2, 1), ("levy", 3, 1), ("levy", 4, 1)),
        ("other", 0, 0),
    ]
    assert [record.start for record in records[:3]] == [0, 54, 54 + len(records[1].text) + 2]
    assert all((record.end or 0) - (record.start or 0) == len(record.text) for record in records)
    assert (records[0].title, records[5].title) == ("Council freezes levy", None)


def test_marks_become_attributions(records: list[Record]) -> None:
    """Source, cue and every piece of content, with offsets into the article."""
    (found,) = records[1].attributions or ()
    assert (found.source, found.source_text, found.source_kind, found.cue_text) == (
        "Ann Poole",
        "she",
        "person",
        "told",
    )
    assert found.content == ["It was never right,", "and that is the law."]
    article = records[0].text + " " + records[1].text
    assert [article[start:end] for start, end in found.content_spans or ()] == found.content
    assert article[found.source_start : found.source_end] == "she"
    assert (records[1].speaker, records[1].speaker_text) == ("Ann Poole", "she")


def test_lines_become_claims(records: list[Record]) -> None:
    """A claim's source is an attribution, or a name with its words; a dash is nothing."""
    (accusation,) = records[0].claims or ()
    assert (accusation.source, accusation.source_text, accusation.target_text) == (
        "Ann Poole",
        "Mayor Ann Poole",
        "the council",
    )
    (goal,) = records[4].claims or ()
    assert (goal.source, goal.source_text, goal.cue_text) == ("Drainage Board", "The Drainage Board", "plans")
    assert (records[2].claims, records[2].attributions, records[2].speaker) == ([], [], None)
    assert (records[3].speaker, records[3].hard_negative) == (None, ["denial"])


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("<s1>She left.", "<s1> is not closed"),
        ("She</s1> left.", "closes nothing"),
        ("She <c1></c1>left.", "or nothing stands between it"),
        ("<s1>She</s1> left.", "attribution 1 has no name; add a line 1: Name"),
        ("She left.\nwhatever", "expected name: value"),
        ("She left.\ngoal: author | a | b", "expected source | target | target's words | stance | cue"),
        ("She left.\ngoal: author | a | - | against | -", "the stance one of support, oppose, neutral"),
        ("She left.\ngoal: 2 | a | - | oppose | -", "a claim of source 2, but no attribution has that number"),
        ("She left.\ngoal: author | a | ferry | oppose | -", "'ferry' does not stand in the sentence"),
        ("She left.\nhard: joke", "hard_negative.0"),
    ],
)
def test_a_broken_block_is_told_by_its_line(block: str, message: str) -> None:
    """Every mistake has a message with file and line."""
    with pytest.raises(LabelError, match=r"^a\.txt:3: ") as raised:
        list(read_markup(f"# doc: a\n\n{block}\n", "a.txt"))
    assert message in str(raised.value)


def test_sentences_need_an_article() -> None:
    """Text before any head, and a head that says nothing, are refused."""
    with pytest.raises(LabelError, match="begin the article with # doc: name"):
        list(read_markup("Rain fell.\n", "a.txt"))
    with pytest.raises(LabelError, match="in the head of an article"):
        list(read_markup("# doc: a\nRain fell.\n", "a.txt"))


def test_broken_blocks_do_not_move_the_others() -> None:
    """After a broken block the next sentence is read as if the broken one were not there."""
    found = list(read_blocks("# doc: a\n\n<s1>She left.\n\nRain fell.\n", "a.txt"))
    assert [(line, isinstance(record, Record)) for line, record in found] == [(3, False), (5, True)]


def test_written_markup_reads_the_same(records: list[Record], labelled: list[Record]) -> None:
    """Everything that the mark-up says comes back."""
    assert list(read_markup(write_markup(records), "again")) == records
    again = list(read_markup(write_markup(labelled), "again"))
    assert [_told(record) for record in again] == [_told(record) for record in labelled]


def _told(record: Record) -> dict[str, Any]:
    """What a record says, without offsets of claims, which the mark-up finds anew."""
    values = record.model_dump(exclude_none=True, exclude={"paragraph"})
    for claim in values["claims"]:
        for name in ("source_start", "source_end", "target_start", "target_end"):
            claim.pop(name, None)
    return values


_SPAN = st.tuples(st.integers(0, 12), st.integers(1, 9)).map(lambda pair: (pair[0], min(pair[0] + pair[1], 13)))


@given(st.lists(st.tuples(_SPAN, _SPAN, _SPAN), min_size=1, max_size=3))
def test_crossing_marks_survive(places: list[tuple[tuple[int, int], ...]]) -> None:
    """However sources, cues and contents nest, meet or cross, they come back where they were."""
    text = "abcdefghijklm"
    attributions = [
        {
            "source": "Ann",
            **{
                f"{name}_{what}": value
                for name, (start, end) in (("source", source), ("cue", cue))
                for what, value in (("text", text[start:end]), ("start", start), ("end", end))
            },
            "content": [text[content[0] : content[1]]],
            "content_spans": [list(content)],
        }
        for source, cue, content in places
    ]
    record = parse_object({"doc": "d", "text": text, "claims": [], "attributions": attributions}, "here")
    (again,) = read_markup(write_markup([record]), "again")
    assert again.text == text
    assert again.attributions == record.attributions


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"labels": ["x"]}, "plain labels, which the mark-up cannot hold"),
        ({"claims": [{"type": "goal"}]}, "the claim goal has no stance"),
        ({"claims": [{"type": "a:b", "stance": "oppose"}]}, 'cannot hold the claim type "a:b"'),
        ({"claims": [{"type": "goal", "stance": "oppose", "target": "a|b"}]}, "holds a |"),
        ({"attributions": [{"content": ["R"]}] * 10}, "10 attributions; the mark-up numbers 9"),
    ],
)
def test_what_the_markup_cannot_say_is_refused(fields: dict[str, Any], message: str) -> None:
    """Nothing is written wrongly in silence."""
    with pytest.raises(LabelError) as raised:
        write_markup([parse_object({"doc": "d", "text": "Rain <fell>.", **fields}, "here")])
    assert message in str(raised.value)
    with pytest.raises(LabelError, match="looks like a mark"):
        write_markup([Record(doc="d", text="a <b> c <s1> d")])
