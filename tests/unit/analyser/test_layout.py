"""The copy that tools see has names with which mypy can live."""

from __future__ import annotations

from runner.analyser.layout import module_name, top_modules, tree_paths


def test_ordinary_paths_stay() -> None:
    paths = ["app/__init__.py", "app/main.py", "tests/test_x.py", "src/lib/x.py", "test/x.py"]
    assert tree_paths(paths) == {path: path for path in paths}


def test_folders_and_names_become_identifiers() -> None:
    assert tree_paths(["load-tests/0001 a.b.py"]) == {
        "load-tests/0001 a.b.py": "load_tests/_0001_a_b.py"
    }


def test_the_standard_library_is_not_hidden() -> None:
    assert tree_paths(["typing.py", "enum/x.py", "app/typing.py"]) == {
        "app/typing.py": "app/typing.py",
        "enum/x.py": "enum__own/x.py",
        "typing.py": "typing__own.py",
    }


def test_no_two_files_share_a_module() -> None:
    paths = ["a.py", "a/__init__.py", "src/a/__init__.py", "x-y.py", "x_y.py", "x.y.py"]
    placed = tree_paths(paths)
    assert placed["a/__init__.py"] == "a/__init__.py"
    assert len({module_name(path) for path in placed.values()}) == len(paths)


def test_modules_are_named_from_the_root_or_src() -> None:
    assert module_name("app/routes/__init__.py") == "app.routes"
    assert module_name("src/app/x.py") == "app.x"
    assert module_name("src.py") == "src"
    assert module_name("__init__.py") == "__init__"
    assert top_modules(["src/app/x.py", "tests/x.py", "y.py"]) == {"app", "tests", "y"}
