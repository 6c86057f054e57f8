"""Nothing is gained by breaking us: what a submission may have caused is withheld, never free."""

from __future__ import annotations

from tests.meta.defences.row import Defence, defence

BLAME, CONTROL = "runner/checks/blame.py", "runner/checks/control.py"
UNREAD, STATIC = "runner/checks/unread.py", "runner/checks/static.py"
REFUSALS = "runner/analyser/refusals.py"
ASSESSED = "tests/unit/pipeline/test_assess.py"
CONTROLLED = "tests/unit/checks/test_control.py"
HELD = "tests/unit/checks/test_unread.py"
HIDDEN = "tests/unit/pipeline/test_unread.py"
GRADED = "tests/unit/grading/test_grade.py"
PROPERTIES = "tests/unit/grading/test_grade_properties.py"
HOSTILE = "tests/unit/analyser/test_hostile.py"
OWN = "tests/unit/checks/test_own_tests.py"
TRIED = "tests/unit/selftest/test_outcomes.py"

BROKEN: tuple[Defence, ...] = (
    defence(
        "a stage that breaks is tried on the reference",
        BLAME,
        "    ours = _broken(_attempt(name, check, context.on_reference(broken)))\n",
        "    ours: frozenset[str] = frozenset()\n",
        f"{ASSESSED}::test_a_broken_harness_voids_the_run",
        f"{ASSESSED}::test_an_analyser_that_breaks_on_everything_costs_nothing_and_is_told",
    ),
    defence(
        "what only one submission breaks is withheld",
        BLAME,
        "    return _blamed(name, found, theirs) if theirs else found\n",
        "    return found\n",
        f"{ASSESSED}::test_a_harness_that_only_this_submission_breaks_judges_nothing_and_voids_nothing",
        f"{ASSESSED}::test_an_analyser_that_only_this_submission_breaks_earns_nothing",
    ),
    defence(
        "nobody gets a second draw",
        BLAME,
        "    again = _broken(_attempt(name, check, context.once_more(broken - ours)))\n",
        "    second = _attempt(name, check, context.once_more(broken - ours))\n"
        "    again = _broken(second)\n"
        "    if not again:\n"
        "        return second\n",
        f"{ASSESSED}::test_a_stage_that_does_not_break_again_was_broken_by_something_of_ours",
    ),
    defence(
        "who breaks a stage raises an alarm",
        BLAME,
        "        alarms=(*found.alarms, alarm),\n",
        "        alarms=found.alarms,\n",
        f"{ASSESSED}::test_an_analyser_that_only_this_submission_breaks_earns_nothing",
    ),
    defence(
        "a behaviour that nobody judged is never free",
        BLAME,
        "            if one.check in ours and one.requirement is None\n",
        "            if one.check in ours\n",
        f"{ASSESSED}::test_a_broken_harness_voids_the_run",
    ),
    defence(
        "an answer that did not come is tried on the reference",
        CONTROL,
        "    ours = _doubtful(on_reference(open_checks), doubtful) & open_checks\n",
        "    ours = open_checks\n",
        f"{CONTROLLED}::test_where_only_the_submission_has_none_it_stays_the_submissions",
        f"{OWN}::test_tests_that_contradict_themselves_are_withheld_where_the_references_do_not",
    ),
    defence(
        "tests that avoid the services are judged by mutants",
        "runner/checks/own_tests.py",
        "    if elsewhere:\n        found[faults.CHECK] =",
        "    if elsewhere is None:\n        found[faults.CHECK] =",
        f"{OWN}::test_tests_that_notice_nothing_are_tried_where_nobody_serves",
    ),
    defence(
        "a recording that the tests spoil shows nothing of services",
        "runner/checks/faults.py",
        " or found[0].limit or found[0].malformed:",
        ":",
        "tests/unit/checks/test_faults.py",
    ),
)

SCORED: tuple[Defence, ...] = (
    defence(
        "a cause that nobody states frees nothing",
        "runner/grading/verdict.py",
        "return unsettled and evidence.fault not in OURS",
        "return unsettled and evidence.fault in {Fault.CANDIDATE, Fault.LIMIT}",
        f"{GRADED}::test_a_cause_that_nobody_states_frees_nothing",
    ),
    defence(
        "what is withheld stays possible",
        "runner/grading/judging.py",
        "possible=(gained + lost + withheld)",
        "possible=(gained + lost)",
        f"{GRADED}::test_what_a_submission_may_have_caused_stays_possible_and_earns_nothing",
        f"{PROPERTIES}::test_whatever_a_submission_breaks_is_worth_no_more_than_failing",
    ),
    defence(
        "what is withheld does not work",
        "runner/grading/basis.py",
        "item.slot.worth * (item.verdict.loss + item.verdict.withheld)",
        "item.slot.worth * item.verdict.loss",
        f"{PROPERTIES}::test_whatever_a_submission_breaks_is_worth_no_more_than_failing",
    ),
    defence(
        "a gate on something withheld stays open",
        "runner/grading/gates.py",
        "if one in verdicts and verdicts[one].withheld\n",
        "if one not in verdicts\n",
        "tests/unit/grading/test_conclusions.py::"
        "test_a_gate_on_something_withheld_stays_open_and_counts_as_not_met",
    ),
    defence(
        "a number out of its range earns nothing",
        "runner/grading/measures.py",
        "_exact(measure.value) if 0 <= measure.value <= 1 else None",
        "_exact(measure.value)",
        GRADED,
    ),
    defence(
        "a person decides what was withheld and nothing else",
        "runner/grading/judging.py",
        "gain = verdict.gain + verdict.withheld * Fraction(",
        "gain = Fraction(",
        f"{GRADED}::test_a_mark_of_a_person_decides_what_was_withheld",
    ),
)

