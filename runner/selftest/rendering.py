"""Text in every field of a record that somebody typed, and what the reports make of it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from runner.model import Alarm, CriterionResult, Record
from runner.render import RENDERERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.selftest.corpus import Attack
    from runner.selftest.records import Inspection

FREE_TEXT = frozenset(
    {
        *("author", "candidate", "check", "columns", "detail", "excerpt", "listen_for", "name"),
        *("note", "path", "reason", "rows", "source", "summary", "text", "title", "unit", "why"),
        *("x", "y"),
    }
)
"""Keys of a record that hold text which somebody typed, or lists of such texts."""

OF_CANDIDATE = frozenset(
    {
        *("candidate", "columns", "detail", "excerpt", "name", "note", "path", "rows", "source"),
        "summary",
    }
)
"""Those of them that a submission decides. The others are an author's, who is trusted with what a
terminal shows; a report may be read by somebody who trusts nobody."""

BENIGN = "plain"
PAGES = ("report.html", "feedback.html")
TEXTS = ("report.md", "feedback.md")
FLOOD = 5_000
ALARM_KINDS = ("intake.setuid", "static.loader", "suite.unseen-code")
FENCE = 3
STRUCTURE = ("#", "|", "- ", "* ", "> ", "![", "<")
"""How a line of Markdown begins that is more than a paragraph."""


def rendered(attack: Attack, record: Record, inspection: Inspection) -> Iterator[str]:
    """What goes wrong when `record` says what the attack's payloads say, everywhere."""
    small = _small(record)
    benign = _structures(replaced(small, BENIGN))
    for payload in attack.payloads:
        hostile = replaced(small, payload)
        found = [*inspection.reports(hostile), *_changed(benign, _structures(hostile))]
        found += _read_back(hostile)
        found += inspection.terminal(replaced(small, payload, OF_CANDIDATE))
        yield from (f"{payload[:40]!a}: {problem}" for problem in found)
    if attack.builder == "flood":
        yield from _flooded(record, inspection)


def replaced(record: Record, text: str, keys: frozenset[str] = FREE_TEXT) -> Record:
    """`record` with `text` in the place of every text under one of these keys."""
    return Record.model_validate(_in_place(record.model_dump(mode="json"), text, keys))


def _in_place(
    value: Any,  # noqa: ANN401 - JSON
    text: str,
    keys: frozenset[str],
    *,
    free: bool = False,
) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _in_place(item, text, keys, free=key in keys) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_place(item, text, keys, free=free) for item in value]
    return text if free and isinstance(value, str) else value


def _small(record: Record) -> Record:
    """`record` with two criteria of every kind that a report tells apart, and an alarm."""
    chosen: dict[tuple[object, ...], list[CriterionResult]] = {}
    for one in record.criteria:
        chosen.setdefault((one.role, one.scale == "requirement", one.status), []).append(one)
    lines = tuple(one for same in chosen.values() for one in same[:2])
    alarms = (Alarm(id="static.loader", summary="x"),)
    changes = {"criteria": lines, "evidence": lines[0].evidence, "alarms": alarms}
    return record.model_copy(update=changes)


class _Tags(HTMLParser):
    """Every tag with the names of its attributes, every comment and declaration, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [(name, _address(name, value)) for name, value in attrs]))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.found.append(("declaration", decl))


def _address(name: str, value: str | None) -> str | None:
    """The value of an attribute that leads somewhere; that of any other one may be a text."""
    return value if name in {"href", "src", "content", "http-equiv"} else None


def _structures(record: Record) -> dict[str, list[object]]:
    """What of each rendering is structure and not text."""
    outputs = {name: render(record) for name, render in RENDERERS.items()}
    return {
        **{name: _tags(outputs[name]) for name in PAGES},
        **{name: _lines(outputs[name]) for name in TEXTS},
        "junit.xml": [(one.tag, sorted(one.attrib)) for one in _xml(outputs["junit.xml"])],
        "report.sarif": [*sorted(_keys(json.loads(outputs["report.sarif"])))],
    }


def _tags(text: str) -> list[object]:
    parser = _Tags()
    parser.feed(text)
    parser.close()
    return parser.found


def _lines(text: str) -> list[object]:
    """The lines that are headings, rows, lists, images or markup, by how they begin."""
    found: list[object] = []
    fence = quote = ""
    for line in map(str.lstrip, text.splitlines()):
        bare = line.removeprefix(">").lstrip()
        ticks = bare[: len(bare) - len(bare.lstrip("`"))]
        if fence and line.startswith(quote):
            ends = bare.strip("`") == "" and len(ticks) >= len(fence)
            fence = "" if ends and (quote or bare == line) else fence
        elif len(ticks) >= FENCE:
            # A fence in a quotation ends with it.
            fence, quote = ticks, line[: line.startswith(">")]
            found.append(f"{quote}fence")
        else:
            fence = ""
            found += [mark for mark in STRUCTURE if line.startswith(mark)]
    return found


def _xml(text: str) -> Iterator[ET.Element]:
    # Our own rendering: it has no entity and no declaration of types.
    return ET.fromstring(text).iter()  # noqa: S314


def _keys(value: Any) -> set[str]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def _changed(benign: dict[str, list[object]], hostile: dict[str, list[object]]) -> Iterator[str]:
    for name, structure in benign.items():
        if hostile[name] != structure:
            yield f"it becomes structure of {name}"


def _read_back(record: Record) -> Iterator[str]:
    if Record.model_validate_json(RENDERERS["report.json"](record)) != record:
        yield "report.json does not say what the record says"


def _flooded(record: Record, inspection: Inspection) -> Iterator[str]:
    """Thousands of alarms of one kind: the reports stay small and show the other kinds."""
    first, *others = ALARM_KINDS
    alarms = tuple(Alarm(id=first, summary=f"file {number}" * 20) for number in range(FLOOD))
    alarms += tuple(Alarm(id=kind, summary=f"only one of {kind}") for kind in others)
    many = record.model_copy(update={"alarms": alarms})
    yield from (*inspection.reports(many), *inspection.terminal(many))
    shown = {name: RENDERERS[name](many) for name in ("report.html", "report.md")}
    shown["the terminal"] = inspection.show(many)
    for name, text in shown.items():
        for kind in others:
            if f"only one of {kind}" not in text.replace("\\", ""):
                yield f"{name} does not show the alarm {kind} beside {FLOOD} others"
