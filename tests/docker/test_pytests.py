"""A candidate's own tests in the real image: what they run is seen in every process of theirs."""

from __future__ import annotations

import ast
import json
import sys
from typing import TYPE_CHECKING

import pytest

from runner import catalog, proof
from runner.catalog.suite import expected_checks
from runner.checks import CheckContext, hidden_tests
from runner.model import Outcome
from runner.sandbox import images
from runner.sandbox.docker import DockerSandbox, connect
from runner.tree import SourceFile, pack
from tests.docker.command import CHALLENGE
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from runner.model import Challenge

pytestmark = [pytest.mark.docker, pytest.mark.slow]

SECONDS = 280.0
CALL = ("/opt/venv/bin/python", "-I", "/opt/takehome/pytests.py")
TINY = tiny.PROGRAM.replace(
    "[[requirements]]",
    "[suite]\ntest_seconds = 300.0\n\n"
    f"[subject.limits]\nwall_seconds = {SECONDS}\n\n"
    "[[requirements]]",
    1,
)

ASYNC = """
import asyncio
import sys
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("sqlite+aiosqlite://")


@asynccontextmanager
async def lifespan(app):
    yield


app = FastAPI(lifespan=lifespan)


def after(value):
    return value + 1


@app.get("/plain")
def plain():
    value = after(1)
    return {"value": value}


@app.get("/async")
async def asynchronous():
    await asyncio.sleep(0.01)
    value = after(1)
    return {"value": value}


@app.get("/database")
async def database():
    async with engine.connect() as connection:
        found = await connection.execute(text("select 1"))
        value = after(found.scalar())
    return {"value": value}
"""

SERVICES = (
    *("terminated", "killed", "workers", "workers_killed", "group_killed", "scratch", "isolated"),
    *(f"{how}_{end}" for how in ("fork", "spawn", "forkserver") for end in ("terminate", "kill")),
    *("asyncio_child", "left_running"),
)

WSGI = """
from flask import Flask

app = Flask(__name__)


@app.get("/plain")
def plain():
    value = 1
    return {"value": value}
"""

OWN = """
import asyncio, multiprocessing, os, signal, socket, subprocess, sys, time
import httpx2, pytest, uvicorn

PATHS = ("plain", "async", "database")

def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

def ask(port, paths=PATHS):
    deadline = time.monotonic() + 60
    for path in paths:
        while True:
            try:
                answer = httpx2.get(f"http://127.0.0.1:{port}/{path}", trust_env=False)
            except httpx2.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                assert answer.status_code == 200
                break

def started(name, *words, paths=PATHS, **options):
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", f"{name}:app", "--port", str(port), *words]
    process = subprocess.Popen([*command, "--log-level", "warning"], **options)
    ask(port, paths)
    return process

def serve(name, port):
    uvicorn.run(f"{name}:app", port=port, log_level="warning")

def test_terminated():
    process = started("terminated")
    process.terminate()
    assert process.wait(30) == -signal.SIGTERM

def test_killed():
    process = started("killed")
    process.kill()
    assert process.wait(30) == -signal.SIGKILL

def test_workers():
    process = started("workers", "--workers", "2")
    process.terminate()
    assert process.wait(30) == 0

def test_workers_killed():
    process = started("workers_killed", "--workers", "2")
    process.send_signal(signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL

def test_group_killed():
    process = started("group_killed", "--workers", "2", start_new_session=True)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL

def test_scratch():
    process = started("scratch", env={"PATH": os.environ["PATH"]})
    process.kill()
    assert process.wait(30) == -signal.SIGKILL

def test_isolated():
    port = free_port()
    code = "import sys, uvicorn; sys.path[:0] = ['.']; uvicorn.run('isolated:app', port=%d)"
    process = subprocess.Popen([sys.executable, "-I", "-c", code % port])
    ask(port)
    process.terminate()
    process.wait(30)

@pytest.mark.parametrize("how", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("end", ["terminate", "kill"])
def test_multiprocessing(how, end):
    port = free_port()
    process = multiprocessing.get_context(how).Process(target=serve, args=(f"{how}_{end}", port))
    process.start()
    ask(port)
    getattr(process, end)()
    process.join(30)
    assert process.exitcode < 0

def test_asyncio():
    async def main():
        port = free_port()
        words = ("-m", "uvicorn", "asyncio_child:app", "--port", str(port))
        process = await asyncio.create_subprocess_exec(sys.executable, *words)
        await asyncio.to_thread(ask, port)
        process.kill()
        assert await process.wait() == -signal.SIGKILL
    asyncio.run(main())

def test_left_running():
    started("left_running")

@pytest.mark.parametrize("name", ["wsgi", "wsgi_killed"])
def test_wsgi(name):
    process = started(name, "--interface", "wsgi", paths=("plain",))
    process.kill() if name == "wsgi_killed" else process.terminate()
    process.wait(30)
"""

REPOSITORY = """
from pathlib import Path


def repository():
    found = [path for path in Path("/src").rglob("*") if path.is_file()]
    return dict((str(Path("src") / path.relative_to("/src")), path.read_bytes()) for path in found)
"""
"""In a suite: the submission's files, among the inputs of a command, where own tests find them."""

