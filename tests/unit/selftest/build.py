"""Parts of a corpus and of its outcomes, as small as they may be."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from runner.selftest.corpus import Attack, Loaded, load_corpus
from runner.selftest.guarantees import Guarantee
from runner.tree import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

CORPUS = load_corpus()
"""The corpus of this repository."""

ATTACK = """\
id = "{name}"
title = "An attack that is there to be read"
guarantee = "verdict"
kind = "grading"
{more}
"""


def attack(**fields: Any) -> Attack:
    """An attack with these fields."""
    usual: dict[str, Any] = {
        "id": "one",
        "title": "An attack that is made here",
        "guarantee": Guarantee.VERDICT,
        "kind": "grading",
    }
    return Attack.model_validate(usual | fields)


def loaded(files: dict[str, str] | None = None, **fields: Any) -> Loaded:
    """An attack with files."""
    found = (files or {}).items()
    return Loaded(
        attack=attack(**fields),
        files=tuple(SourceFile(path=path, data=text.encode()) for path, text in found),
    )


def written(root: Path, name: str = "one", more: str = "", folder: str = "") -> Path:
    """A corpus of one attack in a folder."""
    place = root / "attacks" / (folder or name)
    place.mkdir(parents=True)
    text = ATTACK.format(name=name, more=more)
    (place / "attack.toml").write_text(text, encoding="utf-8")
    return root


FACTS: dict[str, dict[str, Any]] = {
    "surroundings": {
        "uid": [20001, 20001],
        "groups": [],
        "capabilities": 0,
        "no_new_privileges": 1,
        "seccomp": 2,
        "set_id_programs": [],
        "chown": "EPERM",
        "setuid": "EPERM",
        "mknod": "EPERM",
        "read_only_root": True,
        "writes": {"/x": "EROFS", "/proc/self/oom_score_adj": "EACCES"},
        "reads": {"/etc/shadow": "EACCES", "/proc/1/environ": "done"},
        "engines": [],
        "writable_mounts": ["/dev/shm", "/tmp"],
        "executed": "EACCES",
        "canary_found_at": [],
        "canary_whole": True,
        "environment": {"PATH": "/bin", "HOME": "/tmp", "WORD": "x"},
        "environment_given": {"WORD": "x"},
        "interfaces": ["lo"],
        "routes": [],
        "connections": {"1.1.1.1 443": "ENETUNREACH"},
        "datagrams": "ENETUNREACH",
        "names": {"example.com": False},
        "calls_allowed": [],
    },
    "ceilings": {
        "asked": {
            "pids": 32,
            "cpus": 0.5,
            "scratch_inodes": 128,
            "open_files": 128,
            "data_mib": 2,
        },
        "processes_seen": 2,
        "processes": [30, "EAGAIN"],
        "descriptors": [125, "EMFILE"],
        "core": 0,
        "bytes": [2, "ENOSPC"],
        "giant": "EFBIG",
        "inodes": [126, "ENOSPC"],
        "cpu_share": 0.5,
    },
    "memory": {"ending": "memory"},
    "output": {"ending": "output", "kept": 131072},
    "forever": {"ending": "timeout", "seconds": 2.0, "beats": [30, 30]},
    "neighbours": {"marks_seen": [], "others_killed": 0, "whole": True},
    "remains": {"during": 2, "after": []},
    "images": {"layers": {"subject": 1, "harness": 1}, "shared": []},
}
"""What boxes find on an engine on which everything holds."""


def facts(part: str, **changes: Any) -> dict[str, Any]:
    """The facts of a part, some of them otherwise."""
    return copy.deepcopy(FACTS[part]) | changes
