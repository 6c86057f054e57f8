"""What the facts of a box mean: a sentence for everything that is not as promised. Pure functions.

A probe takes the facts of one part (`runner.selftest.engine`) and the level of isolation that the
engine reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from runner.model import IsolationLevel

Facts = dict[str, Any]
Judge = Callable[[Facts, IsolationLevel], Iterator[str]]

NO_WAY = frozenset({"ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL"})
"""Errors of an address that nothing leads to. A refusal, or silence, means that something does."""

DOCUMENTED = frozenset({"PATH", "LANG", "LC_ALL", "LC_CTYPE", "HOSTNAME", "HOME"})
"""Variables that an image and a runtime may set."""

OWN_MOUNTS = frozenset({"/data", "/dev/mqueue", "/dev/shm", "/tmp"})  # noqa: S108 - in the box

SECCOMP_FILTER = 2
CPU_MARGIN = 0.35
"""The share of the processor is counted over a tenth of a second by the kernel: in one second a
box may use a few of those periods more than its share."""

SPARE_PROCESSES = 4
PROMPT_SECONDS = 20.0
KEPT_BYTES = 256 * 1024


def identity(facts: Facts, level: IsolationLevel) -> Iterator[str]:
    """Nobody in particular, without capabilities, who can gain nothing."""
    if 0 in facts["uid"]:
        yield "the code runs as root"
    if facts["groups"]:
        yield f"the code is in the groups {facts['groups']}"
    if facts["capabilities"]:
        yield f"the code has the capabilities {facts['capabilities']:#x}"
    if not facts["no_new_privileges"]:
        yield "the code can gain privileges (no-new-privileges is off)"
    if facts["seccomp"] != SECCOMP_FILTER and level is not IsolationLevel.KERNEL:
        yield "no filter of system calls is on (seccomp)"
    if facts["set_id_programs"]:
        yield f"the image has set-id programs: {', '.join(facts['set_id_programs'])}"
    for action in ("chown", "setuid", "mknod"):
        if facts[action] == "done":
            yield f"the code may {action}"


def files(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """Nothing can be written but the box's own, and nothing runs from there."""
    if not facts["read_only_root"]:
        yield "the root file system can be written"
    written = [path for path, how in facts["writes"].items() if how == "done"]
    if written:
        yield f"the code could write {', '.join(written)}"
    strange = sorted(set(facts["writable_mounts"]) - OWN_MOUNTS)
    if strange:
        yield f"other mounts can be written: {', '.join(strange)}"
    if facts["executed"] == "done":
        yield "a program could be written to /tmp and run"


