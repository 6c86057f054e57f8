"""From the analyser's document to evidence and alarms. Pure: nothing here runs or judges.

Numbers are per 1,000 lines that the candidate changed and that carry code, so that a long
and a short solution compare. Four states end without a number, each with its reason: sources
that cannot be read (`failed`, the candidate's) or drove a tool over a stated limit (`failed`, the
limit's), a program that is partly elsewhere and too little written (`not_measured`, the
candidate's: withheld). A tool that broke by itself is `errored`: the pipeline runs it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.alarms import counted as with_count
from runner.checks.static_text import counted, found, listed, plural, reasons, share
from runner.checks.unread import unread
from runner.model import Alarm, Evidence, Fault, Location, Measure, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.analyser.document import Analysis, Place, Signal, Sources, ToolRun

LOCATIONS_SHOWN = 20

STATIC_CHECKS = (
    "static.ruff",
    "static.mypy",
    "static.types",
    "static.complexity",
    "static.suppressions",
    "static.format",
    "static.docstrings",
    "static.tests",
    "static.packaging",
    "static.modern",
    "static.frames",
    "static.notes",
)
"""The evidence that `evidence_from` returns, in its order."""

_STOPPED = {
    "timeout": (Outcome.NOT_MEASURED, Fault.LIMIT),
    "overflow": (Outcome.FAILED, Fault.LIMIT),
    "refused": (Outcome.FAILED, Fault.CANDIDATE),
}
"""How a tool ended that did not get through. A busy machine can be why one takes too long."""


def evidence_from(analysis: Analysis) -> tuple[Evidence, ...]:
    """One piece of evidence for each of `STATIC_CHECKS`."""
    return (
        ruff(analysis),
        mypy(analysis),
        types(analysis),
        complexity(analysis),
        suppressions(analysis),
        formatting(analysis),
        docstrings(analysis),
        tests(analysis),
        packaging(analysis),
        modern(analysis),
        frames(analysis),
        notes(analysis),
    )


def alarms_from(analysis: Analysis) -> tuple[Alarm, ...]:
    """The suspicions as alarms; ids start with `static.`."""
    return tuple(
        with_count(
            Alarm(id=f"static.{each.id}", summary=each.summary, location=location(each.place))
        )
        for each in analysis.suspicions
    )


def location(place: Place) -> Location:
    """A place of the document in the words of the record."""
    return Location(path=place.path, line=place.line, note=place.note)


def ruff(analysis: Analysis) -> Evidence:
    """Findings of the graded rules; what is only noted is named and weighs nothing."""
    stopped = _stopped("static.ruff", analysis, analysis.lint.run)
    if stopped:
        return stopped
    lint, lines = analysis.lint, analysis.sources.changed_lines
    noted = f"; noted only: {counted(lint.noted)}" if lint.noted.total else ""
    return _measured(
        "static.ruff",
        f"{found('finding', lint.graded, lines)}{noted}",
        lint.graded.shown,
        findings_per_kloc=_per_kloc(lint.graded.total, lines),
        findings=lint.graded.total,
        noted=lint.noted.total,
    )


def mypy(analysis: Analysis) -> Evidence:
    """Type errors that need no strictness; the strict count stands beside them."""
    stopped = _stopped("static.mypy", analysis, analysis.types.run)
    if stopped:
        return stopped
    checked, lines = analysis.types, analysis.sources.changed_lines
    strict = f"; {checked.strict.total} more under strict options" if checked.strict.total else ""
    missing = listed("; not resolved: ", checked.unresolved)
    return _measured(
        "static.mypy",
        f"{found('type error', checked.errors, lines)}{strict}{missing}",
        (*checked.errors.shown, *checked.strict.shown),
        errors_per_kloc=_per_kloc(checked.errors.total, lines),
        errors=checked.errors.total,
        strict_errors=checked.strict.total,
        modules=checked.modules,
    )


def types(analysis: Analysis) -> Evidence:
    """Share of public functions whose whole signature is annotated."""
    facts = analysis.functions
    stopped = _stopped("static.types", analysis) or _nothing(
        "static.types", facts.public, "no public function was written"
    )
    return stopped or _measured(
        "static.types",
        f"{facts.annotated} of {plural(facts.public, 'public function')} fully annotated",
        facts.unannotated.shown,
        annotated_share=share(facts.annotated, facts.public),
        public_functions=facts.public,
    )


def complexity(analysis: Analysis) -> Evidence:
    """The most complex functions by McCabe's measure, and how many are over 10."""
    facts = analysis.functions
    stopped = _stopped("static.complexity", analysis, analysis.lint.run) or _nothing(
        "static.complexity", facts.functions, "no function was written"
    )
    if stopped:
        return stopped
    worst = facts.worst[0]
    places = (
        Location(
            path=each.path,
            line=each.line,
            note=f"{each.name}: complexity {each.complexity}, {plural(each.lines, 'line')}",
        )
        for each in facts.worst
    )
    return _measured(
        "static.complexity",
        f"most complex of {plural(facts.functions, 'function')}: {worst.name} with "
        f"{worst.complexity}; {facts.over_ten} over 10; longest {plural(facts.longest, 'line')}",
        places,
        worst=worst.complexity,
        functions_over_10=facts.over_ten,
        functions_over_10_per_kloc=_per_kloc(facts.over_ten, analysis.sources.application_lines),
        longest_function=facts.longest,
        functions=facts.functions,
    )


