"""`python -m churn.predict --model FOLDER --input FILE.csv --output PREDICTIONS.csv`."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from churn import data, model, schema
from churn.schema import InputError


def predict(folder: Path, source: Path, output: Path) -> None:
    """Write the predictions of a file. Nothing is written unless all rows can be predicted."""
    table = data.read_csv(source)
    data.require(table, [schema.ROW_ID])
    features = data.features_of(table)
    fitted, _ = model.load(folder)
    predicted = model.probabilities(fitted, features)
    with output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([schema.ROW_ID, schema.PROBABILITY])
        writer.writerows(zip(table[schema.ROW_ID], predicted.tolist(), strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Predict the rows of a file; return the exit code."""
    parser = argparse.ArgumentParser(prog="churn.predict", description="Predict rows of a file.")
    parser.add_argument("--model", type=Path, required=True, help="the folder that training wrote")
    parser.add_argument("--input", type=Path, required=True, help="the rows, a CSV file")
    parser.add_argument("--output", type=Path, required=True, help="where predictions are written")
    given = parser.parse_args(arguments)
    try:
        predict(given.model, given.input, given.output)
    except InputError as error:
        print(f"churn.predict: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
