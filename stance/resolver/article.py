"""An article as the resolver sees it: its tokens, names, cast and quotations, and who has spoken so far."""

from __future__ import annotations

from functools import cached_property

from stance.records import Document, Kind, Source, Span
from stance.resolver.cast import Cast, Entity
from stance.resolver.lexicon import NOT_NAMES
from stance.resolver.names import Mention, Token, find_mentions, tokens_of
from stance.resolver.quotes import Quotations

_BACK = 12  # sentences that a pronoun or a description is looked for
_HEADLINE = -1


class Article:
    """What is known of an article before and while its sources are resolved.

    ``speakers`` holds the entity that spoke in each sentence so far, ``said`` the source; both None where nobody did.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.sentences = document.sentences
        self.tokens: list[list[Token]] = [
            tokens_of(one.text) if one.kind is Kind.PROSE else [] for one in document.sentences
        ]
        self.ordinary = frozenset(
            token.word for tokens in self.tokens for token in tokens if token.word.islower()
        ) | frozenset(NOT_NAMES)
        self.mentions: list[list[Mention]] = [
            find_mentions(one.text, self.ordinary, tokens)
            for one, tokens in zip(document.sentences, self.tokens, strict=True)
        ]
        self.cast = Cast([*self._headline(), *((i, m) for i, found in enumerate(self.mentions) for m in found)])
        self.quotations = Quotations(document)
        self.speakers: list[Entity | None] = [None] * len(document.sentences)
        self.said: list[Source | None] = [None] * len(document.sentences)

    def _headline(self) -> list[tuple[int, Mention]]:
        """Names of the title; none where every word of it has a capital."""
        title = self.document.title or ""
        tokens = [token for token in tokens_of(title) if token.word[0].isalpha()]
        capitals = sum(token.capital for token in tokens)
        if not tokens or capitals > 0.6 * len(tokens):
            return []
        return [(_HEADLINE, mention) for mention in find_mentions(title, self.ordinary)]

    @cached_property
    def entities(self) -> list[list[tuple[Mention, Entity]]]:
        """The names of each sentence with whose they are."""
        return [
            [(m, entity) for m in found if (entity := self.cast.find(m, i)) is not None]
            for i, found in enumerate(self.mentions)
        ]

    def inside(self, sentence: int, span: Span) -> list[tuple[Mention, Entity]]:
        """The names within a span of a sentence."""
        start = self.sentences[sentence].start
        return [
            (mention, entity)
            for mention, entity in self.entities[sentence]
            if span.start <= mention.start + start and mention.end + start <= span.end
        ]

    def quoted(self, sentence: int, mention: Mention) -> bool:
        """Whether a name stands inside a quotation."""
        return self.quotations.inside(sentence, self.sentences[sentence].start + mention.start)

    def earlier(self, sentence: int) -> range:
        """The sentences before this one in which an antecedent is looked for, nearest first."""
        return range(sentence - 1, max(-1, sentence - 1 - _BACK), -1)
