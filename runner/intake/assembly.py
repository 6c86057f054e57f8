"""From a full tray to the submission: what needs to have seen every entry."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from runner.alarms import few_of_each
from runner.intake import clutter, packed
from runner.intake.submission import Dropped, Submission
from runner.model import Alarm, Location
from runner.text import is_hidden
from runner.tree import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.intake.names import Parts
    from runner.intake.tray import Tray


def assemble(tray: Tray, required: frozenset[str]) -> Submission:
    """The submission, or the refusal that could not be known earlier.

    `required` are paths that an answer has; a lone top-level folder that starts one of them
    is part of the answer, any other is a wrapper and is taken off.
    """
    wrapper = _wrapper(tray, required)
    cut = len(wrapper)
    _drop_environments(tray, cut)
    packed.leave_out(tray)
    if tray.specials:
        parts, kind = tray.specials[0]
        raise tray.refuse_entry("/".join(parts).encode(), f"it is {kind}, not a regular file")
    if not tray.kept:
        why = "it holds no file that could be graded"
        archive = packed.archive_in(tray)
        do = f"Give what {archive} holds" if archive else "Check that this is the right path"
        raise tray.refuse(why, do=do)
    files = tuple(
        SourceFile(
            path="/".join(kept.parts[cut:]), data=kept.data, executable=bool(kept.mode & 0o111)
        )
        for kept in sorted(tray.kept, key=lambda kept: "/".join(kept.parts))
    )
    dropped = tuple(
        Dropped(path="/".join(parts[cut:]), reason=reason)
        for parts, reason in sorted(tray.dropped.items())
        if len(parts) > cut
    )
    alarms = few_of_each(_alarms(tray, cut))
    return Submission(files=files, dropped=dropped, alarms=alarms, wrapper="/".join(wrapper))


def _wrapper(tray: Tray, required: frozenset[str]) -> Parts:
    paths = [kept.parts for kept in tray.kept]
    if any("/".join(parts) in required for parts in paths):
        return ()
    paths += [parts for parts, _ in tray.specials]
    paths += [parts for parts in tray.dropped if not clutter.is_junk(parts)]
    tops = {parts[0] for parts in paths}
    lone = len(tops) == 1 and all(len(parts) > 1 for parts in paths)
    return tuple(tops) if lone else ()


def _drop_environments(tray: Tray, cut: int) -> None:
    """Leave out every folder that is a virtual environment, whatever it is called.

    Not the project's own folder: somebody made the environment right there.
    """
    roots = {
        kept.parts[:-1]
        for kept in tray.kept
        if kept.parts[-1].lower() == clutter.VENV_MARKER and len(kept.parts) > cut + 1
    }
    tray.dropped.update(dict.fromkeys(roots, clutter.VENV_REASON))
    tray.kept = [kept for kept in tray.kept if not _below(kept.parts, roots)]
    tray.specials = [item for item in tray.specials if not _below(item[0], roots)]


def _below(parts: Parts, roots: set[Parts]) -> bool:
    return any(parts[:depth] in roots for depth in range(1, len(parts)))


def _alarms(tray: Tray, cut: int) -> Iterator[Alarm]:
    for parts, alarm in tray.alarms:
        line = alarm.location.line if alarm.location else None
        location = Location(path="/".join(parts[cut:]), line=line)
        yield alarm.model_copy(update={"location": location})
    paths = {kept.parts for kept in tray.kept}
    for kept in tray.kept:
        location = Location(path="/".join(kept.parts[cut:]))
        if kept.mode & (stat.S_ISUID | stat.S_ISGID):
            summary = "a file asks to run as another user (its permissions are not kept)"
            yield Alarm(id="intake.setuid", summary=summary, location=location)
        if any(map(is_hidden, location.path)):
            summary = "a file name holds invisible characters"
            yield Alarm(id="intake.hidden_name", summary=summary, location=location)
        beside = (*kept.parts[:-1], "config")
        if kept.parts[-1] == "HEAD" and kept.data.startswith(b"ref: ") and beside in paths:
            summary = "a folder is a git repository under another name (git is never run)"
            yield Alarm(id="intake.bare_repository", summary=summary, location=location)
