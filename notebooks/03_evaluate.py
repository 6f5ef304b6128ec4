# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # How good is it? Scores, calibration, comparison, mistakes
#
# A classifier is judged on sentences that people labelled and that it has not seen, **by article**: sentences of one article
# share names, topic and style, so a split by sentence flatters.
#
# The corpus that comes with `stance` taught the model that ships with it, so that model must not be scored here. We train
# two models instead, one on 15 articles and one on all 74 outside the test part, and ask whether the second is better
# *beyond luck*.

# %%
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import stance
from stance.comparison import compare

work = Path(tempfile.mkdtemp())
rows = []
for name in ("policy", "us-politics-1", "uk-broadcast-1"):
    lines = Path(f"../data/articles/{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows += [json.loads(line) for line in lines]
articles = sorted({row["doc"] for row in rows})
np.random.default_rng(0).shuffle(articles)
test, little, much = set(articles[:40]), set(articles[40:55]), set(articles[40:])


def write(name, chosen):
    path = work / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows if row["doc"] in chosen), encoding="utf-8")
    return path


test_file = write("test", test)
small = stance.train(write("little", little), adapt=False)
large = stance.train(write("much", much), adapt=False)
{"test articles": len(test), "small model": len(little), "large model": len(much)}

# %% [markdown]
# ## Scores, with what luck may have done to them
#
# The 95 % intervals come from a bootstrap over articles: draw forty articles with replacement, score again, a thousand
# times. If the interval is wide, do not argue about single points.

# %%
result = stance.evaluate(large, test_file, name="large")
result.plot_scores()
result

# %% [markdown]
# ## Can its probabilities be believed?
#
# In the reliability diagram, each point is a group of sentences with a like probability. On the dotted line, what is stated
# comes true just as often. The *calibration error* in the table above is the mean distance from that line.

# %%
result.plot_reliability()
pd.Series(result.calibration_errors, name="calibration error").round(3)

# %% [markdown]
# ## More of one, less of the other
#
# A lower threshold finds more claims and lets in more wrong ones. For a human coder who reads everything afterwards, recall
# is dear; for counts without further reading, precision is. `stance predict --min-probability 0.7` raises the bar for all.

# %%
result.plot_precision_recall()
result.threshold_sweep().query("threshold in [0.3, 0.5, 0.7]").round(1)

# %% [markdown]
# ## What is taken for what

# %%
result.plot_confusion()
result.confusion()

# %% [markdown]
# And whose claim is it? Sources that are named elsewhere in the article are the hard part.

# %%
result.source_confusion()

# %% [markdown]
# ## Is it as good everywhere?
#
# A mean hides the outlet or the topic where the model fails. Any field of your labelled file will do: `outlet`, `topic`,
# `style`, `variety`, `corpus`, or the `year` of its date.

# %%
result.plot_by("variety")
result.by("variety")[["precision", "recall", "f1", "f1_low", "f1_high", "support"]].round(1)

# %% [markdown]
# ## Are two models different?
#
# Both are scored on the same sentences. The *paired* bootstrap draws the same articles for both, so what is hard for both
# does not blur the difference. McNemar's test looks only at the sentences on which just one of them is right.

# %%
before = stance.evaluate(small, test_file, name="small")
compared = compare(before, result)
print(compared.summary())

# %% [markdown]
# ## Read the mistakes
#
# No figure replaces this. The surest mistakes come first, each with the sentences around it. Read twenty: some are the
# model's, some are labels that you would give differently, and some show a kind of claim that the labels never had.

# %%
for mistake in result.mistakes()[:8]:
    print(f"{mistake.kind} {mistake.label} ({mistake.probability:.2f}), gold: {', '.join(mistake.gold) or 'none'}")
    print(f"   … {mistake.before}\n   > {mistake.text}\n   {mistake.after} …\n")

# %% [markdown]
# As a table, to sort and to take notes in:

# %%
from stance.analysis.mistakes import to_frame

to_frame(result.mistakes())[["label", "kind", "probability", "text"]].head(10).round(2)

# %% [markdown]
# ## A page to send around, and the command line
#
# `result.save("scores.html")` writes all of this as one file that needs no network. The command line does the same, with the
# same figures:
#
#     stance evaluate my-model test.jsonl --compare other-model --report scores.html

# %%
page = result.save(work / "scores.html", comparison=compared)
stance.save(large, work / "large")
command = [sys.executable, "-m", "stance", "evaluate", str(work / "large"), str(test_file), "--json"]
printed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
assert printed["types"] == result.to_dict()["types"], "the command line gives the same figures"
assert printed["intervals"]["macro"] == result.to_dict()["intervals"]["macro"]
f"{page.stat().st_size / 1024:.0f} KB, macro F1 {printed['macro_f1']:.1f} either way"
