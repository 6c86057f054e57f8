"""Attacks 48 to 50: a submitted repository that wants git to run something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.alarms import PER_KIND
from runner.intake import read_submission
from runner.intake.gitwatch import PEEK_BYTES
from tests.unit.intake.archives import GOOD, folder_of, honest_tar, read, zip_of

if TYPE_CHECKING:
    from pathlib import Path

ORDINARY = b"""\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tfsmonitor = true
[remote "origin"]
\turl = git@example.com:me/orders.git
[filter "lfs"]
\tclean = git-lfs clean -- %f
\tprocess = git-lfs filter-process
[alias]
\tst = status
[submodule "x"]
\tactive = true
; a comment
"""

COMMANDS = [
    b"[core]\n\tfsmonitor = ./steal.sh\n",
    b"[core] fsmonitor = ./steal.sh\n",
    b"[CORE]\nFsMonitor=./steal.sh\r\n",
    b'[core]\nsshCommand = "sh -c steal"\n',
    b"[core]\nhooksPath = hooks\n",
    b"[core]\npager = ./steal.sh\n",
    b"[diff]\nexternal = ./steal.sh\n",
    b'[diff "py"]\ntextconv = ./steal.sh\n',
    b"[diff.py]\ncommand = ./steal.sh\n",
    b'[filter "x"]\nsmudge = ./steal.sh\n',
    b'[filter "x"]\nprocess = ./steal.sh\n',
    b'[merge "x"]\ndriver = ./steal.sh\n',
    b"[credential]\nhelper = !steal\n",
    b'[credential "https://example.com"]\nhelper = !steal\n',
    b"[gpg]\nprogram = ./steal.sh\n",
    b"[alias]\nstatus = !steal\n",
    b'[submodule "x"]\nupdate = !steal\n',
    b"[include]\npath = ../evil\n",
    b'[includeIf "gitdir:/"]\npath = ../evil\n',
    b'[remote "x"]\nuploadpack = steal\n',
    b"[protocol.ext]\nallow = always\n",
]


@pytest.mark.parametrize("config", COMMANDS)
@pytest.mark.parametrize("place", [".git/config", "vendor/.git/config"])
def test_a_setting_that_runs_something_raises_an_alarm(
    tmp_path: Path, config: bytes, place: str
) -> None:
    entries = {**GOOD, place: ORDINARY + config}
    forms = [
        read_submission(folder_of(tmp_path / "in", entries)),
        read(tmp_path, zip_of(entries)),
        read(tmp_path, honest_tar(entries)),
    ]
    for submission in forms:
        [alarm] = submission.alarms
        assert alarm.id == "intake.git_config"
        assert alarm.location is not None
        assert alarm.location.path == place
        assert (alarm.location.line or 0) > ORDINARY.count(b"\n")
        assert place not in submission.paths


def test_an_ordinary_repository_raises_none(tmp_path: Path) -> None:
    hooks = {
        ".git/hooks/pre-commit": b"#!/bin/sh\n# made by pre-commit.com\n",
        ".git/hooks/pre-push": b"#!/bin/sh\ngit lfs pre-push\n",
        ".git/hooks/update.sample": b"#!/bin/sh\nrm -rf\n",
    }
    entries = {**GOOD, ".git/config": ORDINARY, ".git/objects/00/11": b"\0", **hooks}
    assert read_submission(folder_of(tmp_path / "in", entries)).alarms == ()


def test_a_hook_raises_an_alarm(tmp_path: Path) -> None:
    [alarm] = read(tmp_path, zip_of({**GOOD, ".git/hooks/post-checkout": b"steal"})).alarms
    assert alarm.id == "intake.git_hook"


def test_many_settings_make_one_short_alarm(tmp_path: Path) -> None:
    config = b"".join(COMMANDS) + b"[pager]\n\x1b[2J = steal\n"
    [alarm] = read(tmp_path, zip_of({**GOOD, ".git/config": config * 20})).alarms
    assert len(alarm.summary) < 500
    assert "\x1b" not in alarm.summary


def test_only_the_beginning_is_looked_at(tmp_path: Path) -> None:
    config = b"#" * PEEK_BYTES + b"\n" + COMMANDS[0]
    assert read(tmp_path, zip_of({**GOOD, ".git/config": config})).alarms == ()


def test_a_repository_under_another_name_raises_an_alarm(tmp_path: Path) -> None:
    bare = {"data/HEAD": b"ref: refs/heads/main\n", "data/config": COMMANDS[0]}
    [alarm] = read(tmp_path, zip_of({**GOOD, **bare})).alarms
    assert alarm.id == "intake.bare_repository"
    honest = {"docs/HEAD": b"ref: a heading", "data/HEAD": b"text", "data/config": b""}
    assert read(tmp_path, zip_of({**GOOD, **honest})).alarms == ()


def test_alarms_are_few_however_many_reasons_there_are(tmp_path: Path) -> None:
    hooks = {f".git/hooks/h{number}": b"steal" for number in range(80)}
    alarms = read(tmp_path, zip_of({**GOOD, **hooks})).alarms
    assert len(alarms) == PER_KIND
    assert [alarm.more for alarm in alarms] == [0] * (PER_KIND - 1) + [80 - PER_KIND]


def test_one_kind_of_alarm_hides_no_other(tmp_path: Path) -> None:
    flood = {f".git/hooks/h{number}": b"steal" for number in range(80)}
    flood |= {f"docs/{number}\u202e.md": b"" for number in range(80)}
    bare = {"data/HEAD": b"ref: refs/heads/main\n", "data/config": COMMANDS[0]}
    alarms = read(tmp_path, zip_of({**GOOD, **flood, **bare})).alarms
    assert {alarm.id for alarm in alarms} == {
        "intake.git_hook",
        "intake.hidden_name",
        "intake.bare_repository",
    }
