"""The user's own table of names: what a name in the text stands for, and its identifier."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stance.corpus.lines import CsvLines, is_utf8, opened
from stance.errors import InputError

_LONGEST_ROW = 1 << 16


@dataclass(frozen=True, slots=True)
class Named:
    """A canonical name and, where the user gave one, its identifier."""

    name: str
    id: str | None = None


@dataclass(frozen=True)
class Aliases:
    """Alias to canonical name, whatever the case; it overrides what the article says.

    Parameters
    ----------
    table : lower-cased alias to name; canonical names are aliases of themselves
    """

    table: Mapping[str, Named] = field(default_factory=dict)

    @classmethod
    def read(cls, path: str | Path, *, encoding: str = "utf-8") -> Aliases:
        """A CSV file with the columns ``alias`` and ``name``, and optionally ``id`` (a Wikidata QID for instance).

        Parameters
        ----------
        encoding : what the file is in where it is not in UTF-8

        Raises
        ------
        InputError : the file cannot be read, lacks a column, or gives one alias to two names.
        """
        try:
            return cls(_table(path, "utf-8"))
        except InputError:
            if is_utf8(encoding):
                raise
        return cls(_table(path, encoding))

    def find(self, words: str | None) -> Named | None:
        """What the words stand for, or None."""
        return self.table.get(words.casefold().strip()) if words else None


def _table(path: str | Path, encoding: str) -> dict[str, Named]:
    table: dict[str, Named] = {}
    with opened(path) as file:
        reader = csv.DictReader(CsvLines(file, encoding, _LONGEST_ROW, str(path)), strict=True)
        missing = {"alias", "name"} - set(reader.fieldnames or ())
        if missing:
            raise InputError(f'{path}:1: no column "{min(missing)}"; expected alias, name and optionally id')
        try:
            for row in reader:
                _add(table, row, f"{path}:{reader.line_num}")
        except csv.Error as error:
            raise InputError(f"{path}:{reader.line_num}: {error}; quote fields that hold a comma") from None
    return table


def _add(table: dict[str, Named], row: dict[str, str | None], where: str) -> None:
    alias, name = ((row.get(column) or "").strip() for column in ("alias", "name"))
    if not alias or not name:
        raise InputError(f"{where}: alias and name must both be given")
    named = Named(name, (row.get("id") or "").strip() or None)
    known = table.setdefault(alias.casefold(), named)
    if known != named:
        raise InputError(f'{where}: "{alias}" stands for {known.name} already; keep one of the two rows')
    table.setdefault(name.casefold(), named)
