"""Code that runs without standing in a Python file: texts, packed data, compiled libraries.

No reader and no tool looks there. What honest programs do in the same way (a version file that is
executed, a plugin that is loaded from a `.py` file) is told apart by where the code comes from.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from runner.analyser.readings import NO_TEXTS
from runner.analyser.submission import File, Loaded, Sign, Written, argument, short
from runner.analyser.whereabouts import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.analyser.bindings import Scope
    from runner.analyser.origins import Origin
    from runner.analyser.readings import Texts

    Found = Iterator[Sign | Loaded | Written]

LITERAL_LINES = 20
"""So many lines of code in texts that are run stand for a part of the program. A template or a
formula has a line or two."""

LINE_CHARACTERS = 80
"""A line that is longer counts as several."""

RUNS_TEXT = {
    "builtins.exec": "source",
    "builtins.eval": "source",
    "builtins.compile": "source",
    "timeit.timeit": "stmt",
    "timeit.repeat": "stmt",
    "timeit.Timer": "stmt",
    "cProfile.run": "statement",
    "cProfile.runctx": "statement",
    "profile.run": "statement",
    "pdb.run": "statement",
    "pdb.runeval": "expression",
    "code.compile_command": "source",
    "codeop.compile_command": "source",
    "code.InteractiveInterpreter().runsource": "source",
    "code.InteractiveInterpreter().runcode": "code",
    "code.InteractiveConsole().runsource": "source",
    "code.InteractiveConsole().runcode": "code",
    "code.InteractiveConsole().push": "line",
    "ctypes.pythonapi.PyRun_SimpleString": "command",
    "ctypes.pythonapi.PyRun_String": "command",
}
"""What runs a text or a code object as code, and the name of the argument that is run."""

_MEASURES = frozenset(
    {"timeit.timeit", "timeit.repeat", "timeit.Timer", "cProfile.run", "cProfile.runctx"}
)
"""Those that are given a function or a line of the program itself, as a rule."""

LOADS_FILE = {
    "importlib.util.spec_from_file_location": (1, "location"),
    "importlib.machinery.SourceFileLoader": (1, "path"),
    "importlib.machinery.FileFinder": (0, "path"),
    "runpy.run_path": (0, "path_name"),
    "doctest.testfile": (0, "filename"),
    "imp.load_source": (1, "pathname"),
    "imp.load_module": (2, "pathname"),
}
"""What loads a module from a path, and where the path stands among the arguments."""

PACKED = frozenset(
    {
        "zipimport.zipimporter",
        "importlib.machinery.SourcelessFileLoader",
        "importlib.machinery.ExtensionFileLoader",
        "imp.load_compiled",
        "imp.load_dynamic",
        "marshal.load",
        "marshal.loads",
        "types.CodeType",
    }
)
"""What runs code that nobody can read, whatever it is given."""

NATIVE = frozenset(
    {
        "ctypes.CDLL",
        "ctypes.PyDLL",
        "ctypes.cdll.LoadLibrary",
        "ctypes.pydll.LoadLibrary",
        "ctypes.LibraryLoader",
    }
)
"""What loads a compiled library."""

PICKLES = frozenset(
    {
        "pickle.load",
        "pickle.loads",
        "pickle.Unpickler",
        "_pickle.load",
        "_pickle.loads",
        "_pickle.Unpickler",
        "cloudpickle.load",
        "cloudpickle.loads",
        "dill.load",
        "dill.loads",
        "joblib.load",
        "pandas.read_pickle",
        "shelve.open",
        "torch.load",
        "yaml.unsafe_load",
        "yaml.unsafe_load_all",
    }
)
"""What makes objects of data, and runs whatever the data say on the way."""

_INTERNAL = ("importlib._bootstrap_external.", "_frozen_importlib_external.")
_FUNCTIONS = frozenset({"types.FunctionType", "types.LambdaType"})
_REPLACES_CODE = frozenset({"co_code", "co_consts", "co_names"})


def foreign_code(file: File) -> Found:
    """What a file runs that is not in a Python file."""
    lines = last = 0
    for call, scope, names in file.calls:
        for name in sorted(names):
            for start in _INTERNAL:
                name = name.replace(start, "importlib.machinery.")  # noqa: PLW2901 - the same thing
            for found in _called(file, call, scope, name):
                yield found
                if isinstance(found, Written):
                    lines, last = lines + _lines(found.text), found.line
    if lines >= LITERAL_LINES:
        yield Sign(
            line=last,
            kind="loader",
            summary=f"{lines} lines of code stand in texts that are run",
            unread=True,
        )


def annotated_texts(file: File) -> Iterator[Written]:
    """Texts in annotations, which libraries run in order to see what they mean."""
    for node, _ in file.bindings.nodes:
        for field in ("annotation", "returns"):
            part = getattr(node, field, None)
            for inner in ast.walk(part) if isinstance(part, ast.expr) else ():
                text = inner.value if isinstance(inner, ast.Constant) else None
                if isinstance(text, str) and "(" in text:
                    yield Written(text, part.lineno if part is not None else 0)


def _called(file: File, call: ast.Call, scope: Scope, name: str) -> Found:
    if name in RUNS_TEXT:
        yield from _run(file, call, scope, name)
    elif name in LOADS_FILE:
        yield from _loaded(file, call, scope, name)
    elif name in PACKED:
        summary = f"{name} runs code that is not in a Python file"
        yield _sign(call, summary, unread=True, means=True)
    elif name == "importlib.util.spec_from_loader":
        yield _sign(call, f"{name} can run code that the analysis does not see", means=True)
    elif name in _FUNCTIONS:
        yield _function(file, call, scope, name)
    elif name in NATIVE:
        yield _native(file, call, scope, name)
    elif name in PICKLES:
        yield from _unpickled(file, call, scope, name)
    elif name == "builtins.?":
        yield _unnamed(file, call, scope)
    elif name.endswith(".replace") and {k.arg for k in call.keywords} & _REPLACES_CODE:
        yield _sign(call, "compiled code is replaced", unread=True)


def _run(file: File, call: ast.Call, scope: Scope, name: str) -> Found:
    """`exec` and its kind: harmless for what is written there, unread for what is not."""
    what = argument(call, 0, RUNS_TEXT[name], "source", "object")
    if what is None or isinstance(what, ast.Lambda) or _is_function(file, what, scope):
        return
    origin, runs = file.origins.of(what, scope), short(name)
    if origin.is_foreign:
        yield from _foreign(file, call, origin, runs)
    elif origin.kinds <= {"written"}:
        yield from (Written(text, call.lineno) for text in file.reading.texts(what, scope).found)
        if name not in _MEASURES:
            yield _sign(call, f"note: {runs} runs a text that is written there")
    elif name in _MEASURES:
        yield _sign(call, f"note: {runs} runs a function, or a text that cannot be read off")
    else:
        # A template with gaps is what it was written to be, and `eval` runs no more than an
        # expression: the value of a cell or a formula, as a rule.
        unread = "made" not in origin.kinds and not _is_expression(file, call, scope, name)
        summary = f"{runs} can run code that the analysis does not see"
        yield _sign(call, summary, unread=unread)


def _is_function(file: File, what: ast.expr, scope: Scope) -> bool:
    """Whether a name is that of a function of the same file."""
    return isinstance(what, ast.Name) and file.bindings.is_function(what.id, scope)


def _is_expression(file: File, call: ast.Call, scope: Scope, name: str) -> bool:
    """Whether what is run is an expression at most."""
    mode = argument(call, 2, "mode") if name == "builtins.compile" else None
    if mode is not None:
        return file.reading.texts(mode, scope).found == {"eval"}
    return name == "builtins.eval"


def _foreign(file: File, call: ast.Call, origin: Origin, runs: str) -> Found:
    """Code from a file, or from data. A Python file of the submission is read like any other."""
    places = origin.files
    if origin.kinds <= {"file", "written"} and _all_readable(file, places):
        yield from file.own(places.found)
        yield _sign(call, f"note: {runs} runs a Python file of the submission")
        return
    shown = _shown(places.found)
    whence = shown or ("a file" if "file" in origin.kinds else "data")
    yield _sign(call, f"{runs} runs code from {whence}", unread=True)


def _loaded(file: File, call: ast.Call, scope: Scope, name: str) -> Found:
    place, keyword = LOADS_FILE[name]
    path = argument(call, place, keyword)
    places = file.whereabouts.of(path, scope) if path is not None else NO_TEXTS
    yield from file.own(places.found)
    readable = bool(places.found) and all(map(file.is_readable, places.found))
    if readable and not places.whole:
        yield _sign(call, f"note: {name} loads Python files of the submission, or others")
    elif not readable and not places.found and (path is None or id(scope) in file.about_python):
        yield _sign(call, f"note: {name} loads Python files that cannot be read off")
    elif not readable:
        whence = _shown(places.found) or "a place that cannot be read off"
        # Tests may run documents and scripts; a program that is among them is unread all the same.
        start = "note: " if file.is_test else ""
        summary = f"{start}{name} runs code from {whence}"
        yield _sign(call, summary, unread=bool(places.found), means=not start)


def _function(file: File, call: ast.Call, scope: Scope, name: str) -> Sign:
    code = argument(call, 0, "code")
    names = file.names(code, scope) if code is not None else frozenset[str]()
    if names and all(each.endswith(".__code__") for each in names):
        return _sign(call, f"note: {name} makes a function of another one's code")
    return _sign(call, f"{name} makes a function of compiled code", unread=True)


def _native(file: File, call: ast.Call, scope: Scope, name: str) -> Sign:
    path = argument(call, 0, "name")
    texts = file.reading.texts(path, scope).found if path is not None else frozenset[str]()
    names = file.names(path, scope) if path is not None else frozenset[str]()
    itself = isinstance(path, ast.Constant) and path.value is None
    known = bool(texts) and all(text.startswith("lib") and "/" not in text for text in texts)
    if itself or known or "ctypes.util.find_library()" in names:
        return _sign(call, f"note: {name} loads a library of the system", kind="native-code")
    return _sign(call, f"{name} runs compiled code", kind="native-code", unread=True)


def _unpickled(file: File, call: ast.Call, scope: Scope, name: str) -> Found:
    """Only what came with the submission: what a program has written itself is its own affair."""
    what = argument(call, 0, "file", "filename", "filepath_or_buffer", "data", "stream")
    if what is None:
        return
    origin = file.origins.of(what, scope)
    places = origin.files.found | file.whereabouts.of(what, scope).found
    own = [place for place in places if file.is_other_file(place)]
    in_code = bool(origin.kinds) and origin.kinds <= {"written", "packed"}
    if own or in_code:
        summary = f"{name} makes objects, and code with them, of {_shown(own) or 'data'}"
        yield _sign(call, summary, unread=True)


def _unnamed(file: File, call: ast.Call, scope: Scope) -> Sign:
    """A function of Python's own whose name cannot be read off."""
    foreign = any(file.origins.of(each, scope).is_foreign for each in call.args)
    start = "" if foreign else "note: "
    summary = f"{start}a built-in function is called whose name cannot be read off"
    return _sign(call, summary, unread=foreign)


def _lines(text: str) -> int:
    """Lines of code in a text, comments left out."""
    lines = (line.strip() for line in text.splitlines())
    return sum(1 + len(line) // LINE_CHARACTERS for line in lines if line and line[0] != "#")


def _all_readable(file: File, places: Texts) -> bool:
    return places.whole and bool(places.found) and all(map(file.is_readable, places.found))


def _shown(places: Iterable[str]) -> str:
    """The first places in words, empty without any."""
    paths = ((inside(place), place) for place in sorted(places)[:2])
    return ", ".join(place if path is None else path for path, place in paths)


def _sign(
    call: ast.Call,
    summary: str,
    *,
    kind: str = "loader",
    unread: bool = False,
    means: bool = False,
) -> Sign:
    return Sign(line=call.lineno, kind=kind, summary=summary, unread=unread, means=means)
