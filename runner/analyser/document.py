"""The analyser's one document. Strict: the host trusts its form, not its cleanliness.

Paths are those of the submission, lines count from 1. `changed` lines are lines that differ
from the starter and carry code: blank lines, comments and bare strings are not counted.
Names, messages and notes are text of the candidate, cut but not escaped.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Model(BaseModel):
    """Base of all parts: frozen, strict, unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Request(Model):
    """The first line on standard input; the bytes of two uncompressed tars follow.

    It asks for an `Analysis` or for `OwnTests`. `seed` decides which mutants are drawn.

    `entries` are the files that the program is started by, `provided` the modules that its
    subject has beside the standard library (none: it is not known). `packed` are paths of files
    with code in them that the intake has left out, `disguised` those of them whose names say that
    they are something else.
    """

    kind: Literal["analysis", "tests"]
    submission_bytes: Count
    starter_bytes: Count
    changed_minimum: Count = 0
    seed: Count = 0
    entries: tuple[str, ...] = ()
    provided: tuple[str, ...] = ()
    packed: tuple[str, ...] = ()
    disguised: tuple[str, ...] = ()


class Place(Model):
    """A line of a file, or a whole file when `line` is None."""

    path: str
    line: Annotated[int, Field(ge=1)] | None = None
    note: str = ""


class Counted(Model):
    """How often something was seen."""

    name: str
    count: Count


class Places(Model):
    """Things found: how many in all, by name, and the first of them with their place."""

    total: Count = 0
    counts: tuple[Counted, ...] = ()
    shown: tuple[Place, ...] = ()


class ToolRun(Model):
    """How one tool ended.

    `measured`: it ran to its end. `timeout` and `overflow` (output or memory): the sources
    drove it over a stated limit. `refused`: it could not read the sources. `crashed`: it
    broke, which is nobody's points. `idle`: there was nothing to give it.
    """

    state: Literal["measured", "timeout", "overflow", "refused", "crashed", "idle"]
    reason: str = ""
    seconds: Seconds = 0.0


class Sources(Model):
    """Which Python files there are and how much of them the candidate wrote.

    `changed_lines` is `application_lines` (outside test files) plus `test_lines`.
    `not_analysable` lists changed files that could not be read, each with its reason. In
    `unforeseen_total` of them the analyser broke in a way that nobody foresaw: the text is
    hostile, or there is a defect of ours.
    """

    python_files: Count
    changed_files: Count
    changed_lines: Count
    application_lines: Count
    test_lines: Count
    changed_minimum: Count
    not_analysable: tuple[Place, ...] = ()
    not_analysable_total: Count = 0
    unforeseen_total: Count = 0


class Lint(Model):
    """ruff on changed lines: graded rules, rules that are shown only, outdated syntax."""

    run: ToolRun
    graded: Places = Places()
    noted: Places = Places()
    modern: Places = Places()


class Frames(Model):
    """How changed lines outside test files work on data frames.

    `files` are changed files that import a frame library. `found` are counted, `noted` are
    shown only; `rowwise` are those counted that go through a frame row by row.
    """

    files: Count = 0
    found: Places = Places()
    noted: Places = Places()
    rowwise: Count = 0


class Format(Model):
    """Changed files that `ruff format` would rewrite at the declared line length."""

    run: ToolRun
    line_length: Count
    files: Count = 0
    unformatted: Places = Places()


class Types(Model):
    """mypy on changed lines.

    `errors` would also be found without any strictness; `strict` are those that the strict
    options add, outside test files. `unresolved` are imports that are neither the
    submission's nor installed beside the analyser; they are in neither. `cache` says whether
    the third-party cache of the image was used.
    """

    run: ToolRun
    errors: Places = Places()
    strict: Places = Places()
    unresolved: tuple[str, ...] = ()
    modules: Count = 0
    cache: Literal["used", "absent", "too large"] = "absent"


class Complexity(Model):
    """McCabe complexity of one changed function."""

    name: str
    path: str
    line: Annotated[int, Field(ge=1)]
    complexity: Count
    lines: Count


class Functions(Model):
    """Changed functions and classes outside test files.

    `public` are functions without a leading underscore at module or class level;
    `documentable` are those plus the public classes.
    """

    functions: Count = 0
    public: Count = 0
    annotated: Count = 0
    documentable: Count = 0
    documented: Count = 0
    unannotated: Places = Places()
    undocumented: Places = Places()
    over_ten: Count = 0
    longest: Count = 0
    worst: tuple[Complexity, ...] = ()


class Suite(Model):
    """Tests that the candidate wrote or changed, by syntax alone.

    Copies of a starter test or of each other count once. `negative` tests expect a 4xx status
    or a specific exception; `sound` ones assert and have
    no smell that lets them pass whatever the code does; a fixed pause is shown, no more.
    """

    tests: Count = 0
    asserting: Count = 0
    parametrised: Count = 0
    negative: Count = 0
    sound: Count = 0
    with_fixtures: Count = 0
    fixtures: Count = 0
    smells: Places = Places()
    found: Places = Places()