READ: tuple[Defence, ...] = (
    defence(
        "the quality of code that nobody read is withheld",
        UNREAD,
        "    if not code.total or check not in QUALITY:\n",
        "    if code.total >= 0 or check not in QUALITY:\n",
        f"{HELD}::test_the_quality_of_code_that_was_not_read_is_withheld_and_not_failed",
        f"{HIDDEN}::test_real_code_in_an_archive_behind_a_clean_decoy_earns_no_quality",
    ),
    defence(
        "a program that works without what it needs has code elsewhere",
        "runner/pipeline.py",
        "results = contradicted(_results(job.checks, context))",
        "results = _results(job.checks, context)",
        f"{HIDDEN}::test_a_package_that_is_not_there_is_one_when_the_service_works",
    ),
    defence(
        "what was lost is not withheld",
        UNREAD,
        "one.check in QUALITY and one.outcome not in _STAYS and not withheld",
        "one.check in QUALITY and not withheld",
        f"{HELD}::test_behaviour_changes_nothing_that_failed_or_broke",
    ),
    defence(
        "a file that breaks a stage of the analyser is named",
        REFUSALS,
        "        except Exception as error:  # noqa: BLE001 - this is the boundary\n",
        "        except LookupError as error:\n",
        f"{HOSTILE}::test_a_file_that_breaks_a_stage_is_named_and_the_others_are_analysed",
        f"{HOSTILE}::test_a_file_that_breaks_the_mutants_leaves_those_of_others",
    ),
    defence(
        "what breaks the analyser as a whole is said by it",
        "runner/analyser/__main__.py",
        "    except Exception as error:  # noqa: BLE001 - the boundary around",
        "    except LookupError as error:  # the boundary around",
        f"{HOSTILE}::test_what_no_file_answers_for_is_said_of_the_whole",
    ),
    defence(
        "what nobody foresaw is withheld",
        STATIC,
        "outcome=Outcome.FAILED if foreseen else Outcome.NOT_MEASURED,",
        "outcome=Outcome.FAILED,",
        "tests/unit/checks/test_static.py::test_what_nobody_foresaw_is_withheld",
    ),
    defence(
        "what can be read in part is not clean",
        STATIC,
        "        _unreadable(check, analysis.sources)\n        or ",
        "        ",
        "tests/unit/checks/test_static.py::test_unreadable_sources_fail_what_is_read_from_them",
    ),
    defence(
        "sources are read within ceilings over all of them",
        "runner/analyser/reading.py",
        "    totals.check()\n",
        "",
        f"{HOSTILE}::test_files_beyond_a_ceiling_are_named",
    ),
    defence(
        "sources that exhaust the analyser are not clean",
        "runner/checks/reading.py",
        "    if ended.ending in (Ending.MEMORY, Ending.TIMEOUT, Ending.OUTPUT):\n",
        "    if ended is None:\n",
        f"{ASSESSED}::test_sources_that_exhaust_the_analyser_are_not_clean",
    ),
)

TOLD: tuple[Defence, ...] = (
    defence(
        "a service that works without code is an alarm",
        "runner/pipeline.py",
        "    if unread and passed > UNSEEN_SHARE * len(judged):\n",
        "    if unread and passed < 0:\n",
        f"{ASSESSED}::test_a_service_that_works_without_code_is_an_alarm",
    ),
    defence(
        "text that nobody sees is an alarm",
        "runner/analyser/hidden_text.py",
        "        if not found or line in known:\n",
        "        if found or line in known:\n",
        "tests/unit/analyser/test_suspicions.py::test_each_sign_is_found",
    ),
    defence(
        "a hook of git is an alarm",
        "runner/intake/gitwatch.py",
        '    if path.endswith(".sample") or any(',
        "    if data or any(",
        "tests/unit/intake/test_gitwatch.py::test_a_hook_raises_an_alarm",
    ),
    defence(
        "nothing is marked but what waits for a person",
        "runner/marking.py",
        "    if criterion not in manual:\n",
        "    if not criterion:\n",
        f"{ASSESSED}::test_a_person_can_mark_what_was_withheld",
    ),
    defence(
        "the self-test tells who gains",
        "runner/selftest/outcomes.py",
        "        if percent > most:\n",
        "        if percent > 100:\n",
        f"{TRIED}::test_who_earns_more_is_told_at_every_level",
        f"{TRIED}::test_what_leaves_the_possible_points_is_a_gain",
    ),
    defence(
        "the self-test tells of a void run",
        "runner/selftest/outcomes.py",
        "        *_void(whole, rubric),\n",
        "",
        f"{TRIED}::test_a_void_run_is_told",
    ),
)

ROWS = (*BROKEN, *SCORED, *READ, *TOLD)
