"""Commands of a submission in real containers: a whole suite against a program with modes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.catalog.suite import expected_checks
from runner.checks import CheckContext, CheckResult, hidden_tests
from runner.harness.messages import Control
from runner.model import Alarm, Fault, Outcome, Picture, Table
from runner.sandbox import images
from runner.sandbox.docker import DockerSandbox, connect
from runner.tree import SourceFile, pack
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docker import DockerClient

pytestmark = pytest.mark.docker

WORK = r'''
"""A program that does what its first argument says."""
import getpass, os, pathlib, shutil, signal, subprocess, sys, tempfile, time

OUT = pathlib.Path("/out")
mode, *rest = sys.argv[1:]
if mode == "copy":
    # As careful programs write: into a private file first, then renamed.
    for path in pathlib.Path("/in").iterdir():
        (OUT / "private").mkdir(mode=0o700)
        handle, name = tempfile.mkstemp(dir=OUT / "private")
        os.write(handle, path.read_bytes())
        os.rename(name, OUT / "private" / path.name)
elif mode == "who":
    (OUT / "who").write_text(" ".join(["theirs", *sorted(os.listdir("/out")), *os.listdir("/in")]))
elif mode == "list":
    (OUT / "seen.txt").write_text(" ".join(sorted(entry.name for entry in OUT.iterdir())))
elif mode == "readonly":
    for folder in ("/in", "/src", "/"):
        try:
            pathlib.Path(folder, "x").write_text("x")
        except OSError:
            print("refused", folder)
elif mode == "links":
    (OUT / "link").symlink_to("/etc/passwd")
    os.mkfifo(OUT / "pipe")
    (OUT / "real").write_text("r")
elif mode == "exit":
    sys.exit(int(rest[0]))
elif mode == "abort":
    os.abort()
elif mode == "hang":
    subprocess.Popen([sys.executable, __file__, "hang", "child"]) if not rest else None
    time.sleep(600)
elif mode == "orphan":
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
elif mode == "allocate":
    hoard = bytearray(2 * 1024**3)
elif mode == "flood":
    while True:
        print("x" * 4096)
elif mode == "burn":
    end = time.process_time() + float(rest[0])
    while time.process_time() < end:
        pass
elif mode == "lock":
    for name in ("kept", "folder"):
        (OUT / name).mkdir(mode=0o700)
    OUT.chmod(0)
elif mode == "remember":
    os.setxattr(OUT, "user.secret", b"1" * 1000)
    for number in range(1000):
        (OUT / "x").touch()
        (OUT / "x").unlink()
    OUT.chmod(0o1777)
    os.utime(OUT, (1, 1))
elif mode == "picture":
    told, room = OUT.stat(), os.statvfs(OUT)
    (OUT / "x").touch()
    print(
        oct(told.st_mode), told.st_uid, told.st_gid, told.st_ino, (OUT / "x").stat().st_ino,
        told.st_mtime == told.st_atime, os.listxattr(OUT),
        os.listdir(OUT), room.f_bfree, room.f_blocks, room.f_ffree, room.f_files,
        [(path.stat().st_mtime, path.stat().st_atime) for path in pathlib.Path("/src").iterdir()],
    )
elif mode == "private":
    (OUT / "mine" / "mine").mkdir(parents=True)
    (OUT / "mine" / "mine" / "x").write_text("x")
    for folder in (OUT / "mine" / "mine", OUT / "mine"):
        folder.chmod(0o700)
    time.sleep(600)
elif mode == "copytree":
    # As programs write that work in a folder of their own first.
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "a").write_text("a")
        shutil.copytree(folder, OUT, dirs_exist_ok=True)
elif mode == "deep":
    os.chdir(OUT)
    for _ in range(1500):
        os.mkdir("d" * 250)
        os.chdir("d" * 250)
elif mode == "sparse":
    for number in range(40):
        with open(OUT / str(number), "wb") as file:
            file.truncate(31 * 1024**2)
elif mode == "signal":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    (OUT / "done").touch(mode=0o600)
elif mode == "churn":
    for _ in range(3):
        if os.fork() == 0:
            while True:
                for number in range(50):
                    (OUT / f"{os.getpid()}-{number}").touch()
                for number in range(50):
                    (OUT / f"{os.getpid()}-{number}").unlink()
elif mode == "vanish":
    mark = pathlib.Path(f"/proc/{os.getppid()}/cmdline").read_bytes().split(b"\0")[3].decode()
    print(f"\n{mark} 0\n", file=sys.stderr, flush=True)
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(600)
elif mode == "home":
    pathlib.Path.home().joinpath("cache").touch()
    print(getpass.getuser())
elif mode == "sleep":
    time.sleep(float(rest[0]))
elif mode == "fill":
    with open(OUT / "big", "wb") as file:
        for _ in range(64):
            file.write(bytes(1024**2))
'''

REFERENCE = r"""
import pathlib, sys, time

