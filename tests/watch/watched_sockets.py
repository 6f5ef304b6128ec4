"""The part of ``tests/watching.py`` that runs in every program under test, so it imports next to nothing."""

from __future__ import annotations

import errno
import os
import sys

LOG = "STANCE_WATCH_LOG"
"""Environment variable: the file that notes are appended to; nothing is watched without it."""
LOOPBACK = "STANCE_WATCH_LOOPBACK"
"""Environment variable: where set, sockets of this machine's own loopback address are noted and let through."""

_UNIX, _GIVEN = 1, -1  # families: of this machine alone; that of a descriptor which was opened before
_REACHING = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg")
_ASKING = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")


def watch() -> None:
    """Watch this process, and what it forks, until it ends."""
    if LOG in os.environ:
        _note("program", " ".join(sys.orig_argv)[:200])
        sys.addaudithook(_seen)


def _seen(event: str, arguments: tuple[object, ...]) -> None:
    """What the interpreter reports, whichever module or class it comes from."""
    if not event.startswith("socket."):
        return
    place = _place(event, arguments)
    if place is None:
        return
    if LOOPBACK in os.environ and (place == "new" or _is_loopback(place)):
        if place == "new":
            _note("loopback", event)
        return
    _note("look" if _is_look() else "stopped", f"{event} {place}")
    raise PermissionError(errno.EPERM, f"a program under test reached for the network: {event} {place}")


def _place(event: str, arguments: tuple[object, ...]) -> str | None:
    """What is reached for: ``new`` for a socket that leads nowhere yet, None for nothing beyond this machine."""
    if event == "socket.__new__":
        return None if arguments[1] in (_UNIX, _GIVEN) else "new"
    if event in _REACHING:
        address = arguments[1]
        return str(address[0]) if isinstance(address, tuple) else None
    if event in _ASKING:
        asked = arguments[0]
        return str(asked[0] if isinstance(asked, tuple) else asked)
    return None


def _is_look() -> bool:
    """Whether it is urllib3, which looks while it is imported whether a socket of IPv6 can be had."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") in (__name__, "socket"):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_name == "_has_ipv6"


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1", "None") or host.startswith("127.")


def _note(kind: str, what: str) -> None:
    line = f"{kind}\t{os.getpid()}\t{what}".replace("\n", " ") + "\n"
    handle = os.open(os.environ[LOG], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(handle, line.encode("utf-8", "replace"))
    finally:
        os.close(handle)
