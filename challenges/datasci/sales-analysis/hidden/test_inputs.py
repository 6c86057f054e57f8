"""Sections 2 and 3 of the brief: the same content in other files, the same file in other places."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
from cleaned import differences, full
from desk import answered, cleaned, needed
from dirt import COLUMNS as EXPORTED
from dirt import written
from exports import elsewhere, small

if TYPE_CHECKING:
    from desk import Desk
    from dirt import Export
    from exports import Drawn

REL = 1e-9
SETTINGS = (
    ("TZ=Pacific/Kiritimati", "LC_ALL=C", "PYTHONHASHSEED=1"),
    ("TZ=America/Los_Angeles", "LANG=C", "PYTHONHASHSEED=2"),
)


@pytest.mark.requirement("input.columns")
async def test_columns_and_rows_in_another_order(desk: Desk, seed: int) -> None:
    drawn = small(seed)
    columns = [*EXPORTED, "warehouse", "Unnamed: 0"]
    rows = [row | {"warehouse": "7", "Unnamed: 0": ""} for row in drawn.export.rows]
    shuffling = random.Random(f"columns/{seed}")  # noqa: S311 - no secret
    shuffling.shuffle(columns)
    shuffling.shuffle(rows)
    await _same(desk, drawn, written(_export(drawn, rows), columns=tuple(columns)))


@pytest.mark.requirement("input.columns")
async def test_another_year_and_no_west(desk: Desk, seed: int) -> None:
    """Nothing of an export's content is the same as in the example, but for its columns."""
    drawn = elsewhere(seed)
    result = await desk.run(drawn.data)
    clean = cleaned(result, drawn.name)
    missing = [order.id for order in drawn.orders if order.id not in clean.rows]
    assert not missing, f"{len(missing)} orders of {len(drawn.orders)} are not there: {missing[0]}"
    answered(result).object("revenue").number("total")


@pytest.mark.requirement("input.encodings")
@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8-sig", ","), ("cp1252", ","), ("utf-8", ";"), ("utf-8-sig", ";"), ("cp1252", ";")],
    ids=[
        "UTF-8 with a byte order mark",
        "Windows-1252",
        "semicolons",
        "semicolons and a byte order mark",
        "semicolons and Windows-1252",
    ],
)
async def test_spellings_of_a_file(desk: Desk, seed: int, encoding: str, delimiter: str) -> None:
    drawn = small(seed)
    await _same(desk, drawn, written(drawn.export, encoding=encoding, delimiter=delimiter))


@pytest.mark.requirement("run.repeatable")
async def test_the_same_input_gives_the_same_bytes(desk: Desk, seed: int) -> None:
    drawn = small(seed)
    first = await desk.run(drawn.data)
    full(cleaned(first, drawn.name), drawn)
    for settings in SETTINGS:
        other = await desk.run(drawn.data, settings=settings)
        for path in ("clean.csv", "answers.json"):
            needed(first, path)
            needed(other, path)
            same = first.file(path) == other.file(path)
            assert same, f"{path} differs between two runs, the second with {' '.join(settings)}"


@pytest.mark.requirement("run.empty")
@pytest.mark.parametrize(
    "content",
    ["header", "header and mark", "nothing"],
)
async def test_nothing_to_analyse(desk: Desk, content: str) -> None:
    header = f"{','.join(EXPORTED)}\r\n"
    data = {
        "header": header.encode(),
        "header and mark": header.encode("utf-8-sig"),
        "nothing": b"",
    }[content]
    result = await desk.run(data)
    assert result.exit_code is not None, f"a file with {content}: {result.how}"
    assert result.exit_code != 0, f"a file with {content}: the exit code is 0"
    assert "answers.json" not in result.files, f"a file with {content}: there are answers"
    said = result.output.strip()
    assert said, f"a file with {content}: nothing is said about it"
    traced = re.search(r"^Traceback \(most recent call last\)", result.output, re.MULTILINE)
    assert not traced, f"a file with {content}: a traceback, {said.splitlines()[-1][:120]}"


def _export(drawn: Drawn, rows: list[dict[str, str]]) -> Export:
    return type(drawn.export)(rows=tuple(rows), marks={}, copies=frozenset())


async def _same(desk: Desk, drawn: Drawn, data: bytes) -> None:
    """Both files are cleaned and answered alike; whether rightly is judged elsewhere."""
    base, other = await desk.run(drawn.data), await desk.run(data)
    first = full(cleaned(base, drawn.name), drawn)
    changed = differences(first, cleaned(other, "this spelling"))
    assert not changed, f"{len(changed)} cells or orders differ: {'; '.join(changed[:2])}"
    totals = [answered(one).object("revenue").number("total") for one in (base, other)]
    assert abs(totals[0] - totals[1]) <= REL * abs(totals[0]), f"total revenue: {totals}"
