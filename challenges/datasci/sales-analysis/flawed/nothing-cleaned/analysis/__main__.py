"""`python -m analysis --input FILE.csv --output FOLDER`: cleans, answers, draws and tells."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.charts import retention_chart, revenue_chart
from analysis.errors import InputError
from analysis.findings import Findings, answers, find
from analysis.summary import summary

ANSWERS = "answers.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 with one line on standard error and without `answers.json`."""
    parser = argparse.ArgumentParser(prog="analysis", description="Analyse an export of orders.")
    parser.add_argument("--input", type=Path, required=True, help="the export, a CSV file")
    parser.add_argument("--output", type=Path, required=True, help="the folder for the report")
    given = parser.parse_args(arguments)
    try:
        # Those of an earlier run must not pass for answers about this file.
        (given.output / ANSWERS).unlink(missing_ok=True)
        write(report(find(given.input.read_bytes())), given.output)
    except (InputError, OSError) as error:
        line = " ".join(f"analysis: {given.input}: {error}".split())
        print(line, file=sys.stderr)
        return 1
    return 0


def report(found: Findings) -> dict[str, str]:
    """The files of a report by their path. The answers come last: whoever sees them has all."""
    return {
        "clean.csv": found.orders.head(0).to_csv(index=False, lineterminator="\n"),
        "charts/revenue.svg": revenue_chart(found.revenue),
        "charts/retention.svg": retention_chart(found.retention),
        "summary.md": summary(found),
        ANSWERS: answers(found),
    }


def write(files: dict[str, str], folder: Path) -> None:
    """Write files by their path in a folder."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