OUT = pathlib.Path("/out")
if sys.argv[1] == "who":
    end = time.process_time() + 0.5
    while time.process_time() < end:
        pass
    seen = [path.name for folder in (OUT, pathlib.Path("/in")) for path in folder.iterdir()]
    (OUT / "who").write_text(f"ours {sorted(seen)}")
    for number in range(100):
        (OUT / f"secret-{number}").touch(mode=0o600)
sys.exit(3 if sys.argv[1] == "fail" else 0)
"""
"""The challenge's own solution: what it writes no command of the candidate's ever finds."""

BOUNDED = tiny.PROGRAM.replace(
    "[[requirements]]", "[suite]\ntest_seconds = 14.0\n\n[[requirements]]", 1
)

SUITE = """
import pytest

from runner.harness.errors import HarnessError, SubjectError


def works(*arguments):
    return ["python", "work.py", *arguments]


@pytest.mark.requirement("items.create")
async def test_private_files_come_back(subject):
    result = (await subject.run(works("copy"), inputs={"a.csv": "ä;1".encode("cp1252")})).expect()
    assert result.files == {"private/a.csv": b"\\xe4;1"}, str(result.files)


@pytest.mark.requirement("items.create")
async def test_each_run_starts_empty(subject):
    await subject.run(works("copy"), inputs={"a.csv": b"1"})
    result = (await subject.run(works("list"))).expect()
    assert result.text("seen.txt") == "", result.text("seen.txt")
    assert list(result.files) == ["seen.txt"], str(result.files)


@pytest.mark.requirement("items.create")
async def test_nothing_else_is_writable(subject):
    result = (await subject.run(works("readonly"))).expect()
    assert result.output == "refused /in\\nrefused /src\\nrefused /\\n", result.output


@pytest.mark.requirement("items.create")
async def test_links_and_pipes_are_left_out(subject):
    result = (await subject.run(works("links"))).expect()
    assert result.files == {"real": b"r"}, str(result.files)


@pytest.mark.requirement("items.create")
async def test_exit_codes(subject):
    assert (await subject.run(works("exit", "3"))).exit_code == 3, "3"
    assert (await subject.run(works("abort"))).exit_code == 128 + 6, "abort"
    missing = await subject.run(["no-such-command"])
    assert missing.exit_code == 127, missing.how
    assert "no-such-command cannot be started" in missing.output, missing.output


@pytest.mark.requirement("items.create")
async def test_an_orphan_delays_nothing(subject):
    result = (await subject.run(works("orphan"))).expect()
    assert result.wall_seconds < 60, str(result.wall_seconds)


@pytest.mark.requirement("items.create")
async def test_limits_are_told_apart(subject):
    for mode, words in {
        "hang": "wall-clock limit",
        "allocate": "memory limit",
        "flood": "more output than its limit",
    }.items():
        result = await subject.run(works(mode), seconds=10.0 if mode != "hang" else 2.0)
        assert words in result.how, f"{mode}: {result.how}"
        assert result.limit, mode
    full = await subject.run(works("fill"))
    assert full.exit_code == 1, full.how
    assert "No space left on device" in full.output, full.output[-200:]


@pytest.mark.requirement("items.create")
async def test_resources_are_the_engines_figures(subject, measure):
    result = (await subject.run(works("burn", "1.5"), usage=True)).expect()
    assert result.cpu_seconds >= 1.5, str(result.cpu_seconds)
    assert result.peak_memory_bytes > 2**20, str(result.peak_memory_bytes)
    measure("burnt", result.cpu_seconds, "s")


@pytest.mark.requirement("items.create")
async def test_nothing_survives_a_command(subject):
    fresh = (await subject.run(works("picture"))).expect().output
    for mode in ("lock", "deep", "sparse", "remember"):
        (await subject.run(works(mode))).expect()
        result = (await subject.run(works("picture"))).expect()
        assert result.output == fresh, f"{mode}: {result.output} after {fresh}"


@pytest.mark.requirement("items.create")
async def test_who_is_killed_amid_folders_of_its_own_costs_nobody_else(subject):
    assert (await subject.run(works("private"), seconds=1.5)).limit, "it was not killed"
    assert (await subject.run(works("list"))).expect().text("seen.txt") == "", "seen"


@pytest.mark.requirement("items.create")
async def test_a_whole_folder_can_be_copied_to_out(subject):
    result = (await subject.run(works("copytree"))).expect()
    assert result.files == {"a": b"a"}, str(result.files)


