"""The page of articles: what it shows, and that nothing in it can act."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from stance.corpus.labels import Record
from stance.records import CarryingWord, Claim, Document, Explanation, Neighbour, Sentence, Source, Span, Stance
from stance.report import fragment, report
from stance.report.page import kinds
from stance.report.passages import content_of, lay_out
from stance.report.relations import NOBODY, relations
from stance.restoring import restore

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}",
    "<!--",
    "]]><svg onload=alert(1)>",
)


class _Page(HTMLParser):
    """Every tag with its attributes, and the text outside of style and script."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            continue

    def handle_data(self, data: str) -> None:
        if not self._inside or self._inside[-1] not in ("style", "script"):
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


@pytest.fixture(scope="module")
def articles(labelled: list[Record]) -> list[Document]:
    """Ten labelled articles as documents."""
    return list(restore(labelled))


def _claim(text: str, **fields: object) -> Document:
    sentence = Sentence(0, 0, len(text), text)
    given = {"probability": 0.9, "source": Source("union"), "type": "accusation"} | fields
    return Document(text=text, sentences=(sentence,), claims=(Claim(sentence, **given),))  # type: ignore[arg-type]


def _assert_inert(html: str) -> None:
    """No script but ours, no handler, no address outside the page."""
    found = _Page(html)
    assert sum(tag == "script" for tag, _ in found.tags) <= 1
    assert not [tag for tag, _ in found.tags if tag in ("img", "iframe", "object", "embed", "link", "base")]
    for tag, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        address = attributes.get("href") or ""
        assert address == "" or address.startswith("#"), (tag, address)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_from_outside_acts(payload: str) -> None:
    """Text, names, types, titles, dates and explanations are shown as they are and never become markup."""
    document = _claim(
        f"{payload} said so.",
        type=payload,
        source=Source(payload),
        source_span=Span(0, len(payload)),
        target=payload,
        target_span=Span(0, len(payload)),
        stance=Stance.OPPOSE,
        stance_probability=0.5,
        explanation=Explanation((CarryingWord(Span(0, len(payload)), 0.3),), (Neighbour(payload, (payload,), 0.5),)),
    )
    document = replace(document, id=payload, title=payload, date=payload, outlet=payload)
    for html in (report([document]), report([document, document], title=payload), fragment(document)):
        _assert_inert(html)
        assert payload in _Page(html).words


def test_hidden_characters_are_shown() -> None:
    """A right-to-left override in text and names is shown by its code, and stands nowhere in the page."""
    html = report([_claim("Safe \u202etxet daer\u202c here.", target="a\u2066b", type="ty\u200bpe")])
    assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069]", html)
    assert "Safe <U+202E>txet daer<U+202C> here." in _Page(html).words


def test_policy_allows_only_what_the_page_brings(articles: list[Document]) -> None:
    """The content security policy names the hashes of the one style and the one script."""
    html = report(articles)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;; ")
    for kind in ("style", "script"):
        (content,) = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src &#39;sha256-{digest}&#39;" in policy[1]
    assert "style=" not in html
    assert "http" not in html.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")


