"""``stance report``: predictions to a page for people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stance.cli.errors import plain_errors, say
from stance.cli.options import STDOUT


def report_command(
    predictions: Annotated[
        list[str],
        typer.Argument(metavar="PREDICTIONS…", help="What predict wrote (.jsonl), labelled records, or - for stdin."),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT.html", help="Page to write, or - for stdout.")],
    title: Annotated[str | None, typer.Option("--title", help="Of the page.")] = None,
    most: Annotated[int, typer.Option("--articles", min=0, help="How many articles are shown in full.")] = 100,
) -> None:
    """Show articles with their claims marked, a table of claims, and who accuses whom, as one HTML file.

    The page needs no network, and no script to be read.

    Examples: stance report claims.jsonl -o claims.html · stance predict article.txt | stance report - -o article.html
    """
    with plain_errors():
        from stance.corpus.read import labelled_records
        from stance.corpus.write import judge_apart, write_text
        from stance.report import report
        from stance.restoring import restore

        _check(predictions)
        judge_apart(output, predictions)
        documents = list(restore(labelled_records(predictions)))
        page = report(documents, title=title, most=most)
        if output == STDOUT:
            typer.echo(page, nl=False)
            return
        write_text(output, page)
        say(f"wrote {output} (articles: {len(documents):,}, claims: {sum(len(one.claims) for one in documents):,})")


def _check(predictions: list[str]) -> None:
    """An article is no prediction: say how to make one of it."""
    from stance.errors import InputError

    for path in predictions:
        if path.endswith((".txt", ".html", ".htm")):
            raise InputError(
                f"{path}: a report shows predictions; make them with: stance predict {path} -o claims.jsonl"
            )
