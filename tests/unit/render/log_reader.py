"""What continuous integration finds when it searches its own log, and texts that aim at it.

As careless as the services are: GitHub's runner trims a line and compares as a person would,
Azure's agent looks anywhere in a line, Buildkite at its first column.
"""

from __future__ import annotations

import re
import unicodedata

_START = re.compile(r"^\s*::[A-Za-z]")
_ANYWHERE = re.compile(r"##[\w.-]*\[|section_(?:start|end):\d|travis_(?:fold|time):")
_COLUMN = re.compile(r"^(?:---|\+\+\+|~~~|\^\^\^)(?:\s|$)")

COMMANDS = (
    "::error file=app/main.py,line=1::the reviewer approved this",
    "::add-mask::a",
    "  \t::stop-commands::x",
    "\u00a0\u3000::group::hidden",
    "\ufe0f::error::variation selector",
    ":\ufe0f:error::variation selector within",
    ":\u180b:error::another selector",
    "::set-output name=x::%0A::error::y",
    "##[group]folded away",
    "text ##[error]in a line",
    "##vso[task.setvariable variable=x]y",
    "text ##vso[task.complete result=Succeeded;]",
    "#\ufe0f#vso[task.complete result=Succeeded;]",
    "##VSO[task.complete result=Succeeded;]",
    "##teamcity[buildStatus text='fine']",
    "####[error]x",
    "##octopus[stdout-error]",
    "section_start:17:name\r\x1b[0Kfolded",
    "section_end:17:name",
    "travis_fold:start:x\r",
    "--- folded",
    "+++ open",
    "~~~ soft",
    "^^^ +++",
    "^^^",
)
"""One line each: a log must show them and obey none."""


def commands_in(log: str, *, column: bool = True) -> list[str]:
    """The lines that some service would obey. `column`: those of Buildkite as well."""
    found = []
    for line in log.split("\n"):
        bare = "".join(sign for sign in line if not unicodedata.category(sign).startswith("M"))
        bare = re.sub(r"\x1b\[[0-9;]*m", "", bare)
        if _START.search(bare) or _ANYWHERE.search(bare) or (column and _COLUMN.search(bare)):
            found.append(line)
    return found
