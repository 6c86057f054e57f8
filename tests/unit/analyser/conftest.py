"""One mypy cache for all tests that run the real tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.analyser.typecheck import CACHE_VARIABLE
from runner.analyser.warm import warm

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the standard library and pydantic, as the image has a larger one."""
    cache = tmp_path_factory.mktemp("warm") / "cache"
    warm(cache, ["pydantic"])
    return cache


@pytest.fixture(autouse=True)
def _cache(mypy_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(mypy_cache))
