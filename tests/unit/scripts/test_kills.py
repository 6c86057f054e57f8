"""The judgment on a grading that was disturbed, and the proxy that disturbs it."""

from __future__ import annotations

import random
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from runner.catalog import load_challenge, load_rubric, references
from runner.intake import read_submission
from runner.model import Level
from scripts.kills import small
from scripts.kills.faults import faults
from scripts.kills.proxy import MODES, SPOILING, Proxy
from scripts.kills.verdict import Aftermath, outcome, violations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def criterion(**changes: Any) -> dict[str, Any]:
    return {
        "id": "a",
        "status": "passed",
        "earned": 10.0,
        "possible": 10.0,
        "fault": None,
        "summary": "fine",
    } | changes


def record(*criteria: dict[str, Any], percent: float = 90.0, **changes: Any) -> dict[str, Any]:
    return {
        "outcome": "graded",
        "advice": {"text": ""},
        "score": {"automatic": {"earned": 9, "possible": 10, "percent": percent}},
        "criteria": list(criteria or (criterion(),)),
    } | changes


GOOD = record()
VOID = record(
    criterion(earned=0.0, status="errored"),
    percent=0.0,
    outcome="void",
    advice={"text": "the stage 'suite' broke"},
)
ERRORED = record(
    criterion(earned=0.0, possible=0.0, status="errored", summary="the stage 'tests' broke")
)
WHY = "takehome: no\n  why: because\n"


def after(**changes: Any) -> Aftermath:
    parts: dict[str, Any] = {"code": 0, "out": "", "error": "", "reports": (GOOD,)}
    return Aftermath(**(parts | changes))


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (after(), "graded"),
        (after(code=-9), "graded"),
        (after(code=-9, reports=(), left=("c",), hidden=(".x",), cut=True), "killed"),
        (after(code=130, reports=()), "killed"),
        (after(code=143, reports=()), "killed"),
        (after(code=4, reports=(VOID,), error=WHY), "void"),
        (after(code=4, reports=(), error=WHY), "no record"),
        (after(code=2, reports=(), error=WHY), "no record"),
        (after(reports=(ERRORED,)), "errored"),
        (after(code=4, reports=(VOID,), error=WHY, out='{"percent": 0.0,\n "earned": 0}'), "void"),
        (after(code=4, reports=(VOID,), error=WHY, out="FAILED (0% of it) 1/2 earned"), "void"),
    ],
)
def test_what_may_become_of_a_disturbed_grading(found: Aftermath, word: str) -> None:
    assert violations(found, GOOD, strict=False) == ()
    assert outcome(found, GOOD) == word


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (after(code=None, reports=()), "it hung"),
        (after(code=1, reports=()), "exit code 1"),
        (after(code=4, reports=(), error="Traceback (most"), "it crashed"),
        (after(code=4, reports=()), "the reason is not said"),
        (after(reports=()), "exit code 0 with 0 reports"),
        (after(reports=(GOOD, GOOD)), "more than one report"),
        (after(code=4, error=WHY), "a report says graded, the exit code 4"),
        (after(code=0, reports=(VOID,)), "void with exit code 0"),
        (
            after(code=4, error=WHY, reports=(VOID | {"advice": {"text": "sorry"}},)),
            "void without the name of a stage",
        ),
        (
            after(code=4, error=WHY, reports=(VOID | {"criteria": [criterion()]},)),
            "void with points",
        ),
        (after(left=("c",)), "containers or volumes were left"),
        (after(hidden=(".x",)), "a half-written report was left"),
        (after(temporary=("x",)), "temporary files were left"),
        (after(kept_back=("c",), cut=True), "gc left something"),
        (after(reports=(record(percent=91.0),)), "a better score"),
        (after(reports=(record(criterion(id="b")),)), "other criteria"),
        (
            after(reports=(record(criterion(earned=0.0, status="failed", fault="candidate")),)),
            "our fault is the candidate's: a failed",
        ),
        (
            after(reports=(record(criterion(earned=0.0, status="errored")),)),
            "a does not name the stage that broke",
        ),
        (
            after(code=4, error=WHY, reports=(), out="automatic   9.0   10   90.0 %"),
            "a score was printed",
        ),
        (after(code=-9, reports=(), out="  x a.b 0/12.5  text"), "a score was printed"),
        (after(code=-9, reports=(), out='{"percent": 90.0'), "a score was printed"),
    ],
)
def test_what_must_not_become_of_it(found: Aftermath, problem: str) -> None:
    assert any(one.startswith(problem) for one in violations(found, GOOD, strict=False))


