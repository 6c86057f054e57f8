"""`python -m churn.train --data FILE.csv --out FOLDER --seed N`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from churn import artefact
from churn.drift import spreads
from churn.errors import InputError
from churn.evaluation import evaluate
from churn.model import fit
from churn.reading import read
from churn.schema import Example


def main(arguments: Sequence[str] | None = None) -> int:
    """Train a model; exit code 0, or 1 with one line on standard error."""
    parser = argparse.ArgumentParser(prog="churn.train", description="Train a model.")
    parser.add_argument("--data", type=Path, required=True, help="the training data, a CSV file")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the model")
    parser.add_argument("--seed", type=int, required=True, help="which accounts validate together")
    given = parser.parse_args(arguments)
    try:
        train(read(given.data, Example), given.out, given.seed)
    except (InputError, OSError) as error:
        print(f"churn.train: {error}", file=sys.stderr)
        return 1
    return 0


def train(examples: Sequence[Example], folder: Path, seed: int) -> None:
    """Estimate what a model of these rows is worth, then make it of all of them."""
    evaluation = evaluate(examples, seed)
    about = artefact.metadata(evaluation, seed)
    artefact.save(folder, fit(examples), spreads(examples), evaluation, about)


if __name__ == "__main__":
    sys.exit(main())
