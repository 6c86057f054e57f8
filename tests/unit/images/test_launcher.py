"""What starts an application says when it serves."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

from tests.unit.images.own_tests import IMAGES

if TYPE_CHECKING:
    from pathlib import Path

APP = """
import sys

sys.stderr = None


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        return await send({"type": "lifespan.shutdown.complete"})
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})
"""


def launched(folder: Path, text: str, port: int) -> subprocess.Popen[str]:
    (folder / "main.py").write_text(text, encoding="utf-8")
    words = ("main:app", "--port", str(port), "--ready", "the mark")
    return subprocess.Popen(
        [sys.executable, IMAGES / "launcher.py", *words],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_mark_is_printed_once_requests_are_answered(tmp_path: Path) -> None:
    port = free_port()
    with launched(tmp_path, APP, port) as process:
        assert process.stderr is not None
        assert "the mark\n" in iter(process.stderr.readline, "")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as reply:
            assert reply.read() == b"here"
        process.terminate()


def test_an_application_that_breaks_is_never_announced(tmp_path: Path) -> None:
    with launched(tmp_path, "app = nothing\n", free_port()) as process:
        _, said = process.communicate(timeout=60)

    assert process.returncode != 0
    assert "the mark" not in said
    assert "NameError" in said
