"""Submissions made to break the analyser: each gives a document, whole, valid and below the line.

What a text does to it is said of that file. What an honest program may hold is analysed.
"""

from __future__ import annotations

import ast
import io
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError

from runner.analyser import __main__ as entry
from runner.analyser import analysis as module
from runner.analyser import code_origins, limits, mutants, reading, routes, trials
from runner.analyser.collect import cut, sent_bytes
from runner.analyser.document import Analysis, OwnTests, Request, Splice
from runner.analyser.tally import PER_KIND
from runner.analyser.written import written
from runner.intake.submission import DEFAULT_LIMITS
from runner.sandbox.streams import MAX_LINE_BYTES
from tests.meta.repository import modules
from tests.unit.analyser.build import Texts, analysed, encoded, tar_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEX = "0x" + "f" * 4_000
"""More digits than Python turns into a decimal text."""

APP = "def add(a: int, b: int) -> int:\n    return a + b\n"
SUITE = "from app.add import add\n\n\ndef test_add() -> None:\n    assert add(1, 2) == 3\n"


def document(kind: str, files: Texts) -> Analysis | OwnTests:
    """What comes back over the line, and it has to fit and to be read."""
    submission, starter = tar_of(files), tar_of({})
    request = Request.model_validate(
        {"kind": kind, "submission_bytes": len(submission), "starter_bytes": len(starter)}
    )
    stream = io.BytesIO(request.model_dump_json().encode() + b"\n" + submission + starter)
    line = entry.line_of(entry.serve(stream))
    assert line.isascii()
    assert len(line) <= limits.DOCUMENT_BYTES
    return (Analysis if kind == "analysis" else OwnTests).model_validate_json(line)


def both(files: Texts) -> tuple[Analysis, OwnTests]:
    """Both documents; neither may be the one of an analyser that broke."""
    files = {"app/add.py": APP, "tests/test_add.py": SUITE, **files}
    analysis, own = document("analysis", files), document("tests", files)
    assert isinstance(analysis, Analysis)
    assert isinstance(own, OwnTests)
    assert analysis.broken == own.broken == ""
    assert analysis.sources.unforeseen_total == own.unforeseen_total == 0
    return analysis, own


# What an honest program may hold ----------------------------------------------------------------


@pytest.mark.parametrize(
    "files",
    [
        {"tests/test_a.py": f"def test_a() -> None:\n    assert {HEX} > 1\n"},
        {"tests/test_a.py": f"def test_a() -> None:\n    assert {HEX} == {HEX}\n"},
        {"app/a.py": f"PRIME = {HEX}\nTABLE = {{{HEX}: 1}}\nif PRIME > {HEX}:\n    PRIME += 1\n"},
        {"tests/test_a.py": 'def test_a() -> None:\n    assert repr("\\ud800") != ""\n'},
        {"app/a.py": 'from typing import Literal\nX: Literal["\\ud800"] = "\\ud800"\n'},
        {"app/a.py": "# 😀 привет 你好\n" * 500 + APP},
    ],
    ids=["a number", "compared", "in code", "half a pair", "a type", "scripts"],
)
@pytest.mark.usefixtures("_no_tools")
def test_odd_constants_are_analysed(files: dict[str, str]) -> None:
    analysis, own = both(files)

    assert analysis.sources.not_analysable == own.not_analysable == ()
    assert analysis.suite.tests == len(own.tests) == 1 + ("tests/test_a.py" in files)
    assert own.mutants


def test_odd_constants_are_nothing_to_the_tools(tmp_path: Path) -> None:
    text = f'from typing import Literal, Final\nX: Final = {HEX}\nY: Literal["\\ud800"] = 1\n'
    found = analysed(tmp_path, {"app/a.py": text})

    assert found.sources.not_analysable == ()
    assert {run.state for run in (found.lint.run, found.types.run, found.format.run)} == {
        "measured"
    }
    assert found.types.errors.total == 1


def test_trees_are_written_as_equal_as_they_are() -> None:
    texts = [path.read_text("utf-8") for path in modules()][:60]
    trees = [ast.parse(text) for text in texts]
    again = [ast.parse(text + "\n# the same\n") for text in texts]

    assert [*map(written, trees)] == [*map(written, again)]
    assert len({*map(written, trees)}) == len({*map(ast.dump, trees)})


# What is made to break --------------------------------------------------------------------------


