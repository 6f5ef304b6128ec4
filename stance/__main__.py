"""``python -m stance``: the same program as ``stance``."""

from stance.cli.start import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
