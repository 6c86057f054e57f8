"""The Markdown documents of this repository and the console sessions in them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.meta.repository import ROOT, tracked

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL_WORDS = {"|", ">", ">>", "&&", "||", ";", "2>"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One command of a `console` block and the output that is quoted below it."""

    document: str
    command: str
    output: str

    @property
    def words(self) -> list[str]:
        """The command's words up to the first pipe, redirection or comment."""
        words = shlex.split(self.command, comments=True)
        end = next((n for n, word in enumerate(words) if word in SHELL_WORDS), len(words))
        return words[:end]


def documents() -> tuple[Path, ...]:
    """Every Markdown file that is about this project, not part of a challenge."""
    return tuple(
        path
        for path in tracked()
        if path.suffix == ".md"
        and path.relative_to(ROOT).parts[0] not in ("challenges", "controls", "tests")
    )


def sessions(*, program: str = "takehome") -> tuple[Session, ...]:
    """Every quoted command of `program`, with or without its folder."""
    found = tuple(session for path in documents() for session in _sessions(path) if session.words)
    return tuple(item for item in found if item.words[0].rpartition("/")[2] == program)


def _sessions(path: Path) -> list[Session]:
    found = []
    name = path.relative_to(ROOT).as_posix()
    for block in BLOCK.findall(path.read_text("utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.replace("\\\n", "").partition("\n")
            found.append(Session(document=name, command=command, output=output))
    return found
