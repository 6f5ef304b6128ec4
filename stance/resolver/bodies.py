"""``the company``, ``the union``, ``the regulator``: which of the bodies that an article names is meant."""

from __future__ import annotations

from collections.abc import Iterator

from stance.resolver.article import Article
from stance.resolver.entities import Entity
from stance.resolver.nouns import Sort, sort_of


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KINDS = {
    "company": _words(
        "inc ltd plc llc corp co limited company group airlines airways motors holdings energy media stores brothers "
        "industries international global partners systems technologies oil gas water rail air associates foods "
        "records studios solutions insurance capital labs ports line lines homes steel pharma terminals travel "
        "properties estates logistics railway railways transport marine bancorp bank services"
    ),
    "court": _words("court courts tribunal"),
    "state": _words(
        "ministry department office agency commission authority bureau board service administration treasury "
        "inspectorate directorate secretariat embassy centre center survey institute committee council"
    ),
    "watchdog": _words(
        "agency authority commission office board bureau service inspectorate directorate institute committee council"
    ),
    "council": _words("council borough city county"),
    "union": _words("union congress federation association workers teachers guild brotherhood alliance confederation"),
    "party": _words("party democrats front movement alliance league congress labour conservatives republicans greens"),
    "school": _words("university college school academy institute"),
    "police": _words("police constabulary garda guard service force"),
    "army": _words("army military navy forces guard brigade command corps"),
    "rebels": _words("army forces brigade front militia movement liberation resistance"),
    "place": _words("airport station square street island islands river"),
    "health": _words("hospital hospitals trust infirmary clinic"),
    "charity": _words(
        "foundation trust charity society watch campaign fund institute centre center association alliance network "
        "project federation council movement group coalition forum initiative families friends action"
    ),
    "press": _words(
        "times post journal news herald tribune guardian telegraph press chronicle gazette standard observer courier "
        "mail express mirror sun star today tv radio channel broadcasting magazine"
    ),
    "house": _words("house senate parliament assembly congress legislature council committee"),
}
_MEANT = {
    **dict.fromkeys(
        "company firm carrier manufacturer maker retailer operator publisher producer insurer developer brewer "
        "lender giant chain startup start-up utility supplier builder contractor promoter importer exporter "
        "wholesaler employer consortium supermarket steelmaker carmaker drugmaker chipmaker automaker planemaker "
        "corporation airline bank studio label port".split(),
        "company",
    ),
    **dict.fromkeys("court tribunal".split(), "court"),
    **dict.fromkeys("ministry department commission bureau board service office".split(), "state"),
    **dict.fromkeys("agency regulator watchdog authority body".split(), "watchdog"),
    "council": "council",
    "union": "union",
    "party": "party",
    **dict.fromkeys("university school college academy institute campus".split(), "school"),
    **dict.fromkeys("police force".split(), "police"),
    **dict.fromkeys("army military navy".split(), "army"),
    **dict.fromkeys("rebels militants insurgents militia".split(), "rebels"),
    **dict.fromkeys("hospital trust".split(), "health"),
    **dict.fromkeys(
        "charity group organisation organization association foundation campaign coalition alliance network society "
        "movement federation think-tank thinktank lobby forum".split(),
        "charity",
    ),
    **dict.fromkeys(
        "newspaper paper magazine broadcaster daily weekly tabloid outlet channel station publication".split(),
        "press",
    ),
    **dict.fromkeys("parliament senate congress house assembly legislature".split(), "house"),
}
_BEGINNING = 2  # last sentence that may name the main company
_LONG_NAME = 4
_QUALIFIED = _words("chain giant maker startup start-up")  # "the hotel chain": the word before tells nothing
_OPEN = _words("company watchdog union party rebels charity press")
"""What a body may be whose name does not tell."""


