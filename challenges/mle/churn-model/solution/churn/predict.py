"""`python -m churn.predict --model FOLDER --input FILE.csv --output PREDICTIONS.csv`."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from churn.artefact import load_model
from churn.errors import InputError
from churn.model import probabilities
from churn.reading import read
from churn.schema import Row


def main(arguments: Sequence[str] | None = None) -> int:
    """Predict the rows of a file; exit code 0, or 1 with one line on standard error."""
    parser = argparse.ArgumentParser(prog="churn.predict", description="Predict rows of a file.")
    parser.add_argument("--model", type=Path, required=True, help="the folder that training wrote")
    parser.add_argument("--input", type=Path, required=True, help="the rows, a CSV file")
    parser.add_argument("--output", type=Path, required=True, help="where predictions are written")
    given = parser.parse_args(arguments)
    try:
        rows = read(given.input, Row)
        predicted = probabilities(load_model(given.model), rows)
        write(given.output, rows, predicted)
    except (InputError, OSError) as error:
        print(f"churn.predict: {error}", file=sys.stderr)
        return 1
    return 0


def write(path: Path, rows: Sequence[Row], predicted: Sequence[float]) -> None:
    """Write predictions in the order of the rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row_id", "churn_probability"])
        writer.writerows(
            (row.row_id, probability) for row, probability in zip(rows, predicted, strict=True)
        )


if __name__ == "__main__":
    sys.exit(main())
