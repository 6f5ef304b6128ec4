"""The user's own table of names: what a name in the text stands for, and its identifier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stance.corpus.lines import is_utf8
from stance.corpus.rows import ReadOptions, named_suffix, read_rows
from stance.errors import InputError
from stance.typography import bare, typed

_PRONOUNS = frozenset(("it", "us", "who"))  # names in capitals alone: "IT", "U.S.", "WHO"


@dataclass(frozen=True, slots=True)
class Named:
    """A canonical name and, where the user gave one, its identifier."""

    name: str
    id: str | None = None


@dataclass(frozen=True)
class Aliases:
    """Alias to canonical name, whatever the case and typography; it overrides what the article says.

    Parameters
    ----------
    table : alias to name; ``read`` makes canonical names aliases of themselves
    """

    table: Mapping[str, Named] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", {_key(alias): named for alias, named in self.table.items()})

    @classmethod
    def read(cls, path: str | Path, *, encoding: str = "utf-8") -> Aliases:
        """A CSV or TSV file with the columns ``alias`` and ``name``, and optionally ``id`` (a Wikidata QID, say).

        An identifier that one row gives holds for all rows of its name.

        Parameters
        ----------
        encoding : what the file is in where it is not in UTF-8

        Raises
        ------
        InputError : the file cannot be read, lacks a column, or gives an alias two names or a name two identifiers.
        """
        try:
            return cls(_table(path, "utf-8"))
        except InputError:
            if is_utf8(encoding):
                raise
        return cls(_table(path, encoding))

    def find(self, words: str | None) -> Named | None:
        """What the words stand for, or None."""
        if not words or not self.table:
            return None
        key = _key(words)
        return None if key in _PRONOUNS and not words.isupper() else self.table.get(key)


@dataclass(frozen=True, slots=True)
class _Row:
    where: str
    alias: str
    name: str
    id: str


def _key(words: str) -> str:
    """What all ways to write a name have in common."""
    return " ".join(bare(word) or word for word in typed(words).casefold().split())


def _table(path: str | Path, encoding: str) -> dict[str, Named]:
    rows = list(_rows(path, encoding))
    if not rows:
        raise InputError(
            f"{path}: no rows; expected the columns alias, name and optionally id, and a row for each alias"
        )
    ids: dict[str, str] = {}
    for row in rows:
        if row.id and ids.setdefault(_key(row.name), row.id) != row.id:
            raise InputError(
                f"{row.where}: {row.name} has the id {ids[_key(row.name)]} already; give one id for a name"
            )
    table: dict[str, Named] = {}
    for row in rows:
        named = Named(row.name, ids.get(_key(row.name)))
        known = table.setdefault(_key(row.alias), named)
        if _key(known.name) != _key(row.name):
            raise InputError(f'{row.where}: "{row.alias}" stands for {known.name} already; keep one of the two rows')
        table.setdefault(_key(row.name), named)
    return table


def _rows(path: str | Path, encoding: str) -> Iterator[_Row]:
    """The rows that are not blank."""
    suffix = ".tsv" if named_suffix(Path(path)) == ".tsv" else ".csv"
    for number, cells, _ in read_rows(path, suffix, ReadOptions(encoding=encoding)):
        if isinstance(cells, InputError):
            raise cells
        missing = {"alias", "name"} - set(cells)
        if missing:
            raise InputError(f'{path}:1: no column "{min(missing)}"; expected alias, name and optionally id')
        alias, name, given = (cells.get(column, "").strip() for column in ("alias", "name", "id"))
        if alias and name:
            yield _Row(f"{path}:{number}", alias, name, given)
        elif any(map(str.strip, cells.values())):
            raise InputError(f"{path}:{number}: alias and name must both be given")
