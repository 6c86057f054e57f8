"""JUnit XML: criteria as test cases, for continuous integration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.model import Status
from runner.render.environment import markup
from runner.render.view import view

if TYPE_CHECKING:
    from runner.model import Record

ELEMENTS = {
    Status.PASSED: "",
    Status.PARTIAL: "failure",
    Status.FAILED: "failure",
    Status.ERRORED: "error",
    Status.NOT_MEASURED: "skipped",
    Status.PENDING: "skipped",
}
"""How a status looks to a reader of JUnit files. Skipped is not passed."""


def junit_xml(record: Record) -> str:
    """One suite for each category and one for the bonus; in a void run everything is skipped.

    What of a void run is our own error stays an error.
    """
    shown = view(record)
    suites = [(group.score.title, group.criteria) for group in shown.groups]
    suites += [("Bonus", shown.bonus)] if shown.bonus else []
    void = record.outcome == "void"
    elements = dict.fromkeys(Status, "skipped") | {Status.ERRORED: "error"} if void else ELEMENTS
    template = markup().get_template("junit.xml.j2")
    return template.render(record=record, suites=suites, elements=elements)