def secrets(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """Nothing of the host or of the engine can be read."""
    seen = [path for path, how in facts["reads"].items() if how == "done"]
    # Its own first process has the same user and the same environment.
    seen = [path for path in seen if path != "/proc/1/environ"]
    if seen:
        yield f"the code could read {', '.join(seen)}"


def engine(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """No engine and no device of the host is there."""
    if facts["engines"]:
        yield f"the box has {', '.join(facts['engines'])}"


def canary(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """A file of the host is out of reach and unchanged."""
    if facts["canary_found_at"]:
        yield f"a file of the host was found below {facts['canary_found_at']}"
    if not facts["canary_whole"]:
        yield "a file of the host was changed"


def environment(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """The environment is what was given, what is documented, and nothing of the host."""
    given, found = facts["environment_given"], facts["environment"]
    wrong = [name for name, value in given.items() if found.get(name) != value]
    if wrong:
        yield f"the environment lacks {', '.join(wrong)}"
    strange = sorted(found.keys() - given.keys() - DOCUMENTED)
    if strange:
        yield f"the environment holds {', '.join(strange)} as well"


def network(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """There is a loopback, and no way to anything else."""
    if facts["interfaces"] != ["lo"]:
        yield f"the box has the network interfaces {', '.join(facts['interfaces'])}"
    if facts["routes"]:
        yield f"the box has routes: {'; '.join(facts['routes'])[:300]}"
    led = [f"{to} ({how})" for to, how in facts["connections"].items() if how not in NO_WAY]
    if led:
        yield f"something leads to {', '.join(led)}"
    if facts["datagrams"] not in NO_WAY:
        yield f"datagrams leave the box ({facts['datagrams']})"


def names(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """No name is looked up."""
    found = [name for name, known in facts["names"].items() if known]
    if found:
        yield f"names are looked up: {', '.join(found)}"


def kernel(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """What no submission needs of the kernel is denied."""
    if facts["calls_allowed"]:
        yield f"the kernel answers {', '.join(facts['calls_allowed'])}"


def processes(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """Processes end at their limit, and only the box's own are seen."""
    made, error = facts["processes"]
    if error != "EAGAIN" or made >= facts["asked"]["pids"]:
        yield f"{made} processes were started where {facts['asked']['pids']} is the limit"
    if facts["processes_seen"] > SPARE_PROCESSES:
        yield f"the box sees {facts['processes_seen']} processes before it starts any"


def disk(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """Bytes and files end at their limit; an enormous file cannot be made."""
    asked = facts["asked"]
    size, error = facts["bytes"]
    if size > asked["data_mib"] or error not in {"ENOSPC", "EFBIG"}:
        yield f"{size} MiB were written where {asked['data_mib']} are the limit"
    count, error = facts["inodes"]
    if count > asked["scratch_inodes"] or error != "ENOSPC":
        yield f"{count} files were made where {asked['scratch_inodes']} are the limit"
    if facts["giant"] == "done":
        yield "a file of four exabytes could be made"


def descriptors(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """Open files end at their limit; a crash leaves no image of its memory."""
    had, error = facts["descriptors"]
    if had > facts["asked"]["open_files"] or error != "EMFILE":
        yield f"{had} files were opened where {facts['asked']['open_files']} are the limit"
    if facts["core"]:
        yield "a crash may write its memory to a file"


def processor(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """Four busy processes get no more of the processor than was given."""
    share, asked = facts["cpu_share"], facts["asked"]["cpus"]
    if share > asked + CPU_MARGIN:
        yield f"a box of {asked:g} processors used {share:g}"


def memory(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """Too much memory ends the box, and the engine says that it was this."""
    if facts["ending"] != "memory":
        yield f"a box that takes all memory ended as {facts['ending']}"


def output(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """Too much output ends the box, and little of it is kept."""
    if facts["ending"] != "output":
        yield f"a box that writes without end ended as {facts['ending']}"
    if facts["kept"] > KEPT_BYTES:
        yield f"{facts['kept']} bytes of its output were kept"


def forever(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """Who ignores signals is killed in time, with everything that was started."""
    if facts["ending"] != "timeout":
        yield f"a box that never ends ended as {facts['ending']}"
    if facts["seconds"] > PROMPT_SECONDS:
        yield f"it took {facts['seconds']:.0f} s to kill a box after its time"
    before, after = facts["beats"]
    if before != after:
        yield "a daemon outlives its box"


def neighbours(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """One grading sees nothing of another and cannot disturb it."""
    if facts["marks_seen"]:
        yield f"another grading is seen by {', '.join(facts['marks_seen'])}"
    if facts["others_killed"]:
        yield f"{facts['others_killed']} processes of others could be killed"
    if not facts["whole"]:
        yield "files of another grading were changed"


def leftovers(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """A run that has ended leaves no container, no volume and no network."""
    if not facts["during"]:
        yield "what a run makes cannot be found by its label"
    if facts["after"]:
        yield f"left behind: {', '.join(facts['after'])[:300]}"


def layers(facts: Facts, _level: IsolationLevel) -> Iterator[str]:
    """The images of submissions and of the judge have no layer in common."""
    if not all(facts["layers"].values()):
        yield "the engine does not name the layers of an image"
    if facts["shared"]:
        yield f"both images are made of {', '.join(facts['shared'])[:300]}"


PROBES: dict[str, tuple[str, Judge]] = {
    "canary": ("surroundings", canary),
    "descriptors": ("ceilings", descriptors),
    "disk": ("ceilings", disk),
    "engine": ("surroundings", engine),
    "environment": ("surroundings", environment),
    "files": ("surroundings", files),
    "forever": ("forever", forever),
    "identity": ("surroundings", identity),
    "kernel": ("surroundings", kernel),
    "layers": ("images", layers),
    "leftovers": ("remains", leftovers),
    "memory": ("memory", memory),
    "names": ("surroundings", names),
    "neighbours": ("neighbours", neighbours),
    "network": ("surroundings", network),
    "output": ("output", output),
    "processes": ("ceilings", processes),
    "processor": ("ceilings", processor),
    "secrets": ("surroundings", secrets),
}
"""By the name that an `attack.toml` gives: the part whose facts it judges, and the judge."""
