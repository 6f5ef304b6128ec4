"""Input to shards: whole articles, a hash of what each holds."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from generated import write_articles
from hypothesis import given
from hypothesis import strategies as st

from stance.batch.shards import read_plan, read_shards
from stance.corpus.read import ReadOptions
from stance.errors import InputError


def test_articles_are_never_cut(labelled_path: Path) -> None:
    """Sentences of one article lie in one shard, whatever the shard size."""
    shards = list(read_shards([labelled_path], ReadOptions(), 3))
    ids = [document.id for shard in shards for document in shard.documents]
    assert len(ids) == len(set(ids)) == 10
    assert [len(shard.documents) for shard in shards] == [3, 3, 3, 1]
    assert sum(len(document.sentences) for shard in shards for document in shard.documents) == 40


@given(size=st.integers(1, 60))
def test_shards_hold_the_input_in_order(size: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The articles of the shards are those of the input, in order, and every shard but the last is full."""
    path = tmp_path_factory.getbasetemp() / "fifty.jsonl"
    if not path.exists():
        write_articles(path, 50)
    shards = list(read_shards([path], ReadOptions(), size))
    assert [document.id for shard in shards for document in shard.documents] == [f"a{n:07}" for n in range(50)]
    assert all(len(shard.documents) == size for shard in shards[:-1])
    assert [shard.index for shard in shards] == list(range(len(shards)))


def test_digest_is_of_the_content(tmp_path: Path) -> None:
    """A shard's hash changes with any of its articles, and with nothing else."""
    path = write_articles(tmp_path / "a.jsonl", 6)
    before = read_plan([path], ReadOptions(), 2).digests
    other = tmp_path / "renamed.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = json.loads(lines[2]) | {"title": "Another title"}
    other.write_text("\n".join([*lines[:2], json.dumps(changed), *lines[3:]]), encoding="utf-8")
    after = read_plan([other], ReadOptions(), 2).digests
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, True]
    assert all(one != two for one, two in pairwise(before))


def test_bad_rows_are_found_before_the_work(tmp_path: Path) -> None:
    """The plan reads the whole input: a bad last row stops it, or with ``skip`` is counted in its shard."""
    path = write_articles(tmp_path / "a.jsonl", 4)
    with path.open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    with pytest.raises(InputError, match=r"a\.jsonl:5: not a JSON object"):
        read_plan([path], ReadOptions(), 2)
    skip = ReadOptions(on_error="skip")
    plan = read_plan([path], skip, 2)
    assert (len(plan.digests), plan.articles, plan.refused) == (3, 4, 1)
    assert [len(shard.refused) for shard in read_shards([path], skip, 2)] == [0, 0, 1]


def test_the_plan_tells_what_is_odd(tmp_path: Path) -> None:
    """Ids that stand there twice are found over all shards."""
    path = write_articles(tmp_path / "a.jsonl", 4)
    (line,) = read_plan([path, path], ReadOptions(), 3).remarks.lines()
    assert line.startswith("articles with the id of an earlier one: 4, such as a0000000;")


def test_standard_input_is_refused() -> None:
    """What cannot be read twice cannot be sharded."""
    with pytest.raises(InputError, match="reads its input twice, so it cannot be standard input"):
        read_plan(["-"], ReadOptions(), 10)
