"""What an evaluation or a table of claims can be asked beyond its scores: curves, confusions, mistakes, counts."""
