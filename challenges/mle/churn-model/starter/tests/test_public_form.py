"""The form of what is written and answered. A test is skipped as long as its part is not there."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests import sample

Document = dict[str, Any]


def document(folder: Path, name: str, key: str) -> Document:
    """Return a JSON file that training wrote, or skip the test while it or its key is missing."""
    path = folder / name
    if not path.exists():
        pytest.skip(f"{name} is not written yet")
    found: Document = json.loads(path.read_text(encoding="utf-8"))
    if key not in found:
        pytest.skip(f"{name} has no {key!r} yet")
    return found


def answered(response: httpx2.Response) -> httpx2.Response:
    """Return the response, or skip the test while there is no such route."""
    if response.status_code == 404:
        pytest.skip("this route is not there yet")
    return response


def is_share(value: object) -> bool:
    """Whether a value from JSON is a number from 0 to 1: text, `null` and `true` are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def test_metrics_are_one_object(trained: Path) -> None:
    """`metrics.json`. Other keys than those of the brief mean nothing."""
    assert isinstance(json.loads((trained / "metrics.json").read_text(encoding="utf-8")), dict)


def test_metrics(trained: Path) -> None:
    """`train.metrics`."""
    metrics = document(trained, "metrics.json", "roc_auc")
    assert is_share(metrics["roc_auc"])
    assert is_share(metrics["baseline_roc_auc"])
    assert metrics["rows"] == len(sample.rows())
    assert metrics["accounts"] == sample.ACCOUNTS


def test_metadata(trained: Path) -> None:
    """`train.metadata`."""
    metadata = document(trained, "metadata.json", "seed")
    assert metadata["seed"] == 1
    assert metadata["rows"] == len(sample.rows())
    assert metadata["python"].startswith("3.")
    assert all(isinstance(version, str) for version in metadata["packages"].values())
    assert set(metadata["features"]) <= set(sample.to_predict()[0])
    assert is_share(metadata["roc_auc"])


def test_predictions(predictions: Path) -> None:
    """`predict.file`."""
    with predictions.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert {"row_id", "churn_probability"} <= set(reader.fieldnames or ())
        rows = list(reader)
    if not rows:
        pytest.skip("no row is predicted yet")
    assert sorted(row["row_id"] for row in rows) == sorted(
        str(row["row_id"]) for row in sample.rows()
    )
    assert all(is_share(float(row["churn_probability"])) for row in rows)


def test_health(client: httpx2.Client) -> None:
    """`serve.health`."""
    response = client.get("/health")
    assert response.status_code == 200
    if "status" not in response.json():
        pytest.skip("/health has no 'status' yet")
    assert response.json() == {"status": "ok"}


def test_model_info(client: httpx2.Client) -> None:
    """`serve.health`."""
    response = answered(client.get("/model-info"))
    assert response.status_code == 200
    assert response.json().keys() >= {"roc_auc", "rows", "features"}


def test_single_prediction(client: httpx2.Client) -> None:
    """`serve.single`."""
    response = answered(client.post("/predict", json=sample.to_predict()[0]))
    assert response.status_code == 200
    assert is_share(response.json()["churn_probability"])


def test_batch(client: httpx2.Client) -> None:
    """`serve.batch`."""
    response = answered(client.post("/predict/batch", json={"rows": sample.to_predict()}))
    assert response.status_code == 200
    predictions = response.json()["predictions"]
    assert len(predictions) == len(sample.rows())
    assert all(is_share(prediction["churn_probability"]) for prediction in predictions)


def test_a_missing_field_is_refused(client: httpx2.Client) -> None:
    """`serve.validation`."""
    row = {name: value for name, value in sample.to_predict()[0].items() if name != "tickets"}
    response = answered(client.post("/predict", json=row))
    assert response.status_code == 422
    assert "tickets" in response.text


def test_drift(client: httpx2.Client) -> None:
    """`serve.drift`."""
    response = answered(client.post("/drift", json={"rows": sample.to_predict()}))
    assert response.status_code == 200
    assert isinstance(response.json()["drift"], bool)
    assert isinstance(response.json()["features"], list)
