"""The sandbox without walls: a suite sees what it sees in containers."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from runner.catalog.suite import expected_checks
from runner.checks import CheckContext, hidden_tests
from runner.harness.messages import Control
from runner.tree import SourceFile, pack
from scripts.bare import BareSandbox, placed
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from pathlib import Path

APP = """
import os, pathlib, time

async def app(scope, receive, send):
    assert scope["type"] == "http"
    if scope["path"] == "/burn":
        end = time.process_time() + 0.3
        while time.process_time() < end:
            pass
    model = pathlib.Path(os.environ["MODEL"], "model.txt")
    found = model.read_text() if model.exists() else "nothing"
    body = f"WHO with the model of {found}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
"""
TRAIN = """
import pathlib, sys

OUT = pathlib.Path(sys.argv[1])
before = len(list(OUT.iterdir()))
OUT.joinpath("model.txt").write_text(f"WHO beside {before}")
"""

CODE = {"main": APP, "train": TRAIN}

SUITE = """
import pytest

TRAIN = ["python", "app/train.py", "/out"]


async def model(subject, *, reference):
    files = (await subject.run(TRAIN, reference=reference)).expect().files
    return {f"model/{path}": body for path, body in files.items()}


@pytest.mark.requirement("items.create")
async def test_models(server, subject):
    theirs, ours = [await model(subject, reference=reference) for reference in (False, True)]
    await server.serve(theirs)
    told = [(await server.get("/")).body]
    async with server.replaced(ours):
        told.append((await server.get("/")).body)
    async with server.replaced():
        told.append((await server.get("/")).body)
    told.append((await server.get("/")).body)
    await server.serve({})
    told.append((await server.get("/")).body)
    assert told == [
        b"theirs with the model of theirs beside 0",
        b"ours with the model of ours beside 0",
        b"ours with the model of nothing",
        b"theirs with the model of theirs beside 0",
        b"theirs with the model of nothing",
    ], str(told)


@pytest.mark.requirement("items.read")
async def test_time(server):
    await server.serve({})
    before = await server.cpu_seconds()
    await server.get("/burn")
    used = await server.cpu_seconds() - before
    assert 0.25 < used < 5, str(used)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def files(who: str) -> dict[str, str]:
    return {f"app/{name}.py": text.replace("WHO", who) for name, text in CODE.items()}


def test_a_service_with_the_models_of_commands(tmp_path: Path) -> None:
    stated = tiny.GIVEN.replace('MODE = "grading"', 'MODEL = "/given/model"')
    for port in ("8000", "9000"):
        stated = stated.replace(port, str(free_port()))
    challenge = tiny.load(tmp_path, challenge_dot_toml=stated).challenge
    suite = (("test_models.py", SUITE),)
    theirs = files("theirs").items()
    with BareSandbox().open(ttl_seconds=600) as run:
        result = hidden_tests.run(
            CheckContext(
                run=run,
                challenge=challenge,
                images={"subject": "", "harness": ""},
                sources=pack([SourceFile(path=path, data=text.encode()) for path, text in theirs]),
                starter=b"",
                suite=suite,
                expected=expected_checks(suite, "tiny"),
                seed=1,
                control=Control(files=files("ours")),
            )
        )

    assert {one.check: one.summary for one in result.evidence if one.outcome != "passed"} == {}
    assert len(result.evidence) == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("sqlite:////data/app.db", "sqlite:////tmp/volume/app.db"),
        ("sqlite:////tmp/app.db", "sqlite:////tmp/box/app.db"),
        ("/given", "/tmp/box"),
        ("/given/model", "/tmp/box/model"),
        ("/tmp", "/tmp/box"),
        ("a/datum", "a/datum"),
    ],
)
def test_no_box_keeps_its_files_where_another_one_does(value: str, expected: str) -> None:
    assert placed(value, {"/data": "/tmp/volume"}, "/tmp/box") == expected
