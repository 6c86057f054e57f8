"""What training leaves behind, and how it is read again.

| file | holds |
|---|---|
| `model.skops` | the fitted pipeline |
| `drift.json` | how each column was spread |
| `metrics.json` | what to expect of the model |
| `metadata.json` | where it comes from |
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import skops.io
from sklearn.pipeline import Pipeline
from skops.io.exceptions import UntrustedTypesFoundException

from churn.drift import Spread
from churn.errors import InputError
from churn.evaluation import Evaluation
from churn.schema import COLUMNS

MODEL, DRIFT, METRICS, METADATA = "model.skops", "drift.json", "metrics.json", "metadata.json"

PACKAGES = ("numpy", "scikit-learn", "scipy", "skops")
"""What the model needs when it is loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """`metadata.json`: `features` are columns of a file, `packages` versions by their name."""

    seed: int
    rows: int
    python: str
    packages: dict[str, str]
    features: list[str]
    roc_auc: float


def metadata(evaluation: Evaluation, seed: int) -> Metadata:
    """The metadata of a model that was trained here and now."""
    return Metadata(
        seed=seed,
        rows=evaluation.rows,
        python=platform.python_version(),
        packages={name: version(name) for name in PACKAGES},
        features=list(COLUMNS),
        roc_auc=evaluation.roc_auc,
    )


def save(
    folder: Path,
    model: Pipeline,
    training: Mapping[str, Spread],
    evaluation: Evaluation,
    about: Metadata,
) -> None:
    """Write everything. The metadata come last: a folder that has them is complete."""
    (folder / MODEL).write_bytes(skops.io.dumps(model))
    _write(folder / DRIFT, {name: asdict(spread) for name, spread in training.items()})
    _write(folder / METRICS, asdict(evaluation))
    _write(folder / METADATA, asdict(about))


def load_model(folder: Path) -> Pipeline:
    """The model of a folder. Loading runs no code from it.

    A file of skops names types, and only those that skops knows to be harmless are made. So a file
    that somebody else has put there can be wrong, but take over nothing.
    """
    try:
        return skops.io.load(folder / MODEL)
    except (OSError, BadZipFile, KeyError, ValueError, UntrustedTypesFoundException) as error:
        raise InputError(f"{folder / MODEL}: no model that can be loaded: {error}") from error


def load_metadata(folder: Path) -> Metadata:
    """The metadata of a folder."""
    return Metadata(**_read(folder / METADATA))


def load_spreads(folder: Path) -> dict[str, Spread]:
    """How each column of the training was spread."""
    return {name: Spread(**spread) for name, spread in _read(folder / DRIFT).items()}


def _write(path: Path, document: dict[str, Any]) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    return document
