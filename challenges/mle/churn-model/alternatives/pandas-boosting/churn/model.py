"""The model: what it is, what it is worth, and how it is kept in a folder."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from churn import schema
from churn.schema import InputError

MODEL_FILE, METADATA_FILE = "model.joblib", "metadata.json"
FOLDS, REPEATS = 5, 3
SEEDS = 2**32
RATIOS = ("price_per_box", "skipped_per_box")


def add_ratios(frame: pd.DataFrame) -> pd.DataFrame:
    """Add what no split on a single column can see: price and skipped boxes per box."""
    return frame.assign(
        price_per_box=frame["price_eur"] / frame["boxes"],
        skipped_per_box=frame["skipped_boxes"] / frame["boxes"],
    )


def build(seed: int) -> Pipeline:
    """Return the model, not fitted yet: boosted trees with two splits at most on a path."""
    classifier = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=200,
        max_depth=2,
        min_samples_leaf=40,
        l2_regularization=5.0,
        max_features=0.4,
        early_stopping=False,  # it would hold out rows of accounts that are trained on
        random_state=seed,
    )
    numbers = [*schema.NUMBERS, *RATIOS]
    return Pipeline(
        [
            ("ratios", FunctionTransformer(add_ratios)),
            ("columns", _columns(numbers, _imputer())),
            ("classifier", classifier),
        ]
    )


def build_baseline() -> Pipeline:
    """Return what the model is compared with: a logistic regression on the columns as they are."""
    numbers = Pipeline([("impute", _imputer()), ("scale", StandardScaler())])
    return Pipeline(
        [
            ("columns", _columns(list(schema.NUMBERS), numbers)),
            ("classifier", LogisticRegression(C=0.3, max_iter=1000)),
        ]
    )


def _imputer() -> SimpleImputer:
    return SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)


def _columns(numbers: list[str], transform: Any) -> ColumnTransformer:  # noqa: ANN401
    words = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer([("numbers", transform, numbers), ("words", words, [*schema.WORDS])])


def estimate(
    model: Pipeline, features: pd.DataFrame, target: np.ndarray, accounts: pd.Series, seed: int
) -> float:
    """Return the expected area under the ROC curve on accounts that the model has not seen.

    All rows of an account are in the same fold: they are alike and leave together, so that a model
    that had seen one of them would know the others.
    """
    smaller = min(accounts[target == label].nunique() for label in (0, 1))
    if smaller < 2:
        raise InputError(f"column {schema.TARGET}: two accounts of each kind are needed at least")
    areas = []
    for repeat in range(REPEATS):
        folds = StratifiedGroupKFold(
            min(FOLDS, smaller), shuffle=True, random_state=(seed + repeat) % SEEDS
        )
        predicted = np.zeros(len(target))
        for known, unseen in folds.split(features, target, accounts):
            model.fit(features.iloc[known], target[known])
            predicted[unseen] = probabilities(model, features.iloc[unseen])
        areas.append(roc_auc_score(target, predicted))
    return float(np.mean(areas))


def probabilities(model: Pipeline, features: pd.DataFrame) -> np.ndarray:
    """Return the probability of churn of each row, of which there may be none."""
    if features.empty:
        return np.zeros(0)
    return np.asarray(model.predict_proba(features)[:, 1], dtype=float)


def save(folder: Path, model: Pipeline, metadata: dict[str, Any]) -> None:
    """Write the model and its metadata, with a checksum of the former in the latter."""
    path = folder / MODEL_FILE
    joblib.dump(model, path, compress=3)
    write_json(folder / METADATA_FILE, metadata | {"sha256": _checksum(path)})


def load(folder: Path) -> tuple[Pipeline, dict[str, Any]]:
    """Return the model and its metadata. A damaged or swapped model file is not opened."""
    metadata = read_json(folder / METADATA_FILE)
    path = folder / MODEL_FILE
    try:
        checksum = _checksum(path)
    except OSError as error:
        raise InputError(f"cannot read the model: {error}") from error
    if checksum != metadata.get("sha256"):
        raise InputError(f"{path} is not the model that {METADATA_FILE} describes")
    return joblib.load(path), metadata


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write a JSON file."""
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Return the object that a JSON file of the model's folder holds."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {error}") from error
    if not isinstance(document, dict):
        raise InputError(f"{path} holds no object")
    return document


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
