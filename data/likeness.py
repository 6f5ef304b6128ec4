"""How like real news the written sentences are: lengths, quotation, claims, cue verbs and where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import mean, quantiles

from stance.corpus.labels import Record
from stance.patterns import QUOTE_MARK, REPORTS
from stance.records import ClaimType

_VERBS = 14
_EARLY, _LATE = 1 / 3, 2 / 3  # share of the sentence at which a cue is no longer early, and at which it is late


def compare(ours: Sequence[Record], real: Sequence[Record]) -> str:
    """A Markdown table with one row a figure, for our sentences and for real ones."""
    columns = [_figures(ours), _figures(real)]
    verbs = _leading(ours, real)
    columns = [figures | _cues(records, verbs) for figures, records in zip(columns, (ours, real), strict=True)]
    lines = ["| figure | ours | real news |", "|---|---:|---:|"]
    lines += [f"| {name} | {columns[0][name]} | {columns[1][name]} |" for name in columns[0]]
    return "\n".join(lines)


def _figures(records: Sequence[Record]) -> dict[str, str]:
    lengths = [len(record.text.split()) for record in records]
    deciles = quantiles(lengths, n=10)
    quoted = [record for record in records if QUOTE_MARK.search(record.text)]
    letters = sum(len(record.text) for record in records)
    spoken = sum(len(piece) for record in quoted for piece in QUOTE_MARK.split(record.text)[1::2])
    told = [record for record in records if record.speaker is not None]
    figures = {
        "sentences": f"{len(records):,}",
        "words a sentence, mean": f"{mean(lengths):.1f}",
        "words, 1st / 5th / 9th decile": f"{deciles[0]:.0f} / {deciles[4]:.0f} / {deciles[8]:.0f}",
        "with a quotation": _share(len(quoted), len(records)),
        "letters inside quotation marks": _share(spoken, letters),
        "with a speaker": _share(len(told), len(records)),
        "speaker not named in the sentence": _share(sum(not _named(record) for record in told), len(told)),
        "with a claim": _share(sum(bool(record.types) for record in records), len(records)),
        "neither claim nor speaker": _share(
            sum(not record.types and record.speaker is None for record in records), len(records)
        ),
    }
    for kind in ClaimType:
        figures[f"with {kind}"] = _share(sum(kind in (record.types or ()) for record in records), len(records))
    return figures


def _cues(records: Sequence[Record], verbs: Sequence[str]) -> dict[str, str]:
    """Of the sentences with a speaker: the first reporting verb and its place."""
    told = [record for record in records if record.speaker is not None]
    found = [(record, cue) for record in told if (cue := REPORTS.search(record.text))]
    places: Counter[str] = Counter("none" for _ in range(len(told) - len(found)))
    counts: Counter[str] = Counter()
    for record, cue in found:
        at = cue.start() / len(record.text)
        places["early" if at < _EARLY else "late" if at >= _LATE else "middle"] += 1
        counts[cue[0]] += 1
    rows = {f"cue {place}": _share(places[place], len(told)) for place in ("early", "middle", "late", "none")}
    return rows | {f"cue *{verb}*": _share(counts[verb], len(found)) for verb in verbs}


def _leading(*corpora: Sequence[Record]) -> list[str]:
    """The verbs that are most frequent in either corpus, those of the last one first."""
    ranked = []
    for records in reversed(corpora):
        cues = (REPORTS.search(record.text) for record in records if record.speaker is not None)
        ranked.append([verb for verb, _ in Counter(cue[0] for cue in cues if cue).most_common(_VERBS)])
    return list(dict.fromkeys(verb for verbs in ranked for verb in verbs))


def _named(record: Record) -> bool:
    last = (record.speaker or "").split()[-1:]
    return bool(last) and last[0].lower() in record.text.lower()


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"
