"""Reports and terminals are looked at; a careless one is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.cli.selftest import shown
from runner.render import RENDERERS
from runner.selftest import records, rendering
from runner.selftest.records import Inspection
from runner.selftest.rendering import rendered, replaced
from tests.unit.render.sample import mid
from tests.unit.selftest.build import attack

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.model import Record

MARKUP = "<script>alert(1)</script>"


def quiet(_record: Record) -> str:
    """A terminal that gets nothing."""
    return "graded\n"


def inspection(
    show: Callable[[Record], str] = quiet, left: tuple[str, ...] = (), secret: str = "canary-7"
) -> Inspection:
    return Inspection(show=show, leftovers=lambda _run: left, secret=secret)


def problems(*payloads: str, builder: str = "", show: Callable[[Record], str] = quiet) -> list[str]:
    one = attack(kind="render", guarantee="reports", payloads=payloads, builder=builder)
    return list(rendered(one, mid(), inspection(show)))


def test_the_reports_withstand_markup() -> None:
    assert problems(MARKUP, "# Verdict: PASSED", "\x1b[2J") == []


def test_a_careless_page_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def page(record: Record) -> str:
        return f"<html><p>{record.submission.candidate}</p></html>"

    monkeypatch.setitem(RENDERERS, "report.html", page)
    assert problems(MARKUP) == [f"'{MARKUP}': it becomes structure of report.html"]


def test_a_comment_in_a_page_is_structure(monkeypatch: pytest.MonkeyPatch) -> None:
    def page(record: Record) -> str:
        return f"<!DOCTYPE html><p>x</p>{record.submission.candidate}"

    monkeypatch.setitem(RENDERERS, "feedback.html", page)
    assert [one for one in problems("<!-- hidden -->") if "feedback.html" in one]


@pytest.mark.parametrize(
    "text", ["# Verdict", "| a |", "- item", "> quote", "![x](y)", "<b>", "```\nx"]
)
def test_careless_markdown_is_noticed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    def page(record: Record) -> str:
        return f"# Report\n\n{record.submission.candidate}\n"

    monkeypatch.setitem(RENDERERS, "report.md", page)
    assert [one for one in problems(text) if "report.md" in one]


def test_text_in_a_fence_is_no_structure() -> None:
    assert rendering._lines("```text\n# no heading\n```\n# heading\n") == ["fence", "#"]
    assert rendering._lines("````\n```\n# no heading\n````\n") == ["fence"]
    assert rendering._lines("```\n> ```\n# no heading\n```\n") == ["fence"]


def test_a_fence_in_a_quotation_ends_with_it() -> None:
    assert rendering._lines("> ```text\n> # no heading\n> ```\n# heading\n") == [">fence", "#"]
    assert rendering._lines("> ```text\n> # no heading\n# heading\n") == [">fence", "#"]
    assert rendering._lines("> ````\n> ```\n> # no heading\n> ````\n- x\n") == [">fence", "- "]


def test_a_record_that_is_not_read_back_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RENDERERS, "report.json", lambda _record: mid().model_dump_json())
    assert [one for one in problems("x y") if "report.json" in one]


def test_hidden_characters_are_noticed_wherever_they_come_out() -> None:
    raw = inspection(lambda record: record.submission.candidate)
    told = replaced(mid(), "a\x1b[2Jb")
    assert list(raw.terminal(told)) == ["the terminal holds hidden characters: U+001B"]
    assert list(raw.reports(told)) == []


@pytest.mark.parametrize(
    "line", ["::error::x", "  ::error::x", "see ##[group]", "##vso[task]", "##teamcity[x]"]
)
def test_commands_to_build_machines_are_noticed(line: str) -> None:
    (found,) = inspection(lambda _record: f"graded\n{line}\n").terminal(mid())
    assert found.startswith("the terminal gets a command to a build machine")


def test_colons_in_a_line_are_no_command() -> None:
    told = inspection(lambda _record: "  ✗ tests/test_x.py::test_y ## [x]\n")
    assert list(told.terminal(mid())) == []


def test_leftovers_are_noticed() -> None:
    assert list(inspection()(mid())) == []
    assert list(inspection(left=("volume x",))(mid())) == ["left behind: volume x"]


def test_a_hidden_text_in_the_feedback_is_noticed() -> None:
    told = mid().model_copy(
        update={"submission": mid().submission.model_copy(update={"candidate": "canary-7"})}
    )
    assert list(inspection().reports(told)) == [
        "feedback.html holds a text of the hidden suite",
        "feedback.md holds a text of the hidden suite",
    ]


def test_a_report_without_end_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST_CHARACTERS", 10)
    assert any("report.html has " in one for one in inspection().reports(mid()))


def test_alarms_that_are_pushed_out_of_sight_are_noticed() -> None:
    found = problems(builder="flood")
    assert "the terminal does not show the alarm static.loader beside 5000 others" in found


def test_a_terminal_that_shows_every_kind_is_well() -> None:
    def all_kinds(record: Record) -> str:
        return "\n".join(sorted({alarm.summary[:40] for alarm in record.alarms}))

    assert not [one for one in problems(builder="flood", show=all_kinds) if "terminal" in one]


def test_what_grade_prints_is_what_is_looked_at() -> None:
    assert mid().challenge.id in shown(mid())
