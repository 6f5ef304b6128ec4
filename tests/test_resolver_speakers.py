"""Whom whole sentences are attributed to; interviews and opinion pieces; the names of targets."""

from __future__ import annotations

import pytest
from marked import linked, read, resolved

from stance.records import Attribution, Span
from stance.resolver import Resolution, resolve


def _speakers(found: Resolution) -> list[str | None]:
    return [speaker.source.name if speaker is not None else None for speaker in found.speakers]


def _speaker(text: str, *attributions: tuple[str | None, str | None, str]) -> str | None:
    """The speaker of one sentence, for (source, cue, content) words in it."""
    document = read(text)
    sentence = document.sentences[0]

    def span(words: str | None) -> Span | None:
        return None if words is None else Span(text.index(words), text.index(words) + len(words))

    given = [
        Attribution(sentence, tuple(one for one in (span(content),) if one), source_span=span(s), cue_span=span(c))
        for s, c, content in attributions
    ]
    return _speakers(resolve(document, given))[0]


def test_the_longest_content_has_the_sentence() -> None:
    """Of two sources, whoever has more of the sentence."""
    text = "Ann Poole said it rained, but Bo Lind insisted it had been dry since Monday."
    both = [("Ann Poole", "said", "it rained"), ("Bo Lind", "insisted", "it had been dry since Monday")]
    assert _speaker(text, *both) == "Bo Lind"
    aside = text.replace("but", "while")
    assert _speaker(aside, *both) == "Bo Lind"


@pytest.mark.parametrize(
    ("text", "attribution", "expected"),
    [
        # a few words leave the sentence to the journalist
        ("The plan that Ann Poole called costly goes to a vote of the whole council in May.", "costly", None),
        # so does a clause that only adds to it
        ("The plan, which Ann Poole called a waste of money, goes to a vote in May.", "a waste of money", None),
        ("Ann Poole called it a waste of money that nobody in Harrow had asked for.", "a waste of money", "Ann Poole"),
    ],
)
def test_asides_leave_the_sentence_to_the_journalist(text: str, attribution: str, expected: str | None) -> None:
    """Content too short, or in a subordinate clause, does not make its source the speaker."""
    assert _speaker(text, ("Ann Poole", "called", attribution)) == expected


def test_whoever_only_passes_on_does_not_speak() -> None:
    """``According to the paper, Poole said …`` is Poole speaking."""
    text = "According to the Harrow Post, Ann Poole said the bridge was closed."
    outer = ("the Harrow Post", "According to", "Ann Poole said the bridge was closed")
    inner = ("Ann Poole", "said", "the bridge was closed")
    assert _speaker(text, outer, inner) == "Ann Poole"


@pytest.mark.parametrize(("source", "expected"), [("local reports", None), ("State media", "State media")])
def test_vague_sources_are_no_speaker(source: str, expected: str | None) -> None:
    """Reports of nobody in particular speak for nobody; a named kind of medium does."""
    assert _speaker(f"{source} said the bridge was closed.", (source, "said", "the bridge was closed")) == expected


def test_the_turns_of_an_interview() -> None:
    """Questions are the interviewer's, answers whose interview it is."""
    found = resolved(
        "The Harrow Post spoke with Ann Poole about the bridge.",
        "Why did you close it?",
        "I had no choice.",
        "We found cracks in every pier.",
        "Would you close it again?",
        "I would.",
    )
    assert _speakers(found) == [None, "Harrow Post", "Ann Poole", "Ann Poole", "Harrow Post", "Ann Poole"]
    assert {speaker.source.rule for speaker in found.speakers if speaker} == {"turn"}


def test_labelled_turns() -> None:
    """A label before a turn names whose it is, by initials too, until the next one."""
    found = resolved(
        "Wikinews interviewed Ann Poole.",
        "((WN)) Why did you close it?",
        "((Ann Poole)) It was falling down.",
        "((WN)) Would you do it again?",
        "((Ann Poole)) Of course.",
    )
    assert _speakers(found)[1:] == ["Wikinews", "Ann Poole", "Wikinews", "Ann Poole"]


def test_a_report_with_questions_is_no_interview() -> None:
    """Questions without an interview, or an interview full of quotations, leave the article a report."""
    assert _speakers(resolved("Why did you close it?", "Would you do it again?", "It rained.")) == [None, None, None]