@pytest.mark.requirement("items.create")
async def test_many_results_at_once(subject):
    results = [(await subject.run(works("sparse"))).expect() for _ in range(5)]
    assert [len(result.files) for result in results] == [1] * 5, str(results)
    assert all(len(result.left_out) == 39 for result in results), "the rest is left out"


@pytest.mark.requirement("items.create")
async def test_what_is_left_running_changes_nothing(subject):
    for _ in range(5):
        (await subject.run(works("churn"))).expect()


@pytest.mark.requirement("items.create")
async def test_a_signal_to_its_own_group(subject):
    result = (await subject.run(works("signal"))).expect()
    assert result.file("done") == b"", str(result.files)


@pytest.mark.requirement("items.create")
async def test_a_user_with_a_home(subject):
    assert (await subject.run(works("home"))).expect().output.strip() == "candidate", "user"


@pytest.mark.requirement("items.create")
async def test_measuring_takes_no_time_of_the_command(subject):
    (await subject.run(works("sleep", "1.2"), usage=True, seconds=2.0)).expect()


@pytest.mark.requirement("items.create")
async def test_who_vanishes_is_not_measured(subject):
    for _ in range(3):
        try:
            result = await subject.run(works("vanish"), usage=True)
        except SubjectError:
            continue
        assert result.exit_code == 137, result.how


@pytest.mark.requirement("items.create")
async def test_the_reference_runs_in_the_place_of_the_submission(subject, notes, issued_seed):
    ours = await subject.run(works("who"), inputs={"a": b""}, usage=True, reference=True)
    assert ours.expect().text("who") == "ours ['a']", str(ours.files)
    assert 0.5 <= ours.cpu_seconds < 10, str(ours.cpu_seconds)
    assert len(ours.files) == 101, str(ours.left_out)
    theirs = (await subject.run(works("who"), inputs={"b": b""})).expect()
    assert theirs.files == {"who": b"theirs b"}, str(theirs.files)
    assert issued_seed == 7, str(issued_seed)
    notes.measure("reference", ours.cpu_seconds, "s")
    notes.table("runs", ["whose", "files"], [("ours", 101), ("theirs", 1)])
    notes.picture("chart", b"<svg/>")
    notes.alarm("copied", "a summary")


@pytest.mark.requirement("items.create")
async def test_a_reference_that_fails_is_our_fault(subject):
    with pytest.raises(HarnessError, match="exit code 0 is due"):
        (await subject.run(works("fail"), reference=True)).expect()


@pytest.mark.requirement("items.read")
async def test_a_hang_is_told(subject):
    (await subject.run(works("hang"))).expect()


@pytest.mark.requirement("items.create")
async def test_the_test_after_a_hang_is_not_late(subject):
    (await subject.run(works("exit", "0"))).expect()


@pytest.mark.requirement("items.read")
async def test_a_failure_is_told(subject):
    (await subject.run(works("exit", "7"))).expect()
"""


@pytest.fixture
def client() -> Iterator[DockerClient]:
    client = connect()
    yield client
    client.close()


def judged(client: DockerClient, tmp_path: Path) -> CheckResult:
    suite = (("test_work.py", SUITE),)
    with DockerSandbox(client).open(ttl_seconds=600) as run:
        return hidden_tests.run(
            CheckContext(
                run=run,
                challenge=tiny.load(tmp_path, challenge_dot_toml=BOUNDED).challenge,
                images=images.ensure(client, "backend"),
                sources=pack([SourceFile(path="work.py", data=WORK.encode())]),
                starter=b"",
                suite=suite,
                expected=expected_checks(suite, "tiny"),
                seed=1,
                control=Control(files={"work.py": REFERENCE}),
                issued_seed=7,
            )
        )


def test_commands_run_from_start_to_end(client: DockerClient, tmp_path: Path) -> None:
    result = judged(client, tmp_path)

    told = [one for one in result.evidence if one.requirement == "items.read"]
    good = [one for one in result.evidence if one.requirement == "items.create"]
    assert {one.check: one.summary for one in good if one.outcome is not Outcome.PASSED} == {}
    assert [one.outcome for one in told] == [Outcome.FAILED] * 2
    assert "wall-clock limit" in told[0].summary
    assert told[0].fault is Fault.LIMIT
    assert told[1].summary.startswith("python work.py exit 7: it exited with code 7")
    assert [measure.name for one in good for measure in one.measures] == ["burnt", "reference"]
    [noted] = [one for one in good if one.pictures]
    assert noted.pictures == (Picture(name="chart", svg="PHN2Zy8+"),)
    rows = (("ours", "101"), ("theirs", "1"))
    assert noted.tables == (Table(title="runs", columns=("whose", "files"), rows=rows),)
    assert result.alarms == (Alarm(id="suite.copied", summary="a summary"),)
    assert result.timings["suite.waiting_for_subject"] > 0
