"""`python -m churn.train --data FILE.csv --out FOLDER --seed N`."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from churn import drift, modelling, runtime, table
from churn.schema import ACCOUNT, FEATURES, TARGET, DataError

PACKAGES = ("numpy", "onnxruntime", "onnx", "skl2onnx", "scikit-learn", "polars")
ONNX_TOLERANCE = 1e-6


def train(data: Path, out: Path, seed: int) -> None:
    """Train a model and write it, with all that is known about it, into a folder."""
    frame = table.read(data, needed=(ACCOUNT, TARGET))
    sample = modelling.Sample(table.features(frame), table.labels(frame), table.accounts(frame))
    modelling.check_enough(sample)
    roc_auc, baseline = modelling.estimate(sample, seed)
    fitted = modelling.fit(sample, seed)

    rows = len(sample.labels)
    metrics = {
        "roc_auc": roc_auc,
        "baseline_roc_auc": baseline,
        "rows": rows,
        "accounts": len(np.unique(sample.accounts)),
    }
    metadata = {
        "seed": seed,
        "rows": rows,
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "features": list(FEATURES),
        "roc_auc": roc_auc,
        "model": fitted.name,
        "members": list(fitted.members),
    }
    for name, written in modelling.to_onnx(fitted).items():
        (out / f"{name}.onnx").write_bytes(written)
    _write_json(out / runtime.FEATURE_MAP, asdict(fitted.features))
    _write_json(out / runtime.METRICS, metrics)
    _write_json(out / runtime.METADATA, metadata)
    _write_json(out / runtime.REFERENCE, asdict(drift.describe(sample.columns, sample.accounts)))
    _check_export(out, fitted, sample)


def _check_export(out: Path, fitted: modelling.Fitted, sample: modelling.Sample) -> None:
    """Fail when what was written does not predict what was validated."""
    exported = runtime.Model.load(out).predict(sample.columns)
    gap = float(np.abs(exported - fitted.predict(sample.columns)).max())
    if gap > ONNX_TOLERANCE:
        (out / runtime.METADATA).unlink()  # nobody shall load it
        raise DataError(f"the exported model differs from the trained one by {gap:g}")


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def _seed(text: str) -> int:
    seed = int(text)
    if not 0 <= seed < 2**32:
        raise argparse.ArgumentTypeError("a seed is a whole number from 0 to 2^32 - 1")
    return seed


def main(arguments: Sequence[str] | None = None) -> int:
    """Train a model; return the exit code."""
    parser = argparse.ArgumentParser(prog="churn.train", description="Train a model.")
    parser.add_argument("--data", type=Path, required=True, help="the training data, a CSV file")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the model")
    parser.add_argument("--seed", type=_seed, required=True, help="of whatever is drawn by lot")
    given = parser.parse_args(arguments)
    try:
        train(given.data, given.out, given.seed)
    except (DataError, OSError) as error:
        print(f"churn.train: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
