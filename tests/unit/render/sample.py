"""Records to render: a realistic one, a void one, and any of them with other texts in it.

`sample.json` is a frozen report of a mid-level candidate; that it still loads is a test of
its own. `python -m tests.unit.render.sample` renders the golden files
and the published schema anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runner.model import CriterionResult, Record
from runner.render import RENDERERS
from runner.render.document import report_schema

HERE = Path(__file__).parent
SCHEMA = HERE.parents[2] / "docs" / "report.schema.json"
GOLDEN = ("report.html", "report.md", "feedback.md")

FREE_TEXT = frozenset(
    {
        "author", "candidate", "check", "detail", "excerpt", "listen_for", "name", "note",
        "path", "reason", "source", "summary", "text", "title", "unit", "why", "x", "y",
    }
)  # fmt: skip
"""Keys of a record that hold text which somebody typed."""

CELLS = frozenset({"columns", "rows"})
"""Keys of a table, which holds lists of such texts."""


def mid() -> Record:
    """A candidate with passes, losses, an alarm, a failed gate and marks that are missing."""
    return Record.model_validate_json((HERE / "sample.json").read_text(encoding="utf-8"))


def void() -> Record:
    """The same run, broken on our side."""
    document = mid().model_dump(mode="json")
    for line in document["criteria"]:
        line |= {"earned": 0.0, "possible": 0.0}
        if line["id"].startswith("orders."):
            line |= {"status": "errored", "fault": "infrastructure", "summary": "engine gone"}
    for category in document["score"]["categories"]:
        category |= {"earned": 0.0, "possible": 0.0, "pending": 0.0}
    return Record.model_validate(
        document | {"outcome": "void", "gates": [], "flags": {}, "alarms": []}
    )


def with_text(record: Record, text: str) -> Record:
    """`record` with `text` as every free text in it, whoever would have written that."""
    return Record.model_validate(_replaced(record.model_dump(mode="json"), text))


def _replaced(value: Any, text: str, *, free: bool = False) -> Any:
    if isinstance(value, dict):
        return {
            key: _replaced(item, text, free=key in FREE_TEXT | CELLS) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_replaced(item, text, free=free) for item in value]
    return text if free and isinstance(value, str) else value


def small(record: Record) -> Record:
    """`record` with two criteria of every kind that a report tells apart, to be quick."""
    kept: dict[tuple[object, ...], list[CriterionResult]] = {}
    for one in record.criteria:
        kept.setdefault((one.role, one.scale == "requirement", one.status), []).append(one)
    lines = tuple(one for same in kept.values() for one in same[:2])
    return record.model_copy(update={"criteria": lines, "evidence": lines[0].evidence})


if __name__ == "__main__":
    SCHEMA.write_text(report_schema(), encoding="utf-8")
    for name in GOLDEN:
        (HERE / "golden" / name).write_text(RENDERERS[name](mid()), encoding="utf-8")
