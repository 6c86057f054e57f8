"""Honest programs that do what hidden code does as well: nothing of them is unread.

Each is path → text; `app/main.py` is the entry. `QUIET` ones raise nothing at all, `NOTED` ones
notes at most.
"""

# ruff: noqa: E501 - one program, one line
from __future__ import annotations

MAIN = "app/main.py"
PACKAGE = {"app/__init__.py": ""}
LOADER = """\
import importlib.util, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def load():
    path = ROOT / "scripts" / "x.py"
    spec = importlib.util.spec_from_file_location("x", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
"""
STARTS = """\
import os, subprocess, sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_it_starts():
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "app.main", "--help"], env=env, check=True)
    subprocess.run([sys.executable, str(ROOT / "app" / "main.py")], cwd=ROOT)
"""
PICKLES = """\
import os, pickle, joblib, zlib
from pathlib import Path


def load(path):
    with open(path, "rb") as file:
        return pickle.load(file)


def cached(row):
    return pickle.loads(zlib.decompress(row.payload))


one = joblib.load(Path("/given") / "model.joblib")
two = joblib.load(os.environ["MODEL"])
"""


def _main(text: str, **files: str) -> dict[str, str]:
    return {**PACKAGE, **{f"app/{name}.py": body for name, body in files.items()}, MAIN: text}


def _test(text: str, **files: str) -> dict[str, str]:
    return {**_main(""), "tests/test_a.py": text, **{f"{k}.py": v for k, v in files.items()}}


