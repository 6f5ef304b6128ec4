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
# # Train on your own labels
#
# You have a few hundred sentences that somebody labelled, with *your* labels: frames, topics, policy areas, anything. This
# notebook makes a classifier of them, says how good it is, and whether labelling more would pay.
#
# All that is needed is a table of text and labels:
#
# | text | labels |
# |---|---|
# | The union accused the ministry of hiding the report, and wants it published. | blame\|reform |
# | The minister promised a new law. | reform |
# | Rain fell on Tuesday. | |
#
# Several labels have bars between them; an empty cell is a sentence with none of them. JSON lines hold a list instead, which
# may be empty. A column `doc` that names the article is worth having: sentences of one article resemble each other, so an
# honest test never has an article on both sides.
#
# Here we borrow 300 sentences from the corpus that comes with `stance` and pretend they are yours.

# %%
import json
import tempfile
from pathlib import Path

import pandas as pd

import stance
from stance.analysis.learning import learning_curve
from stance.plots import plot_learning_curve

work = Path(tempfile.mkdtemp())
rows = [json.loads(line) for line in Path("../data/articles/policy.jsonl").read_text(encoding="utf-8").splitlines()]
labelled = pd.DataFrame(
    {
        "doc": [row["doc"] for row in rows],
        "sentence": [row["sentence"] for row in rows],
        "text": [row["text"] for row in rows],
        "labels": [sorted({claim["type"] for claim in row["claims"]}) for row in rows],
    }
)
yours, unseen = labelled.iloc[:300], labelled.iloc[300:]
unseen = unseen[~unseen["doc"].isin(yours["doc"])]  # no article on both sides
yours.to_json(work / "labels.jsonl", orient="records", lines=True)
unseen.to_json(work / "unseen.jsonl", orient="records", lines=True)
yours[["text", "labels"]].head(6)

# %%
yours["labels"].explode().fillna("none").value_counts()

# %% [markdown]
# ## Look before you train
#
# `stance data check labels.jsonl` finds repeated sentences, near misses in label names, broken lines and more; each with
# its line number. Do it before you believe any score.

# %%
import subprocess
import sys

check = [sys.executable, "-m", "stance", "data", "check", str(work / "labels.jsonl")]
print(subprocess.run(check, capture_output=True, text=True).stdout)

# %% [markdown]
# ## Train
#
# Unasked, `stance.train` fine-tunes the sentence encoder on your labels: a minute for 300 sentences, and better.
# `adapt=False`, as here, leaves it as it is and fits a classifier on its vectors: seconds.

# %%
model = stance.train(work / "labels.jsonl", adapt=False)
pd.DataFrame(model.settings["scores"]["cross-validation"]).T.round(1)

# %% [markdown]
# These scores come from cross-validation by article: each sentence was scored by a classifier that had not seen its
# article. *Precision*: of what it found, how much is right. *Recall*: of what is there, how much it found. *F1* joins both.
#
# Each label has its own threshold, chosen on the same held-out scores:

# %%
dict(model.thresholds)

# %% [markdown]
# ## On articles that it has never seen

# %%
result = stance.evaluate(model, work / "unseen.jsonl", name="300 sentences")
result

# %% [markdown]
# The intervals are wide: so few articles say little for certain. That is worth knowing before you compare two models.
#
# ## Would more labels help?
#
# The learning curve trains again with a part of the articles and scores each model on the same unseen ones. Where it still
# climbs at its right end, label more; where it is flat, better labels or another encoder will do more than more sentences.

# %%
curve = learning_curve(work / "labels.jsonl", work / "unseen.jsonl", shares=(0.33, 0.66, 1.0), repeats=2)
plot_learning_curve(curve, labels=("macro", "accusation", "goal"))
curve.to_frame().pivot_table(index="share", columns="label", values="f1").round(1)

# %% [markdown]
# ## Use it
#
# A model of your own is used like the one that ships. Saved, it is a folder that holds numbers and text, never code.

# %%
for sentence in ("The mayor blamed the water company for the leak.", "The water was turned off at noon."):
    print({label: round(p, 2) for label, p in model.predict(sentence).probabilities[0].items()}, sentence)

# %%
stance.save(model, work / "my-model")
command = [sys.executable, "-m", "stance", "evaluate", str(work / "my-model"), str(work / "unseen.jsonl"), "--json"]
scores = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
assert abs(scores["macro_f1"] - result.macro_f1) < 1e-6, "the command line gives the same figures"
sorted(path.name for path in (work / "my-model").iterdir())
