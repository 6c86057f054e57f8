"""A trained model as predictions and service use it: ONNX and JSON, nothing that is executed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from churn.drift import Reference
from churn.features import FeatureMap
from churn.schema import Columns, DataError

METADATA, METRICS, REFERENCE = "metadata.json", "metrics.json", "drift.json"
FEATURE_MAP = "features.json"
KINDS = {"tensor(double)": np.float64, "tensor(float)": np.float32}


@dataclass(frozen=True)
class Model:
    """A model that predicts: the mean of its members."""

    features: FeatureMap
    members: tuple[ort.InferenceSession, ...]

    @classmethod
    def load(cls, folder: Path) -> Model:
        """Read the model in a folder. `metadata.json` says which members it has."""
        features = FeatureMap(**load_json(folder, FEATURE_MAP))
        files = [folder / f"{name}.onnx" for name in load_json(folder, METADATA)["members"]]
        return cls(features, tuple(_session(file) for file in files))

    def predict(self, columns: Columns) -> NDArray[np.float64]:
        """Return the probability of a cancellation for each row."""
        matrix = self.features.matrix(columns)
        if not len(matrix):
            return np.zeros(0)
        total = np.zeros(len(matrix))
        for member in self.members:
            given = member.get_inputs()[0]
            found = member.run(["probabilities"], {given.name: matrix.astype(KINDS[given.type])})
            total += np.asarray(found[0], dtype=np.float64)[:, 1]
        return np.clip(total / len(self.members), 0.0, 1.0)


def _session(file: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors
    try:
        return ort.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises many kinds without a base of their own
        raise DataError(f"{file} cannot be read as a model: {error}") from error


def load_json(folder: Path, name: str) -> dict[str, Any]:
    """Read one of the JSON files beside the model."""
    try:
        content: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{folder / name} cannot be read: {error}") from error
    return content


def load_reference(folder: Path) -> Reference:
    """Read what the training data looked like."""
    return Reference(**load_json(folder, REFERENCE))