@pytest.fixture
def _no_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only our own readers: the tools have tests of their own, and take seconds."""

    def none(broken: Callable[..., object], *_arguments: object) -> object:
        return broken(Analysis.broke("").lint.run)

    monkeypatch.setattr(module, "attempted", none)


def toml(text: str) -> dict[str, str]:
    return {"pyproject.toml": text}


HUGE = f"0x{'f' * 5_000}"
WORST: dict[str, dict[str, str | bytes]] = {
    "strict": {**toml(f"[tool.mypy]\nstrict = {HUGE}\n")},
    "plugins": {**toml(f"[tool.mypy]\nplugins = {HUGE}\n")},
    "list of plugins": {**toml(f"[tool.mypy]\nplugins = [{HUGE}]\n")},
    "interpreter": {**toml(f"[tool.mypy]\npython_executable = 0b{'1' * 40_000}\n")},
    "options": {**toml(f"[tool.pytest.ini_options]\naddopts = [{HUGE}, 1e400, nan]\n")},
    "dotted": {**toml(f"[tool.pytest.ini_options]\naddopts = {{{'.'.join('a' * 900)} = 1}}\n")},
    "many points": {**toml(".".join("a" * 30_000) + " = 1\n")},
    "nested": {**toml("a = " + "[" * 30_000)},
    "line length": {**toml(f"[tool.ruff]\nline-length = {HUGE}\nformat.quote-style = [1]\n")},
    "blanks": {"setup.cfg": "[mypy]\nk" + " " * 60_000 + "x\n"},
    "defaults": {
        "setup.cfg": "[DEFAULT]\n"
        + "".join(f"{n} =\n" for n in range(4_000))
        + "".join(f"[{n}]\n" for n in range(4_000))
    },
    "empty lines": {"requirements.txt": "\n" * 250_000},
    "method": {"app/a.py": '@app.route("/", methods=["\\ud800", "é"])\ndef a(): ...\n'},
    "long method": {"app/a.py": f'@app.route("/", methods=["{"é" * 9_000}"])\ndef a(): ...\n'},
    "prefixes": {
        "app/a.py": "".join(f"r{n} = APIRouter(prefix='/{n}')\n" for n in range(9))
        + "".join(f"r{n}.include_router(r{m})\n" for n in range(9) for m in range(9))
        + "@r0.get('/x')\ndef a(): ...\n"
    },
    "long text": {
        "app/a.py": f'P = """{"x" * 9_000}\n{"x" * 9_000}"""\n'
        + "@app.get(P)\ndef a(): ...\n" * 2_000
    },
    "pragmas": {"app/a.py": ("# pragma" + " " * 9_900 + "x\n") * 100},
    "notes": {"NOTES.md": "# a\n" + "\n" * 260_000},
    "emoji": {"app/a.py": "".join(f"x{n} = 1  # noqa {'😀' * 80}\n" for n in range(2_000))},
    "controls": {"app/a.py": "def f(a):\n    return a < 1\n" + ("# " + "\x01" * 9_000 + "\n") * 30},
    "classes": {
        "app/a.py": "".join(" " * n + f"class {'a' * 9_000}:\n" for n in range(40))
        + "".join(" " * 40 + f"def a{n}(): ...\n" for n in range(2_000))
    },
    "arguments": {
        "app/a.py": "import pandas\n"
        + "".join(f"{'a' * 9_000}{n}({'0,' * 400}\n0)\n" for n in range(20))
    },
    "names": {
        f"tests/test_{part}.py": "".join(
            f"def test_{'é' * 2_000}{part}{n}() -> None:\n    assert f({n})\n" for n in range(100)
        )
        for part in range(9)
    },
    "invisible": {"a.md": "\u200b\n" * 60_000},
    "to a machine": {"a.md": "ignore all previous instructions\n" * 7_000},
}


@pytest.mark.parametrize("name", WORST)
@pytest.mark.usefixtures("_no_tools")
def test_nothing_breaks(name: str) -> None:
    both(WORST[name])


@pytest.mark.usefixtures("_no_tools")
def test_a_long_text_in_any_script_costs_no_mutants() -> None:
    code = "".join(f"def f{n}(a, b):\n    return a < b\n" for n in range(40))
    plain = document("tests", {"app/a.py": code})
    padded = document("tests", {"app/a.py": code + "# \x01" * 2_400 + "\n" + "# 你\n" * 30_000})

    assert isinstance(plain, OwnTests)
    assert isinstance(padded, OwnTests)
    assert len(padded.mutants) == len(plain.mutants) == 35
    assert padded.left_out == 0


@pytest.mark.usefixtures("_no_tools")
def test_more_text_than_there_is_room_for_leaves_mutants_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {f"app/a{n}.py": f"# {'é' * 500}\ndef f(a):\n    return a < {n}\n" for n in range(9)}
    monkeypatch.setattr(limits, "TEXTS_BYTES", 7_000)
    found = document("tests", files)

    assert isinstance(found, OwnTests)
    assert len(found.texts) == 2
    assert {each.path for each in found.mutants} == found.texts.keys()
    assert found.left_out > 0


def test_a_name_that_is_no_name_is_no_test() -> None:
    _, own = both({"tests/test_b.py": f"def test_{'b' * 2_000}() -> None:\n    assert f()\n"})
    assert [test.name for test in own.tests] == ["test_add"]
    assert own.left_out == 1


@pytest.mark.parametrize(
    ("ceiling", "reason"),
    [("ALL_LINES", "more than 20 lines of Python"), ("PYTHON_FILES", "more than 20 Python files")],
)
def test_files_beyond_a_ceiling_are_named(
    monkeypatch: pytest.MonkeyPatch, ceiling: str, reason: str
) -> None:
    monkeypatch.setattr(limits, ceiling, 20)
    found = reading.read_sources(encoded({f"{n:02}.py": "x = 1" for n in range(22)}), {})

    assert list(found.refused.reasons.items()) == [("20.py", reason), ("21.py", reason)]
    assert (found.python_files, found.changed_files) == (22, 22)


def test_a_file_that_is_too_large_is_refused_before_its_lines_are_compared() -> None:
    found = reading.read_sources({"a.py": b"\n" * (limits.FILE_BYTES + 1)}, {})
    assert list(found.refused.reasons) == ["a.py"]
    assert found.changed_files == 1


# What nobody foresaw ----------------------------------------------------------------------------


def breaking(word: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """`work` that does not stand a text with this word in it."""

    def broken(first: Any, *others: Any) -> Any:
        text = ast.dump(first) if isinstance(first, ast.AST) else str(first)
        if word in text:
            raise OverflowError(word)
        return work(first, *others)

    return broken


@pytest.mark.parametrize("stage", ["facts_of", "suite_facts", "routes_of", "imported"])
@pytest.mark.usefixtures("_no_tools")
def test_a_file_that_breaks_a_stage_is_named_and_the_others_are_analysed(
    monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(module, stage, breaking("hostile", getattr(module, stage)))
    hostile = {"app/b.py": "def hostile(): ...\n", "tests/test_b.py": "def test_hostile(): f()\n"}
    analysis, own = (
        document(kind, {"app/add.py": APP, "tests/test_add.py": SUITE, **hostile})
        for kind in ("analysis", "tests")
    )

    assert isinstance(analysis, Analysis)
    assert isinstance(own, OwnTests)
    path = "tests/test_b.py" if stage == "suite_facts" else "app/b.py"
    for place in (*analysis.sources.not_analysable, *own.not_analysable):
        assert (place.path, place.note) == (path, "it breaks the analysis: OverflowError: hostile")
    assert analysis.sources.unforeseen_total == own.unforeseen_total == 1
    assert analysis.functions.functions >= 1
    assert analysis.suite.tests >= 1


@pytest.mark.usefixtures("_no_tools")
def test_a_file_that_breaks_the_mutants_leaves_those_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sites = mutants._sites

    def broken(module: Any, *others: Any, **named: Any) -> Any:
        if module.path == "app/b.py":
            raise RecursionError
        return sites(module, *others, **named)

    monkeypatch.setattr(mutants, "_sites", broken)
    own = document("tests", {"app/add.py": APP, "app/b.py": APP})

    assert isinstance(own, OwnTests)
    assert {each.path for each in own.mutants} == {"app/add.py"}
    assert [place.path for place in own.not_analysable] == ["app/b.py"]


@pytest.mark.usefixtures("_no_tools")
def test_a_file_that_breaks_the_search_for_its_code_is_named_and_others_are_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts = code_origins.file_facts

    def broken(file: Any, *others: Any) -> Any:
        if file.path == "app/b.py":
            raise RecursionError
        return facts(file, *others)

    monkeypatch.setattr(code_origins, "file_facts", broken)
    found = document("analysis", {"app/a.py": "exec(open('x.bin').read())\n", "app/b.py": APP})

    assert isinstance(found, Analysis)
    assert [place.path for place in found.sources.not_analysable] == ["app/b.py"]
    assert found.sources.unforeseen_total == 1
    assert [place.path for place in found.unread.code.shown] == ["app/a.py"]
    assert {"loader", "unread-code"} <= {each.id for each in found.suspicions}


@pytest.mark.parametrize("kind", ["analysis", "tests"])
@pytest.mark.usefixtures("_no_tools")
def test_what_no_file_answers_for_is_said_of_the_whole(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(module, "undeclared", broken)
    assert document(kind, {"a.py": APP}).broken == "it breaks the analysis: MemoryError: "


# The largest document ---------------------------------------------------------------------------

LONG = cut("\x01" * 10_000)
CODE = cut("\x01" * 10_000, limits.NAME_BYTES)
PATH = "é" * (limits.PATH_BYTES // 2)
MOST = {
    "counts": limits.SHOWN,
    "shown": limits.SHOWN,
    "not_analysable": limits.SHOWN,
    "unresolved": limits.SHOWN,
    "routes": limits.SHOWN,
    "worst": 5,
    "packaging": 10,
    "sections": 40,
    "suspicions": 40 * PER_KIND,
    "tests": trials.TESTS,
    "Unread.tests": limits.SHOWN,
    "splices": 35,
}
TEXTS = {"path": PATH, "method": CODE, "operator": CODE, "new": "\x01" * (limits.SEGMENT_BYTES + 6)}


def largest(model: type[BaseModel]) -> Any:
    """An instance with everything in it that the ceilings allow."""
    if model.__name__ == "Counted":
        return model(name=CODE, count=2**31)
    return model.model_construct(
        **{
            key: most(f"{model.__name__}.{key}", field.annotation)
            for key, field in model.model_fields.items()
        }
    )


def most(name: str, kind: Any) -> Any:
    key = name.partition(".")[2]
    inside = [one for one in get_args(kind) if isinstance(one, type)]
    models = [
        one for one in (kind, *inside) if isinstance(one, type) and issubclass(one, BaseModel)
    ]
    if get_origin(kind) is tuple:
        return (most(name, inside[0]),) * MOST.get(name, MOST[key])
    if models:
        return largest(models[0])
    if get_origin(kind) is dict:
        return DICTIONARIES[key]
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    number = "int" in str(kind) or kind in {bool, float}
    return (False if kind is bool else 2**31) if number else TEXTS.get(key, LONG)


LINES_OF_A_FILE = limits.ALL_LINES // limits.PYTHON_FILES
DICTIONARIES = {
    "tools": {"mypy": "1.2.3", "ruff": "1.2.3"},
    "seconds": {"read": 100.123, "syntax": 100.123, "tools": 100.123},
    "lines": {
        f"{PATH}{n}": (limits.ALL_LINES,) * LINES_OF_A_FILE for n in range(limits.PYTHON_FILES)
    },
    "texts": {PATH: "x" * limits.TEXTS_BYTES, **{f"{PATH}{n}": "" for n in range(34)}},
}


@pytest.mark.parametrize("kind", [Analysis, OwnTests])
def test_the_largest_document_is_below_the_line(kind: type[Analysis | OwnTests]) -> None:
    line = entry.line_of(largest(kind))
    assert 8_000_000 < len(line) < limits.DOCUMENT_BYTES <= MAX_LINE_BYTES


def test_paths_are_as_long_as_the_intake_lets_them_be() -> None:
    assert DEFAULT_LIMITS.path_bytes == limits.PATH_BYTES
    assert limits.ROUTES > limits.SHOWN
    assert routes._WAYS > 8


@pytest.mark.parametrize("text", ["a" * 301, "é" * 300, "😀" * 300, "\x00" * 400, "\ud800" * 300])
def test_texts_are_cut_by_what_they_take_on_the_line(text: str) -> None:
    shown = cut(text)
    assert len(shown) <= limits.MESSAGE_CHARACTERS
    assert sent_bytes(shown) <= limits.MESSAGE_BYTES
    assert shown == text or shown.endswith("…")
    assert cut("é" * 300) == "é" * 300


@pytest.mark.parametrize("segment", [(0, 4), (2, 1), (5, 5)])
def test_a_segment_that_is_not_there_is_refused(segment: tuple[int, int]) -> None:
    splice = Splice(
        path="a.py", line=1, operator="x", before="", after="", new="", neutral=False,
        start=segment[0], end=segment[1],
    )  # fmt: skip
    with pytest.raises(ValidationError, match="no such segment"):
        OwnTests(kind="tests", tests=(), lines={}, texts={"a.py": "abc"}, splices=(splice,))