class Signal(Model):
    """One sign of care for packaging, and whether the starter had it already.

    `core` signs are expected of every project; the others are extras.
    """

    name: str
    core: bool
    present: bool
    in_starter: bool
    place: Place | None = None


class Route(Model):
    """A handler of the submission. `method` is upper case, `*` for any."""

    method: str
    path: str
    place: Place


class Section(Model):
    """A section of the starter's notes and how many words the candidate wrote in it."""

    title: str
    line: Annotated[int, Field(ge=1)] | None
    words: Count
    filled: bool


class Notes(Model):
    """`NOTES.md` against the starter's. `expected` is false when the starter has none."""

    expected: bool
    present: bool
    sections: tuple[Section, ...] = ()


class Unread(Model):
    """What of the program nobody has read, and what it cannot find.

    `code` names imports that lead to no Python file, and code that is run from elsewhere; the note
    of each place says what. `missing` are imports at the start of the program that can only fail:
    neither the submission nor the subject has what they name. Where the program works all the
    same, they have led to code that nobody has read. `tests` are files of the program that lie in
    folders of tests.
    """

    code: Places = Places()
    missing: Places = Places()
    tests: tuple[Place, ...] = ()


class Suspicion(Model):
    """A sign of tampering or of text made to mislead. It changes no number."""

    id: str
    summary: str
    place: Place


class Analysis(Model):
    """All that the analyser found in one submission."""

    kind: Literal["analysis"]
    sources: Sources
    lint: Lint
    format: Format
    types: Types
    functions: Functions
    frames: Frames
    suppressions: Places
    suite: Suite
    packaging: tuple[Signal, ...]
    notes: Notes
    routes: tuple[Route, ...]
    unread: Unread = Unread()
    suspicions: tuple[Suspicion, ...]
    tools: dict[str, str]
    seconds: dict[str, Seconds]
    broken: str = ""
    """Why there is nothing more to tell: the analyser broke on these sources, unforeseen."""

    @classmethod
    def broke(cls, why: str) -> Self:
        """The document of an analysis that came to nothing."""
        idle = ToolRun(state="idle")
        return cls(
            kind="analysis",
            sources=Sources(
                python_files=0,
                changed_files=0,
                changed_lines=0,
                application_lines=0,
                test_lines=0,
                changed_minimum=0,
            ),
            lint=Lint(run=idle),
            format=Format(run=idle, line_length=0),
            types=Types(run=idle),
            functions=Functions(),
            frames=Frames(),
            suppressions=Places(),
            suite=Suite(),
            packaging=(),
            notes=Notes(expected=False, present=False),
            routes=(),
            suspicions=(),
            tools={},
            seconds={},
            broken=why,
        )


class OwnTest(Model):
    """A test function that the candidate wrote."""

    path: str
    name: str
    line: Annotated[int, Field(ge=1)]


class Splice(Model):
    """A mutant as it is sent: characters `start` to `end` of a file's text become `new`.

    `before` and `after` are the segment for a reader. A `neutral` one means the same as the file.
    """

    path: str
    line: Annotated[int, Field(ge=1)]
    operator: str
    before: str
    after: str
    start: Count
    end: Count
    new: str
    neutral: bool


class Change(Model):
    """A mutant: the whole text of a file with one segment changed, `before` and `after`.

    A `neutral` one means the same as the file did.
    """

    path: str
    line: Annotated[int, Field(ge=1)]
    operator: str
    before: str
    after: str
    text: str
    neutral: bool


class OwnTests(Model):
    """The candidate's own tests, and what is needed to try whether they notice anything.

    `lines` are the changed lines of application code by path. `texts` are the files that the
    `splices` are made in, each sent once, so that a long file costs no mutants. `left_out` tests
    and mutants found no room. `not_analysable` is as in `Sources`.
    """

    kind: Literal["tests"]
    tests: tuple[OwnTest, ...]
    lines: dict[str, tuple[int, ...]]
    texts: dict[str, str]
    splices: tuple[Splice, ...]
    left_out: Count = 0
    not_analysable: tuple[Place, ...] = ()
    not_analysable_total: Count = 0
    unforeseen_total: Count = 0
    broken: str = ""
    """As in `Analysis`."""

    @classmethod
    def broke(cls, why: str) -> Self:
        """The document of trials that came to nothing."""
        return cls(kind="tests", tests=(), lines={}, texts={}, splices=(), broken=why)

    @model_validator(mode="after")
    def _fit(self) -> Self:
        for each in self.splices:
            if not each.start <= each.end <= len(self.texts.get(each.path, "")):
                message = f"there is no such segment of {each.path}"
                raise ValueError(message)
        return self

    @property
    def mutants(self) -> tuple[Change, ...]:
        """The splices with their whole texts, in the same order."""
        return tuple(map(self._change, self.splices))

    def _change(self, splice: Splice) -> Change:
        text = self.texts[splice.path]
        return Change(
            **splice.model_dump(exclude={"start", "end", "new"}),
            text=f"{text[: splice.start]}{splice.new}{text[splice.end :]}",
        )
