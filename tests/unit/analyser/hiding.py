"""Programs that run code where nobody reads it, and honest ones that look alike.

Each is path → text; `app/main.py` is the entry. `app/data.bin` and `app/core.txt` are files of the
submission that are no Python.
"""

# ruff: noqa: E501 - one program, one line
from __future__ import annotations

MAIN = "app/main.py"
OTHERS = {"app/data.bin": "x", "app/core.txt": "x = 1\n"}
READ = "open('app/core.txt').read()"


def _main(text: str, **files: str) -> dict[str, str]:
    return {**OTHERS, **{f"app/{name}.py": body for name, body in files.items()}, MAIN: text}


def _run(before: str, call: str = "run") -> dict[str, str]:
    """A program that calls what `before` has made of `exec` with a file."""
    return _main(f"{before}\n{call}({READ})\n")


def _path(edit: str) -> dict[str, str]:
    """A program that edits where modules are looked for, and imports one from there."""
    return _main(f"import sys, os, importlib\n{edit}\nimport core\n")


UNREAD: dict[str, dict[str, str]] = {
    # `exec` under other names
    "plain": _run("run = 1", "exec"),
    "another name": _run("run = exec"),
    "imported": _run("from builtins import exec as run"),
    "attribute": _run("import builtins", "builtins.exec"),
    "attribute of the namespace": _run("", "__builtins__.exec"),
    "item of the namespace": _run("", "__builtins__['exec']"),
    "joined text": _run("import builtins", "getattr(builtins, 'ex' + 'ec')"),
    "turned text": _run("import builtins", "getattr(builtins, 'cexe'[::-1])"),
    "characters": _run("import builtins", "getattr(builtins, ''.join([chr(101), 'xec']))"),
    "replaced text": _run("import builtins", "getattr(builtins, 'ezec'.replace('z', 'x'))"),
    "formatted text": _run("import builtins", "getattr(builtins, '{}ec'.format('ex'))"),
    "f-string": _run("import builtins\nE = 'ec'", "getattr(builtins, f'ex{E}')"),
    "unknown name": _run("import builtins, os", "getattr(builtins, os.environ['N'])"),
    "imported module": _run("", "__import__('built' + 'ins').exec"),
    "import_module": _run("import importlib", "importlib.import_module('builtins').exec"),
    "sys.modules": _run("import sys", "sys.modules['builtins'].exec"),
    "globals": _run("", "globals()['__builtins__']['exec']"),
    "receiver of a function": _run("", "print.__self__.exec"),
    "call of the call": _run("", "exec.__call__"),
    "vars": _run("import builtins", "vars(builtins)['exec']"),
    "dictionary": _run("import builtins", "builtins.__dict__.get('exec')"),
    "getattribute": _run("import builtins", "builtins.__getattribute__('exec')"),
    "getattribute of object": _run("import builtins", "object.__getattribute__(builtins, 'exec')"),
    "attrgetter": _run("import builtins, operator", "operator.attrgetter('exec')(builtins)"),
    "itemgetter": _run("import builtins, operator", "operator.itemgetter('exec')(vars(builtins))"),
    "all functions": _run("import builtins\nrun = dict(builtins.__dict__)['exec']"),
    "search": _run("import builtins\nrun = [v for k, v in vars(builtins).items() if k == X][0]"),
    "frame": _run("import sys", "sys._getframe().f_builtins['exec']"),
    "namespace of a function": _run("def f(): ...", "f.__builtins__['exec']"),
    "dictionary of ours": _run("runs = {'a': exec}", "runs['a']"),
    "list of ours": _run("runs = [len, exec]", "runs[1]"),
    "loop": _main(f"for run in [exec]:\n    run({READ})\n"),
    "walrus": _run("", "(run := exec)"),
    "choice": _run("run = exec if X else print"),
    "default": _main(f"def go(text, run=exec):\n    run(text)\ngo({READ})\n"),
    "lambda": _run("run = lambda text: exec(text)"),
    "argument": _main(f"def go(run, text):\n    run(text)\ngo(exec, {READ})\n"),
    "decorator": _main("@exec\n@str\nclass A: ...\n"),
    "map": _main(f"list(map(exec, [{READ}]))\n"),
    "partial": _run("import functools", "functools.partial(exec)"),
    "process": _main(f"import multiprocessing as m\nm.Process(target=exec, args=({READ},))\n"),
    "field": _main(
        f"class A:\n    def __init__(self):\n        self.run = exec\n"
        f"    def go(self):\n        self.run({READ})\n"
    ),
    "static method": _main(f"class A:\n    run = staticmethod(exec)\nA.run({READ})\n"),
    "global": _main(f"def one():\n    global run\n    run = exec\ndef two():\n    run({READ})\n"),
    "hidden by a name that is never bound": _main(f"if 0:\n    exec = None\nexec({READ})\n"),
    "hidden by a later name": _main(f"exec({READ})\nexec = None\n"),
    "hidden by a deleted name": _main(f"exec = None\ndel exec\nexec({READ})\n"),
    "starred": _main(f"exec(*[{READ}])\n"),
    # where the text comes from
    "with": _main("with open('app/core.txt') as file:\n    exec(file.read())\n"),
    "path": _main("from pathlib import Path\nexec(Path(__file__).with_name('core.txt').read_text())\n"),
    "function": _main(f"def text():\n    return {READ}\nexec(text())\n"),
    "parameter": _main("def go(text):\n    exec(text)\n"),
    "environment": _main("import os\nexec(os.environ['X'])\n"),
    "compiled": _main(f"code = compile({READ}, 'x', 'exec')\nexec(code)\n"),
    "compiled for eval": _main(f"eval(compile({READ}, 'x', 'exec'))\n"),
    "syntax tree": _main(f"import ast\nexec(compile(ast.parse({READ}), 'x', 'exec'))\n"),
    "eval of a file": _main(f"eval({READ})\n"),
    "base64": _main("import base64\nexec(base64.b64decode('eCA9IDE='))\n"),
    "zlib": _main("import zlib\nexec(zlib.decompress(bytes.fromhex('00')))\n"),
    "text of characters": _main("exec(''.join(chr(n) for n in [120, 61, 49]))\n"),
    "docstring": _main('"""x = 1"""\nexec(__doc__)\n'),
    "docstring of a function": _main('def f():\n    """x = 1"""\nexec(f.__doc__)\n'),
    "text of another module": _main("from app.texts import T\neval(T)\n", texts="T = '1'\n"),
    "text of another module by name": _main("from app import texts\neval(texts.T)\n", texts="T=1\n"),
    "resource": _main("import importlib.resources as r\nexec(r.read_text('app', 'core.txt'))\n"),
    "files": _main(
        "from importlib.resources import files\nexec(files('app').joinpath('core.txt').read_text())\n"
    ),
    "get_data": _main("import pkgutil\nexec(pkgutil.get_data('app', 'core.txt'))\n"),
    "database": _main("import sqlite3\nexec(sqlite3.connect('x').execute('y').fetchone()[0])\n"),
    "member of a zip": _main("import zipfile\nexec(zipfile.ZipFile('app/data.bin').read('a.py'))\n"),
    "json": _main("import json\nexec(json.load(open('app/core.txt'))['code'])\n"),
    "lines": _main("import linecache\nexec(''.join(linecache.getlines('app/core.txt')))\n"),
    "many lines in a text": _main("exec('''" + "x = 1\n" * 30 + "''')\n"),
    "one long line in a text": _main("exec('x = " + "1 + " * 600 + "1')\n"),
    "text that reads": _main('exec("exec(open(\'app/core.txt\').read())")\n'),
    "text that edits": _main('exec("import sys; sys.path.append(\'app/data.bin\'); import core")\n'),
    "annotation": _main("def f(x: \"exec(open('app/core.txt').read())\"): ...\n"),
    # other ways to run
    "run_path": _main("import runpy\nrunpy.run_path('app/core.txt')\n"),
    "run_path handed on": _main("import threading, runpy\nthreading.Thread(target=runpy.run_path)\n"),
    "written and run": _main("import runpy\nrunpy.run_path('/tmp/made.py')\n"),
    "testfile": _main("import doctest\ndoctest.testfile('app/core.txt', module_relative=False)\n"),
    "interpreter": _main(f"import code\ncode.InteractiveInterpreter().runsource({READ})\n"),
    "console": _main("import code\nc = code.InteractiveConsole()\nfor x in Y:\n    c.push(x)\n"),
    "timeit": _main(f"import timeit\ntimeit.timeit({READ}, number=1)\n"),
    "marshal": _main("import marshal\nmarshal.loads(b'x')\n"),
    "function of code": _main("import types\ntypes.FunctionType(CODE, globals())\n"),
    "code": _main("import types\ntypes.CodeType(0)\n"),
    "replaced code": _main("def f(): ...\nf.__code__ = X\n"),
    "changed code": _main("def f(): ...\nc = f.__code__.replace(co_code=b'')\n"),
    "library": _main("import ctypes\nctypes.CDLL('app/data.bin')\n"),
    "python api": _main("import ctypes\nctypes.pythonapi.PyRun_SimpleString(open('x','rb').read())\n"),
    "pickle": _main("import pickle\npickle.load(open('app/data.bin', 'rb'))\n"),
    "pickle in the code": _main("import pickle, base64\npickle.loads(base64.b64decode('gAM='))\n"),
    "pickle as text": _main("import pickle\npickle.loads(b'cbuiltins\\nexec\\n.')\n"),
    "loader": _main(
        "from importlib.machinery import SourceFileLoader as S\n"
        "S('core', __file__.replace('main.py', 'core.txt')).load_module()\n"
    ),
    "loader by the back door": _main(
        "from importlib._bootstrap_external import SourceFileLoader as S\nS('c', 'app/core.txt')\n"
    ),
    "specification": _main(
        "import importlib.util as u\ns = u.spec_from_file_location('core', 'app/core.txt')\n"
    ),
    "sliced path": _main(
        "import importlib.util as u\nu.spec_from_file_location('c', __file__[:-7] + 'core.txt')\n"
    ),
    "zipimport": _main("import zipimport\nzipimport.zipimporter(X)\n"),
    "lines of a text file": _main("import site\nsite.addpackage('app', 'core.txt', set())\n"),
    # other processes
    "another Python": _main("import subprocess as s, sys\ns.Popen([sys.executable, 'app/core.txt'])\n"),
    "another Python by name": _main("import os\nos.system('cd app && python3 core.txt')\n"),
    "another Python that reads": _main(
        "import subprocess as s, sys\ns.run([sys.executable, '-'], stdin=open('app/core.txt'))\n"
    ),
    "pipe": _main("import os\nos.system('cat app/core.txt | python3')\n"),
    "redirected": _main("import os\nos.system('python3 - < app/core.txt')\n"),
    "in a text with gaps": _main("x = f\"{exec(open('app/core.txt').read())}\"\n"),
    "another Python in its place": _main(
        "import os, sys\nos.execv(sys.executable, ['python', 'app/core.txt'])\n"
    ),
    "text for another Python": _main(
        f"import subprocess as s, sys\ns.run([sys.executable, '-c', {READ}])\n"
    ),
    "written for another Python": _main(
        "import subprocess as s, sys\ns.run([sys.executable, '/tmp/made.py'])\n"
    ),
    "script": _main("import subprocess as s\ns.run(['app/core.txt'])\n"),
    "path of another Python": _main(
        "import os\nos.environ['PYTHONPATH'] = 'app/data.bin'\n"
    ),
    "path of another Python by argument": _main(
        "import os, subprocess as s\ns.run([X], env=dict(os.environ, PYTHONPATH='app/data.bin'))\n"
    ),
    # where modules are looked for
    "insert": _path("sys.path.insert(0, 'app/data.bin')"),
    "append": _path("sys.path.append(os.path.join(os.path.dirname(__file__), 'data.bin'))"),
    "folder in an archive": _path("sys.path.append('app/data.bin/lib')"),
    "slice": _path("sys.path[:0] = ['app/data.bin']"),
    "new list": _path("sys.path = ['app/data.bin'] + sys.path"),
    "starred list": _path("sys.path = ['app/data.bin', *sys.path]"),
    "added list": _path("sys.path += ['app/data.bin']"),
    "two at a time": _path("sys.path, x = ['app/data.bin'] + sys.path, 1"),
    "target of a loop": _path("for sys.path in [['app/data.bin', *sys.path]]: pass"),
    "setattr": _path("setattr(sys, 'path', ['app/data.bin'])"),
    "own method": _path("list.append(sys.path, 'app/data.bin')"),
    "operator": _path("import operator\noperator.iadd(sys.path, ['app/data.bin'])"),
    "name of the path": _path("p = sys.path\np.append('app/data.bin')"),
    "imported path": _path("from sys import path as p\np.append('app/data.bin')"),
    "path of another module": _path("os.sys.path.append('app/data.bin')"),
    "path by name": _path("getattr(sys, 'pa' 'th').append('app/data.bin')"),
    "path in a dictionary": _path("vars(sys)['path'].append('app/data.bin')"),
    "path of a function": _path("os.getcwd.__globals__['sys'].path.append('app/data.bin')"),
    "path by a function": _path("def add(p, x):\n    p.append(x)\nadd(sys.path, 'app/data.bin')"),
    "method handed on": _path("list(map(sys.path.append, X))"),
    "site": _path("import site\nsite.addsitedir('app/data.bin')"),
    "temporary folder": _path("import tempfile\nsys.path.insert(0, tempfile.mkdtemp())"),
    "folder that is written to": _path("sys.path.insert(0, '/tmp/lib')"),
    "home": _path("sys.path.insert(0, os.path.expanduser('~/lib'))"),
    "left out": _path("sys.path.insert(0, 'app/gone.dat')"),
    "another working folder": _path("os.chdir('/tmp')\nsys.path.insert(0, '')"),
    "unknown place": _path("sys.path.insert(0, X)"),
    "unknown place and name": _main(
        "import sys, importlib\nsys.path.append(X)\nimportlib.import_module(Y)\n"
    ),
    "unknown place and names": _main(
        "import sys, importlib\nsys.path.append(X)\nlist(map(importlib.import_module, Y))\n"
    ),
    "package": {
        **OTHERS,
        "app/__init__.py": "__path__.append(__path__[0] + '/data.bin')\n",
        MAIN: "from app import core\n",
    },
    "hooks": _path("sys.meta_path.insert(0, X)"),
    "hooks by name": _path("getattr(sys, 'meta_' + 'path').append(X)"),
    "imported hooks": _path("from sys import path_hooks as p\np.append(X)"),
    "hook of our own": _path("from importlib.abc import Loader\nclass L(Loader): ..."),
    "module of our own": _path("import types\nsys.modules['core'] = types.ModuleType('core')"),
    "modules of our own": _path("sys.modules.update({'core': X})"),
    "import of our own": _path("import builtins\nbuiltins.__import__ = X"),
    "caught": _main(
        "import sys\nsys.path.append('app/data.bin')\n"
        "try:\n    from core import app\nexcept ImportError:\n    from app.decoy import app\n",
        decoy="app = 1\n",
    ),
    "run as a module": _path("import runpy\nsys.path.append('app/data.bin')\nrunpy.run_module('c')"),
    # parts that are not there
    "hole": {"app/__init__.py": "", MAIN: "from app.core import app\n"},
    "relative hole": {"app/__init__.py": "", MAIN: "from .core import app\n"},
    "hole further in": {"app/__init__.py": "", "app/db.py": "", MAIN: "import app.db.core\n"},
    "hole in an imported file": {
        "app/__init__.py": "",
        "app/db.py": "from app import core\nimport app.core\n",
        MAIN: "from app import db\n",
    },
    "file reached by an unknown name": _main(
        "import importlib, os\nimportlib.import_module(os.environ['X'])\n", boot=f"exec({READ})\n"
    ),
    "file reached by a text": _main("START = 'app.boot:main'\n", boot=f"exec({READ})\n"),
    "file run by its path": _main("import runpy\nrunpy.run_path('app/boot.py')\n", boot=f"exec({READ})"),
}  # fmt: skip
"""Programs with code that nobody reads. Each raises an alarm as well."""

