"""Runs of a candidate's own tests cannot tell each other anything, on real containers.

The tests here are a candidate's: each one looks in a place where an earlier run may have left a
mark, fails when it finds one, and leaves one otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.checks import CheckContext, CheckResult, Reference, own_tests
from runner.model import Evidence, Outcome
from runner.sandbox import images
from runner.sandbox.docker import DockerSandbox, connect
from runner.tree import SourceFile, pack
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docker import DockerClient

pytestmark = pytest.mark.docker

SERVICE = """
asked = 0


async def app(scope, receive, send):
    global asked
    if scope["type"] != "http":
        return
    asked += 1
    body = f"{asked} ANSWER".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
"""

SHOP = """
def price(pieces, each, discount):
    total = pieces * each
    if discount > 50 or pieces < 1:
        raise ValueError("no such order")
    if total >= 100 and discount == 0:
        return total - 5
    return total - total * discount // 100


def shipping(weight, express):
    cost = 4 + weight // 2
    if express and weight <= 20:
        cost = cost * 2 + 1
    return cost if cost < 30 else 30
"""

CHANNELS = r'''
import ctypes, fcntl, json, mmap, os, pathlib, signal, socket, stat, subprocess, sys, time
import urllib.request

import pytest

OUT, IN = pathlib.Path("/out"), pathlib.Path("/in")
MARK = "mark-of-an-earlier-run"
PORT = 40404


def tried(action, *arguments):
    """What comes of it; None where it is refused."""
    try:
        return action(*arguments)
    except OSError:
        return None


def daemon(code, *words):
    """A process of its own that outlives the test, and the run if it can."""
    words = [sys.executable, "-c", code, *words]
    subprocess.Popen(words, start_new_session=True, stdout=-3, stderr=-3, close_fds=True)
    time.sleep(0.5)


def new_inode(folder):
    path = folder / "new"
    path.touch()
    number = path.stat().st_ino
    path.unlink()
    return number


class Names:
    """A file, wherever one can be written."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder) / MARK

    def read(self):
        return self.path.exists()

    def write(self):
        tried(self.path.touch)


class Mode:
    def __init__(self, path):
        self.path = pathlib.Path(path)

    def read(self):
        return bool(self.path.stat().st_mode & stat.S_ISGID)

    def write(self):
        tried(self.path.chmod, self.path.stat().st_mode | stat.S_ISGID)


class Attribute(Mode):
    def read(self):
        return "user.mark" in os.listxattr(self.path)

    def write(self):
        tried(os.setxattr, self.path, "user.mark", b"1")


class Times(Mode):
    def read(self):
        return int(self.path.stat().st_mtime) == 1_000_000_000

    def write(self):
        tried(os.utime, self.path, (1_000_000_000, 1_000_000_000))


class AccessTime(Mode):
    """Reading a file may change when it was read."""

    def read(self):
        status = self.path.stat()
        return status.st_atime_ns != status.st_mtime_ns

    def write(self):
        self.path.read_bytes()


class Lock(Mode):
    """A lock or a lease of a process that goes on."""

    def read(self):
        with self.path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return True
        return False

    def write(self):
        daemon(
            "import fcntl, time\n"
            f"file = open({str(self.path)!r}, 'rb')\n"
            "fcntl.flock(file, fcntl.LOCK_EX)\n"
            "time.sleep(600)"
        )


class Inodes:
    """Numbers of inodes are given out one after the other."""

    def read(self):
        return new_inode(OUT) > OUT.stat().st_ino + 500

    def write(self):
        for _ in range(1000):
            new_inode(OUT)


class Room:
    """Bytes and files that are left, by the file system's account."""

    def read(self):
        told = os.statvfs(OUT)
        return told.f_files - told.f_ffree > 100 or told.f_blocks - told.f_bfree > 100

    def write(self):
        folder = OUT / "room"
        folder.mkdir()
        for number in range(200):
            (folder / str(number)).write_bytes(bytes(4096))
        folder.chmod(0)


