"""How a box ended, as far as the engine and the way to it can be believed."""

from __future__ import annotations

import socket
import struct
import threading
from typing import TYPE_CHECKING, Any, cast

import pytest
from requests.exceptions import ReadTimeout

from runner.model import Limits
from runner.sandbox import BoxSpec, Ending, EngineSilentError, SandboxError, Volume, docker_box
from runner.sandbox.docker import DockerRun
from runner.sandbox.docker_box import DockerBox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import APIClient

START, END = "2026-01-01T00:00:00.123456789Z", "2026-01-01T00:00:09.987654321Z"
SPEC = BoxSpec(role="subject", image="sha256:0", argv=("x",), uid=1, gid=1, limits=Limits())


def frame(data: bytes) -> bytes:
    return struct.pack(">BxxxI", 1, len(data)) + data


class Events:
    """A stream of events that has to be closed."""

    def __init__(self, found: list[str]) -> None:
        self._found = iter([{"Action": action} for action in found])
        self.closed = False

    def __iter__(self) -> Iterator[dict[str, str]]:
        return self._found

    def close(self) -> None:
        self.closed = True


class Engine:
    """An engine with one container. `stream` is its end of what the container writes."""

    def __init__(self) -> None:
        self.stream, self._other = socket.socketpair()
        self.state: dict[str, Any] = {
            "Running": True,
            "Status": "running",
            "OOMKilled": False,
            "ExitCode": 0,
            "StartedAt": START,
            "FinishedAt": END,
        }
        self.done: list[str] = ["start"]
        self.asked: list[dict[str, Any]] = []
        self.signals: list[str] = []
        self.problem: Exception | None = None

    def attach_socket(self, _container: str, **_options: Any) -> socket.socket:
        return self._other

    def start(self, _container: str) -> None: ...

    def inspect_container(self, _container: str) -> dict[str, Any]:
        if self.problem is not None:
            raise self.problem
        return {"State": dict(self.state)}

    def stats(self, _container: str, **_options: Any) -> dict[str, Any]:
        return {}

    def kill(self, _container: str, name: str) -> None:
        self.signals.append(name)
        self.done.append("kill")
        if name == "SIGKILL":
            self.end(137)

    def events(self, **options: Any) -> Events:
        self.asked.append(options)
        return Events(self.done)

    def remove_container(self, _container: str, **_options: Any) -> None:
        self.end(137)

    def end(self, code: int, **changes: Any) -> None:
        """The container ends, and with it what it writes."""
        self.state |= {"Running": False, "Status": "exited", "ExitCode": code} | changes
        self.done.append("die")
        self.stream.close()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(docker_box, "_CHECK_SECONDS", 0.05)
    monkeypatch.setattr(docker_box, "_END_SECONDS", 0.3)
    return Engine()


@pytest.fixture
def boxes(engine: Engine) -> Iterator[Any]:
    """`boxes(spec)` starts a box; it is removed at the end."""
    made: list[DockerBox] = []

    def start(spec: BoxSpec = SPEC) -> DockerBox:
        made.append(DockerBox(cast("APIClient", engine), "c" * 64, spec))
        made[-1].start()
        return made[-1]

    yield start
    for box in made:
        box.remove()
    engine.stream.close()


@pytest.mark.parametrize("code", [0, 1, 137, 143])
def test_what_a_box_does_to_itself_is_its_result(engine: Engine, boxes: Any, code: int) -> None:
    box = boxes()
    engine.end(code)
    ended = box.wait(5)

    assert (ended.ending, ended.exit_code) == (Ending.EXITED, code)
    assert [question["filters"]["container"] for question in engine.asked] == ["c" * 64]
    assert engine.asked[0]["since"] <= 1767225600 < engine.asked[0]["until"] - 10


@pytest.mark.parametrize("action", ["kill", "pause", "update"])
def test_what_somebody_else_does_to_a_box_is_nobodys_result(
    engine: Engine, boxes: Any, action: str
) -> None:
    box = boxes()
    engine.done.append(action)
    engine.end(137)

    with pytest.raises(SandboxError, match=f"ended by somebody else: .*asked for: {action}"):
        box.wait(5)
    with pytest.raises(SandboxError):
        box.kill()


def test_a_box_that_ends_of_our_signals_is_a_result(engine: Engine, boxes: Any) -> None:
    box = boxes()
    for name in ("TERM", "USR1", "TERM"):
        box.signal(name)
    engine.end(143)

    assert box.wait(5).ending is Ending.EXITED
    assert engine.signals == ["SIGTERM", "SIGUSR1", "SIGTERM"]


def test_more_signals_than_ours_are_somebody_elses(engine: Engine, boxes: Any) -> None:
    box = boxes()
    box.signal("USR1")
    engine.done.append("kill")
    engine.end(143)

    with pytest.raises(SandboxError, match="somebody else"):
        box.wait(5)


def test_a_paused_box_does_not_run_into_its_deadline(engine: Engine, boxes: Any) -> None:
    box = boxes(SPEC_OF_A_MOMENT)
    engine.done.append("pause")

    with pytest.raises(SandboxError, match="pause"):
        box.wait(5)


SPEC_OF_A_MOMENT = BoxSpec(
    role="subject",
    image="sha256:0",
    argv=("x",),
    uid=1,
    gid=1,
    limits=Limits(wall_seconds=0.2),
)


def test_a_deadline_is_a_deadline(engine: Engine, boxes: Any) -> None:
    ended = boxes(SPEC_OF_A_MOMENT).wait(5)

    assert (ended.ending, ended.exit_code) == (Ending.TIMEOUT, 137)
    assert engine.signals == ["SIGKILL"]


