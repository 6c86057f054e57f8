"""`python -m analysis --input FILE.csv --output FOLDER`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from analysis import cleaning, effects, questions, summary, targets
from analysis.answers import Answers
from analysis.reading import ExportError, read


def main(arguments: Sequence[str] | None = None) -> int:
    """Analyse an export; return the exit code."""
    parser = argparse.ArgumentParser(prog="analysis", description="Analyse an export of orders.")
    parser.add_argument("--input", type=Path, required=True, help="the export, a CSV file")
    parser.add_argument("--output", type=Path, required=True, help="the folder for the results")
    given = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="analysis-") as scratch:
            analyse(given.input, given.output, Path(scratch))
    except ExportError as error:
        print(f"analysis: {error}", file=sys.stderr)
        return 1
    return 0


def analyse(export: Path, output: Path, scratch: Path) -> None:
    """Read an export and write all results; what is only of the run goes into `scratch`."""
    rows = read(export)
    with closing(cleaning.connect(scratch)) as database:
        cleaned = cleaning.clean(database, rows)
        questions.value_orders(database)
        answers = Answers(
            revenue=questions.revenue(database),
            retention=questions.retention(database),
            price_test=effects.price_test(database),
            newsletter=effects.newsletter(database),
            sql=targets.answer(database),
        )
        background = questions.background(
            database, effects.newsletter(database, known_prices_only=True)
        )
        cleaning.write(database, output / "clean.csv")
    _write(output / "answers.json", json.dumps(answers, indent=2, allow_nan=False) + "\n")
    _write(output / "summary.md", summary.tell(answers, cleaned, background))
    _draw(answers, output / "charts", scratch)


def _draw(answers: Answers, folder: Path, scratch: Path) -> None:
    """Draw the charts. matplotlib keeps a cache, and asks where at its import: not at home."""
    os.environ["MPLCONFIGDIR"] = str(scratch)
    from analysis import charts

    charts.revenue(answers["revenue"], folder / "revenue.svg")
    charts.retention(answers["retention"], folder / "retention.svg")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
