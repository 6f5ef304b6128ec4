"""Headlines among the sentences of an article."""

from __future__ import annotations

import pytest
from marked import read, resolved

from stance.resolver.article import Article


@pytest.mark.parametrize(
    ("headline", "names"),
    [
        ("Union Leaders Reject Offer From Kestrel Travel.", ["Kestrel Travel"]),
        ("Another Union Figure Endorses Ann Poole.", ["Ann Poole"]),
        ("Union Leaders Reject Poole’s Offer To Them.", ["Poole"]),
        ("Prime Minister Bo Lind met Ann Poole in Harrow.", ["Bo Lind", "Ann Poole", "Harrow"]),
    ],
)
def test_a_headline_has_the_names_of_the_article(headline: str, names: list[str]) -> None:
    """Where every word has a capital only names count that stand elsewhere, too."""
    article = Article(read(headline, "Ann Poole left Kestrel Travel, where the leaders reject what they like."))
    assert [mention.name for mention in article.mentions[0]] == names


def test_a_headline_is_nobody() -> None:
    """``he`` is the man of the next sentence, not the headline above it."""
    found = resolved(
        "Another Union Figure Endorses Bo Lind.",
        "Carl Ott is known here.",
        "It rained, <s>he</s> <c>said</c> <q>on Friday</q>.",
    )
    assert [speaker.source.name for speaker in found.speakers if speaker is not None] == ["Carl Ott"]
