"""`python -m analysis --input FILE.csv --output FOLDER`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis import charts, cleaning, database, reading
from analysis.errors import InputError
from analysis.newsletter import newsletter
from analysis.price_test import METHOD, price_test
from analysis.retention import WITHIN_DAYS, retention
from analysis.revenue import revenue
from analysis.summary import Findings, summary


def main(arguments: Sequence[str] | None = None) -> int:
    """Analyse an export; return the exit code."""
    parser = argparse.ArgumentParser(prog="analysis", description="Analyse an export of orders.")
    parser.add_argument("--input", type=Path, required=True, help="the export, a CSV file")
    parser.add_argument("--output", type=Path, required=True, help="the folder for the results")
    given = parser.parse_args(arguments)
    try:
        orders = cleaning.clean(reading.read(given.input))
    except InputError as problem:
        print(f"analysis: {problem}", file=sys.stderr)
        return 1
    _report(given.output, orders)
    return 0


def _report(folder: Path, orders: Sequence[cleaning.Order]) -> None:
    """Answer the questions and write all files."""
    sql = database.answers(orders)
    findings = Findings(
        orders=orders,
        revenue=revenue(orders),
        cohorts=retention(orders),
        price_test=price_test(orders),
        newsletter=newsletter(orders),
        targets=sql["targets"],
    )
    cleaning.write(folder / "clean.csv", orders)
    charts.draw(folder / "charts", findings.revenue, findings.cohorts)
    _write(folder / "summary.md", summary(findings))
    answers = json.dumps(_answers(findings) | {"sql": sql}, indent=2, allow_nan=False)
    _write(folder / "answers.json", answers + "\n")


def _answers(findings: Findings) -> dict[str, Any]:
    """Return the four answers in the form of the brief."""
    test, found = findings.price_test, findings.newsletter
    interval = test.orders.interval
    return {
        "revenue": {
            "total": float(findings.revenue.total),
            "by_region_and_month": [
                {
                    "region": region,
                    "month": month,
                    "revenue": float(cell.revenue),
                    "orders": cell.orders,
                }
                for (region, month), cell in findings.revenue.cells.items()
            ],
        },
        "retention": {
            "within_days": WITHIN_DAYS,
            "cohorts": [
                {
                    "month": cohort.month,
                    "customers": cohort.customers,
                    "returned": cohort.returned,
                    "share": cohort.share,
                }
                for cohort in findings.cohorts
            ],
        },
        "price_test": {
            "effect": test.orders.effect,
            "low": interval.low if interval else None,
            "high": interval.high if interval else None,
            "n_a": test.n_a,
            "n_b": test.n_b,
            "method": METHOD,
            "conclusion": test.conclusion,
        },
        "newsletter": {
            "plain": found.plain,
            "within_segments": found.within_segments,
            "conclusion": found.conclusion,
        },
    }


def _write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
