"""Signs in a submitted `.git` that somebody hoped for git to be run on it.

Git starts programs that a repository's own configuration names: `core.fsmonitor`, for one,
on a plain `git status`. Git is never run on a submission, so all of this is inert; it is
worth an alarm all the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.model import Alarm, Location
from runner.text import visible_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.intake.names import Parts

PEEK_BYTES = 65_536
"""How much of a file in `.git` is looked at."""

_SHOWN = 5

_SECTION = re.compile(r'\s*\[\s*([^\s"\]]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\](.*)')

_COMMANDS = re.compile(
    r"core\.(fsmonitor|sshcommand|gitproxy|hookspath|pager|editor|askpass|alternaterefscommand)"
    r"|sequence\.editor|diff\.external|diff\..*\.(command|textconv)|interactive\.difffilter"
    r"|filter\..*\.(clean|smudge|process)|merge\..*\.driver|(merge|diff)tool\..*\.(cmd|path)"
    r"|credential\.(.*\.)?helper|gpg\.(.*\.)?program|pager\..*|uploadpack\.packobjectshook"
    r"|remote\..*\.(uploadpack|receivepack|vcs)|include\.path|includeif\..*\.path"
    r"|protocol\.ext\.allow|sendemail\..*cmd|browser\..*\.(cmd|path)|man\..*\.(cmd|path)"
)
"""Settings, as `section.name.key` in lower case, whose value git runs or reads more from."""

_SHELL = re.compile(r"alias\..*|submodule\..*\.update")
"""Settings whose value is a shell command when it starts with `!`."""

_HARMLESS = re.compile(r"|true|false|git[- ]lfs .*")
"""Values that name no program, or the one that `git lfs install` writes."""

_KNOWN_HOOKS = (b"pre-commit.com", b"git lfs ", b"git-lfs ")
"""What the hooks contain that pre-commit and Git LFS install by themselves."""


def wants(parts: Parts, *, folder: bool) -> bool:
    """Whether a look at this path is worth while: a `.git`, its `config` and its hooks."""
    names = tuple(part.lower() for part in parts)
    if ".git" not in names:
        return False
    inside = names[names.index(".git") + 1 :]
    if folder:
        return inside in {(), ("hooks",)}
    return inside == ("config",) or (len(inside) == 2 and inside[0] == "hooks")  # noqa: PLR2004


def look(parts: Parts, data: bytes) -> Alarm | None:
    """The alarm that a file in `.git` deserves, if any."""
    data = data[:PEEK_BYTES]
    hook = parts[-2].lower() == "hooks"
    return _hook("/".join(parts), data) if hook else _config("/".join(parts), data)


def _hook(path: str, data: bytes) -> Alarm | None:
    if path.endswith(".sample") or any(mark in data for mark in _KNOWN_HOOKS):
        return None
    return Alarm(
        id="intake.git_hook",
        summary="the submitted .git holds a hook for git to run (git is never run)",
        location=Location(path=path),
    )


def _config(path: str, data: bytes) -> Alarm | None:
    text = data.decode("utf-8", "backslashreplace")
    found = [(line, key) for line, key, value in _settings(text) if _runs(key, value)]
    if not found:
        return None
    keys = ", ".join(visible_name(key, 60) for _, key in found[:_SHOWN])
    return Alarm(
        id="intake.git_config",
        summary=f"the submitted .git names programs for git to run (git is never run): {keys}",
        location=Location(path=path, line=found[0][0]),
    )


def _settings(text: str) -> Iterator[tuple[int, str, str]]:
    section = ""
    for number, line in enumerate(text.split("\n"), start=1):
        rest = line
        if header := _SECTION.match(line):
            section = ".".join(filter(None, header.group(1, 2)))
            rest = header.group(3)
        key, _, value = rest.partition("=")
        if key.strip():
            yield number, f"{section}.{key.strip()}".lower(), value.strip().strip('"')


def _runs(key: str, value: str) -> bool:
    if _SHELL.fullmatch(key):
        return value.startswith("!")
    return bool(_COMMANDS.fullmatch(key)) and not _HARMLESS.fullmatch(value)
