"""The version, in a file that imports nothing, so that builds and ``--version`` can read it at once."""

__version__ = "0.1.0"