QUIET: dict[str, dict[str, str]] = {
    # the folder of the project on the path
    "pathlib": _test("import sys\nfrom pathlib import Path\nsys.path.insert(0, str(Path(__file__).parent.parent))\n"),
    "os.path": _test(
        "import sys, os\nsys.path.insert(0, os.path.abspath(os.path.join(os.path.dirname(__file__), '..')))\n"
    ),
    "folder of the folder": _main(
        "import os, sys\nsys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))\n"
    ),
    "only if it is not there": {
        **_main(""),
        "scripts/seed.py": "import sys\nfrom pathlib import Path\nROOT = Path(__file__).resolve().parents[1]\n"
        "if str(ROOT) not in sys.path:\n    sys.path.insert(0, str(ROOT))\nfrom app import main\n",
    },
    "working folder": _main("import os, sys\nsys.path.append(os.getcwd())\nsys.path.append('.')\n"),
    "src": {
        MAIN: "import sys, os\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'src'))\n"
        "from orders import api\n",
        "src/orders/__init__.py": "",
        "src/orders/api.py": "",
    },
    "src by a format": {
        MAIN: "import sys, pathlib\np = pathlib.Path(__file__).resolve().parent.parent\n"
        "sys.path.append('{}/src'.format(p))\nsys.path.append('%s/src' % p)\nfrom orders import api\n",
        "src/orders/api.py": "",
    },
    "src by a sum": {
        MAIN: "import sys, os\nsys.path.append(os.path.dirname(os.path.abspath(__file__)) + '/../src')\nimport orders\n",
        "src/orders.py": "",
    },
    "several folders": {
        MAIN: "import sys\nfrom os.path import dirname, join\nhere = dirname(__file__)\n"
        "sys.path[0:0] = [join(here, p) for p in ('..', '../src')]\nimport orders\n",
        "src/orders.py": "",
    },
    "path that is shown": _main(
        "import sys\nprint(sys.path, sys.path[0], len(sys.path))\nfor p in sys.path:\n    print(p)\n"
    ),
    "path that is taken back": _test("import sys\nsys.path.remove('x')\nsys.path.pop()\n"),
    "a path of their own": _main(
        "class Files:\n    path = ['a.bin']\n\n    def add(self, x):\n        self.path.append('x.bin')\n"
    ),
    "extend_path": {"app/__init__.py": "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n", MAIN: ""},
    # modules by name
    "plugins of a list": _main(
        "import importlib\nfor name in ('csv', 'xml'):\n    importlib.import_module(f'app.{name}')\n",
        csv="",
        xml="",
    ),
    "plugins of a folder": {
        **_main(
            "import importlib, pkgutil\nimport app.plugins\nfor m in pkgutil.iter_modules(app.plugins.__path__):\n"
            "    importlib.import_module(f'{app.plugins.__name__}.{m.name}')\n"
        ),
        "app/plugins/__init__.py": "",
        "app/plugins/csv.py": "import requests\n",
    },
    "settings": _main(
        "import importlib\n\n\ndef load(path):\n    module, _, name = path.rpartition('.')\n"
        "    return getattr(importlib.import_module(module), name)\n\n\nload('app.db.Engine')\n",
        db="Engine = 1\n",
    ),
    "metadata": _main("from importlib import metadata, resources\nv = metadata.version('app')\n"
                      "sql = resources.files('app').joinpath('schema.sql').read_text()\n"),
    "attributes on demand": {
        "app/__init__.py": "import importlib\n\n\ndef __getattr__(name):\n"
        "    return getattr(importlib.import_module('app.' + name), name)\n",
        MAIN: "from app import thing\n",
    },
    "names of a star": {"app/__init__.py": "from app.models import *\n", "app/models.py": "class A: ...\n", MAIN: "from app import A\n"},
    "names of a package": {
        "app/__init__.py": "__version__ = '1'\n\n\ndef create_app(): ...\n\n\nfrom .db import engine\n",
        "app/db.py": "engine = 1\n",
        MAIN: "from app import __version__, create_app, engine, db\n",
    },
    "relative": {
        **_main("from . import db\nfrom .db import engine\nfrom .routes.items import router\nfrom .routes import items\n", db="engine = 1\n"),
        "app/routes/__init__.py": "",
        "app/routes/items.py": "from ..db import engine\nrouter = 1\n",
    },
    "folders without __init__": {MAIN: "from app.routes import items\nimport app.routes.items\n", "app/routes/items.py": ""},
    "script beside": {**_main(""), "scripts/a.py": "import b\nfrom helpers import x\n", "scripts/b.py": "", "scripts/helpers.py": "x = 1\n"},
    "helpers of tests": {**_test("from tests.helpers import x\nfrom .helpers import x\n"), "tests/helpers.py": "x = 1\n", "tests/__init__.py": ""},
    "loader of a script": {**_test(LOADER), "scripts/x.py": ""},
    "server by name": _main("import uvicorn\n\nif __name__ == '__main__':\n    uvicorn.run('app.main:app', reload=True)\n"),
    # what may be missing
    "for type checkers": _main("from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from app.missing import X\n    import psycopg2\n"),
    "optional": _main(
        "import contextlib\n\ntry:\n    import orjson\nexcept ImportError:\n    orjson = None\n"
        "try:\n    import uvloop\nexcept ModuleNotFoundError:\n    pass\nwith contextlib.suppress(ImportError):\n    import foo\n"
        "try:\n    from app.speedups import fast\nexcept ImportError:\n    fast = None\n"
    ),
    "by version": _main("import sys\n\nif sys.version_info >= (3, 11):\n    import tomllib\nelse:\n    import tomli as tomllib\n"),
    "if it is there": _main("from importlib.util import find_spec\n\nif find_spec('orjson'):\n    import orjson\n"),
    "in a function": _main("def export():\n    import fastparquet\n"),
    "scripts of other tools": {
        **_main(""),
        "locustfile.py": "from locust import HttpUser\n",
        "noxfile.py": "import nox\n",
        "setup.py": "from setuptools import setup\nsetup()\n",
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'app.settings')\nimport django\n",
    },
    "migrations": {
        **_main("", models=""),
        "alembic/env.py": "import sys, os\nfrom logging.config import fileConfig\nfrom alembic import context\n"
        "sys.path.append(os.path.join(os.path.dirname(__file__), '..'))\nfrom app import models\n",
    },
    "importorskip": _test("import pytest\nnp = pytest.importorskip('numpyx')\n"),
    # functions that only look like those
    "compiled patterns": _main("import re, ast\nx = re.compile('a')\nast.literal_eval('1')\n"),
    "frames": _main("def f(df, pd):\n    df.eval('a + b')\n    df.query('a > 1')\n    pd.eval('1')\n"),
    "models": _main("def f(model):\n    model.eval()\n    model.compile()\n"),
    "sessions": _main("from sqlmodel import Session, select\n\n\ndef f(s: Session):\n    return s.exec(select(1)).all()\n"),
    "statements": _main("from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase): ...\n\n\n"
                        "kinds = Base.__subclasses__()\ntext = query.compile(dialect=None)\n"),
    "a function of that name": _main("def compile(x):\n    return x\n\n\ncompile(open('a').read())\neval = 3\n"),
    "a method of that name": _main("class A:\n    def exec(self, x): ...\n\n    def go(self):\n        self.exec(open('a').read())\n"),
    "classes made": _main("from dataclasses import dataclass, field, make_dataclass\nB = type('B', (), {})\nC = make_dataclass('C', ['x'])\n"),
    "signatures": _main("import inspect\n\n\ndef f(fn):\n    names = fn.__code__.co_varnames\n    scope = fn.__globals__\n    return inspect.signature(fn), fn.__doc__\n"),
    "measured": _main("import timeit\n\n\ndef f(): ...\n\n\nt = timeit.timeit(lambda: f(), number=3)\nu = timeit.timeit('f()', globals=globals(), number=3)\nv = timeit.timeit(f)\n"),
    "dispatch": _main("def handle(kind):\n    return globals()[f'handle_{kind}']()\n"),
    "this module": _main("import sys\n\nthis = sys.modules[__name__]\nf = getattr(this, 'f', None)\n"),
    "patched": _test("import builtins\n\n\ndef test_x(monkeypatch):\n    monkeypatch.setattr(builtins, 'input', lambda _: 'x')\n"),
    "reloaded": _test("import importlib\nimport app.main\n\n\ndef test_x():\n    importlib.reload(app.main)\n"),
    "programs run": _test("import runpy\n\n\ndef test_x():\n    runpy.run_module('app.main', run_name='__main__')\n    runpy.run_path('app/main.py')\n"),
    "processes": _test(STARTS),
    "workers": _main("import subprocess, sys\n\nsubprocess.Popen([sys.executable, '-m', 'app.worker'])\n", worker=""),
    "other programs": _main("import subprocess\n\nsha = subprocess.run(['git', 'rev-parse', 'HEAD'], capture_output=True).stdout\n"),
    "what the program has written": _main(PICKLES),
    "environment": _main("import os\n\nos.environ.setdefault('PYTHONPATH', '.')\nos.environ['PYTHONUNBUFFERED'] = '1'\n"),
}  # fmt: skip

