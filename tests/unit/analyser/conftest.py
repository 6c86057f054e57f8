"""One mypy cache for all tests that run the real tool."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from runner.analyser.typecheck import CACHE_VARIABLE
from runner.analyser.warm import warm

KEPT = "TAKEHOME_WARM_CACHE"
"""Where the cache stays, for who starts tests again and again (`tests/meta/defences`)."""


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the standard library and pydantic, as the image has a larger one."""
    cache = tmp_path_factory.mktemp("warm") / "cache"
    kept = Path(os.environ.get(KEPT) or cache)
    if not kept.is_dir():
        warm(cache, ["pydantic"])
        shutil.move(cache, kept)
    return kept


@pytest.fixture(autouse=True)
def _cache(mypy_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(mypy_cache))
