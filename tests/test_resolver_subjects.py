"""Sources that nobody tagged: the subject of the cue, the sentence that ends a quotation, speech without marks."""

from __future__ import annotations

import pytest
from marked import read, resolved

from stance.records import Span
from stance.resolver.article import Article
from stance.resolver.subjects import is_passive, subject_of


def _speakers(*sentences: str, title: str | None = None) -> list[str | None]:
    found = resolved(*sentences, title=title)
    return [speaker.source.name if speaker is not None else None for speaker in found.speakers]


@pytest.mark.parametrize(
    ("text", "verb", "expected"),
    [
        ("Ann Poole said it rained.", "said", "Ann Poole"),
        ("The dam, residents have long warned, was weak.", "warned", "residents"),
        ("Ann Poole met the mayor and praised the plan.", "praised", "Ann Poole"),
        ("After the vote she never claimed victory.", "claimed", "she"),
        ("The dam was weak, predicted Ann Poole.", "predicted", "Ann Poole"),
        ("The dam was weak, predicted Mayor of Ayr Ann Poole.", "predicted", "Mayor of Ayr Ann Poole"),
        ("Ann Poole called it off, citing Harrow.", "citing", "Ann Poole"),
        ("In Harrow it rained, according to nobody.", "according to", "it"),
        ("Added on Friday.", "Added", None),
    ],
)
def test_the_subject_of_a_verb(text: str, verb: str, expected: str | None) -> None:
    """What stands right before the verb, else what the sentence begins with, else what follows it."""
    start = text.index(verb)
    span = subject_of(Article(read(text)), 0, Span(start, start + len(verb)))
    assert (text[span.start : span.end] if span is not None else None) == expected


def test_what_is_told_to_somebody_is_not_their_own() -> None:
    """``Poole was told`` is passive, ``Poole told`` is not."""
    text = "Ann Poole was told to leave and told the press, a plan first told by Lind."
    article = Article(read(text))
    places = [at for at in range(len(text)) if text.startswith("told", at)]
    assert [is_passive(article, 0, Span(at, at + 4)) for at in places] == [True, False, True]
    assert _speakers("<s>The court</s> <c>heard</c> <q>that the dam had broken in May</q>.") == [None]
    assert _speakers('"It rained all day."', "<s>The court</s> <c>heard</c>.")[1] is None
    assert _speakers("<s>Poole</s> <c>accused</c> of <q>letting the dam break</q>.") == [None]
    assert _speakers("<s>Ann Poole</s> was <c>told</c> <q>that the dam had broken in May</q>.") == [None]
    assert _speakers("<s>Ann Poole</s> was <c>quoted</c> as saying <q>that the dam had broken in May</q>.") == [
        "Ann Poole"
    ]


def test_a_cue_without_a_source_is_its_subjects() -> None:
    """The subject of the cue speaks, not whoever spoke before; ``said by phone`` has one, too."""
    assert _speakers("Ann Poole <c>said</c> by phone <q>the dam was safe</q>.") == ["Ann Poole"]
    assert _speakers(
        "<s>Bo Lind</s> <c>said</c> <q>the dam was safe</q>.",
        "Some families <c>said</c> <q>they had been forced to leave their homes</q>.",
    ) == ["Bo Lind", "Some families"]


def test_a_sentence_that_ends_a_quotation_names_its_speaker() -> None:
    """``Poole said.`` gives the quotation before it to Poole, and is Poole's itself."""
    assert _speakers(
        "<s>Bo Lind</s> <c>said</c> <q>the dam was safe</q>.",
        '"<q>It was never safe at all.</q>"',
        "<s>Ann Poole</s> <c>told</c> workers in Harrow.",
    ) == ["Bo Lind", "Ann Poole", "Ann Poole"]


def test_only_behind_a_quotation() -> None:
    """Elsewhere a source and its cue attribute nothing, nor do passives."""
    assert _speakers("The dam broke.", "<s>Ann Poole</s> <c>spoke</c> on Friday.") == [None, None]
    assert _speakers('"<q>It was never safe at all.</q>"', "<s>Ann Poole</s> was <c>told</c>.") == [None, None]


def test_a_cue_alone_ends_a_quotation() -> None:
    """``Poole concluded.`` names the speaker, though its subject was not tagged."""
    assert _speakers(
        '"<q>It was never safe at all.</q>"', "Ann Poole <c>told</c> a meeting of the residents in Harrow."
    ) == [
        "Ann Poole",
        "Ann Poole",
    ]
    assert _speakers("The dam broke.", "Ann Poole <c>concluded</c>.") == [None, None]