def test_a_strict_look_takes_no_part_that_was_not_judged() -> None:
    assert violations(after(reports=(ERRORED,)), GOOD, strict=True) == ("a was not judged",)
    assert violations(after(), GOOD, strict=True) == ()


def test_both_challenges_are_challenges(tmp_path: Path) -> None:
    small.write(tmp_path)
    plain, tested = (load_challenge(name, tmp_path) for name in (small.PLAIN, small.TESTED))
    for loaded in (plain, tested):
        load_rubric(loaded.challenge.rubric, tmp_path)
        answer = read_submission(tmp_path / "answer", required=loaded.challenge.subject.files)
        assert answer.find("app/labels.py")
    assert plain.challenge.tests is None
    assert [one.name for one in references(tested, Level.MID)][1:] == ["sick"]


def test_every_fault_has_a_name_of_its_own() -> None:
    names = [fault.name for fault in faults(second=True, mounts=True)]
    assert len(set(names)) == len(names)
    assert len(faults(second=False, mounts=False)) < len(names)


@contextmanager
def echoing(path: Path) -> Iterator[None]:
    """An engine that says back what it is told, and confirms an upgrade."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while data := connection.recv(65536):
                attached = data.startswith(b"POST /attach?")
                connection.sendall(b"HTTP/1.1 101 UPGRADED\r\n\r\n" if attached else data)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


@contextmanager
def proxied(root: Path, mode: str) -> Iterator[tuple[Proxy, socket.socket]]:
    """A proxy before such an engine, and a connection through it."""
    with (
        echoing(root / "engine"),
        Proxy(root / "proxy", str(root / "engine"), mode, random.Random(1)) as proxy,
        socket.socket(socket.AF_UNIX) as client,
    ):
        client.settimeout(5)
        client.connect(str(root / "proxy"))
        yield proxy, client


def asked(client: socket.socket, data: bytes) -> bytes:
    client.sendall(data)
    return client.recv(65536)


def attached(client: socket.socket) -> None:
    assert asked(client, b"POST /attach?stdin=1 HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 101")


@pytest.mark.parametrize("mode", MODES)
def test_a_proxy_is_honest_until_it_strikes(tmp_path: Path, mode: str) -> None:
    with proxied(tmp_path, mode) as (proxy, client):
        assert asked(client, b"GET /x") == b"GET /x"
        attached(client)
        assert asked(client, b"line of a container\n") == b"line of a container\n"
        assert not proxy.struck.is_set()


@pytest.mark.parametrize("mode", SPOILING)
def test_what_an_attached_container_says_is_spoilt_once(tmp_path: Path, mode: str) -> None:
    with proxied(tmp_path, mode) as (proxy, client):
        attached(client)
        proxy.strike()
        line = b"a line of a container, long enough to be spoilt\n"
        client.sendall(line)
        if mode == "swap":
            assert proxy.struck.wait(5)
            assert asked(client, b"the next line, which comes first\n").endswith(line)
            return
        found = client.recv(65536)
        assert found != line
        assert proxy.struck.is_set()
        if mode != "double":
            assert asked(client, line).endswith(line)


@pytest.mark.parametrize("mode", ["blip", "gone"])
def test_connections_are_closed(tmp_path: Path, mode: str) -> None:
    with proxied(tmp_path, mode) as (proxy, client):
        assert asked(client, b"GET /x") == b"GET /x"
        proxy.strike()
        assert client.recv(10) == b""
        with socket.socket(socket.AF_UNIX) as again:
            again.settimeout(5)
            if mode == "gone":
                with pytest.raises(OSError, match=r"refused|Broken|reset"):
                    again.connect(str(tmp_path / "proxy"))
            else:
                again.connect(str(tmp_path / "proxy"))
                assert asked(again, b"GET /y") == b"GET /y"


def test_a_stall_ends(tmp_path: Path) -> None:
    with proxied(tmp_path, "stall") as (proxy, client):
        proxy.strike()
        client.settimeout(0.2)
        client.sendall(b"GET /x")
        with pytest.raises(TimeoutError):
            client.recv(10)
        proxy.wake()
        client.settimeout(5)
        assert client.recv(10) == b"GET /x"


def test_a_response_is_cut_and_a_request_refused(tmp_path: Path) -> None:
    with proxied(tmp_path, "cut") as (proxy, client):
        proxy.strike()
        assert asked(client, b"GET /long") == b"GET "
        assert client.recv(10) == b""
    (tmp_path / "again").mkdir()
    with proxied(tmp_path / "again", "error") as (proxy, client):
        proxy.strike()
        assert asked(client, b"GET /x").startswith(b"HTTP/1.1 500 ")
