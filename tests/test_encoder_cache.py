"""The cache of vectors: what it keeps, what it lets go, and that nothing it suffers reaches the user."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import pickle
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.encoder.cache import FILE, VectorCache
from stance.errors import ConfigError


def _key(name: object) -> bytes:
    return hashlib.blake2b(str(name).encode(), digest_size=16).digest()


def _fill(folder: Path, first: int, count: int, size: int = 100) -> None:
    VectorCache(folder).put((_key(number), bytes([number % 256]) * size) for number in range(first, first + count))


@pytest.fixture
def troubles() -> list[str]:
    """What a cache complained of."""
    return []


@given(st.dictionaries(st.binary(min_size=16, max_size=16), st.binary(max_size=300), max_size=30))
def test_gives_back_what_it_got(entries: dict[bytes, bytes]) -> None:
    """Every key comes back with its bytes, from another process's view of the file too; others do not."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        VectorCache(folder).put(iter(entries.items()))
        cache = VectorCache(folder)
        assert cache.get([*entries, _key("another")]) == entries
        facts = cache.facts()
        assert facts is not None
        assert facts.entries == len(entries)


def test_nothing_is_made_before_it_is_used(tmp_path: Path) -> None:
    """A cache that nobody asked anything of leaves no file."""
    cache = VectorCache(tmp_path / "cache")
    assert cache.facts() is None
    assert not (tmp_path / "cache").exists()
    assert cache.get([_key(1)]) == {}


def test_oldest_used_go_first(tmp_path: Path) -> None:
    """What was read or written last stays; the file holds no more than it may."""
    for number in range(9):
        VectorCache(tmp_path, megabytes=1).put([(_key(number), bytes(100_000))])
    assert VectorCache(tmp_path, megabytes=1).get([_key(0)])
    for number in range(9, 12):
        VectorCache(tmp_path, megabytes=1).put([(_key(number), bytes(100_000))])
    kept = VectorCache(tmp_path, megabytes=1).get([_key(number) for number in range(12)])
    assert _key(0) in kept
    assert _key(1) not in kept
    assert _key(11) in kept
    assert len(kept) <= 9


def test_more_than_fits_keeps_the_first(tmp_path: Path) -> None:
    """One run over more than fits does not push itself out: the next run finds its beginning."""
    cache = VectorCache(tmp_path, megabytes=1)
    for begin in range(0, 3_000, 1_000):
        cache.put((_key(number), bytes(1_000)) for number in range(begin, begin + 1_000))
    kept = cache.get([_key(number) for number in range(3_000)])
    assert 850 < len(kept) < 1_000
    assert set(kept) == {_key(number) for number in range(len(kept))}
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 8_000_000


