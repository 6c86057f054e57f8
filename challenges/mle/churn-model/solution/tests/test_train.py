"""`churn.train`."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from churn import predict, train
from tests import making, sample


def run(data: Path, out: Path, seed: int = 1) -> int:
    """Train and return the exit code."""
    out.mkdir(exist_ok=True)
    return train.main(["--data", str(data), "--out", str(out), "--seed", str(seed)])


def predicted(model: Path, folder: Path) -> dict[str, float]:
    """What a model says of the sample."""
    data = making.write(folder / "rows.csv", sample.to_predict())
    arguments = ["--model", model, "--input", data, "--output", folder / "predictions.csv"]
    assert predict.main([str(argument) for argument in arguments]) == 0
    return making.predictions(folder / "predictions.csv")


def document(path: Path) -> dict[str, Any]:
    """A JSON file."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_metrics_and_metadata(trained: Path) -> None:
    """They say the same where they say the same thing."""
    metrics, metadata = document(trained / "metrics.json"), document(trained / "metadata.json")
    assert metrics["roc_auc"] == metadata["roc_auc"]
    assert metrics["rows"] == metadata["rows"] == len(sample.rows())
    assert metrics["accounts"] == sample.ACCOUNTS
    assert metadata["python"] == platform.python_version()
    assert metadata["packages"]["scikit-learn"] == version("scikit-learn")
    assert metadata["features"] == [*making.JSON]
    assert metadata["seed"] == 1


def test_the_same_again(trained: Path, tmp_path: Path) -> None:
    """Another process, another order of rows and columns: the same predictions."""
    turned = [dict(reversed(row.items())) for row in reversed(sample.rows())]
    assert run(making.write(tmp_path / "train.csv", turned), tmp_path / "model") == 0
    again = predicted(tmp_path / "model", tmp_path)
    assert again == pytest.approx(predicted(trained, tmp_path), abs=1e-9)
    assert document(tmp_path / "model" / "metrics.json")["roc_auc"] == pytest.approx(
        document(trained / "metrics.json")["roc_auc"]
    )


def test_the_leak_is_not_learned(trained: Path, tmp_path: Path) -> None:
    """Refunds tell who left: a model without them is the same."""
    rows = [row | {"refund_eur": "?"} for row in sample.rows()]
    assert run(making.write(tmp_path / "train.csv", rows), tmp_path / "model") == 0
    assert predicted(tmp_path / "model", tmp_path) == predicted(trained, tmp_path)


def test_the_seed_is_written_down(tmp_path: Path) -> None:
    """It decides about the validation, not about the model."""
    data = making.write(tmp_path / "train.csv", sample.rows())
    models = {seed: tmp_path / f"model{seed}" for seed in (1, 2)}
    assert [run(data, folder, seed) for seed, folder in models.items()] == [0, 0]
    assert [document(each / "metadata.json")["seed"] for each in models.values()] == [1, 2]
    one, other = (predicted(folder, tmp_path) for folder in models.values())
    assert one == other


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([making.without(row, "churned") for row in sample.rows()], "column churned is missing"),
        ([row | {"churned": "no"} for row in sample.rows()], "0 accounts left"),
        ([row | {"boxes": 0} for row in sample.rows()], "line 2: column boxes"),
    ],
)
def test_a_file_that_teaches_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[dict[str, Any]], message: str
) -> None:
    """One line on standard error, and no model."""
    assert run(making.write(tmp_path / "train.csv", rows), tmp_path / "model") == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert [*(tmp_path / "model").iterdir()] == []
