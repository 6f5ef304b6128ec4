"""Text and files from strangers: made by Hypothesis and from a corpus of what breaks programs, the same for a seed."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PIECES = [
    "", " ", "\x00", "\ud800", "\udfff x", "\ufeff", "\u202e evil", "\u200b\u200d", "\x1b[31m", "\x85\u2028\u2029",
    "=1+1", "'=cmd|' /C calc'!A0", "<script>alert(1)</script>", "[/bold]", "{{7*7}}", "%s%n", "\\", '"', '""', "“”‘’",
    "(" * 300, '"' * 301, "a" * 3_000, "A. " * 300, "é" * 50, "e\u0301" * 50, "😀" * 200, "漢字。" * 40,
    "مرحبا بالعالم.",
    "Mr. ", "U.S. ", "…" * 50, "1." * 200, "\r\n\r\n", "\r", "\n\n", "\t", "NaN", "null", "-", "—" * 30,
    "The union accused the ministry of lying. ", "“We had no choice,” she said. ", "Its goal is to win. ",
]  # fmt: skip
FORMATS = (".jsonl", ".csv", ".tsv", ".parquet", ".txt", ".html", ".jsonl.gz", ".txt.gz")
_BAD_LINES = [
    b"{", b"[1]", b'{"text": NaN}', b'{"text": "a", "text": "b"}', b'{"text": ' + b"[" * 500 + b"]" * 500 + b"}",
    b'{"text": "caf\xe9"}', b'{"text": 1}', b"{}", b'{"text": "a", "n": ' + b"9" * 5_000 + b"}", b'\xff\xfe{\x00"\x00',
    b'{"sentences": ["a", 2]}', b'{"text": "\\ud800"}', b'{"text": "' + b"x" * 200_000 + b'"}', b"null", b'"a"',
]  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    """A file, and how many rows stand in it; None where its damage hides the rest of it."""

    path: Path
    inputs: int
    rows: int | None


def texts(count: int, seed: int = 0) -> list[str]:
    """So many texts: a quarter from Hypothesis, the rest put together from ``PIECES``."""
    draw = random.Random(seed)
    found: list[str] = []

    @settings(max_examples=max(count // 4, 1), database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.text(st.characters(), max_size=80))
    def collect(text: str) -> None:
        found.append(text)

    collect()
    while len(found) < count:
        found.append("".join(draw.choice(PIECES) for _ in range(draw.randint(1, 6))))
    draw.shuffle(found)
    return found[:count]


def files(folder: Path, count: int, seed: int = 0, rows: int = 25) -> list[Hostile]:
    """Files of every format that hold at least ``count`` inputs."""
    draw = random.Random(seed)
    found: list[Hostile] = []
    pool = texts(min(count, 4_000), seed)
    while sum(one.inputs for one in found) < count:
        suffix = FORMATS[len(found) % len(FORMATS)]
        chosen = [draw.choice(pool) for _ in range(rows)]
        found.append(_file(folder / f"h{len(found):05}{suffix}", suffix, chosen, draw))
    return found


def _file(path: Path, suffix: str, chosen: list[str], draw: random.Random) -> Hostile:
    kind = suffix.removesuffix(".gz")
    if kind == ".parquet":
        return _parquet(path, chosen)
    draw_table = partial(_table, separator="," if kind == ".csv" else "\t")
    data, inputs, rows = {".jsonl": _lines, ".csv": draw_table, ".tsv": draw_table, ".txt": _text, ".html": _page}[
        kind
    ](chosen, draw)
    if suffix.endswith(".gz"):
        data = gzip.compress(data, 1)
        if draw.random() < 0.1:
            data, rows = data[: draw.randrange(len(data))], None
    path.write_bytes(data)
    return Hostile(path, inputs, rows)


def _lines(chosen: list[str], draw: random.Random) -> tuple[bytes, int, int | None]:
    lines = [
        draw.choice(_BAD_LINES) if draw.random() < 0.3 else json.dumps({"text": text, "id": text[:9]}).encode()
        for text in chosen
    ]
    return draw.choice([b"\n", b"\r\n"]).join(lines), len(lines), len(lines)


def _table(chosen: list[str], draw: random.Random, separator: str) -> tuple[bytes, int, int | None]:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=draw.choice(["\n", "\r\n"]))
    writer.writerow(["id", "text"])
    writer.writerows([str(n), one] for n, one in enumerate(chosen))
    data = text.getvalue().encode("utf-8", "replace")
    broken = draw.random()
    if broken < 0.2:
        data = data[: draw.randrange(len(data))] + draw.choice([b'"', b"\xff", b"\x00", b"\r"]) + data[-9:]
    return data, len(chosen), len(chosen) if broken >= 0.2 else None


def _text(chosen: list[str], draw: random.Random) -> tuple[bytes, int, int | None]:
    data = "\n\n".join(chosen).encode("utf-8", "replace")
    encoding = draw.choice(["utf-8", "utf-8-sig", "utf-16", "latin-1"])
    return data.decode().encode(encoding, "replace"), 1, 1


def _page(chosen: list[str], draw: random.Random) -> tuple[bytes, int, int | None]:
    body = "".join(f"<p>{text}</p>" for text in chosen)
    return f"<html><body><article>{body}</article></body>".encode("utf-8", "replace"), 1, 1


def _parquet(path: Path, chosen: list[str]) -> Hostile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    values = [None if text == "" else text.encode("utf-8", "replace").decode() for text in chosen]
    pq.write_table(pa.table({"text": pa.array(values, pa.string())}), path)
    return Hostile(path, len(values), len(values))
