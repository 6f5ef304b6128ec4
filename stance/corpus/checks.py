"""What is wrong, or odd, in labelled files: a list of problems, each with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

from stance.corpus.duplicates import Repeat, repeats
from stance.corpus.labels import Record, means_nothing, suggestion
from stance.corpus.lines import decode, opened, read_all
from stance.corpus.markup import read_blocks
from stance.corpus.read import ReadOptions, labelled_rows
from stance.corpus.skeletons import skeletons
from stance.corpus.words import misplaced
from stance.errors import InputError
from stance.metrics import last_name_word, same_name
from stance.patterns import LABEL_MARK, NAME_WORD

MARKUP = (".txt", ".md")
SUFFIXES = (".jsonl", ".csv", ".tsv", ".parquet", *MARKUP)

_OTHERS = frozenset("and of for by with from other another".split())  # a name with one of these is somebody else
_SPLITS = frozenset("train training dev development val valid validation test eval heldout".split())
_RARER = 10  # times as often as a like label another one is, from which the rare one may be a slip
_MANY = 300  # different labels, from which the column holds something else, and comparing each with each takes minutes
_WHOLE = 0.5  # share of an article's sentences that another holds too, from which it is the same article


@dataclass(frozen=True, slots=True)
class Placed:
    """A labelled sentence and where it was read."""

    path: str
    line: int
    record: Record

    @property
    def article(self) -> str:
        """Its article; a row without one is alone."""
        return self.record.doc if self.record.doc is not None else f"{self.path}:{self.line}"

    @property
    def split(self) -> str:
        """The part of the corpus: as the record says, else as its file is named (``news-train.jsonl``), else none."""
        named = [word for word in NAME_WORD.findall(Path(self.path).stem.lower()) if word in _SPLITS]
        return self.record.split or (named[-1] if named else "")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend (an error) or to look at (a warning)."""

    path: str
    line: int
    message: str
    error: bool = True

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {'' if self.error else 'warning: '}{self.message}"


def read_placed(paths: Iterable[str | Path]) -> tuple[list[Placed], list[Problem]]:
    """The labelled sentences of files and folders, and the rows that cannot be read.

    Raises
    ------
    InputError : a file is missing or of an unknown kind; a folder holds none.
    """
    rows: list[Placed] = []
    problems: list[Problem] = []
    for path in _files(paths):
        for line, record in _numbered(path):
            if isinstance(record, Record):
                rows.append(Placed(str(path), line, record))
            else:
                message = str(record).removeprefix(f"{path}:{line}: ")
                problems.append(Problem(str(path), line, message))
    return rows, problems


def check(rows: Sequence[Placed]) -> list[Problem]:
    """Everything that is wrong or odd, in the order of the files."""
    found = [
        *(problem for row in rows for problem in _words(row)),
        *_places(rows),
        *_names(rows),
        *_splits(rows),
        *_labels(rows),
        *_repeats(rows),
        *_skeletons(rows),
    ]
    return in_order(found, rows)


def in_order(problems: Iterable[Problem], rows: Sequence[Placed]) -> list[Problem]:
    """Problems by file, as the files came, and line."""
    order = {path: number for number, path in enumerate(dict.fromkeys(row.path for row in rows))}
    return sorted(problems, key=lambda problem: (order.get(problem.path, -1), problem.path, problem.line))


def _files(paths: Iterable[str | Path]) -> Iterator[Path]:
    for given in paths:
        path = Path(given)
        if not path.is_dir():
            yield path
            continue
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and _labelled(file))
        if not files:
            raise InputError(f"{path}: a folder without labelled files ({', '.join(SUFFIXES)})")
        yield from files


def _labelled(file: Path) -> bool:
    """Whether a file in a folder holds labels; other text than mark-up lies beside them."""
    if file.suffix.lower() not in MARKUP:
        return True
    with opened(file) as opening:
        return opening.read(16).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"# doc:")


def _numbered(path: Path) -> Iterator[tuple[int, Record | InputError]]:
    if path.suffix.lower() not in MARKUP:
        yield from labelled_rows(path)
        return
    with opened(path) as file:
        text = decode(read_all(file, ReadOptions().max_row_bytes, str(path)), "utf-8", str(path))
    yield from read_blocks(text, str(path))


def _words(row: Placed) -> Iterator[Problem]:
    for message, error in misplaced(row.record):
        yield Problem(row.path, row.line, message, error)


def _places(rows: Sequence[Placed]) -> Iterator[Problem]:
    """Sentences of one article that stand there twice, or overlap."""
    seen: dict[tuple[str, int], Placed] = {}
    for row in rows:
        if row.record.doc is None or row.record.sentence is None:
            continue
        first = seen.setdefault((row.record.doc, row.record.sentence), row)
        if first is not row:
            place = f"sentence {row.record.sentence} of {row.record.doc}"
            yield Problem(row.path, row.line, f"{place} stands at {first.path}:{first.line} too; number them anew")
    for before, after in pairwise(row for row in rows if row.record.start is not None):
        end = (before.record.start or 0) + len(before.record.text)
        if before.article == after.article and (after.record.start or 0) < end:
            yield Problem(
                after.path,
                after.line,
                f"starts at {after.record.start}, inside the sentence before it, which ends at {end}",
            )