def suppressions(analysis: Analysis) -> Evidence:
    """Comments that ask a tool to look away. They changed no other number."""
    seen, lines = analysis.suppressions, analysis.sources.changed_lines
    return _stopped("static.suppressions", analysis) or _measured(
        "static.suppressions",
        found("suppression", seen, lines),
        seen.shown,
        suppressions=seen.total,
        per_kloc=_per_kloc(seen.total, lines),
    )


def formatting(analysis: Analysis) -> Evidence:
    """Share of changed files that `ruff format` would rewrite at their own line length."""
    formatted = analysis.format
    total = formatted.unformatted.total
    return _stopped("static.format", analysis, formatted.run) or _measured(
        "static.format",
        f"{total} of {plural(formatted.files, 'changed file')} would be reformatted "
        f"at line length {formatted.line_length}",
        formatted.unformatted.shown,
        unformatted_share=share(total, formatted.files),
    )


def docstrings(analysis: Analysis) -> Evidence:
    """Share of public functions and classes with a docstring."""
    facts = analysis.functions
    stopped = _stopped("static.docstrings", analysis) or _nothing(
        "static.docstrings", facts.documentable, "nothing public was written"
    )
    return stopped or _measured(
        "static.docstrings",
        f"{facts.documented} of {facts.documentable} public functions and classes documented",
        facts.undocumented.shown,
        documented_share=share(facts.documented, facts.documentable),
    )


def tests(analysis: Analysis) -> Evidence:
    """The candidate's own tests by their syntax; whether they catch bugs is measured apart."""
    stopped = _too_little("static.tests", analysis.sources)
    if stopped:
        return stopped
    own, lines = analysis.suite, analysis.sources.changed_lines
    smells = f"; doubtful: {counted(own.smells)}" if own.smells.total else ""
    return _measured(
        "static.tests",
        f"{plural(own.tests, 'test')} beyond the starter's, {own.asserting} with an assertion, "
        f"{own.negative} of errors, {own.parametrised} parametrised{smells}",
        own.smells.shown or own.found.shown,
        tests=own.tests,
        asserting_share=share(own.asserting, own.tests),
        negative_tests=own.negative,
        parametrised_tests=own.parametrised,
        smells=own.smells.total,
        sound_share=share(own.sound, own.tests),
        tests_per_changed_kloc=_per_kloc(own.tests, lines),
    )


def packaging(analysis: Analysis) -> Evidence:
    """Whether the project files are still in order once the candidate's code is in them.

    The starter shows most signs already: they are kept or lost. The imports must be covered
    by what is declared. Extras (a lock file, CI) are named and counted apart.
    """
    stopped = _too_little("static.packaging", analysis.sources)
    if stopped:
        return stopped
    signals = analysis.packaging
    core = [each for each in signals if each.core]
    held = [each for each in core if each.present]
    missing = [each for each in core if not each.present]
    extra = [each for each in signals if each.present and not each.core and not each.in_starter]
    return _measured(
        "static.packaging",
        reasons(
            f"{len(held)} of {plural(len(core), 'sign')} of an orderly project",
            listed("missing: ", [_explained(each) for each in missing]),
            listed("beyond what was asked: ", [each.name for each in extra]),
        ),
        (each.place for each in (*missing, *extra) if each.place is not None),
        signals_share=share(len(held), len(core)),
        kept=sum(each.in_starter for each in held),
        extras=len(extra),
    )


def _explained(signal: Signal) -> str:
    note = signal.place.note if signal.place else ""
    return f"{signal.name} ({note})" if note else signal.name


def modern(analysis: Analysis) -> Evidence:
    """Constructs for which the Python in use has a current form."""
    seen, lines = analysis.lint.modern, analysis.sources.changed_lines
    return _stopped("static.modern", analysis, analysis.lint.run) or _measured(
        "static.modern",
        found("outdated construct", seen, lines),
        seen.shown,
        per_kloc=_per_kloc(seen.total, lines),
        outdated=seen.total,
    )


