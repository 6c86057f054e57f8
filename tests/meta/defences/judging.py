"""From what a harness says to points: what is no pass, and whose fault a loss is."""

from __future__ import annotations

from tests.meta.defences.row import Defence, Edit, defence

VERDICT, TALK = "runner/checks/verdict.py", "runner/checks/conversation.py"
MESSAGES, DOCUMENT = "runner/harness/messages.py", "runner/analyser/document.py"
VERDICTS = "tests/unit/checks/test_verdict.py"
SPOILT = "tests/unit/pipeline/test_mutated_answers.py"
BROKEN = "tests/unit/pipeline/test_own_faults.py"
ASSESSED = "tests/unit/pipeline/test_assess.py"
PROPERTIES = "tests/unit/grading/test_grade_properties.py"
GRADED = "tests/unit/grading/test_grade.py"
SUBJECTS = "tests/unit/checks/test_subjects.py"
VOLUMES_PY = "runner/checks/volumes.py"
SHELVES = "tests/unit/checks/test_volumes.py"
OF_THE_REFERENCE = "test_the_reference_has_the_image_and_limits_of_a_command_and_no_volume_of_one"

CLOSURE: tuple[Defence, ...] = (
    defence(
        "a missing check is no pass",
        VERDICT,
        "for check, requirement in expected)\n\n\ndef alarms_from",
        "for check, requirement in expected if check in found)\n\n\ndef alarms_from",
        f"{VERDICTS}::test_a_check_that_did_not_run_is_our_error",
    ),
    defence(
        "a doubled check voids the run",
        VERDICT,
        "if count > 1]",
        "if count > 99]",
        f"{VERDICTS}::test_unknown_and_repeated_checks_void_the_run",
    ),
    defence(
        "an unknown check voids the run",
        VERDICT,
        "set(counts) - {check for check, _ in expected}",
        "set()",
        f"{VERDICTS}::test_unknown_and_repeated_checks_void_the_run",
    ),
    defence(
        "a check without a case is no pass",
        VERDICT,
        "found is None or not found.cases or",
        "found is None or",
        f"{VERDICTS}::test_a_check_that_did_not_run_is_our_error",
    ),
    defence(
        "a check speaks for its own requirement only",
        VERDICT,
        " or found.requirement != requirement",
        "",
        f"{VERDICTS}::test_a_check_that_did_not_run_is_our_error",
    ),
    defence(
        "evidence that is missing is an error of ours",
        "runner/grading/evidence.py",
        "        if not copies:\n            return _broken(",
        "        if not copies:\n            return _passed(",
        f"{PROPERTIES}::test_missing_evidence_is_never_a_pass",
    ),
    defence(
        "evidence that is doubled is an error of ours",
        "runner/grading/evidence.py",
        "        if len(copies) > 1:\n            return _broken(check, requirement,",
        "        if len(copies) > 9:\n            return _broken(check, requirement,",
        GRADED,
    ),
    defence(
        "no evidence at all is no pass",
        "runner/grading/__init__.py",
        "if broken or not evidence:",
        "if broken:",
        f"{GRADED}::test_no_evidence_voids_the_run",
    ),
    defence(
        "a requirement without a check is no pass",
        "runner/grading/behaviour.py",
        "    if not evidence:\n        return Verdict(\n            status=Status.ERRORED",
        "    if not evidence:\n        return Verdict(\n            status=Status.PASSED",
        f"{GRADED}::test_a_requirement_without_any_check_voids_the_run",
    ),
    defence(
        "an error of ours voids",
        "runner/grading/judging.py",
        "and self.verdict.status is Status.ERRORED",
        "and self.verdict.status is Status.PENDING",
        f"{GRADED}::test_our_own_faults_void_the_run",
    ),
    defence(
        "a void run has no points",
        "runner/grading/__init__.py",
        "score=void_score(rubric, level)",
        "score=total(rubric, level, tuple(item.result() for item in judged))",
        f"{GRADED}::test_a_void_run_judges_nothing",
    ),
    defence(
        "quality counts only as far as behaviour works",
        "runner/grading/basis.py",
        "    if works >= BASIS:\n",
        "    if works >= 0:\n",
        "tests/unit/grading/test_basis.py",
    ),
    defence(
        "a test whose body never ran is no pass",
        "runner/harness/collect.py",
        'if self.outcome == "passed" and not self.called:',
        'if self.outcome == "nothing":',
        "tests/unit/harness/test_collect.py::test_a_test_whose_body_never_ran_is_no_pass",
    ),
    defence(
        "what a test raises is never a pass",
        "runner/harness/collect.py",
        'return "errored", shorten(f"{type(error)',
        'return "passed", shorten(f"{type(error)',
        "tests/unit/harness/test_collect.py::test_the_exception_says_whose_doing_it_is",
    ),
    defence(
        "the suite is known before it runs",
        "runner/catalog/__init__.py",
        "    if not expected:\n",
        "    if expected is None:\n",
        "tests/unit/catalog/test_load.py::test_a_suite_without_tests_is_refused",
    ),
)