def test_the_kernel_is_not_somebody_else(engine: Engine, boxes: Any) -> None:
    box = boxes()
    engine.done.append("kill")
    engine.end(137, OOMKilled=True)

    assert box.wait(5).ending is Ending.MEMORY


def test_output_that_is_cut_off_from_a_running_box_is_lost(engine: Engine, boxes: Any) -> None:
    """Else it would run into a limit of time, since nobody hears it say that it is done."""
    box = boxes()
    engine.stream.close()

    with pytest.raises(SandboxError, match=r"output of the subject was lost: .*still runs"):
        box.wait(5)
    box._reader.join(5)
    assert engine.signals == ["SIGKILL"]


def test_output_that_is_cut_off_before_the_deadline_is_no_timeout(
    engine: Engine, boxes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docker_box, "_END_SECONDS", 5.0)
    box = boxes(SPEC_OF_A_MOMENT)
    engine.stream.close()

    with pytest.raises(SandboxError, match="time was up later"):
        box.wait(5)


def test_a_box_that_ended_before_its_deadline_is_in_time(
    engine: Engine, boxes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine under load is slow to say that a container has ended."""
    monkeypatch.setattr(docker_box, "_END_SECONDS", 5.0)
    box = boxes(SPEC_OF_A_MOMENT)
    monkeypatch.setattr(engine, "kill", lambda *_: engine.state.update(Running=False, ExitCode=3))
    engine.stream.close()
    ended = box.wait(5)

    assert (ended.ending, ended.exit_code) == (Ending.EXITED, 3)


def test_output_that_does_not_end_with_its_box_is_lost(engine: Engine, boxes: Any) -> None:
    box = boxes()
    engine.stream.sendall(frame(b"half of what it wr"))
    engine.state |= {"Running": False, "Status": "exited"}

    with pytest.raises(SandboxError, match="after its end it goes on"):
        box.wait(5)


def test_output_that_breaks_off_in_the_middle_is_lost(engine: Engine, boxes: Any) -> None:
    box = boxes()
    engine.stream.sendall(frame(b"half of what it wr")[:-3])
    engine.end(0)

    with pytest.raises(SandboxError, match="in the middle of a piece"):
        box.wait(5)


def test_whoever_removes_a_box_gets_no_result_and_no_error(engine: Engine, boxes: Any) -> None:
    box = boxes()
    engine.stream.sendall(frame(b"half of what it wr")[:-3])
    box.remove()

    assert box.wait(5).ending is Ending.KILLED


def test_a_silent_engine_is_told_from_a_broken_one(engine: Engine, boxes: Any) -> None:
    box = boxes()
    engine.problem = ReadTimeout("read timed out")
    with pytest.raises(EngineSilentError):
        box.wait(5)
    assert isinstance(box.failure, EngineSilentError)
    assert engine.signals == []


class Sleepy:
    """An engine that makes everything, then answers nothing any more; it counts the questions."""

    def __init__(self) -> None:
        self.awake = True
        self.questions = 0
        self.lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        def answer(*_given: Any, **_options: Any) -> dict[str, str]:
            with self.lock:
                self.questions += 1
            if not self.awake:
                raise ReadTimeout(f"{name}: read timed out")
            return {"Name": "x"}

        return answer


def volumes(run: DockerRun, count: int) -> None:
    for number in range(count):
        run.volume(Volume(name=f"v{number}", size_mib=1, inodes=1, uid=1, gid=1))


def test_a_silent_engine_is_waited_for_once(engine: Engine) -> None:
    """Each question costs a minute: twenty of them would look like a hang."""
    del engine
    sleepy = Sleepy()
    run = DockerRun(_client(sleepy), ttl_seconds=60, runtime=None)
    volumes(run, 30)
    sleepy.awake, sleepy.questions = False, 0
    with pytest.raises(SandboxError, match="left behind") as caught:
        run.__exit__(None, None, None)

    assert sleepy.questions <= 8
    assert "not asked to remove" in str(caught.value)


def test_a_run_that_was_stopped_makes_nothing_any_more() -> None:
    run = DockerRun(_client(Sleepy()), ttl_seconds=60, runtime=None)
    run.stop()
    with pytest.raises(SandboxError, match="has been stopped"):
        volumes(run, 1)


def test_a_silent_engine_is_asked_for_nothing_more(engine: Engine) -> None:
    class Silent(Sleepy):
        def create_container_from_config(self, *_given: Any) -> None:
            raise ReadTimeout("read timed out")

    engine.stream.close()
    run = DockerRun(_client(Silent()), ttl_seconds=60, runtime=None)
    with pytest.raises(EngineSilentError):
        run.start(SPEC)
    for again in (lambda: run.start(SPEC), lambda: volumes(run, 1)):
        with pytest.raises(SandboxError, match="was silent before"):
            again()


def _client(api: Any) -> Any:
    class Client:
        def __init__(self) -> None:
            self.api = api

    return Client()


def test_who_is_impatient_while_the_run_is_left_leaves_nothing() -> None:
    """An interrupt during the clean-up: what was not removed yet is removed all the same."""
    removed: list[str] = []

    class Interrupted(Sleepy):
        def remove_volume(self, name: str, **_options: Any) -> None:
            if not removed:
                removed.append("")
                raise KeyboardInterrupt
            removed.append(name)

    run = DockerRun(_client(Interrupted()), ttl_seconds=60, runtime=None)
    with pytest.raises(KeyboardInterrupt), run:
        volumes(run, 3)

    assert len(set(removed) - {""}) == 3
