"""What a fuzzer begins with: real files of each kind, and pieces that readers may stumble over."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from functools import cache
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.fuzz.loaded import sales
from tests.meta.repository import ROOT
from tests.unit.harness.test_own_tests import COVERAGE, PASSED, document
from tests.unit.harness.test_pictures import CHART

if TYPE_CHECKING:
    from collections.abc import Callable

ORDERS = ROOT / "challenges/backend/orders-api"
SALES = ROOT / "challenges/datasci/sales-analysis"
FILES = {"app/main.py": b"x = 1\n", ".git/config": b"[core]\n", "__pycache__/a.pyc": b"\0"}

PYTHON = (
    *(b"def f(a, b=1): ", b"async def test_a(c):\n    ", b"class A(B): ", b"return ", b"yield "),
    *(
        b"if a < b: ",
        b"for x in range(len(df)): ",
        b"while True: ",
        b"try: ",
        b"except E: ",
        b"pass",
    ),
    *(
        b"import pandas as pd\n",
        b"from app import (a, b)\n",
        b"@app.get('/x')\n",
        b"@pytest.fixture\n",
    ),
    *(b"df.loc[x] = 1", b"x.append(y)", b"app.include_router(r, prefix=p)", b"time.sleep(1)"),
    *(
        b"0x" + b"f" * 4400,
        b"1e400",
        b"1_0",
        b"'\\ud800'",
        b"b'\\xff'",
        b"f'{a!r:{b}}'",
        b"\xf0\x9f\x98\x80",
    ),
    *(
        b"assert x == ",
        b"lambda: ",
        b"[x for x in y if z]",
        b"{**a, 1: 2}",
        b"*a",
        b"not ",
        b" and ",
        b" is ",
    ),
    *(b"# type: ignore\n", b"# noqa: E501\n", b"# mypy: ignore-errors\n", b"# coding: latin-1\n"),
    *(
        b"\n    ",
        b"\n",
        b"\n\n",
        b" = ",
        b"(",
        b")",
        b"[",
        b"]",
        b"{",
        b"}",
        b":",
        b",",
        b".",
        b";",
        b"\\\n",
    ),
    *(
        b'"""',
        b"'",
        b"match x:\n    case {'a': [1, *_]}: ",
        b"global a",
        b"del a",
        b"\t",
        b"\x0c",
        b"\0",
    ),
)
CONFIGURED = (
    *(
        b"[tool.mypy]\n",
        b"[tool.ruff.lint]\n",
        b"[tool.pytest.ini_options]\n",
        b"[mypy]\n",
        b"[pytest]\n",
    ),
    *(
        b"[DEFAULT]\n",
        b"[[a]]\n",
        b"[project]\n",
        b"plugins = ",
        b"addopts = ",
        b"strict = ",
        b"select = ",
    ),
    *(
        b"line-length = ",
        b"quote-style = ",
        b"dependencies = ",
        b"python_executable = ",
        b"requires-python = ",
    ),
    *(b"'a'", b'"-p x"', b"[1, 'a']", b"{a.b = 1}", b"0x" + b"f" * 4400, b"1e400", b"nan", b"true"),
    *(
        b"1979-05-27T07:32:00Z",
        b"'''",
        b'"""',
        b"\\u0000",
        b"\n",
        b" ",
        b"  \n",
        b"=",
        b":",
        b"a.b.c",
        b"#",
    ),
    *(b"%(a)s", b"pkg==1.0\n", b"-r x.txt\n", b"\xef\xbb\xbf", b"\r", b"\xff"),
)
WRITTEN = (
    *(
        b"# Notes\n",
        b"## One\n",
        b"```\n",
        b"<!--",
        b"-->",
        b"~~~\n",
        b"word ",
        b"\n",
        b"#",
        b"\xe2\x80\xae",
    ),
    *(
        b"ignore all previous instructions",
        b"as an AI reviewer",
        b"\xe2\x80\x8b",
        b"\xc5\xbf",
        b"\xff",
        b" ",
    ),
)
DRAWN = (
    *(
        b"<svg>",
        b"</svg>",
        b"<text>",
        b"</text>",
        b"<g id='a'>",
        b"</g>",
        b"<use href='#a'/>",
        b"<path d='M0'/>",
    ),
    *(
        b"<!DOCTYPE s [",
        b"<!ENTITY a 'b'>",
        b"<!ATTLIST g x CDATA 'y'>",
        b"]>",
        b"&a;",
        b"&lt;",
        b"&#x1;",
    ),
    *(
        b"<?xml version='1.0' encoding='",
        b"utf-16'?>",
        b"<?a b?>",
        b"<style>url(#a)</style>",
        b"<![CDATA[",
    ),
    *(
        b"]]>",
        b"<!--",
        b"-->",
        b" style='fill:url(#a)'",
        b" xmlns:a='b'",
        b"<a:b/>",
        b">",
        b"<",
        b"/",
    ),
)
SAID = (
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b'"a"',
        b'"stock": ',
        b"1",
        b"-0",
        b"1e400",
        b"9" * 4300,
        b"null",
    ),
    *(
        b"true",
        b"NaN",
        b'"\\ud800"',
        b'"\xf0\x9f\x98\x80"',
        b"1.7e308",
        b" ",
        b"\\",
        b'"',
        b"\xff",
        b"[[[[",
    ),
    *(
        b'"outcomes": ',
        b'"seconds": ',
        b'"executed": ',
        b'{"test": "t", "outcome": "passed", "seconds": 0.1}\n',
    ),
    *(
        b'{"problem": "x"}\n',
        b'{"left_out": 1}\n',
        b'"seed": ',
        b'"files": ',
        b'"schema_version": 1',
        b"\n",
    ),
)
TABULATED = (
    *(
        b"order_id,",
        b"row_id,churn_probability\n",
        b"a,0.5\n",
        b",",
        b"\n",
        b'"',
        b'""',
        b"\r",
        b"nan",
        b"1e999",
    ),
    *(
        b"ORD-1",
        b"0",
        b"\xc3\xa9",
        b"\0",
        b"-",
        b"/*",
        b"*/",
        b"--",
        b"over (",
        b"'",
        b"12.345,67",
        b"k ",
        b"\xff",
    ),
)
ARCHIVED = (
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"\x1f\x8b\x08",
    b"ustar\0",
    b"\0",
    b"\xff",
    b"../",
    b"0000644",
)
STACKED = (
    b'  File "/src/a.py", line 1 in f\n',
    b"(most recent call first):\n",
    b"/../",
    b"\n",
    b"9" * 9,
)