STRICT: tuple[Defence, ...] = (
    defence(
        "unknown keys of the harness are refused",
        MESSAGES,
        'extra="forbid", strict=True)',
        'extra="ignore", strict=True)',
        f"{SPOILT}::test_a_spoilt_report_is_void",
    ),
    defence(
        "types of the harness are its own",
        MESSAGES,
        'extra="forbid", strict=True)',
        'extra="forbid")',
        "tests/unit/pipeline/test_strict_numbers.py",
    ),
    defence(
        "no NaN of the harness's",
        MESSAGES,
        "Field(allow_inf_nan=False)",
        "Field(allow_inf_nan=True)",
        f"{SPOILT}::test_a_spoilt_report_is_void",
        "tests/unit/pipeline/test_strict_numbers.py",
    ),
    defence(
        "no NaN of the analyser's",
        DOCUMENT,
        "Field(ge=0, allow_inf_nan=False)",
        "Field(ge=0, allow_inf_nan=True)",
        "tests/unit/pipeline/test_strict_numbers.py",
    ),
    defence(
        "the analyser's document is read strictly",
        DOCUMENT,
        'extra="forbid", strict=True)',
        'extra="ignore")',
        "tests/unit/pipeline/test_strict_numbers.py",
    ),
    defence(
        "no NaN in a record",
        "runner/model/base.py",
        "Field(allow_inf_nan=False)",
        "Field(allow_inf_nan=True)",
        "tests/unit/store/test_store.py::test_a_broken_record_names_file_and_key",
    ),
    defence(
        "unknown keys of a record are refused",
        "runner/model/base.py",
        'extra="forbid")',
        'extra="ignore")',
        "tests/unit/store/test_store.py::test_a_broken_record_names_file_and_key",
    ),
    defence(
        "an outcome is one of four words",
        MESSAGES,
        'CaseOutcome = Literal["passed", "failed", "errored", "not_measured"]',
        "CaseOutcome = str",
        f"{SPOILT}::test_a_spoilt_report_is_void",
    ),
    defence(
        "nonsense of the harness voids",
        TALK,
        "        return MESSAGES.validate_json(line)\n    except ValidationError",
        "        return MESSAGES.validate_json(line)\n    except LookupError",
        f"{ASSESSED}::test_a_broken_harness_voids_the_run",
    ),
    defence(
        "a harness that ends without a report voids",
        TALK,
        "    if not line:\n",
        "    if line is None:\n",
        f"{ASSESSED}::test_a_broken_harness_voids_the_run",
    ),
    defence(
        "a harness that broke voids",
        TALK,
        "and report.internal_error:",
        'and report.internal_error == "x":',
        f"{ASSESSED}::test_a_broken_harness_voids_the_run",
    ),
    defence(
        "an answer belongs to its call",
        "runner/harness/channel.py",
        "if answer.number != self._number or answer.error:",
        "if answer.error:",
        "tests/unit/harness/test_channel.py::test_a_bad_answer_is_our_error",
    ),
    defence(
        "a document that is cut is none",
        "runner/checks/reading.py",
        '    if not line.endswith(b"\\n"):\n        raise',
        "    if line is None:\n        raise",
        f"{ASSESSED}::test_sources_that_exhaust_the_analyser_are_not_clean",
    ),
)

