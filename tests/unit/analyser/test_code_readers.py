"""Tests that look at code are noted; tests that look at what it does are not."""

# ruff: noqa: E501 - one program, one line
from __future__ import annotations

import pytest

from runner.analyser.code_readers import code_readers
from runner.analyser.submission import File, Paths
from runner.analyser.tally import NOTE
from tests.unit.analyser.build import tree

PATHS = ("app/__init__.py", "app/main.py", "app/schema.sql", "tests/test_a.py", "tests/data/a.csv")


def notes(text: str, path: str = "tests/test_a.py") -> list[str]:
    return [each.summary for each in code_readers(File(path, tree(text), Paths(PATHS)))]


READERS = {
    "code of a loader": "import app.main\napp.main.__loader__.get_code('app.main').co_code\n",
    "loader of a specification": "import app.main\napp.main.__spec__.loader.get_code('app.main')\n",
    "found loader": "import importlib.util as u\nu.find_spec('app.main').loader.get_code('app.main')\n",
    "source of a loader": "import app.main as m\nm.__loader__.get_source('app.main')\n",
    "data of a loader": "import app.main as m\nm.__loader__.get_data(m.__file__)\n",
    "own loader": "__loader__.get_code('app.main')\n",
    "code of a function": "from app.main import f\nhash(f.__code__)\n",
    "parts of it": "from app.main import f\nf.__code__.co_consts\n",
    "code by name": "from app.main import f\ngetattr(f, '__co' + 'de__')\n",
    "code by a getter": "import operator\noperator.attrgetter('__code__.co_code')(f)\n",
    "code of a generator": "f().gi_code\n",
    "code of a frame": "import sys\nsys._getframe().f_code\n",
    "inspect": "import inspect\ninspect.getsource(app)\n",
    "another name": "from inspect import getsource as read\nread(app)\n",
    "inspect by name": "import inspect\ngetattr(inspect, 'get' + 'source')(app)\n",
    "syntax": "import ast as a\na.parse(text)\n",
    "instructions": "import dis\ndis.get_instructions(app)\n",
    "tokens": "import tokenize\ntokenize.tokenize(x)\n",
    "marshal": "import marshal\nmarshal.dumps(f.__code__)\n",
    "pickled code": "import cloudpickle\ncloudpickle.dumps(f)\n",
    "lines that run": "import sys\nsys.settrace(f)\n",
    "open": "open('app/main.py').read()\n",
    "path": "from pathlib import Path\nPath('app/main.py').read_bytes()\n",
    "path from here": "from pathlib import Path\n(Path(__file__).parent.parent / 'app/main.py').read_text()\n",
    "file of a module": "import app.main\nopen(app.main.__file__, 'rb').read()\n",
    "path of a module": "import app.main\nfrom pathlib import Path\nPath(app.main.__file__).read_text()\n",
    "name for it": "import app.main\nfrom pathlib import Path\nP = Path(app.main.__file__).resolve()\nP.stat()\n",
    "imported by name": "import importlib\nopen(importlib.import_module('app.main').__file__)\n",
    "file of a function": "import inspect\nopen(inspect.getfile(f)).read()\n",
    "hash": "import hashlib\nhashlib.sha256(open('app/main.py', 'rb').read())\n",
    "size": "import os\nos.path.getsize('app/main.py')\n",
    "time": "import os\nos.stat('app/main.py').st_mtime\n",
    "cache": "import importlib.util as u\nopen(u.cache_from_source('app/main.py'), 'rb')\n",
    "compiled file": "open('app/__pycache__/main.cpython-311.pyc', 'rb')\n",
    "search": "from pathlib import Path\nfor p in Path('app').rglob('*.py'):\n    p.read_bytes()\n",
    "pattern": "import glob\nglob.glob('app/*.py')\n",
    "walk": "import os\nfor x in os.walk('app'): ...\n",
    "folder": "from pathlib import Path\nlist(Path('app').iterdir())\n",
    "copy": "import shutil\nshutil.copytree('app', '/tmp/x')\n",
}  # fmt: skip

OTHERS = {
    "fixture": "from pathlib import Path\n(Path(__file__).parent / 'data/a.csv').read_text()\n",
    "folder of fixtures": "from pathlib import Path\nlist((Path(__file__).parent / 'data').iterdir())\n",
    "query beside a module": "from pathlib import Path\nimport app\n"
    "Path(app.__file__).with_name('schema.sql').read_text()\n"
    "(Path(app.__file__).parent / 'schema.sql').read_text()\n",
    "written code": "def test_x(tmp_path):\n    (tmp_path / 'm.py').write_text('x = 1')\n",
    "results": "def test_x(tmp_path):\n    (tmp_path / 'a.csv').read_text()\n    tmp_path.stat()\n",
    "signatures": "import inspect\ninspect.signature(f)\ninspect.iscoroutinefunction(f)\n"
    "inspect.getmembers(f)\ninspect.getdoc(f)\ninspect.isclass(f)\n",
    "answers": "def test_x(client):\n    r = client.get('/')\n    r.get_data(as_text=True)\n"
    "    client.get_code('SAVE10')\n    assert r.status_code == r.json()['code']\n",
    "errors": "def test_x(e):\n    assert e.value.code == 1 and e.code == 'x'\n",
    "loaders of data": "from x import DataLoader\nloader = DataLoader(1)\nloader.load(2)\nloader(3)\n",
    "texts": "import ast, json, yaml\nast.literal_eval('1')\njson.loads('1')\nyaml.load('x', Loader=yaml.L)\n",
    "itself": "open(__file__)\n",
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_whoever_reads_code_is_noted(name: str) -> None:
    found = notes(READERS[name])
    assert found
    assert all(each.startswith(NOTE) for each in found)


@pytest.mark.parametrize("name", OTHERS)
def test_other_tests_are_not(name: str) -> None:
    assert notes(OTHERS[name]) == []


def test_what_is_read_is_named() -> None:
    (first, *_) = notes(READERS["code of a loader"])
    assert "app.main.__loader__.get_code" in first
    assert "it can judge the text of code, not what it does" in first
