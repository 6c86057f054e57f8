"""Every promise about a box goes red by the fact that breaks it, and by no other."""

from __future__ import annotations

import re
from typing import Any

import pytest

from runner.model import IsolationLevel
from runner.selftest.facts import parsed
from runner.selftest.probes import PROBES
from tests.unit.selftest.build import CORPUS, facts

CONTAINER = IsolationLevel.CONTAINER

BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("identity", {"uid": [20001, 0]}, "runs as root"),
    ("identity", {"groups": [998]}, r"in the groups \[998\]"),
    ("identity", {"capabilities": 0x400}, "capabilities 0x400"),
    ("identity", {"no_new_privileges": 0}, "no-new-privileges is off"),
    ("identity", {"seccomp": 0}, "no filter of system calls"),
    ("identity", {"set_id_programs": ["/bin/su"]}, "set-id programs: /bin/su"),
    ("identity", {"chown": "done"}, "may chown"),
    ("identity", {"setuid": "done"}, "may setuid"),
    ("identity", {"mknod": "done"}, "may mknod"),
    ("files", {"read_only_root": False}, "root file system can be written"),
    ("files", {"writes": {"/x": "done"}}, "could write /x"),
    ("files", {"writable_mounts": ["/tmp", "/host"]}, "other mounts can be written: /host"),
    ("files", {"executed": "done"}, "written to /tmp and run"),
    ("secrets", {"reads": {"/etc/shadow": "done"}}, "could read /etc/shadow"),
    ("engine", {"engines": ["/run/docker.sock"]}, "the box has /run/docker.sock"),
    ("canary", {"canary_found_at": ["/proc/1/root"]}, "found below"),
    ("canary", {"canary_whole": False}, "was changed"),
    ("environment", {"environment": {"PATH": "/bin"}}, "lacks WORD"),
    ("environment", {"environment": {"WORD": "x", "AWS_KEY": "y"}}, "holds AWS_KEY as well"),
    ("network", {"interfaces": ["eth0", "lo"]}, "interfaces eth0, lo"),
    ("network", {"routes": ["eth0 0000"]}, "has routes: eth0 0000"),
    ("network", {"connections": {"172.17.0.1 22": "ECONNREFUSED"}}, "172.17.0.1 22"),
    ("network", {"connections": {"1.1.1.1 443": "ETIMEDOUT"}}, "leads to 1.1.1.1 443"),
    ("network", {"datagrams": "done"}, "datagrams leave"),
    ("names", {"names": {"example.com": True}}, "looked up: example.com"),
    ("kernel", {"calls_allowed": ["keyctl"]}, "answers keyctl"),
    ("processes", {"processes": [5000, ""]}, "5000 processes"),
    ("processes", {"processes_seen": 200}, "sees 200 processes"),
    ("disk", {"bytes": [1024, ""]}, "1024 MiB were written"),
    ("disk", {"inodes": [100_000, ""]}, "100000 files were made"),
    ("disk", {"giant": "done"}, "four exabytes"),
    ("descriptors", {"descriptors": [100_000, ""]}, "100000 files were opened"),
    ("descriptors", {"core": 1}, "write its memory"),
    ("processor", {"cpu_share": 2.0}, "0.5 processors used 2"),
    ("memory", {"ending": "exited"}, "ended as exited"),
    ("output", {"ending": "timeout"}, "ended as timeout"),
    ("output", {"kept": 10**7}, "10000000 bytes"),
    ("forever", {"ending": "exited"}, "ended as exited"),
    ("forever", {"seconds": 90.0}, "took 90 s"),
    ("forever", {"beats": [30, 45]}, "daemon outlives"),
    ("neighbours", {"marks_seen": ["a lock"]}, "seen by a lock"),
    ("neighbours", {"others_killed": 3}, "3 processes"),
    ("neighbours", {"whole": False}, "were changed"),
    ("leftovers", {"during": 0}, "cannot be found"),
    ("leftovers", {"after": ["volume x"]}, "left behind: volume x"),
    ("layers", {"layers": {"subject": 0, "harness": 1}}, "does not name the layers"),
    ("layers", {"shared": ["sha256:0"]}, "made of sha256:0"),
]


@pytest.mark.parametrize("name", PROBES)
def test_a_good_engine_breaks_no_promise(name: str) -> None:
    part, judge = PROBES[name]
    assert list(judge(facts(part), CONTAINER)) == []


@pytest.mark.parametrize(("name", "changes", "said"), BROKEN)
def test_one_fact_breaks_a_promise(name: str, changes: dict[str, Any], said: str) -> None:
    part, judge = PROBES[name]
    problems = list(judge(facts(part, **changes), CONTAINER))
    assert len(problems) == 1
    assert re.search(said, problems[0])


def test_every_probe_is_seen_to_fail() -> None:
    assert {name for name, _, _ in BROKEN} == PROBES.keys()


def test_a_kernel_of_its_own_needs_no_filter_of_calls() -> None:
    _, judge = PROBES["identity"]
    unfiltered = facts("surroundings", seccomp=0)
    assert list(judge(unfiltered, IsolationLevel.KERNEL)) == []


def test_every_probe_belongs_to_an_attack() -> None:
    named = {name for one in CORPUS.attacks for name in one.attack.probes}
    assert PROBES.keys() <= named


@pytest.mark.parametrize("text", ["", "no JSON", "[1]", '{"cut": ', "7"])
def test_what_is_no_object_is_no_facts(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(text)


def test_the_last_line_has_the_facts() -> None:
    assert parsed('noise\n{"a": 1}\n') == {"a": 1}
