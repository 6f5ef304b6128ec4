"""Annotated texts to records: marks and links as claims and attributions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stance.corpus.annotated import ATTRIBUTION, FIELDS, TARGET, Annotated, Mark, Piece, linked
from stance.corpus.labels import Record, parse_object
from stance.records import ClaimType, Stance
from stance.tagger import SOURCE


def to_records(texts: Sequence[Annotated]) -> list[Record]:
    """The records of the texts of one file.

    What a file never marks stays unknown: without marked sources, cues or contents the records have no attributions;
    without marks of claims, and with other labels than those of the guide, they have plain labels (one ``label``
    each, where every text has exactly one).

    Raises
    ------
    LabelError : a mark lies outside its text, or a record breaks the schema.
    """
    texts = [text.cleaned() for text in texts]
    marks = [mark for text in texts for mark in text.marks]
    has_attributions = any(mark.label in ATTRIBUTION for mark in marks)
    given = [text.labels for text in texts if text.labels is not None]
    of_guide = bool(given) and {label for labels in given for label in labels} <= set(ClaimType)
    has_claims = any(mark.label not in ATTRIBUTION for mark in marks) or (of_guide and any(given))
    exclusive = bool(given) and all(len(labels) == 1 for labels in given)
    found = []
    for text in texts:
        values: dict[str, Any] = {name: text.fields[name] for name in FIELDS if name in text.fields}
        values["text"] = text.text
        attributions = _attributions(text) if has_attributions else None
        if has_claims and (text.labels is not None or text.marks):
            values["claims"] = _claims(text, attributions or [])
        elif text.labels is not None:
            values |= {"label": text.labels[0]} if exclusive else {"labels": list(text.labels)}
        if attributions is not None:
            values["attributions"] = attributions
            if "speaker" not in values:
                values["speaker"], values["speaker_text"] = _speaker(attributions)
        found.append(parse_object(values, text.where or "record"))
    return found


def _attributions(text: Annotated) -> list[dict[str, Any]]:
    """One for each cue with the content that is linked to it, or nearest; and for content without a cue."""
    sources, cues, contents = (_of(text, label) for label in ATTRIBUTION)
    groups: dict[str, tuple[Mark | None, Mark | None, list[Mark]]] = {
        cue.id: (linked(text, cue, sources), cue, []) for cue in cues
    }
    for content in contents:
        cue = linked(text, content, cues)
        source = linked(text, content, sources)
        if cue is None and source is not None:
            cue = next((group[1] for group in groups.values() if group[1] and group[0] == source), None)
        earlier = linked(text, content, [other for other in contents if other.start < content.start])
        if cue is None and source is None and earlier is None and not content.attributes.get("source"):
            cue = _nearest(content, [one for one in cues if not _within(one, content)])
        key = cue.id if cue else source.id if source else earlier.id if earlier else content.id
        owner = next((name for name, group in groups.items() if earlier and earlier in group[2]), key)
        groups.setdefault(owner if cue is None else key, (source, None, []))[2].append(content)
    taken = [source for source, _, _ in groups.values() if source]
    free = [source for source in sources if source not in taken and not _of_claim(text, source)]
    return [_attribution(text, *_sourced(group, free)) for group in groups.values()]


def _sourced(
    group: tuple[Mark | None, Mark | None, list[Mark]], free: Sequence[Mark]
) -> tuple[Mark | None, Mark | None, list[Mark]]:
    """An attribution whose cue nobody linked takes the nearest source that is free."""
    source, cue, contents = group
    if source is None and cue is not None and not cue.attributes.get("source"):
        source = _nearest(cue, free)
    return source, cue, contents


def _attribution(text: Annotated, source: Mark | None, cue: Mark | None, contents: list[Mark]) -> dict[str, Any]:
    pieces = sorted(piece for content in contents for piece in content.pieces)
    said = next((mark.attributes["source"] for mark in (cue, *contents) if mark and "source" in mark.attributes), None)
    shift = text.fields.get("start") or 0
    return {
        "source": _name(text, source) or said,
        **_place(text, "source", source),
        **_place(text, "cue", cue),
        "content": [text.words(piece) for piece in pieces],
        "content_spans": [[start + shift, end + shift] for start, end in pieces],
    }


def _claims(text: Annotated, attributions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One for each mark of a claim type, for each target without one, and for each label without any."""
    sources = _of(text, SOURCE)
    targets = [mark for mark in text.marks if mark.label.partition(":")[0] == TARGET]
    signals = [mark for mark in text.marks if mark.label not in ATTRIBUTION and mark not in targets]
    claims, told = [], set()
    for signal in signals:
        target = linked(text, signal, targets) or _own_target(signal, targets, signals)
        told.add(target.id if target else "")
        claims.append(_claim(text, signal.label, signal, target, sources, attributions))
    for target in targets:
        claim_type = target.label.partition(":")[2] or next(iter(text.labels or ()), "")
        if target.id not in told and claim_type:
            claims.append(_claim(text, claim_type, None, target, sources, attributions))
    known = {claim["type"] for claim in claims}
    return claims + [{"type": label} for label in text.labels or () if label not in known]


