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
# # Quickstart: the claims of one article
#
# `stance` reads a news article and says, for every sentence, which **claims** it makes:
#
# - an **accusation** blames somebody for something they did or failed to do,
# - a **justification** gives a reason why something is right, needed or wrong,
# - a **goal** says what somebody wants, plans or tries to reach,
#
# and with each claim **who** makes it (the source), **about whom or what** (the target), and with what **stance**
# (support, oppose, neutral). It does not say whether a claim is true.
#
# Everything here runs on your own machine: the model ships inside the package, and nothing is downloaded.

# %%
from pathlib import Path

import stance

model = stance.load()
text = Path("../data/demo.txt").read_text(encoding="utf-8")
doc = model.predict(text)
doc

# %% [markdown]
# That is the whole article with its claims marked. Sources are bold, targets framed; the name in the margin says who is
# speaking, also where the text only says *she* or *the minister*. Point at a number to see the claim, or open the table.
#
# ## As a table
#
# One row a claim. `probability` is calibrated: of the claims that are given 0.8, about eight in ten should be right
# (notebook 3 checks this). `source_text` is what stands in the sentence; `source` is whom it means in this article.

# %%
claims = doc.to_frame()
claims[["sentence", "type", "probability", "source", "source_text", "target", "stance"]].round(2)

# %% [markdown]
# ## One claim up close
#
# A claim is a plain value. Every span counts characters of your text, so that you can always go back to the exact words.

# %%
claim = max(doc.claims, key=lambda claim: claim.probability)
print(claim.sentence.text)
print("type:  ", claim.type, f"{claim.probability:.2f}")
print("source:", claim.source.name, "| found by the rule:", claim.source.rule)
print("target:", claim.target)
if claim.target_span:
    print("exact words:", repr(doc.text[claim.target_span.start : claim.target_span.end]))

# %% [markdown]
# ## Which words carry a claim?
#
# `stance.explain` leaves out each word in turn and reads the sentence again. A word carries the claim as far as its
# probability falls without it. That explains the *model*, not the world: a word like *said* may matter to it, too.

# %%
import pandas as pd

pd.set_option("display.max_colwidth", 100)
explained = stance.explain(model, doc)
explained.to_frame()[["type", "probability", "source", "carried_by"]].round(2)

# %% [markdown]
# With labelled sentences at hand, it also shows the three that are nearest to each claim: what the model was taught, or
# what you would have taught it.

# %%
explained = stance.explain(model, doc, "../data/articles/policy.jsonl")
strongest = max(explained.claims, key=lambda claim: claim.probability)
print(strongest.sentence.text, "\n")
for near in strongest.explanation.nearest:
    print(f"{near.similarity:.2f}  {', '.join(near.labels) or 'no claim'}: {near.text}")

# %% [markdown]
# ## Who speaks, claim or not
#
# Every attributed statement is there, with its source, its cue and its content.

# %%
for found in doc.attributions[:6]:
    content = " … ".join(found.sentence.words(span) for span in found.content)
    print(f"{found.source.name if found.source else '?'}  [{found.sentence.words(found.cue_span)}]  {content}")

# %% [markdown]
# ## The same on the command line
#
#     stance predict article.txt                      # a table, in colour
#     stance predict article.txt -o claims.jsonl      # one record a sentence
#     stance report claims.jsonl -o article.html      # a page for people without Python
#
# Both ways give the same claims:

# %%
import json
import subprocess
import sys

command = [sys.executable, "-m", "stance", "predict", "../data/demo.txt", "--format", "jsonl"]
lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
printed = [claim for line in lines for claim in json.loads(line).get("claims", [])]
assert [(c["type"], c["source"], c["target"]) for c in printed] == [
    (c.type, c.source.name, c.target) for c in doc.claims
]
assert all(abs(a["probability"] - b.probability) < 1e-3 for a, b in zip(printed, doc.claims, strict=True))
f"{len(printed)} claims either way"
