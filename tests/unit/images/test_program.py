"""The home that a command finds; all else of the program needs a container of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.images import program

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_home_is_furnished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "image" / ".cache" / "library" / "list.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("[]")
    home = tmp_path / "home"
    (home / ".cache").mkdir(parents=True)
    monkeypatch.setattr(program, "FURNITURE", str(tmp_path / "image"))
    monkeypatch.setenv("HOME", str(home))

    program.furnished()

    assert (home / ".cache" / "library" / "list.json").read_text() == "[]"


def test_an_image_without_furniture_leaves_the_home_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "FURNITURE", str(tmp_path / "nothing"))
    monkeypatch.setenv("HOME", str(tmp_path))

    program.furnished()

    assert list(tmp_path.iterdir()) == []
