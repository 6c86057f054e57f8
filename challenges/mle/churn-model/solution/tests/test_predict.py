"""`churn.predict`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from churn.predict import main
from tests import making, sample
from tests.conftest import ROOT


def run(model: Path, folder: Path, rows: list[dict[str, Any]]) -> int:
    """Predict rows and return the exit code."""
    data = making.write(folder / "rows.csv", rows)
    output = folder / "predictions.csv"
    return main(["--model", str(model), "--input", str(data), "--output", str(output)])


def predicted(model: Path, folder: Path, rows: list[dict[str, Any]]) -> dict[str, float]:
    """The predictions of rows."""
    assert run(model, folder, rows) == 0
    return making.predictions(folder / "predictions.csv")


def test_each_row_once(trained: Path, tmp_path: Path) -> None:
    """Whatever its id looks like."""
    ids = ["1", "a,b", 'a"b', "ä\nb", "=1+1"]
    rows = [making.JSON | {"row_id": name, "tickets": n} for n, name in enumerate(ids)]
    found = predicted(trained, tmp_path, rows)
    assert [*found] == ids
    assert sorted(found.values()) == [*found.values()]
    assert len(set(found.values())) == len(ids)


def test_what_means_nothing_changes_nothing(
    trained: Path, predictions: Path, tmp_path: Path
) -> None:
    """Refunds, accounts, months, the order of rows and columns, and the process."""
    other = {"refund_eur": "999", "account_id": "B-1", "month": "1999-12", "churned": "?"}
    rows = [dict(reversed((row | other).items())) for row in reversed(sample.to_predict())]
    found = predicted(trained, tmp_path, rows)
    assert found == pytest.approx(making.predictions(predictions), abs=1e-12)


def test_gaps_and_words_that_nobody_knows(trained: Path, tmp_path: Path) -> None:
    """They are predicted like anything else."""
    gaps = {"days_since_login": "", "rating": "", "auto_renew": ""}
    words = {"plan": "decaf", "payment": "cash", "country": "FR"}
    row = making.JSON | gaps | words | {"row_id": "r-1"}
    assert 0 < predicted(trained, tmp_path, [row])["r-1"] < 1


def test_a_header_without_rows(trained: Path, tmp_path: Path) -> None:
    """It gives a header."""
    data, output = tmp_path / "rows.csv", tmp_path / "predictions.csv"
    data.write_text(",".join([*making.JSON, "row_id"]) + "\n", encoding="utf-8")
    assert main(["--model", str(trained), "--input", str(data), "--output", str(output)]) == 0
    assert output.read_text(encoding="utf-8").split() == ["row_id,churn_probability"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (making.without(making.JSON | making.KNOWN, "country"), "column country is missing"),
        (making.JSON | making.KNOWN | {"rating": "good"}, "line 2: column rating"),
    ],
)
def test_a_file_that_cannot_be_predicted(
    trained: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    row: dict[str, Any],
    message: str,
) -> None:
    """One line on standard error, and no output."""
    assert run(trained, tmp_path, [row]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert not (tmp_path / "predictions.csv").exists()


def test_the_exit_code_of_the_process(tmp_path: Path) -> None:
    """A folder without a model ends without a traceback."""
    data = making.write(tmp_path / "rows.csv", sample.to_predict())
    command = [sys.executable, "-m", "churn.predict", "--model", str(tmp_path)]
    done = subprocess.run(
        [*command, "--input", str(data), "--output", str(tmp_path / "out.csv")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"churn.predict: {tmp_path / 'model.skops'}: no model")
    assert done.stderr.count("\n") == 1
