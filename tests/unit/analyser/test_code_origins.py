"""Code that nobody reads is found wherever it comes from; honest programs have none."""

from __future__ import annotations

import sys

import pytest

from runner.analyser.code_origins import CodeOrigins, code_origins
from runner.analyser.reading import read_sources
from runner.analyser.refusals import Refusals
from runner.analyser.tally import NOTE
from runner.analyser.unread import Program
from runner.sandbox.provided import provided
from tests.unit.analyser.build import Texts, encoded
from tests.unit.analyser.hiding import ALARMED, MAIN, UNREAD
from tests.unit.analyser.honest import MISSING, NOTED, QUIET

BACKEND = Program(entries=(MAIN,), provided=frozenset(provided("backend")))


def origins(files: Texts, program: Program = BACKEND, starter: Texts | None = None) -> CodeOrigins:
    reading = read_sources(encoded(files), encoded(starter or {}))
    assert reading.refused.reasons == {}
    refused = Refusals()
    found = code_origins(reading.sources, encoded(files), encoded(starter or {}), program, refused)
    assert refused.reasons == {}
    return found


def alarms(found: CodeOrigins) -> list[str]:
    """The ids of what is more than a note."""
    return [each.id for each in found.suspicions if not each.summary.startswith(NOTE)]


@pytest.mark.parametrize("name", UNREAD)
def test_code_that_nobody_reads_is_unread_and_raises_an_alarm(name: str) -> None:
    found = origins(UNREAD[name])
    assert found.unread.code.total > 0
    assert "unread-code" in alarms(found)
    assert all(each.note for each in found.unread.code.shown)


@pytest.mark.parametrize("name", ALARMED)
def test_what_may_be_honest_raises_an_alarm_and_costs_nothing(name: str) -> None:
    files, kind = ALARMED[name]
    found = origins(files)
    assert kind in alarms(found)


@pytest.mark.parametrize("name", sorted(set(ALARMED) - {"library that is not known"}))
def test_what_raises_an_alarm_only_is_not_unread(name: str) -> None:
    assert origins(ALARMED[name][0]).unread.code.total == 0


@pytest.mark.parametrize("name", QUIET)
def test_honest_programs_raise_nothing(name: str) -> None:
    found = origins(QUIET[name])
    assert found.suspicions == ()
    assert found.unread.code.total == 0
    # `joblib` is a package of another image.
    assert {each.note for each in found.unread.missing.shown} <= {"joblib"}


@pytest.mark.parametrize("name", NOTED)
def test_what_honest_programs_do_as_well_is_noted_at_most(name: str) -> None:
    found = origins(NOTED[name])
    assert alarms(found) == []
    assert found.unread.code.total == 0
    assert found.suspicions != ()


@pytest.mark.parametrize("name", MISSING)
def test_packages_that_are_not_there_are_missing_and_not_unread(name: str) -> None:
    files, expected = MISSING[name]
    found = origins(files)
    assert [each.note for each in found.unread.missing.shown] == expected
    assert found.unread.code.total == 0
    assert found.suspicions == ()


def test_a_missing_package_is_unread_where_there_are_means_to_get_it_from_elsewhere() -> None:
    files = {MAIN: "import sys\nimport psycopg2\nsys.meta_path.append(X)\n"}
    assert [each.note for each in origins(files).unread.code.shown] == [
        "`psycopg2` is in no Python file of the submission"
    ]


def test_a_missing_package_counts_only_where_every_entry_needs_it() -> None:
    files = {
        "a/train.py": "import lightgbm\n",
        "a/serve.py": "import fastapi\n",
        "a/__init__.py": "",
    }
    both = Program(entries=("a/train.py", "a/serve.py"), provided=BACKEND.provided)
    one = Program(entries=("a/train.py",), provided=BACKEND.provided)
    assert origins(files, both).unread.missing.total == 0
    assert origins(files, one).unread.missing.total == 1
    files["a/__init__.py"] = "import lightgbm\n"
    assert origins(files, both).unread.missing.total == 1


