"""The real engine keeps the promises, and leaves nothing behind."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runner.sandbox import BoxSpec, Ending, SandboxError, images
from runner.sandbox.docker import DockerSandbox, connect
from runner.sandbox.docker_gc import RUN_LABEL, collect
from runner.testing import program
from runner.testing.conformance import PROMISES
from runner.testing.steps import die, execute, leave, sleep, trap
from runner.testing.world import LIMITS, World, at, volume

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docker import DockerClient

    from runner.testing.steps import Program
    from runner.testing.world import Promise

pytestmark = pytest.mark.docker

_SOURCE = Path(program.__file__).read_text("utf-8")
_ROOT = Path(__file__).resolve().parents[2]


def argv(steps: Program) -> tuple[str, ...]:
    return ("python3", "-I", "-c", _SOURCE, json.dumps(steps))


@pytest.fixture(scope="module")
def client() -> Iterator[DockerClient]:
    client = connect()
    yield client
    client.close()


@pytest.fixture(scope="module")
def world(client: DockerClient) -> World:
    image = images.ensure(client, "backend")["subject"]
    return World(sandbox=DockerSandbox(client), image=image, argv=argv)


def remains(client: DockerClient, run: str) -> list[Any]:
    chosen = {"label": f"{RUN_LABEL}={run}"}
    found: list[Any] = client.api.containers(all=True, filters=chosen)
    return found + (client.api.volumes(filters=chosen)["Volumes"] or [])


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_promise(promise: Promise, world: World) -> None:
    promise(world)


def test_isolation_is_stated(world: World) -> None:
    isolation = world.sandbox.isolation()
    assert isolation.engine == "docker"
    assert isolation.facts["seccomp"]
    assert isolation.facts["memory_limit"] == isolation.facts["pids_limit"] == "yes"


_FORBIDDEN = """
import ctypes, socket
libc = ctypes.CDLL(None, use_errno=True)
def tried(name, number, *arguments):
    if libc.syscall(number, *arguments) >= 0:
        print(name)
for name, family in {"alg": 38, "vsock": 40, "packet": 17, "xdp": 44, "can": 29}.items():
    for kind in (1, 2, 3, 5):
        try:
            socket.socket(family, kind)
        except OSError:
            continue
        print(name)
try:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
    print("audit netlink")
except OSError:
    pass
calls = {"keyctl": (250, 0, -3, 1), "io_uring": (425, 1, ctypes.create_string_buffer(256)),
         "ptrace": (101, 0, 0, 0, 0), "unshare": (272, 0x10000000), "userfaultfd": (323, 0),
         "clone": (56, 0x10000011, 0, 0, 0, 0), "msgget": (68, 0, 0o1600),
         "mount": (165, 0, 0, 0, 0)}
for name, arguments in calls.items():
    tried(name, *arguments)
print("end")
"""


def test_the_kernel_is_kept_small(world: World) -> None:
    """Numbers of the calls are those of x86-64."""
    with world.run() as run:
        box = run.start(world.spec(argv=("python3", "-c", _FORBIDDEN)))
        box.wait(30)
        assert box.output().text == "end\n"


_ORDINARY = """
import asyncio, concurrent.futures, ctypes, multiprocessing, sqlite3, subprocess, sys, tempfile
async def child():
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(1)", stdout=-1)
    return (await process.communicate())[0]
if __name__ == "__main__":
    assert asyncio.run(child()) == b"1\\n"
    assert subprocess.run(["/bin/sh", "-c", "exit 3"]).returncode == 3
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        assert list(pool.map(abs, [-1, -2])) == [1, 2]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(abs, range(-100, 0))) == 5050
    lock = multiprocessing.get_context("spawn").Lock()
    with tempfile.TemporaryDirectory() as folder, lock:
        database = sqlite3.connect(folder + "/data.db")
        database.execute("pragma journal_mode=wal")
        database.execute("create table t (x)")
        database.commit()
        database.close()
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x + 1)
    assert callback(1) == 2
    print("end")
"""


def test_ordinary_python_works(world: World) -> None:
    """Processes, threads, locks, SQLite and callbacks are not in the way of the sandbox."""
    with world.run() as run:
        box = run.start(world.spec(argv=("python3", "-c", _ORDINARY)))
        box.wait(30)
        assert box.output().text == "end\n"


_FILE_LIMITS = """
import resource
for name in ("RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE"):
    print(*resource.getrlimit(getattr(resource, name)))