class Counters:
    """What the loopback has carried so far."""

    def read(self):
        (line,) = [one for one in open("/proc/net/dev") if one.strip().startswith("lo:")]
        return int(line.split()[1]) > 500_000

    def write(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(100):
                tried(sender.sendto, bytes(10_000), ("127.0.0.1", 9))


class NoPorts:
    """Datagrams that nobody waited for, by the protocol's account."""

    def read(self):
        lines = [line.split() for line in open("/proc/net/snmp") if line.startswith("Udp:")]
        return int(dict(zip(*lines))["NoPorts"]) >= 50

    def write(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(100):
                tried(sender.sendto, b"1", ("127.0.0.1", 9))


class Closed:
    """A connection that was closed is remembered for a minute, by its port."""

    def read(self):
        return any(f":{PORT:04X} " in line for line in open("/proc/net/tcp"))

    def write(self):
        with socket.create_server(("127.0.0.1", PORT)) as server:
            client = socket.create_connection(("127.0.0.1", PORT))
            peer, _ = server.accept()
            peer.close()
            client.close()


class Served:
    """A port that somebody still serves."""

    address, family = ("127.0.0.1", PORT + 1), "AF_INET"

    def read(self):
        with socket.socket(getattr(socket, self.family)) as client:
            try:
                client.connect(self.address)
            except OSError:
                return False
        return True

    def write(self):
        daemon(
            "import socket, time\n"
            f"server = socket.socket(socket.{self.family})\n"
            f"server.bind({self.address!r})\n"
            "server.listen()\n"
            "time.sleep(600)"
        )


class Abstract(Served):
    """A name in the network's own list of local sockets."""

    address, family = "\0" + MARK, "AF_UNIX"


class Processes:
    """A process that goes on."""

    def read(self):
        places = pathlib.Path("/proc").glob("[0-9]*/cmdline")
        return any(b"a-process" in (tried(path.read_bytes) or b"") for path in places)

    def write(self):
        daemon("import time; time.sleep(600)", "a-process")


class Locked:
    """Pages that were ever locked in memory, by the whole machine's account."""

    STEP = 1 << 14

    def value(self):
        text = pathlib.Path("/proc/vmstat").read_text()
        found = [line.split()[1] for line in text.splitlines() if "pgs_mlocked" in line]
        return int(found[0]) if found else None

    def read(self):
        value = self.value()
        return value is not None and value % self.STEP < 64

    def write(self):
        libc, page = ctypes.CDLL(None), mmap.mmap(-1, 4096)
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        value = self.value()
        for _ in range(0 if value is None else -value % self.STEP):
            libc.mlock(ctypes.c_void_p(address), 4096)
            libc.munlock(ctypes.c_void_p(address), 4096)


class Memory:
    """System V shared memory and message queues stay until somebody removes them."""

    def __init__(self, get):
        self.get = getattr(ctypes.CDLL(None), get)
        self.size = (4096,) if get == "shmget" else ()

    def read(self):
        return self.get(4711, *self.size, 0) >= 0

    def write(self):
        self.get(4711, *self.size, 0o1666)


class Asked:
    """What the service of ours has been asked before."""

    def read(self):
        return int(answer().split()[0]) > 20

    def write(self):
        for _ in range(30):
            answer()


class Plan:
    """What is asked of this run; an earlier one was asked for something else."""

    def read(self):
        # Which tests are left out or come last shows where some fail or are slow.
        return json.loads((IN / "plan.json").read_text()).keys() != KEYS

    def write(self):
        """The first run is the one that a plan can give away."""


def answer():
    base = os.environ.get("BASE_URL")
    if base is None:
        return "0 nobody"
    with urllib.request.urlopen(base, timeout=10) as reply:
        return reply.read().decode()


KEYS = {"own", "skip", "last", "coverage"}
SOURCE = IN / "src/app/main.py"
WRITABLE = ("/out", "/tmp", "/dev/shm", "/dev/mqueue", "/var/tmp", "/run", "/")
FOLDERS = ("/in", "/in/src", "/src", *WRITABLE)
KEPT = ("/out", "/in", "/tmp", "/dev/shm", str(SOURCE), str(SOURCE.parent))
PLACES = {
    **{f"names in {folder}": Names(folder) for folder in FOLDERS},
    **{
        f"{kind.__name__} of {path}": kind(path)
        for kind in (Mode, Attribute, Times)
        for path in KEPT
    },
    **{f"{kind.__name__} of the code": kind(SOURCE) for kind in (AccessTime, Lock)},
    **{f"lock on {path}": Lock(path) for path in ("/in/plan.json", "/etc/hosts")},
    "shared memory": Memory("shmget"),
    "queues": Memory("msgget"),
    **{
        kind.__name__: kind()
        for kind in (
            *(Inodes, Room, NoPorts, Counters, Closed, Served, Abstract, Processes, Locked),
            *(Asked, Plan),
        )
    },
}


@pytest.mark.parametrize("name", [*PLACES])
def test_place(name):
    place = PLACES[name]
    assert not place.read(), name
    place.write()
'''

AS_THE_FIRST_TIME = r"""
import os, pathlib, urllib.request

OUT = pathlib.Path("/out")
BITS = (0o1, 0o2, 0o4, 0o1000)


def test_it_is_as_it_was():
    with urllib.request.urlopen(os.environ["BASE_URL"], timeout=10) as reply:
        word = reply.read().split()[1]
    now = sum(word) % 15 + 1
    mode = OUT.stat().st_mode
    before = sum(bool(mode & bit) << place for place, bit in enumerate(BITS))
    OUT.chmod(0o770 | sum(bit for place, bit in enumerate(BITS) if now >> place & 1))
    assert before in (0, now)
"""
"""Asserts nothing but that the service answers as the first one did, which is a good one."""

TRIED = tiny.CHALLENGE.replace(
    "[[requirements]]",
    "[tests]\nrun_seconds = 400.0\nseconds = 900.0\nchanged_seconds = 60.0\n\n[[requirements]]",
    1,
)
"""Times that a busy machine can keep."""


@pytest.fixture(scope="module")
def client() -> Iterator[DockerClient]:
    client = connect()
    yield client
    client.close()


def service(answer: str) -> dict[str, str]:
    return {"app/__init__.py": "", "app/main.py": SERVICE.replace("ANSWER", answer)}


def tried(client: DockerClient, root: Path, tests: str, answers: tuple[str, ...]) -> CheckResult:
    """What is found out about a candidate's tests, beside a good service and others."""
    texts = {"app/__init__.py": "", "app/main.py": SHOP, "tests/test_own.py": tests}
    files = texts.items()
    good, *others = answers
    with DockerSandbox(client).open(ttl_seconds=1800) as run:
        return own_tests.run(
            CheckContext(
                run=run,
                challenge=tiny.load(root, challenge_dot_toml=TRIED).challenge,
                images=images.ensure(client, "backend"),
                sources=pack([SourceFile(path=path, data=text.encode()) for path, text in files]),
                starter=pack([]),
                suite=(),
                expected=(),
                seed=1,
                references=(
                    Reference(name="solution", defect="", files=service(good)),
                    *(
                        Reference(name=f"flawed/{number}", defect="x", files=service(answer))
                        for number, answer in enumerate(others)
                    ),
                ),
            )
        )


def figures(evidence: Evidence) -> dict[str, float]:
    return {measure.name: measure.value for measure in evidence.measures}


def test_a_run_cannot_tell_the_next_one_anything(client: DockerClient, tmp_path: Path) -> None:
    """Services that are all the same, and changes of code that no test looks at."""
    faults, _, mutants = tried(client, tmp_path, CHANNELS, ("same",) * 3).evidence

    # A place in which a run has left something would call one of them faulty, and is named then.
    assert faults.outcome is Outcome.MEASURED, faults.summary
    assert figures(faults)["caught"] == 0, faults.summary
    # Each place was tried: a test that fails in the first run already shows nothing.
    assert "left out" not in faults.summary, faults.summary
    # On a busy machine there may be time for few changes only.
    assert "were noticed" not in mutants.summary, mutants.summary
    assert figures(mutants).get("noticed", 0) == 0, mutants.summary


def test_tests_that_assert_what_was_so_the_first_time_notice_nothing(
    client: DockerClient, tmp_path: Path
) -> None:
    answers = ("good", *(f"bad{number}" for number in range(3)))
    faults = tried(client, tmp_path, AS_THE_FIRST_TIME, answers).evidence[0]

    assert faults.outcome is Outcome.MEASURED, faults.summary
    assert figures(faults)["caught"] == 0, faults.summary
