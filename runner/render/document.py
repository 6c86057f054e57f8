"""`report.json` and its JSON Schema: the record itself, for other programs."""

from __future__ import annotations

import json

from runner.model import Record
from runner.render.safe import json_text


def report_json(record: Record) -> str:
    """The whole record. Reading it back gives an equal record."""
    return json_text(record.model_dump_json(indent=2)) + "\n"


def report_schema() -> str:
    """JSON Schema (draft 2020-12) of `report.json`, as published in docs/report.schema.json."""
    schema = Record.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(head | schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
