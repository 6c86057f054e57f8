"""Fixtures: your service on a free port, a stub of upstream, tokens.

With `BASE_URL` set the tests talk to the service at that address. It has to use the same
`API_TOKEN_SECRET` as the tests. With `STUB_PORT` set as well it looks for upstream on that port of
127.0.0.1, where the tests then start their stub; otherwise tests that need the stub are skipped.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import jwt
import pytest

from tests.stub import StubUpstream

SECRET = os.environ.get("API_TOKEN_SECRET", "the-key-of-the-tests-and-of-nothing-else")
ROOT = Path(__file__).parent.parent
START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Server:
    """The running service, and the stub that it talks to if the tests own it."""

    base_url: str
    stub: StubUpstream | None


@contextmanager
def running_service(database: Path, upstream_url: str, workers: int = 1) -> Iterator[str]:
    """Run the service with its own environment; yields its address, kills it at the end."""
    if "BASE_URL" in os.environ:
        pytest.skip("starts a service of its own, and BASE_URL names another")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "UPSTREAM_URL": upstream_url,
        "API_TOKEN_SECRET": SECRET,
    }
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--workers", str(workers), "--log-level", "warning"],
        cwd=ROOT,
        env=environment,
    )
    try:
        wait_until_ready(process, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def wait_until_ready(process: subprocess.Popen[bytes], base_url: str) -> None:
    """Return when the service answers; fail when it ended or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail("the service ended while starting; its output says why", pytrace=False)
        try:
            httpx2.get(f"{base_url}/healthz", timeout=1.0, trust_env=False)
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the service did not answer within {START_SECONDS:g} s", pytrace=False)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start the service once for all tests, with an empty database."""
    given, port = os.environ.get("BASE_URL"), os.environ.get("STUB_PORT")
    if given and port:
        with StubUpstream(int(port)) as stub:
            yield Server(given.rstrip("/"), stub)
    elif given:
        yield Server(given.rstrip("/"), None)
    else:
        database = tmp_path_factory.mktemp("data") / "app.db"
        with StubUpstream() as stub, running_service(database, stub.url) as base_url:
            yield Server(base_url, stub)


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx2.Client]:
    """Return an HTTP client for the service; to make one takes longer than most tests."""
    with httpx2.Client(base_url=server.base_url, timeout=10.0, trust_env=False) as client:
        yield client


@pytest.fixture
def stub(server: Server) -> StubUpstream:
    """Return the upstream stub, behaving normally, with no calls so far."""
    if server.stub is None:
        pytest.skip("needs the stub of upstream: set STUB_PORT beside BASE_URL")
    server.stub.reset()
    return server.stub


def make_token(user: str, role: str, *, lifetime: int = 600, secret: str = SECRET) -> str:
    """Return a token as the identity provider makes it."""
    claims = {"sub": user, "role": role, "exp": int(time.time()) + lifetime}
    return jwt.encode(claims, secret, algorithm="HS256")


def as_user(user: str, role: str) -> dict[str, str]:
    """Return the headers of a signed-in user."""
    return {"Authorization": f"Bearer {make_token(user, role)}"}


@pytest.fixture
def manager() -> dict[str, str]:
    """Return the headers of a manager."""
    return as_user("mia", "manager")


@pytest.fixture
def customer() -> dict[str, str]:
    """Return the headers of a customer."""
    return as_user("carl", "customer")


@pytest.fixture
def item() -> dict[str, str | int]:
    """Return a valid item that does not exist yet."""
    sku = f"TEST-{secrets.token_hex(6).upper()}"
    return {"sku": sku, "name": "Mug", "price_cents": 1250, "stock": 7}


def implemented(response: httpx2.Response) -> httpx2.Response:
    """Return the response, or skip the test while its route answers 501."""
    if response.status_code == 501:
        pytest.skip("this route answers 501: not implemented yet")
    return response
