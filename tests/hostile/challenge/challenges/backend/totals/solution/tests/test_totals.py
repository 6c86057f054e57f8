"""What the commands refuse, and what they learn."""

from __future__ import annotations

from pathlib import Path

import pytest

from totals.__main__ import column, guess, learn


def written(folder: Path, text: str) -> str:
    """Write a file; its path."""
    path = folder / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """There is nothing to read."""
    with pytest.raises(FileNotFoundError):
        column(str(tmp_path / "none"), "x")


def test_a_missing_column_is_an_error(tmp_path: Path) -> None:
    """A file without the column is refused."""
    with pytest.raises(KeyError):
        column(written(tmp_path, "x\n1\n"), "y")


def test_a_model_that_is_none_is_an_error(tmp_path: Path) -> None:
    """Words are no model."""
    with pytest.raises(ValueError):
        guess(written(tmp_path, "a b"), "rows.csv")


def test_one_point_is_no_line(tmp_path: Path) -> None:
    """A line has two points."""
    with pytest.raises(IndexError):
        learn(written(tmp_path, "x,y\n1,1\n"))
