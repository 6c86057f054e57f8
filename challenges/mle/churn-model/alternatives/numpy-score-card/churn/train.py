"""`python -m churn.train --data FILE.csv --out FOLDER --seed N`."""

from __future__ import annotations

import argparse
import csv
import json
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from churn.columns import FEATURES, FieldError, needed_columns, read_csv, table_of_text
from churn.fit import Data, expected_auc, fit, score_baseline

MAX_SEED = 2**32 - 1
LABELS = {"no": 0.0, "yes": 1.0}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train a model; return the exit code."""
    parser = argparse.ArgumentParser(prog="churn.train", description="Train a model.")
    parser.add_argument("--data", type=Path, required=True, help="the training data, a CSV file")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the model")
    parser.add_argument("--seed", type=_seed, required=True, help="of whatever is drawn by lot")
    given = parser.parse_args(arguments)
    try:
        train(given.data, given.out, given.seed)
    except (OSError, ValueError, csv.Error) as error:
        print(f"churn.train: {error}", file=sys.stderr)
        return 1
    return 0


def _seed(text: str) -> int:
    if not 0 <= (seed := int(text)) <= MAX_SEED:
        raise ValueError(text)
    return seed


def read_training(path: Path) -> Data:
    """Return the training data of a CSV file."""
    rows = read_csv(path, [*needed_columns(), "account_id", "churned"])
    for number, row in enumerate(rows, start=1):
        if row["churned"] not in LABELS:
            raise FieldError("churned", f"row {number}: must be yes or no")
    _, accounts = np.unique([row["account_id"] for row in rows], return_inverse=True)
    churned = np.array([LABELS[row["churned"]] for row in rows], dtype=np.float64)
    return Data(table_of_text(rows), accounts.astype(np.int64), churned)


def train(data_path: Path, out: Path, seed: int) -> None:
    """Read the data, estimate what the model is worth, fit it on all rows and write it down."""
    data = read_training(data_path)
    model = fit(data)
    rows, area = len(data.rows), round(expected_auc(data, seed), 4)
    metrics = {
        "roc_auc": area,
        "baseline_roc_auc": round(expected_auc(data, seed, score_baseline), 4),
        "rows": rows,
        "accounts": len(np.unique(data.accounts)),
    }
    metadata = {
        "seed": seed,
        "rows": rows,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": {"numpy": np.__version__},
        "features": list(FEATURES),
        "roc_auc": area,
    }
    model.save(out)
    for name, document in {"metrics.json": metrics, "metadata.json": metadata}.items():
        (out / name).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
