"""Nothing in the repository names a machine, a package index, or unfinished work.

What is looked for is spelled in parts, so that this file does not name it either.
"""

from __future__ import annotations

import re

from tests.meta.repository import ROOT, texts

HOSTS = re.compile(
    r"\b(?:"
    + "|".join(
        re.escape(left + right)
        for left, right in (
            ("py", "pi.org"),
            ("python", "hosted.org"),
            ("gh", "cr.io"),
            ("qu", "ay.io"),
            ("g", "cr.io"),
            ("docker", ".io/"),
            ("hub.docker", ".com"),
            ("registry-1", "."),
            ("artifact", "ory"),
        )
    )
    + ")"
)
MACHINE = re.compile(r"(?<![\w.*/<>-])/(?:work\b(?!er)|(?:root|home|Users)/[\w.])")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


def _hits(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_index_or_registry_is_named() -> None:
    assert _hits(HOSTS) == []


def test_no_path_of_a_machine_is_named() -> None:
    assert _hits(MACHINE) == []


def test_nothing_is_left_unfinished() -> None:
    assert _hits(UNFINISHED) == []


def test_lock_files_hold_versions_and_hashes_only() -> None:
    locks = [path for path in ROOT.glob("*/**/*.txt") if path.with_suffix(".in").exists()]
    locks = [path for path in locks if ".venv" not in path.parts]
    assert locks
    for path in locks:
        lines = path.read_text("utf-8").replace("\\\n", "").splitlines()
        requirements = [line for line in lines if line and not line.startswith("#")]
        assert [line for line in requirements if not _pinned(line)] == [], path


def _pinned(line: str) -> bool:
    return (
        re.fullmatch(r"[\w.-]+==[\w.+!]+( ; [^-]+)?(\s+--hash=sha256:[0-9a-f]{64})+", line)
        is not None
    )
