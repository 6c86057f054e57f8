"""The program as a whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.__main__ import main
from tests import making, sample
from tests.conftest import ROOT

EXPECTED = {"clean.csv", "answers.json", "charts/revenue.svg", "charts/retention.svg", "summary.md"}


def run(folder: Path, data: bytes) -> int:
    """Run the program on a file and return its exit code."""
    export = folder / "export.csv"
    export.write_bytes(data)
    return main(["--input", str(export), "--output", str(folder / "output")])


def written(folder: Path) -> dict[str, bytes]:
    """Everything in a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_run_writes_its_files_and_no_others(tmp_path: Path) -> None:
    """Numbers are numbers in the answers."""
    assert run(tmp_path, making.export(sample.rows())) == 0
    files = written(tmp_path / "output")
    assert files.keys() == EXPECTED
    answers = json.loads(files["answers.json"])
    entries = answers["revenue"]["by_region_and_month"]
    assert answers["revenue"]["total"] == pytest.approx(sum(entry["revenue"] for entry in entries))
    assert files["clean.csv"].startswith(b"order_id,date,customer,")
    assert (
        b"\nORD-000001,2025-01-10,C-0000,home,East,shop,no,A,COLOMBIA,9.5,21.0,10.0\n"
        in (files["clean.csv"])
    )


def test_a_run_does_not_depend_on_where_it_is_made(results: Path, tmp_path: Path) -> None:
    """Neither on the process, nor on the order of rows, nor on the file's form."""
    data = making.export(sample.rows()[::-1], delimiter=";", encoding="cp1252")
    assert run(tmp_path, data) == 0
    assert written(tmp_path / "output") == written(results)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (making.export([]), "the file has a header and no rows"),
        (making.export(making.rows({"date": "31.02.2025"})), "column date: '31.02.2025'"),
        (making.export(making.rows({}, {})), "1 and 0 customers: too few"),
        (making.export([]) + b'"' + b"x" * 50 + b"\n", "no CSV file"),
    ],
)
def test_a_failure_is_one_line_and_no_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, message: str
) -> None:
    """Answers of an earlier run are gone as well."""
    assert run(tmp_path, making.export(sample.rows())) == 0
    assert run(tmp_path, data) == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert not (tmp_path / "output" / "answers.json").exists()


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line as well."""
    assert main(["--input", str(tmp_path / "none.csv"), "--output", str(tmp_path)]) == 1
    assert "No such file" in capsys.readouterr().err


def test_the_exit_code_of_the_process(tmp_path: Path) -> None:
    """An empty file ends without a traceback."""
    export = tmp_path / "export.csv"
    export.touch()
    command = [sys.executable, "-m", "analysis", "--input", str(export), "--output", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"analysis: {export}: the file is empty\n"
