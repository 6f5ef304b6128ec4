"""Imported by every Python that finds this folder on its path, before its program begins."""

import watched_sockets

watched_sockets.watch()