def test_a_cue_that_opens_a_sentence_goes_on() -> None:
    """``But added`` has the subject of the sentence before."""
    before = "<s>Bo Lind</s> <c>said</c> <q>the dam was safe</q>."
    assert _speakers(before, "But <c>added</c> <q>that it would rain for the whole week</q>.") == ["Bo Lind"] * 2
    assert _speakers(before, "But <c>citing</c> <q>that it would rain for the whole week</q>.")[1] is None


def test_things_that_warn_do_not_speak() -> None:
    """Sirens and alarms say nothing; whoever sounds them may."""
    assert _speakers("<s>The sirens</s> <c>warned</c> of <q>a flood on its way to Harrow</q>.") == [None]
    assert _speakers("<s>The wardens</s> <c>warned</c> of <q>a flood on its way to Harrow</q>.") == ["wardens"]


def test_narration_is_nobodys() -> None:
    """Content without cue, source or quotation marks goes to nobody."""
    assert _speakers(
        "<s>Bo Lind</s> <c>said</c> <q>the dam was safe</q>.", "<q>There was no sign of a breach</q>."
    ) == ["Bo Lind", None]


@pytest.mark.parametrize(
    "sentences",
    [
        ("<s>Bo Lind</s> <c>rejected</c> <q>the claim</q>:", "<q>The dam was safe in May and is safe today</q>."),
        ("<s>Bo Lind</s>: <q>The dam was safe in May</q>.", "<q>The water never rose above the wall</q>."),
        ("<s>Bo Lind</s> <c>said</c> <q>we were safe</q>.", "<q>We looked at every wall in May</q>."),
        ('"<q>The dam was safe</q>," <s>Bo Lind</s> <c>said</c>.', "<q>We looked at every wall in May</q>."),
    ],
)
def test_speech_goes_on_without_marks(sentences: tuple[str, str]) -> None:
    """Behind a colon or a label, and in the first person, whoever spoke goes on."""
    assert _speakers(*sentences) == ["Bo Lind", "Bo Lind"]


def test_i_is_nobody_who_was_only_reported() -> None:
    """Behind words that are neither quoted nor in the first person, ``I`` is whoever writes."""
    before = "<s>The council</s> <c>says</c> <q>that the dam is safe</q>."
    assert _speakers(before, "<q>I have looked at every wall in May</q>.") == ["council", None]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Ann Poole - who leads the board of the <s>Harrow Trust</s> - <c>said</c> <q>it rained</q>.", "Ann Poole"),
        ("Ann Poole, chair of Harrow Trust, which helps <s>nurses</s>, <c>said</c> <q>it rained</q>.", "Ann Poole"),
        ("Ann Poole repeated <s>her <c>claim</c></s> that <q>it had rained</q>.", "Ann Poole"),
        (
            "It rained in Ayr, where <s>Ann Poole (MP</s>) <c>said</c> "
            "<q>it had been wet on all of the days of May and on most of its nights</q>.",
            "Ann Poole",
        ),
        ('Ann Poole - who "burnt" the [old] maps of the <s>Trust</s> - <c>said</c> <q>it rained</q>.', "Ann Poole"),
        ("Ann Poole, who lost by 1,122 votes, <c>told</c> supporters at <s>Ayr</s> <q>it rained</q>.", "Ann Poole"),
        ("One aide from <s>Ayr</s>, who asked not to be named, <c>said</c> <q>it rained</q>.", "One aide from Ayr"),
        ("<s>He</s> left and his wife, Ann Poole, who <c>said</c> <q>it rained</q>, stayed.", "Ann Poole"),
        (
            "Harrow Trust backed it, despite <s>Poole's</s> old view of it, and <c>said</c> <q>it rained</q>.",
            "Harrow Trust",
        ),
        ("<s>Mr Poole hit</s> back, <c>saying</c> <q>it rained</q>.", "Poole"),
        ("Ann Poole, the mayor, <c>told</c> <s>Press Ghana</s> <q>it rained</q>.", "Ann Poole"),
        ("Ann Poole of Ayr on Sunday <c>told</c> <s>Press Ghana</s> <q>it rained</q>.", "Ann Poole"),
        (
            "<s>She</s> met Bo Lind, and he left <c>saying</c> <q>it rained on all days of the long week</q>.",
            "Bo Lind",
        ),
        ("<s>The ruling</s> was bad for Poole, whose lawyers <c>said</c> <q>it rained</q>.", "Poole’s lawyers"),
        ("The ruling was bad for Poole, whose lawyers <c>said</c> <q>it rained</q>.", "Poole’s lawyers"),
        ("<s>ACCRA, Ghana -- The army</s> <c>said</c> <q>it rained</q>.", "army"),
        ("<q>It rained where Ann Poole</q>, who left, <c>according to</c> <s>Bo Lind</s>.", "Bo Lind"),
        ("<s>Some critics, including Bo Lind</s>, <c>said</c> <q>it rained</q>.", "Some critics"),
        ("<s>The board's</s> new report <c>said</c> <q>it rained</q>.", "board’s new report"),
        # a cue in the source, and clauses that end with their verb
        ("<q>Eels may hold the clue to a longer life</q>, <s>study <c>finds</c></s>", "study"),
        ("<s>Ann Poole</s> <q>knew that the dam was weak</q>, inquiry <c>finds</c>", "inquiry"),
        ("Ann Poole <q>knew that the dam was weak</q>, inquiry <c>finds</c>", "inquiry"),
        ("<s>Harrow Water, the report</s> <c>says</c>, <q>sent one man to the dam</q>.", "report"),
        ("<s>Bo Lind, a baker</s> <c>said</c>, <q>had sent one man to the dam</q>.", "Bo Lind"),
        ("<s>Harrow Water</s>, in a letter <c>warned</c>, <q>had sent one man to the dam</q>.", "Harrow Water"),
        # insertions
        ("Ann Poole, <s>prosecuting</s>, <c>said</c> <q>it rained</q>.", "Ann Poole"),
        ("The memo, first seen by <s>the Harrow Post</s>, <c>said</c> <q>it rained</q>.", "memo"),
        (
            "A spokesman for Harrow Water, <s>the developer</s>, <c>said</c> <q>it rained</q>.",
            "spokesman for Harrow Water",
        ),
        # datelines, and several people behind a preposition
        ("<s>ACCRA</s> — Ann Poole <c>said</c> <q>it rained</q>.", "Ann Poole"),
        ("Ann Poole heard from senators who <c>say</c> <q>it had rained on all days</q>.", "senators"),
        ("Ann Poole was there as the mayor met parents who <c>say</c> <q>it had rained on all days</q>.", "parents"),
        ("<s>Board members</s> left early, <c>saying</c> <q>it rained</q>.", "Board members"),
        ("<q>It rained</q>, <c>according to</c> <s>a charity that is</s> calling for aid.", "charity"),
        # a name cut in the middle, and a preposition that belongs to the cue
        ("<s>The United</s> States <c>said</c> <q>it rained</q>.", "United States"),
        ("<c>According</c> <s>to Poole</s>, <q>it rained</q>.", "Poole"),
        ("<s>Officials privately</s> <c>admit</c> <q>it rained</q>.", "Officials"),
    ],
)
def test_the_whole_source(sentence: str, expected: str) -> None:
    """Where an insertion or a part of the source was tagged, the subject of the cue is meant."""
    given = _speakers(sentence)[0]
    assert given is not None
    assert given.replace("'", "’") == expected


