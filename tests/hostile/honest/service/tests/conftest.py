"""A client for the service at `BASE_URL`, or for the application in this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """Return a client; to start the application takes longer than most tests."""
    if address := os.environ.get("BASE_URL"):
        with httpx2.Client(base_url=address, timeout=10.0, trust_env=False) as client:
            yield client
        return
    os.environ["DATABASE"] = str(Path(tmp_path_factory.mktemp("data")) / "shelf.db")
    from app.main import app

    with TestClient(app) as client:
        yield client
