# Everything runs in .venv, made from this project's own files. `make demo` is the place to begin.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
export OMP_NUM_THREADS ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: demo test check format notebooks clean model reliability coverage reliability-batch scaling-batch phenomena scaling-stream \
	scaling-cost bench

demo: $(READY)
	@$(BIN)/stance predict data/demo.txt --format table --color

test: $(READY)
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

reliability: $(READY)         # the table of docs/RELIABILITY.md; parts and sizes: tests/reliability.py --help
	OMP_NUM_THREADS=1 $(BIN)/python tests/reliability.py

COVERING := bundle manifest config probes tensors strictjson prediction lines rows columns read write labelled \
	modelencoder precision

coverage: $(READY)            # branches of readers, writers and models
	$(BIN)/coverage run -m pytest -q $(COVERING:%=tests/test_%.py)
	$(BIN)/coverage report

reliability-batch: $(READY)   # kills of runs, workers and a scheduler; about a quarter of an hour
	$(BIN)/python tests/reliability_batch.py

scaling-batch: $(READY)       # workers, engines and shard sizes
	$(BIN)/python tests/scaling_batch.py
	$(BIN)/python tests/scaling_batch.py --sizes

scaling-stream: $(READY)      # a million sentences through one process; hours on a busy machine
	$(BIN)/python tests/scaling_stream.py

scaling-cost: $(READY)        # what a sentence costs by number, length and labels
	OMP_NUM_THREADS=1 $(BIN)/python tests/scaling_cost.py

bench: $(READY)               # us, the naive way, SetFit (extra bench) and the floor, side by side; six minutes
	$(BIN)/python training/bench.py

phenomena: $(READY)           # how many articles of each phenomenon of attribution pass: resolver alone, whole model
	$(BIN)/python -m pytest tests/test_phenomena.py -q -s -m "slow or not slow"

notebooks: $(READY)           # runs them offline; the results, with their pictures, go to build/notebooks/
	$(BIN)/python notebooks/run.py

model: $(READY)               # trains the shipped model again; texts of public articles are looked for in ../shared
	$(BIN)/python training/default.py

format: $(READY)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("stance needs Python 3.11 or newer; give one with: make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
