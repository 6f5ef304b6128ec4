"""No test reaches a network, nor does any Python program that a test starts; who tries is stopped and noted.

``start`` puts ``tests/watch`` on the path of all programs to come, where ``sitecustomize`` calls ``watch`` in each. The
interpreter itself reports sockets (its audit events), so that nothing gets past by another class or module. Sockets of
the Unix kind lead to processes of this machine and are free. Programs that are not Python are not seen.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

WATCH = Path(__file__).parent / "watch"
sys.path.append(str(WATCH))

from watched_sockets import LOG, LOOPBACK, watch  # noqa: E402  # where the programs under test find it too

__all__ = ["LOG", "LOOPBACK", "WATCH", "Watched", "read", "start", "watch"]


@dataclass(frozen=True)
class Watched:
    """What the notes say.

    Parameters
    ----------
    programs : processes of Python that were watched
    loopback : sockets on this machine's own address, where that was allowed
    looks : attempts of urllib3 to learn whether there is IPv6, which were stopped
    stopped : all other attempts, which were stopped too
    """

    programs: int
    loopback: int
    looks: int
    stopped: tuple[str, ...]


def start(log: Path) -> dict[str, str]:
    """The environment in which whatever is started is watched; this process is by ``watch``."""
    log.touch()
    return {LOG: str(log), "PYTHONPATH": os.pathsep.join(filter(None, [str(WATCH), os.environ.get("PYTHONPATH")]))}


def read(log: Path) -> Watched:
    """The notes so far."""
    notes = [line.split("\t", 2) for line in log.read_text(encoding="utf-8").splitlines()]
    kinds = [kind for kind, _, _ in notes]
    return Watched(
        programs=len({process for kind, process, _ in notes if kind == "program"}),
        loopback=kinds.count("loopback"),
        looks=kinds.count("look"),
        stopped=tuple(what for kind, _, what in notes if kind == "stopped"),
    )
