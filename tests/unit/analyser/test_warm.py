"""The cache of the image: which modules it holds, and that it is really used."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from runner.analyser.typecheck import command, configuration
from runner.analyser.warm import main, modules, typed_packages, warm

if TYPE_CHECKING:
    from pathlib import Path


def test_submodules_are_found_without_importing_them() -> None:
    found = set(modules("pydantic"))
    assert {"pydantic", "pydantic.fields", "pydantic.v1"} <= found
    assert not any("._" in name for name in found)
    assert list(modules("no_such_package")) == ["no_such_package"]
    assert list(modules("typing_extensions")) == ["typing_extensions"]
    assert "fastapi.middleware.cors" in set(modules("fastapi", 2))
    assert "fastapi.middleware.cors" not in set(modules("fastapi", 1))


def test_typed_packages_leave_the_tools_out() -> None:
    found = typed_packages()
    assert "pydantic" in found
    assert not {"mypy", "ruff", "runner"} & set(found)


def test_third_party_modules_are_taken_from_the_cache(tmp_path: Path) -> None:
    config = tmp_path / "mypy.ini"
    config.write_text(configuration(), encoding="utf-8")
    cache = tmp_path / "cache"
    warm(cache, ["annotated_types"])
    (tmp_path / "a.py").write_text("import annotated_types\n", encoding="utf-8")
    logs = []
    for storage in (cache, tmp_path / "empty"):
        done = subprocess.run(
            (*command(config, storage), "-v", "a.py"),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        logs.append(done.stderr)
    parsed = ["(annotated_types)" in log.replace("Metadata", "") for log in logs]
    assert ["Parsing a.py" in log for log in logs] == [True, True]
    assert parsed == [False, True]


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "cache"), "annotated_types"]) == 0
    assert "for 1 packages" in capsys.readouterr().err
    assert any((tmp_path / "cache").rglob("*"))


def test_a_failure_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.analyser.warm.STANDARD", ("not a module name",))
    with pytest.raises(SystemExit, match="mypy failed"):
        warm(tmp_path, [])