ASKED: tuple[Defence, ...] = (
    defence(
        "starts are bounded",
        "runner/checks/subjects.py",
        "or len(self._boxes) >= self._most_starts:",
        "or len(self._boxes) < 0:",
        "tests/unit/checks/test_subject_bounds.py",
    ),
    defence(
        "workers are bounded",
        "runner/checks/subjects.py",
        "and 1 <= workers <= MOST_WORKERS",
        "and 1 <= workers",
        f"{SUBJECTS}::test_more_workers_than_the_suite_needs_are_refused",
    ),
    defence(
        "commands are bounded",
        "runner/checks/volumes.py",
        "        return self._slots.pop(number)\n",
        "        return self._slots[number]\n",
        f"{SHELVES}::test_a_slot_is_used_once",
    ),
    defence(
        "signals are those of a list",
        "runner/checks/subjects.py",
        "if signal not in get_args(Signal):",
        "if signal is None:",
        "tests/unit/checks/test_subject_bounds.py",
    ),
    defence(
        "verbs are those of a list",
        MESSAGES,
        "    verb: Literal[",
        "    verb: str | Literal[",
        "tests/unit/checks/test_subject_bounds.py",
    ),
    Defence(
        name="killed before its files are looked at",
        edits=(
            Edit(
                "runner/checks/programs.py", "        last = box.kill()\n", "        last = ended\n"
            ),
            Edit("runner/checks/programs.py", "        box.remove()\n", "        pass\n"),
        ),
        guards=(f"{SUBJECTS}::test_a_command_ends_when_its_launcher_says_so",),
    ),
    defence(
        "marks cannot be guessed",
        "runner/checks/programs.py",
        'f"takehome-{secrets.token_hex(16)}"',
        '"takehome-0123456789abcdef0123456789abcdef"',
        f"{SUBJECTS}::test_marks_are_different_and_slots_are_handed_on",
    ),
    defence(
        "a limit counts though the command ended",
        "runner/checks/programs.py",
        "if said and last.ending in (Ending.KILLED, Ending.TIMEOUT):",
        "if said:",
        f"{SUBJECTS}::test_a_limit_counts_though_the_command_ended",
    ),
    defence(
        "data are given up while nobody uses them",
        "runner/checks/subjects.py",
        "if self._renew is None or self._running:",
        "if self._renew is None:",
        f"{SUBJECTS}::test_data_are_given_up_while_nobody_uses_them",
    ),
    defence(
        "seeds depend on the hidden suite",
        "runner/pipeline.py",
        'f"{self.submission.digest}/{self.challenge.suite_digest}"',
        'f"{self.submission.digest}"',
        "tests/unit/pipeline/test_seed.py",
    ),
    defence(
        "seeds depend on the submission",
        "runner/pipeline.py",
        'f"{self.submission.digest}/{self.challenge.suite_digest}"',
        'f"{self.challenge.suite_digest}"',
        "tests/unit/pipeline/test_seed.py",
    ),
    defence(
        "secrets of a run follow from its seed",
        "runner/checks/boxes.py",
        'f"{context.seed}/{name}"',
        'f"{name}"',
        "tests/unit/checks/test_environment.py",
    ),
    Defence(
        name="what breaks at once ends what goes on",
        edits=(
            Edit(
                "runner/pipeline.py",
                "            context.run.stop()\n            raise\n",
                "            raise\n",
            ),
        ),
        guards=("tests/unit/pipeline/test_turns.py",),
        hangs=True,
    ),
)

