"""`python -m churn.predict --model FOLDER --input FILE.csv --output PREDICTIONS.csv`."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from churn import table
from churn.runtime import Model
from churn.schema import ID, DataError


def predict(folder: Path, data: Path, output: Path) -> None:
    """Predict the rows of a file. Nothing is written unless all of them can be predicted."""
    frame = table.read(data, needed=(ID,))
    predicted = Model.load(folder).predict(table.features(frame))
    with output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([ID, "churn_probability"])
        writer.writerows(zip(frame[ID].to_list(), predicted.tolist(), strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Predict the rows of a file; return the exit code."""
    parser = argparse.ArgumentParser(prog="churn.predict", description="Predict rows of a file.")
    parser.add_argument("--model", type=Path, required=True, help="the folder that training wrote")
    parser.add_argument("--input", type=Path, required=True, help="the rows, a CSV file")
    parser.add_argument("--output", type=Path, required=True, help="where predictions are written")
    given = parser.parse_args(arguments)
    try:
        predict(given.model, given.input, given.output)
    except (DataError, OSError) as error:
        print(f"churn.predict: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