def test_an_opinion_piece_is_its_author_speaking() -> None:
    """The author in the title speaks, but for what others are said to say."""
    found = resolved(
        "I have lived here for years.",
        "<s>The mayor</s> <c>says</c> <q>the bridge is perfectly safe</q>.",
        "We know that it is not.",
        "I want it mended.",
        title="Ann Poole: Mend our bridge",
    )
    assert _speakers(found) == ["Ann Poole", "mayor", "Ann Poole", "Ann Poole"]
    without = resolved("I have lived here.", "We know it.", "I want it.", title="Mend our bridge")
    assert _speakers(without) == [None, None, None]


@pytest.mark.parametrize(
    ("first", "author"),
    [
        ("By Ann Poole", "Ann Poole"),
        ("BY ANN POOLE | The Harrow Post", "Ann Poole"),
        ("Mend our bridge, by Ann Poole", "Ann Poole"),
        ("By Staff Reporter", None),
        ("By Harrow Water", None),
        ("By Ann Poole the bridge was mended.", None),
    ],
)
def test_a_byline_names_the_author(first: str, author: str | None) -> None:
    """A line of its own among the first, or the headline, tells who writes in the first person."""
    found = resolved(
        first, "I have lived here.", "We know that it is old.", "I want it mended.", paragraphs=[0, 1, 1, 1]
    )
    assert _speakers(found)[1:] == [author] * 3


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("Poole", "Ann Poole"),
        ("the mayor", "Ann Poole"),
        ("her", "Ann Poole"),
        ("it", None),
        ("they", None),
        ("a new bridge", None),
    ],
)
def test_names_of_targets(target: str, expected: str | None) -> None:
    """Names, roles and gendered pronouns have one; ``it`` and ``they`` mean things too often."""
    sentences = ["Mayor Ann Poole left.", f"<s>Bo Lind</s> <c>said</c> <q>he blamed {target}</q>."]
    document = read(*sentences)
    found = resolve(document, linked(document, sentences))
    start = document.sentences[1].start + document.sentences[1].text.index("blamed") + len("blamed ")
    named = found.name_of(1, Span(start, start + len(target)))
    assert (named.name if named else None) == expected


def test_the_actor_of_a_narrated_plan() -> None:
    """Words that are no tagged source are named too."""
    document = read("The Harrow Council (HC) met.", "HC plans a bridge.")
    source = resolve(document, []).source_of(1, Span(document.sentences[1].start, document.sentences[1].start + 2))
    assert source is not None
    assert source.name == "Harrow Council"


def test_who_reports_another_first_has_the_sentence() -> None:
    """``Lind noted that Poole said …`` is Lind's, ``Poole said …, people said`` Poole's."""
    text = "Bo Lind noted that Ann Poole said it would rain on all the days of May, of June, of July and of August."
    inner = ("Ann Poole", "said", "it would rain on all the days of May, of June, of July and of August")
    assert _speaker(text, ("Bo Lind", "noted", text[text.index("that") : -1]), inner) == "Bo Lind"
    behind = f"{text[len('Bo Lind noted that ') : -1]}, people told us."
    assert _speaker(behind, ("people", "told", behind[: behind.index(", people")]), inner) == "Ann Poole"


def test_a_participle_that_tells_more_of_a_noun_is_an_aside() -> None:
    """``papers labelled by Lind``: whoever tells of them has the sentence; ``was told by Lind`` is Lind's."""
    text = "The papers on the old dam labelled secret by Bo Lind are lost for good now, said Ann Poole."
    both = [("Bo Lind", "labelled", "The papers on the old dam"), ("Ann Poole", "said", "are lost for good now")]
    assert _speaker(text, *both) == "Ann Poole"
    told = "She was told by Bo Lind of the dam that broke, and Ann Poole said no."
    assert _speaker(told, ("Bo Lind", "told", "of the dam that broke"), ("Ann Poole", "said", "no")) == "Bo Lind"


def test_whoever_passes_on_does_not_speak_though_more_is_theirs() -> None:
    """``Poole said …, according to the paper``: Poole, even where the longer part was tagged as the paper's."""
    text = "Poole said it rained hard, as it had on all the days before, according to the Harrow Post."
    own = ("Poole", "said", "it rained hard")
    assert _speaker(text, own, ("the Harrow Post", "according to", "as it had on all the days")) == "Poole"