def test_what_the_subject_has_may_be_unknown() -> None:
    files = {MAIN: "import sys, whatever\nsys.meta_path.append(X)\n"}
    found = origins(files, Program(entries=(MAIN,)))
    assert (found.unread.code.total, found.unread.missing.total) == (0, 0)


def test_files_that_the_program_does_not_reach_are_not_the_program() -> None:
    away = {"scripts/x.py": "exec(open('a.txt').read())\n", MAIN: "x = 1\n"}
    found = origins(away)
    assert found.unread.code.total == 0
    assert alarms(found) == ["loader"]
    assert origins({**away, MAIN: "from scripts import x\n"}).unread.code.total == 1


def test_without_an_entry_everything_but_tests_is_the_program() -> None:
    files = {"a.py": "exec(X)\n", "tests/test_a.py": "exec(X)\n"}
    assert [each.path for each in origins(files, Program()).unread.code.shown] == ["a.py"]


def test_lines_of_the_starter_are_not_the_candidates() -> None:
    given = {MAIN: "import marshal\nmarshal.loads(X)\n"}
    assert origins(given, starter=given).suspicions == ()
    assert origins(given, starter=given).unread.code.total == 0
    assert origins({MAIN: given[MAIN] + "x = 1\n"}, starter=given).suspicions == ()


def test_what_the_program_runs_is_no_test_whatever_it_is_called() -> None:
    files = {
        "app/__init__.py": "",
        MAIN: "from app import core_test\nfrom tests.impl import x\n",
        "app/core_test.py": "y = 1\n",
        "app/other_test.py": "y = 1\n",
        "tests/impl.py": "x = 1\n",
        "tests/test_a.py": "x = 1\n",
    }
    found = origins(files)
    assert found.program == {"app/__init__.py", MAIN, "app/core_test.py", "tests/impl.py"}
    assert [each.path for each in found.unread.tests] == ["tests/impl.py"]


def test_a_module_of_the_starter_that_is_gone_is_a_hole() -> None:
    given = {"app/__init__.py": "", "app/db.py": "x = 1\n", MAIN: "from app.db import x\n"}
    left = {path: text for path, text in given.items() if path != "app/db.py"}
    (place,) = origins(left, starter=given).unread.code.shown
    assert (place.path, place.line) == (MAIN, 1)
    assert place.note == "`app.db` is in no Python file of the submission"


def test_files_that_were_left_out_are_places_where_code_may_be() -> None:
    files = {MAIN: "import sys\nsys.path.append('app/core.bin')\nfrom core import app\n"}
    program = Program(
        entries=(MAIN,),
        provided=BACKEND.provided,
        packed=frozenset({"app/core.bin", "old.zip"}),
        disguised=frozenset({"app/core.bin"}),
    )
    found = origins(files, program)
    assert [(each.path, each.line) for each in found.unread.code.shown] == [
        (MAIN, 2),
        (MAIN, 3),
        ("app/core.bin", None),
    ]
    honest = Program(entries=(MAIN,), provided=BACKEND.provided, packed=frozenset({"old.zip"}))
    assert origins({MAIN: "import json\n"}, honest).unread.code.total == 0


def test_a_decoy_beside_the_path_does_not_stand_for_what_is_imported() -> None:
    files = {
        "app/__init__.py": "",
        MAIN: "import sys\nsys.path.insert(0, 'app/core.bin')\nfrom core import app\n",
        "app/core.py": "app = 1\n",
    }
    program = Program(
        entries=(MAIN,), provided=BACKEND.provided, packed=frozenset({"app/core.bin"})
    )
    assert "core" in [each.name for each in origins(files, program).unread.code.counts]


# Hostile text --------------------------------------------------------------------------------