def test_the_total_stays_right(tmp_path: Path) -> None:
    """The bytes that the file counts are the bytes of its entries, after writing twice and letting go."""
    cache = VectorCache(tmp_path, megabytes=1)
    for _ in range(2):
        cache.put((_key(number), bytes(5_000)) for number in range(100))
        VectorCache(tmp_path, megabytes=1).put((_key(number), bytes(5_000)) for number in range(300, 450))
    with sqlite3.connect(tmp_path / FILE) as connection:
        (total,) = connection.execute("SELECT bytes FROM total").fetchone()
        entries, size = connection.execute("SELECT count(*), sum(size) FROM entries").fetchone()
        (vectors,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
    connection.close()
    assert (total, vectors) == (size, entries)


@pytest.mark.parametrize("place", [0, 0.3, 0.6, 0.9])
def test_damage_costs_the_entries_alone(tmp_path: Path, place: float, troubles: list[str]) -> None:
    """Whatever bytes are overwritten: no error, no wrong vector, and the cache works afterwards."""
    _fill(tmp_path, 0, 400, 2_000)
    path = tmp_path / FILE
    data = bytearray(path.read_bytes())
    begin = int(place * len(data))
    data[begin : begin + 20_000] = os.urandom(min(20_000, len(data) - begin))
    path.write_bytes(data)
    cache = VectorCache(tmp_path, on_trouble=troubles.append)
    found = cache.get([_key(number) for number in range(400)])
    assert all(found[_key(number)] == bytes([number % 256]) * 2_000 for number in range(400) if _key(number) in found)
    cache.put([(_key("new"), b"x")])
    assert cache.get([_key("new")]) == {_key("new"): b"x"}
    assert len(troubles) <= 1
    assert all("the cache was damaged; it is made anew" in trouble for trouble in troubles)


def test_a_changed_byte_is_found(tmp_path: Path) -> None:
    """An entry whose bytes changed on the disk counts as absent, and is replaced when it is written again."""
    _fill(tmp_path, 0, 3)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE vectors SET data = ? WHERE data = ?", (bytes([9]) * 100, bytes([1]) * 100))
    connection.close()
    cache = VectorCache(tmp_path)
    assert set(cache.get([_key(0), _key(1), _key(2)])) == {_key(0), _key(2)}
    cache.put([(_key(1), b"right")])
    assert cache.get([_key(1)]) == {_key(1): b"right"}


def test_a_locked_cache_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, troubles: list[str]) -> None:
    """Where another program holds the file, nothing is kept, and that is said once."""
    monkeypatch.setattr("stance.encoder.cache._WAIT", 0.05)
    _fill(tmp_path, 0, 3)
    holder = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    cache = VectorCache(tmp_path, on_trouble=troubles.append)
    for _ in range(3):
        cache.put([(_key("new"), b"x")])
    holder.execute("ROLLBACK")
    holder.close()
    assert cache.get([_key(0)]) == {}
    assert troubles == [f"{tmp_path / FILE}: the cache is not used (database is locked); give another folder"]


def test_a_place_that_cannot_be_written_is_left_alone(tmp_path: Path, troubles: list[str]) -> None:
    """A file where the folder should be, or another program's database, is never touched."""
    (tmp_path / "file").write_text("mine")
    cache = VectorCache(tmp_path / "file", on_trouble=troubles.append)
    cache.put([(_key(1), b"x")])
    assert cache.get([_key(1)]) == {}
    assert (tmp_path / "file").read_text() == "mine"
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    foreign = VectorCache(tmp_path, on_trouble=troubles.append)
    assert foreign.get([_key(1)]) == {}
    assert ["the cache is not used" in trouble for trouble in troubles] == [True, True]
    assert "another program's database" in troubles[1]


def test_trouble_is_a_warning_by_default(tmp_path: Path) -> None:
    """Who gives no function to tell gets a warning, once."""
    (tmp_path / "file").write_text("mine")
    cache = VectorCache(tmp_path / "file")
    with pytest.warns(RuntimeWarning, match="the cache is not used"):
        cache.get([_key(1)])
    assert cache.get([_key(1)]) == {}


def test_several_processes_share_it(tmp_path: Path) -> None:
    """Four processes that open and write one cache at once lose nothing."""
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_fill, args=(tmp_path, 200 * number, 400)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert len(VectorCache(tmp_path).get([_key(number) for number in range(1_000)])) == 1_000


def test_workers_open_it_again(tmp_path: Path) -> None:
    """A copy in another process is the same cache with a connection of its own."""
    cache = VectorCache(tmp_path, megabytes=7)
    cache.put([(_key(1), b"x")])
    copy = pickle.loads(pickle.dumps(cache))  # noqa: S301  # our own bytes
    assert (copy.folder, copy.megabytes) == (tmp_path, 7)
    assert copy.get([_key(1)]) == {_key(1): b"x"}


def test_a_relative_folder_stays_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another working directory, here or in a worker, begins no second cache."""
    monkeypatch.chdir(tmp_path)
    cache = VectorCache("vectors")
    monkeypatch.chdir("/")
    cache.put([(_key(1), b"x")])
    assert pickle.loads(pickle.dumps(cache)).path.parent == cache.path.parent == tmp_path / "vectors"  # noqa: S301
    assert cache.path.is_file()


def test_size_must_be_positive(tmp_path: Path) -> None:
    """A cache of nothing is refused."""
    with pytest.raises(ConfigError, match="a cache of 0 MB: expected at least 1"):
        VectorCache(tmp_path, megabytes=0)
