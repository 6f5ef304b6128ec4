"""The loop that keeps workers busy: what it does with each way in which a shard can come back."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest
from batches import InProcess, parts
from generated import write_articles

from stance.batch import BatchSettings, Part, Shard, predict_batch, read_batch
from stance.errors import ClusterError, InputError, ModelError


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten articles."""
    return write_articles(tmp_path_factory.mktemp("articles") / "ten.jsonl", 10)


class Cancelling(InProcess):
    """Its first answer to every shard is a cancelled call."""

    seen: frozenset[int] = frozenset()

    def submit(self, shard: Shard) -> Future[Part]:
        """Cancel the first call."""
        if shard.index in self.seen:
            return super().submit(shard)
        self.seen |= {shard.index}
        future: Future[Part] = Future()
        future.cancel()
        future.set_running_or_notify_cancel()
        return future


class Failing(InProcess):
    """The third shard ends the run."""

    def submit(self, shard: Shard) -> Future[Part]:
        """Fail at the third."""
        if shard.index < 2:
            return super().submit(shard)
        future: Future[Part] = Future()
        future.set_exception(ModelError("another model"))
        return future


class Lost(InProcess):
    """Its workers are lost after two shards."""

    asked = 0

    def check(self) -> None:
        """Count the looks."""
        self.asked += 1
        if self.asked > 2:
            raise ClusterError("the scheduler is gone")


def run(path: Path, out: Path, model: Path, monkeypatch: pytest.MonkeyPatch, engine: type[InProcess]) -> None:
    """A run of two articles a shard on an engine."""
    monkeypatch.setattr(BatchSettings, "build", lambda self, task: engine(task))
    predict_batch([path], out, settings=BatchSettings(shard_size=2, resume=True), model=model)


def test_cancelled_shards_are_sent_again(
    path: Path, tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shard whose call somebody cancelled is no poison: it is sent again."""
    run(path, tmp_path / "cancelled", tiny_folder, monkeypatch, Cancelling)
    run(path, tmp_path / "plain", tiny_folder, monkeypatch, InProcess)
    assert parts(tmp_path / "cancelled") == parts(tmp_path / "plain")


@pytest.mark.parametrize(("engine", "error"), [(Failing, ModelError), (Lost, ClusterError)])
def test_errors_keep_finished_parts(
    engine: type[InProcess],
    error: type[Exception],
    path: Path,
    tiny_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error of the run, or the loss of the workers, ends it; what was finished is entered, and the rest resumed."""
    with pytest.raises(error):
        run(path, tmp_path / "out", tiny_folder, monkeypatch, engine)
    batch = read_batch(tmp_path / "out")
    assert (len(batch.parts), batch.complete, batch.running) == (2, False, False)
    run(path, tmp_path / "out", tiny_folder, monkeypatch, InProcess)
    assert read_batch(tmp_path / "out").complete


def test_an_input_that_changes_meanwhile_is_refused(
    path: Path, tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An input that grows after it was counted ends the run with an error that says so."""
    copy = tmp_path / "input.jsonl"
    copy.write_bytes(path.read_bytes())

    class Growing(InProcess):
        def submit(self, shard: Shard) -> Future[Part]:
            with copy.open("ab") as file:
                file.write(b'{"text": "Rain fell."}\n')
            return super().submit(shard)

    with pytest.raises(InputError, match="the input changed while it was read; run again with --resume"):
        run(copy, tmp_path / "out", tiny_folder, monkeypatch, Growing)
