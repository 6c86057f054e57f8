"""`python -m analysis --input FILE.csv --output FOLDER`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.answers import answer, as_json
from analysis.charts import retention_chart, revenue_chart
from analysis.cleaning import clean
from analysis.errors import ExportError
from analysis.reading import read
from analysis.summary import summary


def main(arguments: Sequence[str] | None = None) -> int:
    """Analyse an export; return the exit code."""
    parser = argparse.ArgumentParser(prog="analysis", description="Analyse an export of orders.")
    parser.add_argument("--input", type=Path, required=True, help="the export, a CSV file")
    parser.add_argument("--output", type=Path, required=True, help="the folder for the results")
    given = parser.parse_args(arguments)
    try:
        files = analyse(given.input)
    except ExportError as error:
        print(f"analysis: {error}", file=sys.stderr)
        return 1
    for name, text in files.items():
        path: Path = given.output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


def analyse(path: Path) -> dict[str, str]:
    """Return the text of each file to write; nothing is written before all are there."""
    orders = clean(read(path))
    answers = answer(orders)
    return {
        "clean.csv": orders.write_csv(),
        "answers.json": as_json(answers),
        "charts/revenue.svg": revenue_chart(answers["revenue"]),
        "charts/retention.svg": retention_chart(answers["retention"]),
        "summary.md": summary(answers),
    }


if __name__ == "__main__":
    sys.exit(main())