def _names(rows: Sequence[Placed]) -> Iterator[Problem]:
    """Sources of one article whose names differ, but look like forms of one name."""
    named: dict[str, dict[str, Placed]] = {}
    for row in rows:
        record = row.record
        names = [record.speaker, *(one.source for one in (*(record.claims or ()), *(record.attributions or ())))]
        for name in filter(None, names):
            named.setdefault(row.article, {}).setdefault(name, row)
    for article, first in named.items():
        for one, other in combinations(first, 2):
            if _one_name(one, other):
                row = first[other]
                message = (
                    f'"{other}" and "{one}" ({first[one].path}:{first[one].line}) look like one source of {article}'
                )
                yield Problem(row.path, row.line, f"{message}; use one canonical name", error=False)


def _one_name(one: str, other: str) -> bool:
    if not same_name(one, other) or last_name_word(one) != last_name_word(other):
        return False
    return not _OTHERS & (set(one.lower().split()) ^ set(other.lower().split()))


def _splits(rows: Sequence[Placed]) -> Iterator[Problem]:
    """Articles of which two parts of the corpus hold sentences."""
    first: dict[str, Placed] = {}
    told: set[tuple[str, str]] = set()
    for row in rows:
        if row.record.doc is None:
            continue
        begun = first.setdefault(row.record.doc, row)
        if begun.split != row.split and (row.record.doc, row.split) not in told:
            told.add((row.record.doc, row.split))
            message = (
                f"article {row.record.doc} is in two splits, {begun.split or begun.path} and {row.split or row.path}; "
                f"keep it in one"
            )
            yield Problem(row.path, row.line, message)


def _labels(rows: Sequence[Placed]) -> Iterator[Problem]:
    """Labels that look like another one, written otherwise, or like several in one."""
    counts = Counter(label for row in rows for label in row.record.types or ())
    if len(counts) > _MANY:
        message = f"{len(counts):,} different labels in {len(rows):,} sentences; does the column of labels hold text?"
        yield Problem(rows[0].path, rows[0].line, message, error=False)
        return
    first: dict[str, Placed] = {}
    for row in rows:
        for label in sorted(row.record.types or ()):
            first.setdefault(label, row)
    for label, row in first.items():
        if odd := _odd(label, counts):
            yield Problem(row.path, row.line, f'label "{label}" {odd}', error=False)


def _odd(label: str, counts: Counter[str]) -> str:
    """What is odd about a label among the others, and the mend; nothing where nothing is."""
    times = f"{counts[label]} time{'s' * (counts[label] > 1)}"
    if means_nothing(label):
        mend = "where it means no label, empty the cell (in a column labels), or remove the row"
        return f"stands there {times} and is learned like any other; {mend}"
    cuts = [LABEL_MARK.split(label), *(label.split(mark) for mark in set(LABEL_MARK.findall(label)))]
    if any({part.strip() for part in cut} <= counts.keys() - {label} for cut in cuts):
        return "holds several that occur alone; part them with a bar (a|b)"
    like = [other for other in counts if (counts[other], other) > (counts[label], label)]
    same = [other for other in like if other.casefold() == label.casefold()]
    near = suggestion(label, same or [other for other in like if counts[other] >= _RARER * counts[label]])
    mend = f'; did you mean "{same[0]}"?' if same else near
    return f"stands there {times}{mend}" if mend else ""


def _repeats(rows: Sequence[Placed]) -> Iterator[Problem]:
    """Sentences that repeat an earlier one; an article that does so mostly is told once."""
    found = list(repeats([row.record.text for row in rows]))
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row.article] = sizes.get(row.article, 0) + 1
    shared: dict[tuple[str, str], list[Repeat]] = {}
    for one in found:
        shared.setdefault((rows[one.index].article, rows[one.earlier].article), []).append(one)
    for (article, other), several in shared.items():
        if article != other and len(several) > 1 and len(several) >= _WHOLE * sizes[article]:
            row, earlier = rows[several[0].index], rows[several[0].earlier]
            message = f"{len(several)} of {sizes[article]} sentences of {article} are those of {other}"
            error = row.split != earlier.split
            leak = f", in another split ({earlier.split or earlier.path}); keep both in one" if error else ""
            yield Problem(row.path, row.line, message + leak, error)
        else:
            yield from (_repeat(rows[one.index], rows[one.earlier], one.likeness) for one in several)


def _repeat(row: Placed, earlier: Placed, likeness: float) -> Problem:
    how = "the same as" if likeness == 1 else f"{likeness:.0%} like"
    message = f"{how} {earlier.path}:{earlier.line}"
    if row.split != earlier.split:
        message += ", in another split"
    if row.record.types != earlier.record.types and None not in (row.record.types, earlier.record.types):
        ours, theirs = (" and ".join(sorted(one.record.types or ())) or "nothing" for one in (row, earlier))
        message += f", but labelled {ours}, not {theirs}"
    return Problem(row.path, row.line, message, error=False)


def _skeletons(rows: Sequence[Placed]) -> Iterator[Problem]:
    texts, articles = [row.record.text for row in rows], [row.article for row in rows]
    for skeleton in skeletons(texts, articles):
        row = rows[skeleton.index]
        message = f'"{skeleton.words}" stands in {skeleton.articles} articles'
        yield Problem(row.path, row.line, message, error=False)
