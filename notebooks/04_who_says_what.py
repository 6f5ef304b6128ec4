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
# # Who says what: from many articles to counts
#
# The question of a study: **who accuses whom, who wants what, when, and in which outlets?** Here is the way from a folder of
# articles to a table of claims, and from there to counts that say how sure they are.
#
# The articles below were invented for this project and the shipped model has learned from them, so the results say nothing
# about the world, and the model looks better than it will on your news. The *way* is the same for yours.

# %%
import json
from pathlib import Path

import pandas as pd

import stance
from stance.analysis.counts import count_claims
from stance.plots import plot_counts, plot_matrix

articles = []
for name in ("policy", "us-campaign", "uk-broadcast-3"):
    lines = Path(f"../data/articles/{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = pd.DataFrame([json.loads(line) for line in lines])
    for doc, sentences in rows.groupby("doc", sort=False):
        first = sentences.iloc[0]
        text = " ".join(sentences["text"])
        articles.append(
            stance.Document(text=text, id=doc, title=first["title"], date=first["date"], outlet=first["outlet"])
        )
f"{len(articles)} articles, {sum(len(article.text.split()) for article in articles):,} words"

# %% [markdown]
# ## Predict
#
# `predict_many` reads one article after the other and keeps nothing, so that a year of news fits into memory. For really many,
# use the command line: `stance predict articles.jsonl -o claims.parquet`.

# %%
model = stance.load()
documents = list(model.predict_many(articles))
claims = pd.concat([document.to_frame() for document in documents], ignore_index=True)
claims["year"] = claims["date"].str[:4]
claims[["doc", "outlet", "year", "type", "source", "target", "stance", "probability"]].sample(5, random_state=1).round(
    2
)

# %%
claims.groupby("type")["probability"].agg(["count", "mean"]).round(2)

# %% [markdown]
# ## Who accuses whom
#
# `count_claims` counts in any columns. Its interval answers: *how far would this count vary with other articles like these?*
# It draws whole articles with replacement, because ten accusations in one article are one event, not ten. What the interval
# does **not** hold are claims that the model overlooks or invents: for those, see the precision and recall of notebook 3.

# %%
read = [document.id for document in documents]  # articles without a claim count, too
accusations = claims[(claims["type"] == "accusation") & (claims["source"] != "author")]
pairs = count_claims(accusations, ["source", "target"], articles=read)
plot_counts(pairs, top=12)
pairs.head(12).round(1)

# %% [markdown]
# In small collections most pairs occur once. Sort names into groups of your own before counting; a spreadsheet of
# `alias,name` is enough, and `stance predict --aliases names.csv` applies it (and carries identifiers, such as Wikidata's).

# %%
groups = {
    "government": ("government", "minister", "ministry", "administration", "white house", "department", "secretary"),
    "opposition or party": ("democrat", "republican", "labour", "conservative", "party", "opposition", "senator"),
    "police or courts": ("police", "officer", "prosecutor", "court", "judge"),
    "company": ("company", "firm", "bank", "industry", "corporation", "operator"),
    "union or campaign": ("union", "campaign", "charity", "association", "group", "committee"),
}


def group(name):
    """The first group one of whose words stands in the name."""
    lower = str(name).lower()
    return next((label for label, words in groups.items() if any(word in lower for word in words)), "other")


grouped = accusations.assign(accuser=accusations["source"].map(group), accused=accusations["target"].map(group))
matrix = pd.crosstab(grouped["accuser"], grouped["accused"])
plot_matrix(matrix)
count_claims(grouped, ["accuser", "accused"], articles=read).head(8).round(1)

# %% [markdown]
# ## Whose goals?

# %%
goals = claims[claims["type"] == "goal"]
by_actor = count_claims(goals, "source", articles=read)
plot_counts(by_actor.drop(index="author", errors="ignore"), top=10)
goals[["source", "target", "stance", "text"]].head(8)

# %% [markdown]
# ## Over time
#
# Years with few articles have few claims; what compares are claims **per article**.

# %%
published = pd.Series({article.id: article.date[:4] for article in articles if article.date}, name="year")
per_year = published.value_counts().sort_index()
over_time = pd.crosstab(claims["year"], claims["type"]).reindex(per_year.index, fill_value=0)
rates = over_time.div(per_year, axis=0)
ax = rates.plot(marker="o", figsize=(7, 3.4), ylabel="claims per article", xlabel="year")
ax.set_ylim(0, None)
rates.assign(articles=per_year).round(1).tail(8)

# %% [markdown]
# ## By outlet

# %%
count_claims(claims, ["outlet", "type"], articles=read).head(12).round(1)

# %% [markdown]
# ## Back to the text
#
# Every count must lead back to sentences. Filter, then read:

# %%
source, target = pairs.index[0]
rows = accusations[(accusations["source"] == source) & (accusations["target"] == target)]
for _, row in rows.iterrows():
    print(f"{row['doc']}, {row['outlet']}, {row['date']}: {row['text']}\n")

# %% [markdown]
# Or as a page, with filters, for colleagues without Python:

# %%
import tempfile

from stance.report import report

page = Path(tempfile.mkdtemp()) / "who-says-what.html"
page.write_text(report(documents, most=20), encoding="utf-8")
f"{page.name}: {page.stat().st_size / 1024:.0f} KB"

# %% [markdown]
# The figures are those of the command line:

# %%
import subprocess
import sys

source_file = page.with_name("articles.jsonl")
source_file.write_text(
    "".join(
        json.dumps({"id": a.id, "text": a.text, "title": a.title, "date": a.date, "outlet": a.outlet}) + "\n"
        for a in articles[:20]
    ),
    encoding="utf-8",
)
command = [sys.executable, "-m", "stance", "predict", str(source_file), "--format", "csv"]
table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
printed = pd.read_csv(pd.io.common.StringIO(table))
here = claims[claims["doc"].isin(printed["doc"])]
assert printed["type"].value_counts().to_dict() == here["type"].value_counts().to_dict()
f"{len(printed)} claims in the first 20 articles, either way"
