"""Every reader of what comes from a submission or its processes, as a function of bytes.

A target returns when the bytes were read or refused in the way that its reader states. Anything
that is raised is a finding.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from runner.analyser import limits
from runner.analyser.analysis import Syntax, read_syntax
from runner.analyser.declared import declared
from runner.analyser.document import OwnTests, Route
from runner.analyser.frames import frames
from runner.analyser.functions import functions
from runner.analyser.notes import notes
from runner.analyser.project import format_style, signals
from runner.analyser.reading import Reading, read_sources
from runner.analyser.refusals import Refusals
from runner.analyser.routes import routes
from runner.analyser.suite import suite
from runner.analyser.suspicions import file_suspicions
from runner.analyser.tally import Tally
from runner.analyser.trials import trials
from runner.errors import UsageError
from runner.harness.collect import Collected, summarise
from runner.harness.drawings import drawing
from runner.harness.errors import SubjectError
from runner.harness.gate import Call
from runner.harness.notes import Notes
from runner.harness.own_documents import MalformedError, coverage_of, outcomes_of
from runner.harness.pictures import why_unfit
from runner.harness.probes.stacks import blocked_at
from runner.harness.program import Result
from runner.harness.reply import Reply
from runner.intake import read_submission
from runner.intake.gitwatch import look
from runner.scaffold import read_manifest
from tests.fuzz.loaded import churn, programs, sales

Target = Callable[[bytes], None]

READERS = ("integer", "number", "text", "boolean", "array", "object", "objects")


def sent(document: Any) -> None:
    """A part of a document: it can be written as a line."""
    assert json.dumps(document.model_dump(mode="json")).encode()


# Analyser ---------------------------------------------------------------------------------------


def read(files: dict[str, bytes]) -> tuple[Reading, Syntax]:
    """All that is read off Python files, without the tools."""
    reading = read_sources(files, {})
    syntax = read_syntax(reading, files)
    sent(frames(reading.sources, reading.refused))
    sent(functions(syntax.functions, {}))
    sent(suite(syntax.suites, []))
    for route in routes(syntax.routes):
        assert isinstance(route, Route)
        sent(route)
    for each in (*syntax.suspicions.shown, *reading.refused.shown):
        sent(each)
    assert not reading.refused.unforeseen, reading.refused.reasons
    return reading, syntax


def source(data: bytes) -> None:
    """A module of the application."""
    read({"app/main.py": data})
    own = trials({"app/main.py": data}, {}, seed=1)
    assert not own.unforeseen_total, own.not_analysable
    line = json.dumps(own.model_dump(mode="json"))
    assert OwnTests.model_validate_json(line).mutants == own.mutants
    assert all(change.text != own.texts[change.path] for change in own.mutants)


def suite_source(data: bytes) -> None:
    """A file of tests."""
    read({"tests/test_main.py": data})


def configuration(data: bytes) -> None:
    """Configuration files, every one with the same content."""
    paths = ("pyproject.toml", "ruff.toml", "setup.cfg", "mypy.ini", "pytest.ini", "pytest.toml")
    files = dict.fromkeys((*paths, "requirements.txt", "tox.ini"), data)
    assert format_style(files)
    assert declared(files) is not None
    for signal in signals(files, {}, ()):
        sent(signal)
    texts(data, files)


def texts(data: bytes, files: dict[str, bytes] | None = None) -> None:
    """Files in which somebody looks for signs of tampering."""
    found, refused = Tally(), Refusals()
    found.add(file_suspicions(files or {"README.md": data, "a.py": data}, {}, refused))
    assert not refused.reasons, refused.reasons
    for each in found.shown:
        sent(each)


def written_notes(data: bytes) -> None:
    """`NOTES.md`, as it is and as a template."""
    sent(notes({"NOTES.md": data}, {"NOTES.md": b"# Notes\n## One\ntext\n"}))
    sent(notes({"NOTES.md": data}, {"NOTES.md": data}))


# Harness ----------------------------------------------------------------------------------------


def picture(data: bytes) -> None:
    """An SVG file, as it is judged and as a suite reads it."""
    assert isinstance(why_unfit(data), str)
    with suppress(SubjectError):
        assert json.dumps(drawing(data))


def answer(data: bytes) -> None:
    """What a service answered, or sent to upstream, with every reader on every field."""
    reply = Reply(where="GET /x", status=200, headers={}, body=data, seconds=0.0, at=0.0)
    call = Call(method="POST", path="/x", query="", headers={}, body=data)
    with suppress(SubjectError):
        assert json.dumps(reply.json())
    with suppress(SubjectError):
        reply.objects()
    with suppress(SubjectError):
        call.object()
    with suppress(SubjectError):
        document = reply.expect(200).object()
        for key in document:
            _fields(document, key)


def _fields(document: Any, key: str) -> None:
    notes = Notes()
    for reader in READERS:
        try:
            value = getattr(document, reader)(key)
        except SubjectError as error:
            notes.note(str(error))
        else:
            notes.table("t", [key], [[str(value)]])
            if reader in ("integer", "number"):
                notes.measure(key, value - -value)
    _judged(notes, str(document.value(key)))


def _judged(notes: Notes, said: str) -> None:
    item = Collected(check="a.py::x", requirement="r", name="", notes=notes, called=True)
    item.raised(SubjectError(said))
    (check,) = summarise([item])
    assert check.model_dump_json().encode()


def ran(**files: bytes) -> Result:
    """A command that left these files, `_` for the point in a name."""
    return Result(
        command="c", how="it exited with code 0", limit=False, exit_code=0, wall_seconds=0.1,
        output="", files={name.replace("_", "."): data for name, data in files.items()},
        left_out={}, cpu_seconds=None, peak_memory_bytes=None,
    )  # fmt: skip


def own_documents(data: bytes) -> None:
    """What the runner of the candidate's tests left, or somebody in its place."""
    with suppress(MalformedError):
        assert outcomes_of(ran(outcomes_json=data)).model_dump_json()
    with suppress(MalformedError):
        assert all(one.model_dump_json() for one in coverage_of(ran(coverage_json=data)).values())