def body_for(article: Article, sentence: int, words: tuple[str, ...], *, guess: bool = True) -> Entity | None:
    """The body that a definite description means: by its role, by its name, else the last one that may be such.

    Parameters
    ----------
    guess : whether the last one counts that may be such by its name alone
    """
    noun = words[-1]
    called = next(
        (one for one in article.cast.with_role(frozenset(words), sentence) if not one.person),
        None,
    )
    if called is not None:
        return called
    named = article.cast.with_word(noun, sentence)
    if named is not None and set(words) <= set(named.key) and noun == _head(named.key):
        return named
    kind = _MEANT.get(noun)
    if not guess or kind is None or (len(words) > 1 and noun not in _QUALIFIED):
        return None
    if kind == "company":
        spoken = (article.speakers[before] for before in article.earlier(sentence))
        last = next((one for one in spoken if one is not None and one.key), None)
        if last is not None and not (last.person or last.body or last.acronym) and _may_be(last, kind):
            return last  # a name of two words that has just spoken: no person would be called so
    body = _beside(article, sentence, noun, kind)
    body = body or next((one for one in _bodies(article, sentence) if _may_be(one, kind)), None)
    return body or (_main_name(article, sentence) if kind == "company" else None)


def _beside(article: Article, sentence: int, noun: str, kind: str) -> Entity | None:
    """The body that stands before a noun in its sentence: ``a spokesman for Harrow Homes said the company …``.

    Else only one whose name tells its kind, which is not enough for companies.
    """
    at = next((token.start for token in article.tokens[sentence] if token.lower == noun), 0)
    bound = {one.start for one in article.mentions[sentence] if _speaks_for(article, sentence, one.outer)}
    return next(
        (
            entity
            for mention, entity in reversed(article.entities[sentence])
            if mention.end <= at
            and not entity.human
            and _may_be(entity, kind)
            and (mention.start in bound or (kind != "company" and kind in _kinds_of(entity)))
        ),
        None,
    )


def _speaks_for(article: Article, sentence: int, start: int) -> bool:
    """Whether somebody of a body speaks: ``spokesman for``, ``the chief executive of`` what begins here."""
    before = [token for token in article.tokens[sentence] if token.end <= start][-2:]
    return len(before) > 1 and before[1].lower in ("for", "of", "at") and sort_of(before[0].lower) is Sort.PERSON


def _head(key: tuple[str, ...]) -> str:
    """The word of a name that says what it is: ``court`` of ``supreme court of ohio``."""
    place = next((at for at, word in enumerate(key) if at and word in ("of", "for")), len(key))
    return key[place - 1]


def _bodies(article: Article, sentence: int) -> Iterator[Entity]:
    """Bodies spoken of before, most likely first."""
    for before in article.earlier(sentence):
        speaker = article.speakers[before]
        if speaker is not None and speaker.key and speaker.body:
            yield speaker
        found = article.referents[before] if before < len(article.referents) else []
        for wanted in (True, False):
            for one in found:
                if one.free == wanted and one.entity.key and one.entity.body and not one.entity.state:
                    yield one.entity


def _main_name(article: Article, sentence: int) -> Entity | None:
    """What the article begins with and comes back to, if its name may be a company's."""
    for referents in article.referents[: min(sentence, _BEGINNING) + 1]:
        for one in referents:
            entity = one.entity
            known = entity.key and not entity.person and not entity.state and len(entity.key) < _LONG_NAME
            open_name = known and (entity.body or not entity.acronym)
            if one.free and open_name and len(entity.seen) > 1 and _may_be(entity, "company"):
                return entity
    return None


def _may_be(entity: Entity, kind: str) -> bool:
    """Whether its name and roles allow the body to be of this kind."""
    if entity.state or entity.key[-1] in _KINDS["place"]:
        return False
    told = _kinds_of(entity) or [_MEANT[word] for role in entity.roles for word in role if word in _MEANT]
    return kind in told if told else kind in _OPEN


def _kinds_of(entity: Entity) -> list[str]:
    """The kinds that the words of its name tell, the last word before all."""
    last = [name for name, words in _KINDS.items() if entity.key[-1] in words]
    return last or [name for name, words in _KINDS.items() if not words.isdisjoint(entity.key)]