def _own_target(signal: Mark, targets: Sequence[Mark], signals: Sequence[Mark]) -> Mark | None:
    """The only target of this type, where only one mark signals the type and says no other target."""
    own = [target for target in targets if target.label.partition(":")[2] in ("", signal.label)]
    alone = sum(other.label == signal.label for other in signals) == 1
    return own[0] if len(own) == 1 and alone and "target" not in signal.attributes else None


def _claim(
    text: Annotated,
    claim_type: str,
    signal: Mark | None,
    target: Mark | None,
    sources: Sequence[Mark],
    attributions: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    given = [mark for mark in (signal, target) if mark is not None]
    said = {name: value for mark in reversed(given) for name, value in mark.attributes.items() if value}
    source = next((found for mark in given if (found := linked(text, mark, sources))), None)
    stance = said.get("stance", "").casefold()
    claim: dict[str, Any] = {"type": claim_type}
    whole = signal is not None and signal.pieces == ((0, len(text.text)),)
    named = {"source": _name(text, source) or said.get("source"), **_place(text, "source", source)}
    if not named["source"] and len(attributions) == 1:
        named = {name: attributions[0][name] for name in ("source", "source_text", "source_start", "source_end")}
    return claim | {
        **named,
        **_place(text, "cue", None if whole else signal),
        "target": said.get("target") or _name(text, target),
        **_place(text, "target", target),
        **({"stance": stance} if stance in set(Stance) else {}),
    }


def _of(text: Annotated, label: str) -> list[Mark]:
    return sorted((mark for mark in text.marks if mark.label == label), key=lambda mark: mark.start)


def _of_claim(text: Annotated, source: Mark) -> bool:
    """Whether a source is linked to the marks of a claim alone."""
    return linked(text, source, [mark for mark in text.marks if mark.label not in ATTRIBUTION]) is not None


def _nearest(mark: Mark, others: Sequence[Mark]) -> Mark | None:
    gaps = [(max(other.start - mark.end, mark.start - other.end, 0), other.start, other) for other in others]
    return min(gaps, key=lambda gap: gap[:2])[2] if gaps else None


def _within(one: Mark, other: Mark) -> bool:
    return any(start <= one.start and one.end <= end for start, end in other.pieces)


def _name(text: Annotated, mark: Mark | None) -> str | None:
    return (mark.attributes.get("name") or text.words((mark.start, mark.end))) if mark else None


def _place(text: Annotated, name: str, mark: Mark | None) -> dict[str, Any]:
    shift = text.fields.get("start") or 0
    piece: Piece | None = (mark.start, mark.end) if mark else None
    return {
        f"{name}_text": text.words(piece) if piece else None,
        f"{name}_start": piece[0] + shift if piece else None,
        f"{name}_end": piece[1] + shift if piece else None,
    }


def _speaker(attributions: Sequence[dict[str, Any]]) -> tuple[str | None, str | None]:
    """The source of the longest content."""
    said = [one for one in attributions if one["content"]]
    if not said:
        return None, None
    longest = max(said, key=lambda one: sum(map(len, one["content"])))
    return longest["source"], longest["source_text"]
