"""Programs that tests start reach no network either; who tries is stopped and noted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from watching import LOG, LOOPBACK, WATCH, read, start

_WORKER = """
import multiprocessing, socket
def reach(port):
    try:
        socket.create_connection(("192.0.2.1", port), 1)
    except PermissionError as error:
        return error.strerror
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.apply(reach, (80,)))
"""


def _run(program: Path | str, log: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(program)] if isinstance(program, Path) else ["-c", program]
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **start(log), **environment},
    )


def test_this_suite_is_watched() -> None:
    """The process of the tests is noted, and what it starts inherits the notes."""
    assert read(Path(os.environ[LOG])).programs >= 1
    assert str(WATCH) in os.environ["PYTHONPATH"].split(os.pathsep)


@pytest.mark.parametrize(
    ("program", "noted"),
    [
        ("import socket; socket.socket()", "socket.__new__ new"),
        ("import _socket; _socket.socket(10, 2, 0)", "socket.__new__ new"),
        ("import socket; socket.getaddrinfo('example.org', 80)", "socket.getaddrinfo example.org"),
        ("import http.client; http.client.HTTPConnection('192.0.2.1').connect()", "socket.getaddrinfo 192.0.2.1"),
    ],
)
def test_a_program_that_reaches_out_is_stopped(program: str, noted: str, tmp_path: Path) -> None:
    """By whatever class or module it tries, no socket is opened, and the attempt is noted."""
    done = _run(program, tmp_path / "log")
    assert done.returncode == 1
    assert f"a program under test reached for the network: {noted}" in done.stderr
    found = read(tmp_path / "log")
    assert (found.programs, found.loopback, found.looks) == (1, 0, 0)
    assert found.stopped == (noted,)


def test_workers_of_a_program_are_watched(tmp_path: Path) -> None:
    """A process that a program starts is watched as the program is."""
    (tmp_path / "program.py").write_text(_WORKER, encoding="utf-8")
    done = _run(tmp_path / "program.py", tmp_path / "log")
    assert done.stdout == "a program under test reached for the network: socket.getaddrinfo 192.0.2.1\n", done.stderr
    assert read(tmp_path / "log").programs >= 2


def test_loopback_is_let_through_where_it_is_asked_for(tmp_path: Path) -> None:
    """With the variable set, this machine's own address may be used and is counted, any other is stopped."""
    program = "import socket; one = socket.socket(); one.bind(('127.0.0.1', 0)); one.bind(('192.0.2.1', 0))"
    done = _run(program, tmp_path / "log", **{LOOPBACK: "1"})
    assert "reached for the network: socket.bind 192.0.2.1" in done.stderr
    found = read(tmp_path / "log")
    assert (found.loopback, len(found.stopped)) == (1, 1)


def test_a_look_for_ipv6_is_stopped_and_told_apart(tmp_path: Path) -> None:
    """urllib3 tries a socket while it is imported; it gets none, and the run does not fail for it."""
    pytest.importorskip("urllib3")
    done = _run("import urllib3.util.connection as one; print(one.HAS_IPV6)", tmp_path / "log")
    found = read(tmp_path / "log")
    assert (done.stdout, found.looks, found.stopped) == ("False\n", 1, ())


def test_sockets_of_this_machine_are_free(tmp_path: Path) -> None:
    """Pairs of sockets and those with a path lead nowhere else."""
    program = "import socket; one, two = socket.socketpair(); one.send(b'x'); print(two.recv(1))"
    done = _run(program, tmp_path / "log")
    assert (done.stdout, read(tmp_path / "log").stopped) == ("b'x'\n", ())