def test_every_claim_stands_in_text_and_table(articles: list[Document]) -> None:
    """Each claim has a mark in the text that leads to its row, and a row that leads back."""
    html = report(articles)
    n_claims = sum(len(document.claims) for document in articles)
    for number in range(1, n_claims + 1):
        assert f'id="mark-{number}" href="#claim-{number}"' in html
        assert f'<tr id="claim-{number}"' in html
        assert f'href="#mark-{number}"' in html
    assert f'id="mark-{n_claims + 1}"' not in html
    ids = [attributes["id"] for _, attributes in _Page(html).tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_text_is_whole(articles: list[Document]) -> None:
    """Marks change nothing in the words of an article."""
    article = lay_out(articles[0], kinds(claim.type for claim in articles[0].claims))
    lines = [line for paragraph in article.paragraphs for line in paragraph]
    texts = ["".join(piece.text for piece in line.pieces) for line in lines]
    assert texts == [sentence.text for sentence in articles[0].sentences]


def test_speaker_stands_where_it_changes(articles: list[Document]) -> None:
    """A speaker is named at the first of their sentences in a paragraph."""
    article = lay_out(articles[1], kinds(claim.type for claim in articles[1].claims))
    assert [line.speaker for paragraph in article.paragraphs for line in paragraph] == [
        *("Fishermen", "Jonas Vik", None, None)
    ]


def test_content_of_a_claim_is_its_attribution(articles: list[Document]) -> None:
    """What is underlined is what the source says; without an attribution, the sentence."""
    document = articles[0]
    (span,) = content_of(document, document.claims[0])
    assert document.text[span.start : span.end] == "the ministry of hiding the safety report"
    bare = _claim("  They failed. ")
    assert content_of(bare, bare.claims[0]) == (Span(2, 14),)


def test_relations_count_accusations(articles: list[Document]) -> None:
    """The matrix counts each accusation once, by source and target."""
    laid_out = [claim for a in articles for claim in lay_out(a, kinds(c.type for c in a.claims)).claims]
    found = relations(laid_out)
    assert found is not None
    assert (found.verb, sum(found.counts.values()) + found.left_out) == ("accuses", 10)
    few = relations(laid_out, top=2)
    assert few is not None
    assert few.left_out == 10 - sum(few.counts.values()) > 0
    assert {edge.count for edge in found.edges()} == {found.most}


def test_relations_without_accusations() -> None:
    """Own labels are counted where they oppose a target; a claim without target counts as nobody's."""
    own = _claim("They resist the levy.", type="protest", target="levy", stance=Stance.OPPOSE)
    found = relations(lay_out(own, {"protest": 0}).claims)
    assert found is not None
    assert (found.verb, found.counts) == ("opposes", {("union", "levy"): 1})
    assert relations(lay_out(_claim("Rain fell.", type="weather"), {"weather": 0}).claims) is None
    nobody = relations(lay_out(_claim("They failed."), {"accusation": 0}).claims)
    assert nobody is not None
    assert nobody.targets == (NOBODY,)


def test_long_reports_say_what_they_leave_out(articles: list[Document]) -> None:
    """Beyond the limit articles are counted and their claims listed, and the page says so."""
    html = report(articles, most=2)
    assert "The first 2 of 10 articles" in _Page(html).words
    assert html.count("<article") == 2
    assert 'id="claim-30"' in html
    assert 'href="#mark-7"' not in html


def test_an_article_without_claims_is_shown() -> None:
    """A page without a claim has the text and no empty table."""
    text = "Rain fell."
    html = report([Document(text=text, sentences=(Sentence(0, 0, len(text), text),))])
    assert "0 claims in 1 sentence" in _Page(html).words
    assert "<table" not in html


def test_notebook_shows_a_document(articles: list[Document]) -> None:
    """A document's own display is a fragment without script, whose ids differ from another document's."""
    first, second = articles[0]._repr_html_(), articles[1]._repr_html_()
    assert "<script" not in first
    ids = [{attributes["id"] for _, attributes in _Page(html).tags if "id" in attributes} for html in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_command_writes_a_page(
    stance_command: Callable[..., CompletedProcess[str]], labelled_path: Path, tmp_path: Path
) -> None:
    """``stance report`` writes the page of a file or of standard input, and says what is in it."""
    out = tmp_path / "page.html"
    done = stance_command("report", labelled_path, "-o", out, "--title", "Ten & more")
    assert (done.returncode, done.stdout) == (0, "")
    assert "articles: 10, claims: 30" in done.stderr
    assert "<title>Ten &amp; more</title>" in out.read_text(encoding="utf-8")
    piped = stance_command("report", "-", "-o", out, stdin=labelled_path.read_text(encoding="utf-8"))
    assert piped.returncode == 0
    article = stance_command("report", "data/demo.txt", "-o", out)
    assert (article.returncode, article.stdout) == (3, "")
    assert "make them with: stance predict data/demo.txt -o claims.jsonl" in article.stderr
