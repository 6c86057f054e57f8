"""`python -m churn.predict --model FOLDER --input FILE.csv --output PREDICTIONS.csv`."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from churn.columns import needed_columns, read_csv, table_of_text
from churn.model import load


def main(arguments: Sequence[str] | None = None) -> int:
    """Predict the rows of a file; return the exit code."""
    parser = argparse.ArgumentParser(prog="churn.predict", description="Predict rows of a file.")
    parser.add_argument("--model", type=Path, required=True, help="the folder that training wrote")
    parser.add_argument("--input", type=Path, required=True, help="the rows, a CSV file")
    parser.add_argument("--output", type=Path, required=True, help="where predictions are written")
    given = parser.parse_args(arguments)
    try:
        predict(given.model, given.input, given.output)
    except (OSError, ValueError, csv.Error) as error:
        print(f"churn.predict: {error}", file=sys.stderr)
        return 1
    return 0


def predict(folder: Path, source: Path, target: Path) -> None:
    """Predict all rows before anything is written: a file that cannot be predicted gives none."""
    rows = read_csv(source, [*needed_columns(), "row_id"])
    predictions = load(folder).predict(table_of_text(rows))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row_id", "churn_probability"])
        for row, probability in zip(rows, predictions.tolist(), strict=True):
            writer.writerow([row["row_id"], f"{probability:.9f}"])


if __name__ == "__main__":
    sys.exit(main())