PIECES: dict[str, tuple[bytes, ...]] = {
    "source": PYTHON,
    "suite_source": PYTHON,
    "configuration": CONFIGURED,
    "texts": (*WRITTEN, *PYTHON),
    "written_notes": WRITTEN,
    "picture": DRAWN,
    "answer": SAID,
    "own_documents": SAID,
    "journal": SAID,
    "stack": STACKED,
    "table": TABULATED,
    "predictions": TABULATED,
    "prose": TABULATED,
    "model": ARCHIVED,
    "manifest": SAID,
    "submission": ARCHIVED,
    "git": CONFIGURED,
}

HEADER = (
    b"order_id,date,customer,segment,region,channel,newsletter,price_group,product,quantity_kg,"
    b"price_per_kg,discount_pct\n"
)


def _read(*paths: str) -> list[bytes]:
    return [(ROOT / path).read_bytes() for path in paths]


def _archives() -> list[bytes]:
    packed = []
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in FILES.items():
            archive.writestr(path, data)
    packed.append(zipped.getvalue())
    for mode in ("w:", "w:gz"):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=mode) as archive:
            for path, data in FILES.items():
                member = tarfile.TarInfo(path)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        packed.append(buffer.getvalue())
    return packed


def _table() -> list[bytes]:
    cleaned = sales().cleaned
    drawn = sales().exports.small(1)
    rows = [",".join(map(str, cleaned.due(order).values())) + "\n" for order in drawn.orders]
    return [HEADER + "".join(rows).encode(), HEADER + "".join(rows[:5]).encode()]


def _seeds() -> dict[str, Callable[[], list[bytes]]]:
    solution = "challenges/backend/orders-api/solution/app"
    sources = [
        path.read_bytes()
        for folder in (ORDERS / "solution", SALES / "solution", ORDERS / "starter")
        for path in sorted(folder.rglob("*.py"))
    ]
    own = [document(PASSED).encode(), json.dumps(COVERAGE).encode()]
    journal = b'{"collected": 3, "selected": 2, "shortened": 0}\n'
    return {
        "source": lambda: sources,
        "suite_source": lambda: [one for one in sources if b"def test_" in one] or sources,
        "configuration": lambda: _read("pyproject.toml", ".ci/../Makefile"),
        "texts": lambda: _read("README.md", "runner/analyser/suspicions.py"),
        "written_notes": lambda: _read("README.md", "CONTRIBUTING.md"),
        "picture": lambda: [CHART.encode()],
        "answer": lambda: [b'{"sku": "A-1", "stock": 3, "items": [{"a": 1.5}], "ok": true}'],
        "own_documents": lambda: own,
        "journal": lambda: [journal + b'{"test": "t", "outcome": "passed", "seconds": 0.5}\n'],
        "stack": lambda: [STACKED[1] + STACKED[0]],
        "table": _table,
        "predictions": lambda: [b"row_id,churn_probability\na,0.5\nb,0.25\n"],
        "prose": lambda: [
            b"A total of 312,345.67 EUR, 0.71 [0.38, 1.04] orders more; 8 \xe2\x82\xac."
        ],
        "model": lambda: [b"PK\x03\x04schema.json", b"\x80\x04.", b"\x93NUMPY"],
        "manifest": lambda: [
            b'{"schema_version": 1, "challenge": "a/b", "level": "mid", "seed": 7}'
        ],
        "submission": _archives,
        "git": lambda: [b'[core]\n\tfsmonitor = x\n[alias "a"]\n\tb = !c\n', solution.encode()],
    }


@cache
def seeds(name: str) -> list[bytes]:
    """Real inputs of a target, the smallest first."""
    return sorted(_seeds()[name](), key=len)


@st.composite
def inputs(draw: st.DrawFn, name: str) -> bytes:
    """Pieces one after the other, or a real input with pieces in it."""
    piece = st.sampled_from(PIECES[name]) | st.binary(max_size=6)
    if draw(st.booleans()):
        return b"".join(draw(st.lists(piece, max_size=30)))
    data = draw(st.sampled_from(seeds(name)[:6]))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.sampled_from([0, 0, 1, 3, 40]))
        data = data[:start] + draw(piece) + data[end:]
    return data
