"""What an evaluation or a table of claims can be asked beyond its scores: curves, confusions, mistakes, counts."""

from functools import partial

from stance import submodule

__getattr__ = partial(submodule, "stance.analysis")
