"""A cold ``stance predict`` wakes what it needs, and no more than it may take."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stance import workers
from stance.batch import processes
from stance.encoder.runtime import RuntimeEncoder, cores

_ROOT = Path(__file__).parent.parent
_SLEEPING = (
    *("torch", "transformers", "sentence_transformers", "sklearn", "scipy", "pandas", "joblib", "jinja2", "pyarrow"),
    *("rich.console", "stance.training", "stance.evaluation", "stance.cli.terminal", "sqlite3"),
)
_MEGABYTES = 250

_PROGRAM = """
import contextlib, json, sys
from stance.__main__ import main
sys.argv = ["stance", "predict", "data/demo.txt", "--precision", "fp32"]
with contextlib.suppress(SystemExit):
    main()
with open("/proc/self/status") as file:
    peak = next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))
print(json.dumps([sorted(sys.modules), peak]), file=sys.stderr)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
def test_predicting_an_article_wakes_little() -> None:
    """No heavy library is imported, and the peak of memory stays under 250 MB."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, encoding="utf-8", cwd=_ROOT, timeout=120
    )
    modules, peak = json.loads(done.stderr.splitlines()[-1])
    assert len(done.stdout.splitlines()) > 10
    assert [name for name in _SLEEPING if name in modules] == []
    assert peak < _MEGABYTES


@pytest.mark.slow
def test_one_thread_of_one_encoder_is_one_thread() -> None:
    """With one thread asked for no other is begun; with more, no more than asked for."""
    program = (
        "import sys, threading\n"
        "from stance.encoder.minilm import minilm_path\n"
        "from stance.encoder.runtime import RuntimeEncoder\n"
        "def threads(): return len(__import__('os').listdir('/proc/self/task'))\n"
        "asked = int(sys.argv[1])\n"
        "encoder = RuntimeEncoder(minilm_path(), 'x', threads=asked)\n"
        "encoder.encode(['warm'])\n"
        "before, most = threads(), 0\n"
        "run = encoder._load().backend.states\n"
        "def states(*given):\n"
        "    global most\n"
        "    most = max(most, threads())\n"
        "    return run(*given)\n"
        "import dataclasses, types\n"
        "encoder._loaded = dataclasses.replace(encoder._load(), backend=types.SimpleNamespace(states=states))\n"
        "encoder.encode([f'{\"word \" * (n % 5)}{n}' for n in range(530)])\n"
        "print(most - before)\n"
    )
    for asked, begun in ((1, (0,)), (2, (1, 2))):  # the second of two begins when there is a batch for it
        done = subprocess.run(
            [sys.executable, "-c", program, str(asked)],
            capture_output=True,
            text=True,
            cwd=_ROOT,
            timeout=300,
            env={"TOKENIZERS_PARALLELISM": "false", "OPENBLAS_NUM_THREADS": "1"},
        )
        assert done.returncode == 0, done.stderr
        assert int(done.stdout) in begun


@pytest.mark.parametrize(("available", "jobs", "threads"), [(8, 2, 4), (8, 3, 2), (2, 2, 1), (2, 5, 1), (1, 1, 1)])
def test_workers_share_the_cores(available: int, jobs: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers times threads are never more than the cores, except that a worker has one."""
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(processes, "cores", lambda: available)
    monkeypatch.setattr(processes, "Pool", lambda jobs, threads: asked.append((jobs, threads)))
    processes.Processes(None, jobs)  # type: ignore[arg-type]  # nothing is submitted
    assert asked == [(jobs, threads)]


def test_a_worker_is_told_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable that a pool sets is the one that an encoder reads."""
    monkeypatch.setenv(workers._THREADS[0], "1")
    assert cores() == 1
    assert RuntimeEncoder("x", "x").threads is None


@pytest.mark.slow
def test_threads_change_nothing() -> None:
    """Batches that are computed side by side come back to their rows."""
    from stance.encoder.minilm import minilm_path

    sentences = [f"{'word ' * (n % 9)}{n}" for n in range(530)]
    one, three = (RuntimeEncoder(minilm_path(), "x", threads=threads).encode(sentences) for threads in (1, 3))
    assert abs(one - three).max() < 1e-5