def frames(analysis: Analysis) -> Evidence:
    """Ways of using a data frame that cost time on every row, or change a copy of it.

    Loops that are short by nature are named beside them and not counted.
    """
    seen, lines = analysis.frames, analysis.sources.application_lines
    stopped = _stopped("static.frames", analysis) or _nothing(
        "static.frames",
        seen.files,
        "no changed file outside the tests imports pandas or polars",
        Fault.CHALLENGE,
    )
    noted = f"; noted only: {counted(seen.noted)}" if seen.noted.total else ""
    return stopped or _measured(
        "static.frames",
        f"{found('finding', seen.found, lines)}{noted}",
        (*seen.found.shown, *seen.noted.shown),
        findings=seen.found.total,
        per_kloc=_per_kloc(seen.found.total, lines),
        rowwise=seen.rowwise,
    )


def notes(analysis: Analysis) -> Evidence:
    """Sections of the starter's notes that hold text of the candidate."""
    sections = analysis.notes.sections
    stopped = _nothing(
        "static.notes", len(sections), "the starter asks for no notes", Fault.CHALLENGE
    )
    if stopped:
        return stopped
    filled = [each for each in sections if each.filled]
    empty = [each.title for each in sections if not each.filled]
    words = sum(each.words for each in sections)
    return _measured(
        "static.notes",
        f"{len(filled)} of {plural(len(sections), 'section')} of NOTES.md filled, "
        f"{plural(words, 'word')}{listed('; empty: ', empty)}",
        (Location(path="NOTES.md", line=each.line, note=each.title) for each in filled),
        sections_filled_share=share(len(filled), len(sections)),
        words=words,
    )


def _stopped(check: str, analysis: Analysis, run: ToolRun | None = None) -> Evidence | None:
    """Why a measure of the sources cannot be given, or None when it can."""
    return (
        _unreadable(check, analysis.sources)
        or unread(check, analysis)
        or _too_little(check, analysis.sources)
        or (_tool_failed(check, run) if run else None)
    )


def _unreadable(check: str, sources: Sources) -> Evidence | None:
    total = sources.not_analysable_total
    if not total:
        return None
    first = sources.not_analysable[0]
    more = f" and {total - 1} more" if total > 1 else ""
    # Where nobody foresaw what a file does to the analyser, that may be a defect of ours.
    foreseen = total > sources.unforeseen_total
    return Evidence(
        check=check,
        outcome=Outcome.FAILED if foreseen else Outcome.NOT_MEASURED,
        fault=Fault.CANDIDATE,
        summary=f"sources cannot be analysed: {first.path}: {first.note}{more}",
        locations=_locations(sources.not_analysable),
    )


def _too_little(check: str, sources: Sources) -> Evidence | None:
    if sources.changed_lines >= sources.changed_minimum:
        return None
    if sources.not_analysable_total:  # what cannot be read is not too little
        return _unreadable(check, sources)
    lines = plural(sources.changed_lines, "changed line")
    reason = f"too little written to judge: {lines} of code, {sources.changed_minimum} needed"
    return Evidence(
        check=check, outcome=Outcome.NOT_MEASURED, fault=Fault.CANDIDATE, summary=reason
    )


def _tool_failed(check: str, run: ToolRun) -> Evidence | None:
    if run.state == "measured":
        return None
    stopped = _STOPPED.get(run.state)
    if stopped is None:
        summary = f"the tool did not run: {run.reason or 'it was given no file'}"
        return Evidence(
            check=check, outcome=Outcome.ERRORED, fault=Fault.INFRASTRUCTURE, summary=summary
        )
    summary = f"the tool could not get through these sources: {run.reason}"
    outcome, fault = stopped
    return Evidence(check=check, outcome=outcome, fault=fault, summary=summary)


def _nothing(
    check: str, count: int, reason: str, fault: Fault = Fault.CANDIDATE
) -> Evidence | None:
    """Nothing to measure. `CHALLENGE` where the challenge leaves open whether there should be."""
    if count:
        return None
    return Evidence(check=check, outcome=Outcome.NOT_MEASURED, fault=fault, summary=reason)


def _measured(
    check: str, summary: str, places: Iterable[Place | Location], **measures: float
) -> Evidence:
    return Evidence(
        check=check,
        outcome=Outcome.MEASURED,
        summary=summary,
        measures=tuple(
            Measure(name=name, value=value, unit=_unit(name)) for name, value in measures.items()
        ),
        locations=_locations(places),
    )


def _locations(places: Iterable[Place | Location]) -> tuple[Location, ...]:
    listed_ones = [each if isinstance(each, Location) else location(each) for each in places]
    return tuple(listed_ones[:LOCATIONS_SHOWN])


def _unit(name: str) -> str:
    return "per 1,000 lines" if name.endswith("kloc") else ""


def _per_kloc(count: int, lines: int) -> float:
    return round(1000 * count / lines, 2) if lines else 0.0
