"""Fixtures: the programs run once, as they are run when graded, and tests read what they did."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests import sample

ROOT = Path(__file__).parent.parent
START_SECONDS = 60.0


def run(*command: str | Path) -> None:
    """Run one of the programs; it has to end well."""
    line = [sys.executable, "-m", *map(str, command)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that training filled from the sample."""
    data, folder = tmp_path_factory.mktemp("data") / "train.csv", tmp_path_factory.mktemp("model")
    sample.write(data, sample.rows())
    run("churn.train", "--data", data, "--out", folder, "--seed", "1")
    return folder


@pytest.fixture(scope="session")
def predictions(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file with the predictions of the sample."""
    folder = tmp_path_factory.mktemp("predictions")
    data, output = folder / "rows.csv", folder / "predictions.csv"
    sample.write(data, sample.to_predict())
    run("churn.predict", "--model", trained, "--input", data, "--output", output)
    return output


@pytest.fixture(scope="session")
def client(trained: Path) -> Iterator[httpx2.Client]:
    """Return an HTTP client for the service, which is started once and killed at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "churn.service:app", "--log-level", "warning"]
    process = subprocess.Popen(
        [*command, "--port", str(port)], cwd=ROOT, env=os.environ | {"MODEL_DIR": str(trained)}
    )
    try:
        base_url = f"http://127.0.0.1:{port}"
        with httpx2.Client(base_url=base_url, timeout=10.0, trust_env=False) as client:
            wait_until_ready(process, client)
            yield client
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def wait_until_ready(process: subprocess.Popen[bytes], client: httpx2.Client) -> None:
    """Return when the service answers; fail when it ended or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail("the service ended while starting; its output says why", pytrace=False)
        try:
            client.get("/health")
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the service did not answer within {START_SECONDS:g} s", pytrace=False)
