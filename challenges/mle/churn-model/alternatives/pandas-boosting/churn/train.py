"""`python -m churn.train --data FILE.csv --out FOLDER --seed N`."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from churn import data, drift, model, schema
from churn.schema import InputError

METRICS_FILE = "metrics.json"
PACKAGES = ("joblib", "numpy", "pandas", "scikit-learn", "scipy")


def train(path: Path, folder: Path, seed: int) -> dict[str, Any]:
    """Train a model on a file, write it and what is known about it; return the metrics."""
    table = data.read_csv(path)
    data.require(table, [*schema.FEATURES, schema.ACCOUNT_ID, schema.TARGET])
    features, target = data.features_of(table), data.target_of(table)
    accounts = table[schema.ACCOUNT_ID]

    metrics = {
        "roc_auc": model.estimate(model.build(seed), features, target, accounts, seed),
        "baseline_roc_auc": model.estimate(
            model.build_baseline(), features, target, accounts, seed
        ),
        "rows": len(table),
        "accounts": int(accounts.nunique()),
    }
    metadata = {
        "seed": seed,
        "rows": len(table),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "features": list(schema.FEATURES),
        "roc_auc": metrics["roc_auc"],
    }
    fitted = model.build(seed).fit(features, target)
    model.save(folder, fitted, metadata)
    model.write_json(folder / drift.DRIFT_FILE, drift.reference(features, accounts))
    model.write_json(folder / METRICS_FILE, metrics)
    return metrics


def main(arguments: Sequence[str] | None = None) -> int:
    """Train a model; return the exit code."""
    parser = argparse.ArgumentParser(prog="churn.train", description="Train a model.")
    parser.add_argument("--data", type=Path, required=True, help="the training data, a CSV file")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the model")
    parser.add_argument("--seed", type=_seed, required=True, help="of whatever is drawn by lot")
    given = parser.parse_args(arguments)
    try:
        metrics = train(given.data, given.out, given.seed)
    except InputError as error:
        print(f"churn.train: {error}", file=sys.stderr)
        return 1
    print(f"area under the ROC curve: {metrics['roc_auc']:.3f}")
    return 0


def _seed(text: str) -> int:
    seed = int(text)
    if not 0 <= seed < model.SEEDS:
        raise ValueError(text)
    return seed


if __name__ == "__main__":
    sys.exit(main())