"""


def test_files_are_limited(world: World) -> None:
    """How many are open, how large one is, and that none is made of a crash."""
    most = LIMITS.scratch_mib * 1024**2
    with world.run() as run:
        box = run.start(world.spec(argv=("python3", "-c", _FILE_LIMITS)))
        box.wait(30)
        assert box.output().text.splitlines() == [
            f"{LIMITS.open_files} {LIMITS.open_files}",
            f"{most} {most}",
            "0 0",
        ]


def test_nothing_that_was_written_runs(world: World) -> None:
    """Neither in scratch nor on a volume."""
    with world.run() as run:
        run.volume(volume())
        mounts = at("/data", volume())
        lines = world.say(run, execute("/tmp/x"), execute("/data/x"), mounts=mounts)
        assert lines == ["EACCES", "EACCES"]


def test_a_closed_run_leaves_nothing(world: World, client: DockerClient) -> None:
    with world.run() as run:
        run.volume(volume())
        holder = run.start(world.spec(sleep(600), mounts=at("/data", volume())))
        for _ in range(3):
            run.start(world.spec(sleep(600), network_of=holder))
        assert len(remains(client, run.id)) == 5
    assert remains(client, run.id) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"image": "sha256:" + "f" * 64},
        {"image": "python:3.11-slim"},
        {"argv": ()},
        {"workdir": "relative"},
        {"mounts": at("/data", volume("unknown"))},
    ],
    ids=str,
)
def test_a_failed_start_leaves_nothing(
    world: World, client: DockerClient, changes: dict[str, Any]
) -> None:
    with world.run() as run:
        with pytest.raises(SandboxError):
            run.start(world.spec(leave(0), **changes))
        assert remains(client, run.id) == []


def test_joining_the_network_of_the_dead_leaves_nothing(world: World, client: DockerClient) -> None:
    with world.run() as run:
        dead = run.start(world.spec(leave(0)))
        dead.wait(30)
        with pytest.raises(SandboxError):
            run.start(world.spec(leave(0), network_of=dead))
        dead.remove()
        assert remains(client, run.id) == []


def test_a_box_is_removed_behind_our_back(world: World, client: DockerClient) -> None:
    with world.run() as run:
        box = run.start(world.spec(sleep(600)))
        client.api.remove_container(box.id, force=True)
        with pytest.raises(SandboxError):
            box.wait(30)
        box.remove()


@pytest.mark.parametrize("action", ["kill", "stop", "pause"])
def test_a_box_is_ended_behind_our_back(world: World, client: DockerClient, action: str) -> None:
    """Somebody else's deed is no crash and no missed deadline of the code inside."""
    seconds = 4.0 if action == "pause" else 600.0
    limits = LIMITS.model_copy(update={"wall_seconds": seconds})
    with world.run() as run:
        box = run.start(world.spec(sleep(600), limits=limits))
        getattr(client.api, action)(box.id)
        with pytest.raises(SandboxError, match="ended by somebody else"):
            box.wait(60)


@pytest.mark.parametrize("steps", [(die(),), (leave(0),), (leave(137),), (leave(143),)], ids=str)
def test_a_box_that_ends_by_itself_is_a_result(world: World, steps: Program) -> None:
    with world.run() as run:
        ended = run.start(world.spec(*steps)).wait(60)
        assert ended is not None
        assert ended.ending is Ending.EXITED


def test_a_box_that_ends_of_our_own_signals_is_a_result(world: World) -> None:
    with world.run() as run:
        box = run.start(world.spec(trap("TERM", "bye", 7), sleep(600), interactive=True))
        assert box.read_line(60) == b"trapping\n"
        for _ in range(3):
            box.signal("TERM")
        ended = box.wait(60)
        assert ended is not None
        assert (ended.ending, ended.exit_code) == (Ending.EXITED, 7)


# The SDK leaves the socket open on which it failed to connect.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_engine_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    with pytest.raises(SandboxError) as caught:
        connect()
    assert caught.value.why
    assert caught.value.do
    del caught
    gc.collect()


_OWNER = """
import sys, time
from runner.sandbox import BoxSpec, Mount, Volume
from runner.sandbox.docker import DockerSandbox, connect
from runner.testing.world import LIMITS, at, volume
run = DockerSandbox(connect()).open(ttl_seconds=3600)
run.volume(volume())
run.start(BoxSpec(role="subject", image=sys.argv[1], argv=("sleep", "600"), uid=1000, gid=1000,
                  limits=LIMITS.model_copy(update={"wall_seconds": 600.0}),
                  mounts=at("/data", volume())))
print(run.id, flush=True)
time.sleep(600)
"""


def test_what_a_killed_grading_left_is_collected(world: World, client: DockerClient) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER, world.image],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    with owner, world.run() as live:
        assert owner.stdout is not None
        left = owner.stdout.readline().strip()
        kept = live.start(world.spec(sleep(600)))
        try:
            collect(client)
            assert len(remains(client, left)) == 2
        finally:
            owner.send_signal(signal.SIGKILL)
        owner.wait()
        collect(client)
        assert remains(client, left) == []
        assert kept.wait(0) is None


def test_what_has_expired_is_collected(world: World, client: DockerClient) -> None:
    with world.sandbox.open(ttl_seconds=0) as run:
        run.start(world.spec(sleep(600)))
        collect(client)
        assert remains(client, run.id) == []


def test_starts_are_fast(world: World, record_property: Callable[[str, object], None]) -> None:
    """Fifty times the measured 0.1 s is still a promise; the number goes into the report."""
    spec = BoxSpec(
        role="subject", image=world.image, argv=("sleep", "60"), uid=1, gid=1, limits=LIMITS
    )
    with world.run() as run:
        begun = time.monotonic()
        box = run.start(spec)
        box.kill()
        box.remove()
        seconds = time.monotonic() - begun
    record_property("box_seconds", seconds)
    assert seconds < 5