ALARMED: dict[str, tuple[dict[str, str], str]] = {
    "hook that is not used": (
        _main("from importlib.abc import MetaPathFinder\nclass F(MetaPathFinder): ...\n"), "loader"
    ),
    "all classes": (_main("x = ().__class__.__base__.__subclasses__()\n"), "loader"),
    "all classes of object": (_main("x = object.__subclasses__()\n"), "loader"),
    "eval handed on": (_main("import pandas\nf = pandas.x.apply(eval)\n"), "loader"),
    "eval of a value": (_main("def f(row):\n    return eval(row['tags'])\n"), "loader"),
    "formula": (_main("def f(x):\n    return compile(x, '<formula>', 'eval')\n"), "loader"),
    "template": (_main("def f(x):\n    exec(f'def g({x}): return {x}')\n"), "loader"),
    "in tests": ({MAIN: "", "tests/test_a.py": "exec(X)\n"}, "loader"),
    "program in tests": (
        {MAIN: "from tests.impl import app\n", "tests/impl.py": "app = 1\n"}, "program-in-tests"
    ),
    "interpreter of their own": (
        _main("import code\nclass C(code.InteractiveConsole): ...\n"), "loader"
    ),
    "machinery": (_main("import _imp\n"), "loader"),
    "library that is not known": (_main("import ctypes\nctypes.CDLL(X)\n"), "native-code"),
}  # fmt: skip
"""Programs that raise an alarm of a kind, whether or not they count as unread."""