NOTED: dict[str, dict[str, str]] = {
    "measured": _main("import timeit\n\n\ndef clock(f):\n    return timeit.timeit(f, number=3)\n"),
    "in another machine": _main("import sys\nsys.path.append('/app')\nsys.path.append('..')\n"),
    "the folder of the project is searched": _main(
        "import sys\nfrom pathlib import Path\nroot = Path(__file__).resolve()\n"
        "while not (root / 'pyproject.toml').exists():\n    root = root.parent\nsys.path.insert(0, str(root))\n"
    ),
    "a folder that is not there": _main("import sys\nsys.path.append('lib')\n"),
    "plugins by file": _main(
        "import importlib.util\nfrom pathlib import Path\nfor p in Path(__file__).parent.glob('*.py'):\n"
        "    s = importlib.util.spec_from_file_location(p.stem, p)\n    m = importlib.util.module_from_spec(s)\n"
        "    s.loader.exec_module(m)\n"
    ),
    "a loader for several scripts": {
        **_test(
            "import importlib.util\nfrom pathlib import Path\nROOT = Path(__file__).resolve().parents[1]\n\n\n"
            "def module(name, file):\n    return importlib.util.spec_from_file_location(name, ROOT / 'tools' / file)\n\n\n"
            "lock = module('l', 'lock.py')\n"
        ),
        "tools/lock.py": "",
    },
    "version file": {
        "setup.py": "about = {}\nwith open('app/version.py') as f:\n    exec(f.read(), about)\n",
        **_main("", version="v = '1'\n"),
    },
    "stand-ins": _test(
        "import sys\nfrom unittest.mock import MagicMock\nsys.modules['torch'] = MagicMock()\nsys.modules.pop('app.main', None)\n"
    ),
    "text for another Python": _test("import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import app.main'])\n"),
    "libraries of the system": _main(
        "import ctypes, ctypes.util\nlibc = ctypes.CDLL('libc.so.6')\n"
        "other = ctypes.CDLL(ctypes.util.find_library('c'))\nitself = ctypes.CDLL(None)\n"
    ),
    "conversion": _main("import builtins\n\n\ndef convert(name, value):\n    return getattr(builtins, name)(value)\n"),
    "a formula that is written there": _main("x = eval('1 + 1')\n"),
    "a copy of a function": _main("import types\n\n\ndef copy(f):\n    return types.FunctionType(f.__code__, f.__globals__)\n"),
    "a module in place of itself": _main("import sys\n\n\nclass Lazy: ...\n\n\nsys.modules[__name__] = Lazy()\n"),
    "documents that are tested": _test("import doctest\n\n\ndef test_x():\n    doctest.testfile('../README.md')\n"),
}  # fmt: skip

MISSING: dict[str, tuple[dict[str, str], list[str]]] = {
    "packages": (_main("import psycopg2\nfrom redis import Redis\n"), ["psycopg2", "redis"]),
    "package of a folder's name": (
        {**_main("from alembic import command\n"), "alembic/env.py": "from alembic import context\n"},
        ["alembic.command"],
    ),
    "in what is imported": (_main("from app import db\n", db="import psycopg2\n"), ["psycopg2"]),
    "name that a package lacks": (_main("from app import core\n"), ["app.core"]),
    "not at the start": (_main("def f():\n    import psycopg2\n"), []),
    "there": (_main("import fastapi, sqlalchemy, jwt, yaml, json\n"), []),
    "when started as a script": (_main("if __name__ == '__main__':\n    import psycopg2\n"), []),
}  # fmt: skip
"""Programs with the names that they can only fail to import; none of it is unread."""
