"""The formats for programs, the Markdown, and the parts they share."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from runner.model import Measure, Record, Series
from runner.render import charts
from runner.render.charts import chart
from runner.render.document import report_json, report_schema
from runner.render.junit import junit_xml
from runner.render.markdown import report_markdown
from runner.render.safe import json_text, markdown, markdown_block, markdown_code
from runner.render.sarif import sarif
from runner.render.view import excerpt_lines, points, view
from tests.unit.render.sample import SCHEMA, mid, void


def test_the_published_schema_is_current() -> None:
    published = SCHEMA.read_text(encoding="utf-8")

    assert report_schema() == published, "python -m tests.unit.render.sample"


@pytest.mark.parametrize("record", [mid(), void()])
def test_the_report_keeps_its_schema(record: Record) -> None:
    schema = json.loads(report_schema())
    jsonschema.Draft202012Validator.check_schema(schema)

    jsonschema.Draft202012Validator(schema).validate(json.loads(report_json(record)))


def test_json_text_escapes_beyond_the_first_plane() -> None:
    value = {"a": "\x7f\u202e\U000e0041é🎉"}

    text = json_text(json.dumps(value, ensure_ascii=False))

    assert r"\u007f\u202e\udb40\udc41é🎉" in text
    assert json.loads(text) == value


def cases(record: Record) -> dict[str, list[str]]:
    root = ET.fromstring(junit_xml(record))
    return {case.attrib["name"]: [one.tag for one in case] for case in root.iter("testcase")}


def test_junit_tells_failed_from_skipped_from_passed() -> None:
    found = cases(mid())

    assert found["items.create"] == []
    assert found["items.precondition"] == ["failure"]
    assert found["service.recover"] == ["failure"]
    assert found["service.workers"] == ["skipped"]
    assert found["human.design"] == ["skipped"]
    assert len(found) == len(mid().criteria)


def test_junit_counts_what_it_holds() -> None:
    for suite in ET.fromstring(junit_xml(mid())).iter("testsuite"):
        for name in ("failures", "errors"):
            assert int(suite.attrib[name]) == len(list(suite.iter(name.removesuffix("s"))))
        assert int(suite.attrib["tests"]) == len(list(suite.iter("testcase")))
        assert int(suite.attrib["skipped"]) == len(list(suite.iter("skipped")))


def test_junit_passes_and_fails_nobody_in_a_void_run() -> None:
    kinds = {kind for found in cases(void()).values() for kind in found or ["passed"]}

    assert kinds == {"skipped", "error"}


def test_sarif_points_at_what_failed_and_at_alarms() -> None:
    results = json.loads(sarif(mid()))["runs"][0]["results"]

    places = {
        (one["ruleId"], place["artifactLocation"]["uri"], place.get("region", {}).get("startLine"))
        for one in results
        for place in [one["locations"][0]["physicalLocation"]]
    }
    assert ("orders.never_oversell", "app/storage.py", 112) in places
    assert ("alarm.environment.probe", "app/routes/quotes.py", 12) in places
    assert not [one for one in results if one["ruleId"].startswith("human.")]


def test_sarif_of_a_void_run_blames_nobody() -> None:
    assert json.loads(sarif(void()))["runs"][0]["results"] == []


def test_sarif_leaves_out_what_has_no_place_or_no_line() -> None:
    [alarm] = mid().alarms
    place = alarm.location
    assert place is not None
    nowhere = alarm.model_copy(update={"location": None})
    somewhere = alarm.model_copy(update={"location": place.model_copy(update={"line": None})})
    record = mid().model_copy(update={"alarms": (nowhere, somewhere), "criteria": ()})

    [result] = json.loads(sarif(record))["runs"][0]["results"]

    assert "region" not in result["locations"][0]["physicalLocation"]


def test_markdown_says_what_the_page_says() -> None:
    text = report_markdown(mid())

    assert "Mixed: read the failed criteria" in text
    assert "| Correctness | 28.25 | 30 | 0 | 16 passed, 2 partly |" in text
    assert "- [x] 3: Names choices, alternatives" in text
    assert "`app/storage.py:96`" in text
    assert "This run is void" in report_markdown(void())


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("# a", r"\# a"),
        ("1. a", r"1\. a"),
        ("28.25", "28.25"),
        ("-3 items", "-3 items"),
        ("- a", r"\- a"),
        ("+++ a", r"\+++ a"),
        ("^^^ +++", r"\^^^ +++"),
        ("+3 items", "+3 items"),
        ("a\n\nb", "a b"),
        ("a_b*c", r"a\_b\*c"),
        ("http://x www.x", r"http\://x www\.x"),
        ("a@b", "a`@`b"),
    ],
)
def test_markdown_is_escaped_no_more_than_needed(text: str, escaped: str) -> None:
    assert markdown(text) == escaped


@pytest.mark.parametrize(
    ("text", "span"),
    [("a", "`a`"), ("a`b``c", "```a`b``c```"), ("`", "`` ` ``"), ("", "`   `"), ("\n", r"`\n`")],
)
def test_code_spans_hold_any_backticks(text: str, span: str) -> None:
    assert markdown_code(text) == span


def test_fences_are_longer_than_what_they_hold() -> None:
    assert markdown_block("````\nx").startswith("> `````text\n> ````\n")
    assert markdown_block("x") == "> ```text\n> x\n> ```"


def measures(*values: float, unit: str = "items") -> list[Measure]:
    return [
        Measure(name=f"m_{place}", value=value, unit=unit) for place, value in enumerate(values)
    ]


def test_a_chart_puts_its_zero_where_it_belongs() -> None:
    drawn = chart(measures(10, 13, -3), width=160)

    assert drawn is not None
    assert drawn.zero == 30
    assert [(bar.x, bar.width, bar.below_zero) for bar in drawn.bars] == [
        (30, 100, False),
        (30, 130, False),
        (0, 30, True),
    ]
    assert drawn.bars[2].text == "-3 items"


@pytest.mark.parametrize(
    "shown",
    [
        [],
        measures(1),
        measures(1, 1),
        measures(1, 2, unit=""),
        [*measures(1), *measures(2, unit="s")],
        measures(1e308, -1e308),
        measures(5e-324, 0),
    ],
)
def test_no_chart_where_bars_would_say_nothing(shown: list[Measure]) -> None:
    assert chart(shown) is None


def test_numbers_and_excerpts_are_short() -> None:
    assert [points(value) for value in (4.0, 28.25, 0.7, 100.0)] == ["4", "28.25", "0.7", "100"]
    assert excerpt_lines("a\n" * 40)[1] == 10
    assert excerpt_lines("a") == ("a", 0)


def test_points_of_a_category_are_earned_lost_waiting_or_unjudged() -> None:
    for group in view(mid()).groups:
        parts = group.score.earned + group.lost + group.score.pending + group.unjudged
        assert parts == pytest.approx(group.worth)


def test_costly_findings_come_first() -> None:
    robustness = view(mid()).groups[1]

    assert [one.id for one in robustness.findings] == [
        "orders.never_oversell",
        "service.hostile_input",
        "service.workers",
    ]


def test_a_line_chart_is_drawn_from_zero_to_its_highest() -> None:
    drawn = charts.line(
        Series(name="n", x="seconds", y="calls", points=((1.0, 0.0), (3.0, 4.0)), limit=8.0),
        width=100.0,
        height=40.0,
    )

    assert drawn is not None
    assert drawn.path == "0,40 100,20"
    assert (drawn.limit, drawn.held) == (0.0, "8 calls")
    assert (drawn.span, drawn.highest) == ("2 seconds", "4 calls")


@pytest.mark.parametrize(
    "points",
    [(), ((1.0, 2.0),), ((1.0, 0.0), (2.0, 0.0)), ((1.0, -1.0), (2.0, 3.0)), ((0.0, 1e300),) * 2],
    ids=["none", "one", "flat", "below-zero", "endless"],
)
def test_a_line_chart_that_would_say_nothing_is_not_drawn(
    points: tuple[tuple[float, float], ...],
) -> None:
    assert charts.line(Series(name="n", x="s", y="n", points=points)) is None
