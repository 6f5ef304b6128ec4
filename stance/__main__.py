"""``python -m stance``: the same program as ``stance``."""

from stance.cli.app import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
