"""SARIF 2.1.0: what failed, at its place in the code, for editors and code hosts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from runner import __version__
from runner.alarms import kinds
from runner.model import Status
from runner.render.safe import TEXT
from runner.render.view import KINDS_SHOWN
from runner.text import visible, visible_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.model import Alarm, CriterionResult, Location, Record

PLACES = 20
"""Places per criterion; the report itself has the count."""

_LEVELS = {Status.FAILED: "error", Status.PARTIAL: "warning"}


def sarif(record: Record) -> str:
    """One result for each place that failed evidence or an alarm names.

    What has no place in the code is not in here: SARIF is about places.
    """
    found = [*_alarms(record), *_criteria(record)]
    rules = {result["ruleId"]: rule for result, rule in found}
    log = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "takehome",
                        "semanticVersion": __version__,
                        "rules": list(rules.values()),
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [result for result, _ in found],
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


Found = tuple[dict[str, Any], dict[str, Any]]


def _criteria(record: Record) -> Iterator[Found]:
    if record.outcome == "void":
        return
    for one in record.criteria:
        if one.status in _LEVELS and one.scale != "manual":
            for place in _places(one):
                yield _found(one.id, _LEVELS[one.status], one.title, one.summary, place)


def _alarms(record: Record) -> Iterator[Found]:
    for kind in kinds(record.alarms)[:KINDS_SHOWN]:
        for alarm in kind.alarms:
            if alarm.location:
                summary = (
                    f"{alarm.summary} (and {alarm.more} more)" if alarm.more else alarm.summary
                )
                yield _found(f"alarm.{alarm.id}", "error", _title(alarm), summary, alarm.location)


def _title(alarm: Alarm) -> str:
    return f"Sign of tampering: {alarm.id}"


def _places(criterion: CriterionResult) -> list[Location]:
    places = {place: None for one in criterion.evidence for place in one.locations}
    return list(places)[:PLACES]


def _found(rule: str, level: str, title: str, summary: str, place: Location) -> Found:
    name = visible_name(rule)
    note = f" ({place.note})" if place.note else ""
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.path)}}
    if place.line is not None and place.line > 0:
        physical["region"] = {"startLine": place.line}
    result = {
        "ruleId": name,
        "level": level,
        "message": {"text": visible(f"{title}: {summary}{note}", TEXT)},
        "locations": [{"physicalLocation": physical}],
    }
    return result, {"id": name, "shortDescription": {"text": visible(title, TEXT)}}


def _uri(path: str) -> str:
    """A relative reference, whatever the path looks like: no scheme, no host."""
    return quote(visible_name(path, 400).lstrip("/")) or "."