def journal(data: bytes) -> None:
    """The journal of the tests: whatever is in it, the document made of it can be read."""
    outcomes = programs().Outcomes()
    for line in data.split(b"\n"):
        outcomes.take(line)
    found = outcomes_of(ran(outcomes_json=json.dumps(asdict(outcomes)).encode()))
    assert found.outcomes == outcomes.outcomes


def stack(data: bytes) -> None:
    """What a process printed when it was asked where it is."""
    for place in blocked_at("(most recent call first):\n" + data.decode("utf-8", "replace")):
        assert place.model_dump_json()


# Suites -----------------------------------------------------------------------------------------


def table(data: bytes) -> None:
    """`clean.csv` of an analysis, and what is said about it."""
    cleaned, drawn = sales().cleaned, small()
    with suppress(SubjectError):
        clean = cleaned.read(ran(clean_csv=data).text("clean.csv"), "x")
        assert cleaned.differences(clean, clean) == []
        for kind in cleaned.CONCERNED:
            assert 0 <= cleaned.score(clean, drawn, kind).f1 <= 1
        cleaned.unharmed(clean, drawn)
        cleaned.full(cleaned.there(clean, drawn), drawn)


@cache
def small() -> Any:
    """An export with a few hundred orders."""
    return sales().exports.small(1)


def predictions(data: bytes) -> None:
    """`predictions.csv` of a model."""
    with suppress(SubjectError):
        found = churn().works.predictions(ran(predictions_csv=data), ["a", "b"])
        assert all(0 <= value <= 1 for value in found.values())


def prose(data: bytes) -> None:
    """A summary in words and numbers."""
    numbers = sales().numbers_in_prose
    assert numbers.states(numbers.numbers_in(data.decode("utf-8", "replace")), 12.5) in (
        True,
        False,
    )


def model(data: bytes) -> None:
    """A model, of which nothing is loaded."""
    assert churn().formats.format_of("model.bin", data)


# Host -------------------------------------------------------------------------------------------


def manifest(data: bytes) -> None:
    """`.takehome.json`, as it came back."""
    assert read_manifest(data).model_dump_json()


def submission(data: bytes) -> None:
    """A submission as one file."""
    with tempfile.TemporaryDirectory() as folder, suppress(UsageError):
        path = Path(folder) / "submission"
        path.write_bytes(data)
        read_submission(path).to_tar()


def git(data: bytes) -> None:
    """Files of a submitted `.git`."""
    for parts in ((".git", "config"), (".git", "hooks", "pre-commit")):
        found = look(parts, data)
        assert found is None or found.model_dump_json()


TARGETS: dict[str, Target] = {
    one.__name__: one
    for one in (
        *(source, suite_source, configuration, texts, written_notes),
        *(picture, answer, own_documents, journal, stack),
        *(table, predictions, prose, model),
        *(manifest, submission, git),
    )
}
MOST_BYTES = limits.CONFIG_BYTES
"""Of what one of them is fed: what breaks a reader is small, what slows it down is tested apart."""
