"""Whether a pronoun that something is attributed to is given the right name, by GUM's coreference.

    python training/gum_speakers.py [--model FOLDER] [--gum FOLDER] [--errors]

For every attribution of GUM's news and interviews whose source is a pronoun (``he said``, ``they hope``): the source
named is right if its name matches any mention of the pronoun's gold coreference chain (``stance.metrics.same_name``).
Once with the spans that a model finds, once with the labelled ones of data/gum, for the resolver alone. The shipped
model has learned spans, not coreference, from these documents.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora import GUM, public

from stance import load
from stance.corpus.conll import read_conll
from stance.corpus.labels import Record
from stance.metrics import same_name
from stance.records import Attribution, Document, Span
from stance.resolver import resolve

GROUPS = {"he, she": {"he", "she"}, "they": {"they"}, "it": {"it"}}
FIRST_PERSON = {"I, we": {"i", "we"}}
_PRONOUNS = frozenset("i me my we us our you he him his she her it its they them their who which that".split())
_MARK = re.compile(r"\(([^()]+)(\))?|([^()]+)\)")


@dataclass(frozen=True)
class Case:
    """A pronoun as a source: the name that it was given, the mentions of its chain that are no pronouns."""

    document: str
    sentence: str
    pronoun: str
    name: str | None
    mentions: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether any mention is the one named."""
        return any(same_name(self.name, mention) for mention in self.mentions)


def main() -> None:
    """Print how many are right, by pronoun."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gum", type=Path, default=GUM, help="folder of the CoNLL files")
    parser.add_argument("--model", type=Path, help="a model's folder; without it the shipped one")
    parser.add_argument("--errors", action="store_true", help="print what is wrong")
    given = parser.parse_args()
    by_document: dict[str, list[Record]] = defaultdict(list)
    for record in public(wikinews=Path("none"), gum=given.gum):
        by_document[str(record.doc)].append(record)
    documents = {name: document(name, records) for name, records in by_document.items()}
    chains = {name: read_chains(given.gum / f"{name}.conll") for name in documents}
    read = load(given.model).predict_many(documents.values())
    for title, found in (
        ("spans of the model", {one.id: one.attributions for one in read}),
        ("labelled spans", {name: resolved(one, by_document[name]) for name, one in documents.items()}),
    ):
        cases = [case for name, one in documents.items() for case in judged(one, found[name], chains[name])]
        report(title, cases, errors=given.errors)


def document(name: str, records: Sequence[Record]) -> Document:
    """A document of its labelled sentences."""
    starts = [record.start or 0 for record in records]
    paragraphs = [record.paragraph or 0 for record in records]
    return Document.from_sentences([record.text for record in records], starts=starts, paragraphs=paragraphs, id=name)


def resolved(given: Document, records: Sequence[Record]) -> tuple[Attribution, ...]:
    """What the resolver makes of the labelled spans."""
    linked = []
    for sentence, record in zip(given.sentences, records, strict=True):
        for one in record.attributions or ():
            content = tuple(Span(start, end) for start, end in one.content_spans or ())
            source, cue = (
                Span(start, end) if start is not None and end is not None else None
                for start, end in ((one.source_start, one.source_end), (one.cue_start, one.cue_end))
            )
            linked.append(Attribution(sentence, content, source_span=source, cue_span=cue))
    return resolve(given, linked).attributions


def judged(given: Document, found: Sequence[Attribution], chains: dict[Span, tuple[str, ...]]) -> Iterator[Case]:
    """Each pronoun that a source is, once."""
    seen: set[Span] = set()
    for one in found:
        span = one.source_span
        if span is None or span in seen or not one.content:
            continue
        seen.add(span)
        word = given.text[span.start : span.end]
        if word.lower() in _PRONOUNS and (len(word) == 1 or not word.isupper()):  # WHO is none
            name = one.source.name if one.source else None
            yield Case(given.id, one.sentence.text, word.lower(), name, chains.get(span, ()))


def read_chains(path: Path) -> dict[Span, tuple[str, ...]]:
    """The mentions that are no pronouns of the chain of each mention, by where it stands in ``read_conll``'s text."""
    text = read_conll(path)
    places: dict[str, list[Span]] = defaultdict(list)
    opened: dict[str, list[int]] = defaultdict(list)
    end = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or "\t" not in line:
            continue
        _, token, marks, *_ = [*line.split("\t"), "_"]
        start = text.index(token, end)
        end = start + len(token)
        for opens, closed, closes in _MARK.findall(marks):
            chain = (opens or closes).split("-")[1]
            if opens:
                opened[chain].append(start)
            if closed or closes:
                places[chain].append(Span(opened[chain].pop(), end))
    found: dict[Span, tuple[str, ...]] = {}
    for spans in places.values():
        words = [text[span.start : span.end] for span in spans]
        found |= dict.fromkeys(spans, tuple(mention for mention in words if mention.lower() not in _PRONOUNS))
    return found


def report(title: str, cases: Sequence[Case], *, errors: bool) -> None:
    """Rights and cases by pronoun; a pronoun whose chain has no name, or that is in none, is left out and counted."""
    print(f"{title}: {sum(not case.mentions for case in cases)} pronouns without a name in gold left out")
    known = [case for case in cases if case.mentions]
    for group, words in {"third person": set().union(*GROUPS.values()), **GROUPS, **FIRST_PERSON}.items():
        of_group = [case for case in known if case.pronoun in words]
        counts = Counter((case.right, case.name is None) for case in of_group)
        right = counts[True, False]
        share = f"{100 * right / len(of_group):5.1f} %" if of_group else "    –  "
        print(f"  {group:12s} {share} {right} of {len(of_group)}, {counts[False, True]} unnamed")
    for case in known if errors else ():
        if not case.right:
            print(f"    {case.document}: {case.pronoun} -> {case.name}, gold {case.mentions[:4]}: {case.sentence}")


if __name__ == "__main__":
    main()
