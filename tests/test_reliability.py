"""The table of docs/RELIABILITY.md in small: the same measurements on fewer inputs; ``make reliability`` takes all."""

from __future__ import annotations

from pathlib import Path

import measured_runs
import measures
import pytest
import sameness

from stance.model import Model


def test_hostile_inputs(tiny_model: Model, tmp_path: Path) -> None:
    """No row from a stranger crashes, hangs or is lost, in any format."""
    pytest.importorskip("pyarrow")
    pytest.importorskip("trafilatura")
    figure = measures.measure_inputs(tiny_model, tmp_path, 400)
    assert figure.met, figure


def test_spans(tiny_model: Model) -> None:
    """Every span lies in the text as given and holds the words that it says."""
    figure = measures.measure_spans(tiny_model, 2_000)
    assert figure.met, figure


def test_malicious_models(tiny_folder: Path, tmp_path: Path) -> None:
    """Every directory that means harm is refused, without a side effect, in little time and memory."""
    figure = measures.measure_malice(tiny_folder, tmp_path, most_memory=2_000)  # the suite itself holds much
    assert figure.met, figure


def test_damaged_models(tiny_folder: Path, tmp_path: Path) -> None:
    """Every damage of every file is found."""
    figure = measures.measure_damage(tiny_folder, tmp_path, 60)
    assert figure.met, figure


def test_disks_that_refuse(tiny_model: Model, tmp_path: Path) -> None:
    """Whichever write fails and whenever a process dies, what stands under a name is whole."""
    for figure in measured_runs.measure_faults(tiny_model, tmp_path, 10, jobs=("jsonl", "csv", "model")):
        assert figure.met, figure


def test_determinism(tiny_model: Model, tmp_path: Path) -> None:
    """Other batches, threads and another order change no label; repeats give the same bytes."""
    figure = sameness.measure_determinism(tiny_model, tmp_path, 12)
    assert figure.met, figure


def test_engines(tiny_folder: Path, tmp_path: Path) -> None:
    """Several processes give what one gives, however many threads they have; test_batch_dask.py adds Dask."""
    ways = (("processes", 1, 1), ("processes", 2, 1), ("processes", 1, 2))
    figure = sameness.measure_engines(tiny_folder, tmp_path, 20, ways)
    assert figure.met, figure


def test_memory(tiny_model: Model, tmp_path: Path) -> None:
    """Ten times the lines take no more memory; time that is over ends the lines, and the figure says so."""
    figure = measured_runs.measure_memory(tiny_model, tmp_path, 5_000)
    assert figure.name == "peak memory, 5,000 lines against 500"
    assert figure.found.endswith("µs of computing a line")
    short = measured_runs.measure_memory(tiny_model, tmp_path, 2_000, minutes=0)
    assert short.name.startswith("peak memory, 0 lines (of 2,000 wanted, in 0 minutes)")


def test_injection(tiny_model: Model) -> None:
    """Nothing that a text holds runs in whatever opens our output."""
    pytest.importorskip("pyarrow")
    figure = measured_runs.measure_injection(tiny_model, every=6)
    assert figure.met, figure