VOLUMES: tuple[Defence, ...] = (
    defence(
        "a subject cannot write its source",
        VOLUMES_PY,
        "target=target, read_only=True)",
        "target=target, read_only=False)",
        f"{SHELVES}::test_each_role_writes_to_its_own_volumes_only",
    ),
    Defence(
        name="no two commands write to one volume, the reference's neither",
        edits=(
            Edit(
                VOLUMES_PY,
                "inodes=2 * INODES)\n        return cls(",
                "inodes=2 * INODES)\n        one = _outputs(subject.out_mib)\n        return cls(",
            ),
            Edit(VOLUMES_PY, "outputs=_outputs(subject.out_mib))", "outputs=one)"),
        ),
        guards=(
            f"{SHELVES}::test_no_two_commands_write_to_one_volume",
            f"{SHELVES}::{OF_THE_REFERENCE}",
        ),
    ),
    defence(
        "own tests find all that they find in a volume of their own",
        VOLUMES_PY,
        'inputs=_volume("in", size, HARNESS_USER, inodes=SOURCE_INODES + INODES),',
        'inputs=Volume(name="in-000000000000", size_mib=size, inodes=INODES, uid=HARNESS_USER),',
        f"{SHELVES}::test_each_run_of_the_own_tests_finds_all_in_a_volume_of_its_own",
    ),
    defence(
        "data that were given up are gone",
        VOLUMES_PY,
        "        del self._data[0]\n",
        "",
        f"{SHELVES}::test_data_are_given_up_for_empty_ones_as_often_as_there_are_any",
    ),
    defence(
        "names of volumes tell nothing",
        VOLUMES_PY,
        "secrets.token_hex(6)",
        "size_mib",
        f"{SHELVES}::test_names_of_volumes_tell_nothing",
    ),
    defence(
        "harness and subject are two users",
        "runner/checks/__init__.py",
        "SUBJECT_USER = 20_001",
        "SUBJECT_USER = 10_001",
        f"{ASSESSED}::test_the_harness_may_start_watch_and_kill_its_subject",
    ),
    defence(
        "tests by themselves have a loopback of their own",
        "runner/checks/subjects.py",
        "beside = self._boxes.get(self._running) if command.joined else None",
        "beside = self._boxes.get(self._running)",
        f"{SUBJECTS}::test_a_joined_command_joins_the_service_that_runs",
    ),
)

TESTED: tuple[Defence, ...] = (
    defence(
        "a good service stands among the faulty ones",
        "runner/checks/faults.py",
        "rng.sample(lane, len(lane)))",
        "lane[1:])",
        "tests/unit/checks/test_faults.py",
    ),
    defence(
        "who calls a good service faulty is not believed",
        "runner/checks/faults.py",
        "    if not alarmed:\n",
        "    if True:\n",
        "tests/unit/checks/test_faults.py::test_who_calls_a_good_service_faulty_is_not_believed",
    ),
    defence(
        "tests that talk to nobody are blind",
        "runner/checks/faults.py",
        "return Baseline.of(found).passing <= Baseline.of(alone).passing",
        "return False",
        "tests/unit/checks/test_faults.py::test_tests_that_pass_where_nobody_serves_are_blind",
    ),
    defence(
        "only the seed knows the order of the services",
        "runner/checks/faults.py",
        "    drawn = rng.sample(faulty, len(faulty))\n",
        "    drawn = list(faulty)\n    rng = random.Random(1)\n",
        "tests/unit/checks/test_faults.py",
    ),
    defence(
        "changes without a meaning stand among the mutants",
        "runner/checks/mutation.py",
        "        numbers.insert(place * EVERY + rng.randrange(EVERY), number)\n",
        "        numbers.append(number)\n",
        "tests/unit/checks/test_mutation.py::"
        "test_neutral_changes_stand_between_the_others_in_every_lane",
    ),
    defence(
        "who notices what means nothing is not believed",
        "runner/checks/mutation.py",
        "    if alarmed:\n",
        "    if alarmed is None:\n",
        "tests/unit/checks/test_mutation.py::test_who_notices_what_means_nothing_is_not_believed",
    ),
    defence(
        "only the seed knows where they stand",
        "runner/checks/mutation.py",
        "rng = random.Random(seed)",
        "rng = random.Random(1)",
        "tests/unit/checks/test_mutation.py::test_only_the_seed_knows_where_the_neutral_changes_stand",
    ),
)

ROWS = (*CLOSURE, *STRICT, *ASKED, *VOLUMES, *TESTED)