DOUBLING = "".join(f"a{n} = a{n + 1} + a{n + 1}\n" for n in range(60)) + "a60 = 'x'\nexec(a0)\n"
BOMBS = {
    "names of names": "".join(f"a{n} = a{n + 1}\n" for n in range(3_000)) + "exec(a0)\n",
    "names of parts of names": "".join(f"a{n} = a{n + 1}.x\n" for n in range(3_000)) + "exec(a0)\n",
    "doubling": DOUBLING,
    "many values": "a = 1\n" * 5_000 + "exec(a)\n" * 1_000,
    "a ring": "a = b\nb = c\nc = a\nexec(a)\n" * 500,
    "its own element": "a = a[0]\na = a.b\na = a()\nexec(a[0])\n" * 200,
    "its own parent": "import sys\np = p.parent\nsys.path.append(p / p)\n" * 200,
    "calls of calls": "def f(x):\n    return f(x)\n" * 400 + "exec(f(f(f(1))))\n" * 100,
    "many functions of one name": "def f(a, b):\n    exec(a)\n" * 1_000 + "f(f, f)\n" * 2_000,
    "long texts": "a = 'x' * 9\n" + "b = a.replace('', a).replace('', a)\n" * 300 + "exec(b)\n",
    "many texts": "a = [" + "'x',\n" * 20_000 + "]\nexec(''.join(a))\n",
    "many paths": "import sys\n" + "sys.path.append('lib')\n" * 3_000,
    "many imports": "".join(f"from a{n} import b{n}\n" for n in range(8_000)),
    "many keys": "d = {" + "".join(f"{n}: exec,\n" for n in range(9_000)) + "}\nd[1](X)\n",
    "deep attributes": "x" + ".a" * 140 + "()\n",
    "texts in texts": "exec(\"exec('exec(1)')\")\n" * 400,
    "huge numbers": "import sys\nx = 0x" + "f" * 9_000 + "\nsys.path[x] = x\nexec(chr(x))\n",
    "surrogates": "exec('\\udc80')\nimport sys\nsys.path.append('\\udc80.bin')\n",
    "odd names": "import importlib\nimportlib.import_module('..')\nimportlib.import_module('')\n",
}


CALLS_FOR_A_CHARACTER = 1_000
"""Function calls. Ordinary code takes fifty, an object that is its own parent takes 750."""


@pytest.mark.parametrize("name", BOMBS)
def test_no_text_takes_long_or_breaks_it(name: str) -> None:
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        origins({MAIN: BOMBS[name], "lib/x.py": ""})
    finally:
        sys.setprofile(before)
    assert 0 < calls < CALLS_FOR_A_CHARACTER * len(BOMBS[name])


@pytest.mark.parametrize("names", [3, 100, 1_000])
def test_code_behind_many_names_is_unread(names: int) -> None:
    """The question where a text comes from ends before its source; it is not harmless then."""
    ways = "".join(f"a{n} = a{n + 1}.strip()\n" for n in range(names))
    found = origins({MAIN: f"{ways}a{names} = open('x.bin').read()\nexec(a0)\n"})
    assert found.unread.code.total == 1
    assert "unread-code" in alarms(found)


def test_a_text_of_many_names_is_read_as_far_as_hand_written_code_goes() -> None:
    ways = "".join(f"a{n} = a{n + 1}.strip()\n" for n in range(20))
    assert not origins({MAIN: f"{ways}a20 = 'x = 1'\nexec(a0)\n"}).unread.code.total


def test_a_text_that_is_made_of_itself_is_no_ring_without_end() -> None:
    found = origins({MAIN: "a = 'x = 1'\na = a.strip()\na = a + a\nexec(a)\n"})
    assert not found.unread.code.total
    assert alarms(found) == []


@pytest.mark.parametrize("name", ["a ring", "its own element", "calls of calls"])
def test_a_file_that_takes_too_many_steps_is_unread(name: str) -> None:
    notes = [each.note for each in origins({MAIN: BOMBS[name]}).unread.code.shown]
    assert any("it cannot be followed" in note for note in notes)


def test_a_file_that_takes_few_steps_is_not_unread_for_that() -> None:
    assert not origins({MAIN: DOUBLING.replace("exec(a0)", "print(a0)")}).unread.code.total


def test_what_is_found_is_bounded() -> None:
    found = origins({MAIN: "exec(X)\n" * 5_000})
    assert found.unread.code.total == 5_000
    assert len(found.unread.code.shown) == 200
