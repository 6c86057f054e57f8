"""What comes with a challenge is read whole and raises nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.analyser.code_origins import CodeOrigins, code_origins
from runner.analyser.reading import read_sources
from runner.analyser.refusals import Refusals
from runner.analyser.suspicions import file_suspicions
from runner.analyser.unread import Program
from runner.catalog import LoadedChallenge, load_challenge, variants
from runner.catalog.places import challenge_ids
from runner.model import Level
from runner.sandbox.provided import provided
from runner.scaffold import render_starter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analyser.project import Files

CHALLENGES = {name: load_challenge(name) for name in challenge_ids(None)}


def submissions(loaded: LoadedChallenge) -> Iterator[tuple[str, Files]]:
    """The solution, the alternatives, and the starter of each level."""
    for one in variants(loaded):
        if one.kind in {"solution", "alternative"}:
            yield one.title, {file.path: file.data for file in one.files}
    for level in Level:
        files = render_starter(loaded, candidate="Zoë", level=level, seed=1)
        yield f"starter {level}", {file.path: file.data for file in files}


def origins(loaded: LoadedChallenge, files: Files, refused: Refusals) -> CodeOrigins:
    challenge = loaded.challenge
    program = Program(
        entries=tuple(path for path in challenge.subject.files if path.endswith(".py")),
        provided=frozenset(provided(challenge.specialization)),
    )
    reading = read_sources(files, {})
    assert reading.sources
    assert reading.refused.reasons == {}
    return code_origins(reading.sources, files, {}, program, refused)


@pytest.mark.parametrize("challenge", CHALLENGES)
def test_what_comes_with_a_challenge_is_read_whole(challenge: str) -> None:
    loaded = CHALLENGES[challenge]
    titles = []
    for title, files in submissions(loaded):
        refused = Refusals()
        found = origins(loaded, files, refused)
        assert found.suspicions == (), title
        assert found.unread.code.total == found.unread.missing.total == 0, title
        assert found.unread.tests == (), title
        assert list(file_suspicions(files, {}, refused)) == [], title
        assert refused.reasons == {}, title
        titles.append(title)
    assert len(titles) > len(Level) + 1


def test_such_a_program_is_not_whole_once_a_module_of_it_is_elsewhere() -> None:
    for loaded in CHALLENGES.values():
        (title, files), *_ = submissions(loaded)
        entry = next(path for path in loaded.challenge.subject.files if path.endswith(".py"))
        hidden = {**files, entry: files[entry] + b"\nexec(open('core.bin').read())\n"}
        found = origins(loaded, hidden, Refusals())
        assert found.unread.code.total == 1, title
        assert "unread-code" in {each.id for each in found.suspicions}, title
