"""Run notebooks and keep them with their pictures: ``python notebooks/run.py [NAME…]``, all of them without a name."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import jupytext
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter

HERE = Path(__file__).parent
OUT = HERE.parent / "build" / "notebooks"
LONGEST = 600
"""Seconds that one cell may take."""


class PipeKernelManager(AsyncKernelManager):
    """Talks to the kernel through files of this machine, not through network ports."""

    def __init__(self, **settings: object) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="stance-notebooks-")
        super().__init__(**{"transport": "ipc", "ip": f"{self._folder.name}/kernel", **settings})


def main(names: list[str]) -> int:
    """Run each notebook in this folder; 1 if one of them fails."""
    os.environ["JUPYTER_PLATFORM_DIRS"] = "1"  # what newer versions of Jupyter do of themselves
    OUT.mkdir(parents=True, exist_ok=True)
    for path in sorted(HERE / f"{name.removesuffix('.py')}.py" for name in names) or sorted(HERE.glob("[0-9]*.py")):
        began = time.monotonic()
        notebook = jupytext.read(path)
        client = NotebookClient(
            notebook,
            timeout=LONGEST,
            startup_timeout=LONGEST,
            kernel_name="python3",
            kernel_manager_class=PipeKernelManager,
            resources={"metadata": {"path": str(HERE)}},
        )
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            return 1
        finally:
            nbformat.write(notebook, OUT / f"{path.stem}.ipynb")
        page, _ = HTMLExporter(exclude_input_prompt=True, exclude_output_prompt=True).from_notebook_node(notebook)
        (OUT / f"{path.stem}.html").write_text(page, encoding="utf-8")
        print(f"{path.name}: {time.monotonic() - began:.0f} s, kept in {OUT.name}/{path.stem}.ipynb and .html")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