def test_what_a_quotation_reports_is_its_speakers() -> None:
    """Whoever is quoted inside a quotation is not its speaker, nor is it ended by them."""
    assert _speakers(
        "<s>Ann Poole</s> <c>said</c> <q>it rained</q>.",
        '"<q>I asked at the time.</q>"',
        '"And then <s>Bo Lind</s> <c>said</c> <q>it had never rained there at all</q>."',
    ) == ["Ann Poole", "Ann Poole", "Ann Poole"]


def test_a_name_and_a_verb_beside_a_quotation() -> None:
    """They tell its speaker where nothing was tagged."""
    assert _speakers(
        "<s>Ann Poole</s> <c>said</c> <q>it rained</q>.", '"It had never rained there at all," Bo Lind told us.'
    ) == ["Ann Poole", "Bo Lind"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In his view, <q>the dam would not last for another year</q>.", "Bo Lind"),
        ("In Poole's opinion, <q>the dam would not last for another year</q>.", "Ann Poole"),
        ('For mayor Ann Poole, <q>the dam is "nothing short of a danger</q>".', "Ann Poole"),
        ("For mayor Ann Poole, <q>the dam would not last for another year</q>.", None),
        ("In full view, <q>the dam would not last for another year</q>.", None),
    ],
)
def test_a_view_is_its_holders(sentence: str, expected: str | None) -> None:
    """``In his view`` names a source without a verb; ``for Poole`` only beside quotations."""
    assert _speakers("Ann Poole met Bo Lind. ", "Bo Lind sat with his arms folded.", sentence)[2] == expected


def test_any_verb_beside_a_quotation_that_is_the_whole_line() -> None:
    """``"Five," Poole interrupted.`` is Poole's; a title in quotation marks within a sentence is nobody's."""
    assert _speakers("Ann Poole spoke.", '"Five," Poole interrupted.') == [None, "Ann Poole"]
    assert _speakers("Ann Poole spoke.", '"Five." Poole nodded.') == [None, None]
    assert _speakers("Ann Poole spoke.", 'The film "Five," Poole directed.') == [None, None]