SUITE = (
    REPOSITORY
    + """
import json
import sys
import pytest

CALL = {call}
OWN = {own}


async def ran(subject, measure, coverage):
    plan = {{"own": OWN, "skip": [], "last": [], "coverage": coverage}}
    inputs = {{"plan.json": json.dumps(plan).encode()}} | repository()
    result = (await subject.run(CALL, inputs=inputs, seconds={seconds}, usage=True)).expect()
    measure("seconds", result.wall_seconds, "s")
    measure("cpu", result.cpu_seconds, "s")
    document = json.loads(result.file("outcomes.json"))
    bad = {{test: how for test, how in document["outcomes"].items() if how != "passed"}}
    said = f"{{document['problems']}} {{bad}} {{result.output[-2000:]}}"
    assert document["exit"] == int(bool(bad)), said
    assert len(bad) <= {late}, said
    assert not document["without_addopts"], result.output[-2000:]
    return result, document


@pytest.mark.requirement("{requirement}")
async def test_measured(subject, measure):
    result, document = await ran(subject, measure, True)
    assert len(document["outcomes"]) >= {least}, str(document)
    covered = json.loads(result.file("coverage.json"))
    app = {{path: lines for path, lines in covered.items() if not path.startswith("tests/")}}
    executed = sum(len(lines["executed"]) for lines in app.values())
    missing = {{path: lines["missing"] for path, lines in app.items() if lines["missing"]}}
    total = executed + sum(map(len, missing.values()))
    measure("percent", 100 * executed / total)
    assert 100 * executed / total >= {percent}, str(missing)


@pytest.mark.requirement("{requirement}")
async def test_not_measured(subject, measure):
    result, document = await ran(subject, measure, False)
    assert list(result.files) == ["outcomes.json"], str(result.files)
"""
)


def own_tests(files: Iterable[SourceFile]) -> list[tuple[str, str]]:
    return [
        (file.path, node.name)
        for file in files
        if file.path.startswith("tests/test_")
        for node in ast.walk(ast.parse(file.data))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if node.name.startswith("test_")
    ]


def judged(challenge: Challenge, files: tuple[SourceFile, ...], text: str) -> None:
    """Run a hidden suite of this text; its tests have to pass."""
    suite = (("test_own.py", text),)
    client = connect()
    with DockerSandbox(client).open(ttl_seconds=1200) as run:
        context = CheckContext(
            run=run,
            challenge=challenge,
            images=images.ensure(client, "backend"),
            sources=pack(files),
            starter=b"",
            suite=suite,
            expected=expected_checks(suite, "own"),
            seed=1,
        )
        evidence = hidden_tests.run(context).evidence
    client.close()
    for one in evidence:
        figures = {item.name: round(item.value, 1) for item in one.measures}
        sys.stdout.write(f"{one.check} {figures}\n")
        assert one.outcome is Outcome.PASSED, one.summary


def suite_of(
    challenge: Challenge,
    files: tuple[SourceFile, ...],
    *,
    least: int,
    percent: float,
    late: int = 0,
) -> str:
    return SUITE.format(
        call=list(CALL),
        own=json.dumps(own_tests(files)),
        seconds=SECONDS,
        requirement=challenge.requirements[0].id,
        least=least,
        percent=percent,
        late=late,
    )


def sources(texts: dict[str, str]) -> tuple[SourceFile, ...]:
    return tuple(SourceFile(path=path, data=text.encode()) for path, text in texts.items())


def test_every_line_of_every_kind_of_service(tmp_path: Path) -> None:
    services = dict.fromkeys(SERVICES, ASYNC) | {"wsgi": WSGI, "wsgi_killed": WSGI}
    texts = {f"{name}.py": text for name, text in services.items()} | {"tests/test_own.py": OWN}
    challenge = tiny.load(tmp_path, challenge_dot_toml=TINY).challenge
    files = sources(texts)
    judged(challenge, files, suite_of(challenge, files, least=len(services), percent=100.0))


def test_the_solution_by_its_own_tests() -> None:
    loaded = catalog.load_challenge(CHALLENGE)
    (solution,) = [one for one in proof.all_variants(loaded) if one.kind == "solution"]
    longer = loaded.challenge.suite.model_copy(update={"test_seconds": 300.0})
    challenge = loaded.challenge.model_copy(update={"suite": longer})
    # Its tests give their service 20 seconds to start, which a busy machine may exceed.
    text = suite_of(challenge, solution.files, least=60, percent=95.0, late=2)
    judged(challenge, solution.files, text)


HANG = """
import time

def test_first(): pass

def test_second(): time.sleep(600)
"""

HANGING = (
    REPOSITORY
    + """
import json
import pytest


@pytest.mark.requirement("items.create")
async def test_a_hang_leaves_what_ended(subject):
    own = [["tests/test_own.py", "test_first"], ["tests/test_own.py", "test_second"]]
    plan = {"own": own, "skip": [], "last": [], "coverage": False}
    inputs = {"plan.json": json.dumps(plan).encode()} | repository()
    result = await subject.run(CALL, inputs=inputs, seconds=20.0)
    assert result.exit_code is None, result.how
    document = json.loads(result.file("outcomes.json"))
    assert document["exit"] is None, str(document)
    assert document["outcomes"] == {"tests/test_own.py::test_first": "passed"}, str(document)
"""
)


def test_what_ended_before_the_time_was_up_is_there(tmp_path: Path) -> None:
    challenge = tiny.load(tmp_path, challenge_dot_toml=TINY).challenge
    judged(challenge, sources({"tests/test_own.py": HANG}), f"CALL = {list(CALL)}\n{HANGING}")
