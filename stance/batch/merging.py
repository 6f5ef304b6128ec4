"""Parts to one file: in the order of the input, checked, and if asked for without the articles that come twice."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal

from stance.batch.folder import Batch, sha256
from stance.corpus.write import open_writer, replaced
from stance.errors import ConfigError, InputError, MissingExtraError
from stance.tables import COLUMNS

Row = dict[str, Any]
Sameness = Literal["id", "text"]


@dataclass(frozen=True)
class Merged:
    """What a merged file holds.

    Parameters
    ----------
    path : the file
    articles, sentences : predicted by the parts
    rows : written
    claims : by type, in what was written
    refused : rows without a result
    duplicates : articles left out because they came before
    """

    path: Path
    articles: int
    sentences: int
    rows: int
    claims: Mapping[str, int]
    refused: int
    duplicates: int


def merge(
    batch: Batch,
    output: str | Path,
    *,
    same: Sameness | None = None,
    partial: bool = False,
    raw: bool = False,
) -> Merged:
    """Write the parts of a batch to one file, and their refused rows beside it.

    Parameters
    ----------
    output : ``.jsonl``, ``.csv`` or ``.parquet``; JSONL only from JSONL parts
    same : leave out an article whose ``id``, or whose ``text``, came before; takes some 100 bytes an article. In
        tables of claims alone a text is not whole, and neighbours of one ``id`` whose claims stand in the order of
        one article are taken for one: both are kept.
    partial : merge what is there of a batch that is not complete
    raw : CSV cells as they are, even those that a spreadsheet would run

    Raises
    ------
    InputError : a shard is missing and ``partial`` is not given, or a part is damaged.
    ConfigError : parts of that form cannot become such a file, or do not hold the texts to compare; or the file would
        stand in the place of a part.
    OutputError : the file cannot be written; nothing stands under its name then.
    """
    output = Path(output)
    if output.absolute().parent.resolve() == batch.folder.resolve() and output.name.startswith("part"):
        raise ConfigError(f"{output}: this name is for the parts and their list; give another, such as merged.jsonl")
    form = _form(batch, output)
    if same == "text" and batch.form != "jsonl" and not batch.manifest["options"]["all_sentences"]:
        raise ConfigError(
            f"{batch.folder}: the parts hold only sentences with a claim, so whole texts cannot be compared; give "
            "--deduplicate id, or predict again with --all or --format jsonl"
        )
    if not batch.complete and not partial:
        raise InputError(
            f"{batch.folder}: {len(batch.parts)} of {batch.shards} shards done; finish it with --resume, "
            "or merge what is there with --partial"
        )
    _check(batch)
    if form == "jsonl" and same is None:
        _join(batch, output)
        written = _Written(batch.total("rows"), sum((Counter(e.claims) for e in batch.parts.values()), Counter()))
    else:
        written = _write(batch, output, form, same, raw)
    _gather_rejects(batch, output)
    return Merged(
        path=output,
        articles=batch.total("articles"),
        sentences=batch.total("sentences"),
        rows=written.rows,
        claims=dict(sorted(written.claims.items())),
        refused=batch.total("refused"),
        duplicates=written.duplicates,
    )


@dataclass
class _Written:
    """What went into the file so far."""

    rows: int = 0
    claims: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0


def _form(batch: Batch, output: Path) -> str:
    form = output.suffix.lower().removeprefix(".")
    if form not in ("jsonl", "csv", "parquet"):
        raise ConfigError(f"{output}: a batch is merged into .jsonl, .csv or .parquet")
    if form == "jsonl" and batch.form != "jsonl":
        raise ConfigError(f"{output}: the parts are tables of claims; merge them into .parquet or .csv")
    return form


def _write(batch: Batch, output: Path, form: str, same: Sameness | None, raw: bool) -> _Written:
    written = _Written()
    seen: set[bytes] = set()
    about = {"stance": batch.manifest["stance"], "precision": batch.manifest["options"]["precision"]}
    with open_writer(output, form, raw=raw, about=about) as writer:
        for article in _articles(batch):
            if same is not None:
                key = _key(article, same)
                if key in seen:
                    written.duplicates += 1
                    continue
                seen.add(key)
            for row in article if form == "jsonl" else _table(article, batch):
                writer.write(row)
                written.rows += 1
                written.claims.update(_types(row))
    return written


def _check(batch: Batch) -> None:
    """Each part is what was entered."""
    for entry in batch.parts.values():
        path = batch.folder / entry.name
        if not path.is_file() or sha256(path) != entry.output:
            raise InputError(f"{path}: missing or damaged; run the batch again with --resume, which makes it anew")


def _join(batch: Batch, output: Path) -> None:
    with replaced(output) as temporary, temporary.open("wb") as joined:
        for path in batch.files():
            with path.open("rb") as part:
                shutil.copyfileobj(part, joined)


def _gather_rejects(batch: Batch, output: Path) -> None:
    files = list(batch.rejects())
    path = output.with_name(output.name + ".rejects.jsonl")
    if not files:
        path.unlink(missing_ok=True)
        return
    with replaced(path) as temporary, temporary.open("wb") as joined:
        for file in files:
            joined.write(file.read_bytes())


def _articles(batch: Batch) -> Iterator[list[Row]]:
    """The rows of each article: those of one ``doc`` whose sentences follow each other."""
    for path in batch.files():
        article: list[Row] = []
        for row in _rows(path):
            if article and not _goes_on(article, row):
                yield article
                article = []
            article.append(row)
        if article:
            yield article


def _goes_on(article: list[Row], row: Row) -> bool:
    """Whether a row is of the same article: of a later sentence, or in a table another claim of the last one."""
    last = article[-1]
    if row["doc"] != last["doc"] or row["sentence"] < last["sentence"]:
        return False
    if row["sentence"] > last["sentence"]:
        return True
    before = takewhile(lambda one: one["sentence"] == row["sentence"], reversed(article))
    return row["text"] == last["text"] and all(_claim(one) != _claim(row) for one in before)


def _claim(row: Row) -> tuple[Any, Any]:
    """What no two claims of a sentence share; the same for all exchange records, which are one a sentence."""
    return row.get("type"), row.get("source")


def _rows(path: Path) -> Iterator[Row]:
    if path.suffix == ".jsonl":
        with path.open("rb") as file:
            yield from map(json.loads, file)
        return
    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("pyarrow", "tables", "reading Parquet") from None
    with pq.ParquetFile(path) as table:
        for batch in table.iter_batches():
            yield from batch.to_pylist()


def _key(article: Iterable[Row], same: Sameness) -> bytes:
    """What two articles share that are the same."""
    hasher = hashlib.blake2b(digest_size=16)
    for row in article:
        if same == "id":
            hasher.update(str(row["doc"]).encode())
            break
        hasher.update(str(row["text"]).encode() + b"\0")
    return hasher.digest()


def _table(article: Iterable[Row], batch: Batch) -> Iterator[Row]:
    """Rows of a table of claims, of rows that are that already or of exchange records."""
    if batch.form != "jsonl":
        yield from article
        return
    for record in article:
        claims = record.get("claims", [])
        if not claims and batch.manifest["options"]["all_sentences"]:
            claims = [{}]
        for claim in claims:
            row = {**record, **claim}
            yield {name: row.get(name) for name in COLUMNS}


def _types(row: Row) -> list[str]:
    """The claim types of an exchange record, or of a row of a table."""
    if "claims" in row or "type" not in row:
        return [claim["type"] for claim in row.get("claims", [])]
    return [row["type"]] if row["type"] is not None else []
