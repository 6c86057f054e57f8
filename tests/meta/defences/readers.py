"""What reads documents, calls and texts of a submission within bounds of its own."""

from __future__ import annotations

from tests.meta.defences.row import Defence, Edit, defence

APART, FORMS = "runner/harness/bounded.py", "runner/harness/own_documents.py"
STUB, REPLY = "runner/harness/upstream.py", "runner/harness/reply.py"
TALLY = "runner/analyser/tally.py"
JOURNAL, ANSWERS = "runner/images/pytests.py", "runner/analyser/answers.py"
RECORDER = "runner/images/recorder.py"
RECORDED = "tests/unit/images/test_recorder.py"
PROCESSES = "tests/unit/harness/test_bounded.py"
DOCUMENTS = "tests/unit/harness/test_own_documents.py"
STUBBED = "tests/unit/harness/test_upstream.py"
REPLIES = "tests/unit/harness/test_reply.py"
LINES = "tests/unit/images/test_journal.py"
ORIGINS = "tests/unit/analyser/test_code_origins.py"

PROCESS: tuple[Defence, ...] = (
    # The process itself imports what is installed, not the copy: what starts it is edited.
    defence(
        "what a reader refuses is the subject's failure",
        APART,
        '        if "refused" in told:\n',
        "        if not told:\n",
        f"{PROCESSES}::test_what_it_refuses_is_refused_in_its_words",
        f"{PROCESSES}::test_whatever_becomes_of_the_process_the_bytes_did_it",
    ),
    defence(
        "a reader that ends badly is the subject's failure",
        APART,
        "    if code:\n",
        "    if code == OURS:\n",
        f"{PROCESSES}::test_whatever_becomes_of_the_process_the_bytes_did_it",
    ),
    defence(
        "nonsense of a reader is the subject's failure",
        APART,
        "    except (ValueError, RecursionError, LookupError, TypeError) as error:\n",
        "    except LookupError as error:\n",
        f"{PROCESSES}::test_whatever_becomes_of_the_process_the_bytes_did_it",
    ),
    defence(
        "a reader has a limit of memory",
        APART,
        "limits = map(str, (CPU_SECONDS, MEMORY_BYTES, RESULT_BYTES))",
        "limits = map(str, (CPU_SECONDS, 16 * MEMORY_BYTES, RESULT_BYTES))",
        f"{PROCESSES}::test_whatever_becomes_of_the_process_the_bytes_did_it",
    ),
    Defence(
        name="a reader is waited for so long and no longer",
        edits=(Edit(APART, "            timeout=WALL_SECONDS,\n", ""),),
        guards=(f"{PROCESSES}::test_who_waits_is_ended",),
        hangs=True,
    ),
)

WRITTEN: tuple[Defence, ...] = (
    *(
        defence(
            f"documents of own tests: {name}",
            FORMS,
            old,
            new,
            f"{DOCUMENTS}::test_a_document_that_is_not_the_runners_is_malformed[{case}]",
        )
        for name, old, new, case in (
            ("bytes", "    if len(content) > most:\n", "    if not form:\n", "too large"),
            (
                "texts by what they take as they are sent",
                "        if len(json.dumps(text)) > most + 2:\n",
                "        if not most:\n",
                "names that are long as they are sent",
            ),
            (
                "lines of all files",
                "for one in files.values()) > LINES:",
                "for one in files.values()) < 0:",
                "lines of all",
            ),
            ("numbers", "Field(ge=-1_000_000, le=1_000_000)", "Field()", "a number of any size"),
        )
    ),
    defence(
        "documents of own tests: no link",
        FORMS,
        "    if name in result.left_out:\n",
        "    if not name:\n",
        f"{DOCUMENTS}::test_a_link_in_the_place_of_a_document_is_malformed",
    ),
    defence(
        "documents of own tests: later turns hand on few outcomes",
        "runner/harness/own_tests.py",
        "key=rank)[:LATER_TESTS])",
        "key=rank))",
        f"{DOCUMENTS}::test_later_turns_hand_on_what_tells_something_first",
    ),
    defence(
        "a failure is noted at once",
        RECORDER,
        "        if report.failed or report.when == ",
        "        if report.when == ",
        f"{RECORDED}::test_a_failure_before_a_teardown_that_ends_pytest_is_there",
    ),
    defence(
        "own tests are those that the host names",
        RECORDER,
        ".as_posix(), name) in self._own",
        ".as_posix(), name) != ()",
        "tests/unit/images/test_pytests.py::test_the_named_tests_run_and_no_other_one",
    ),
    defence(
        "a forged line of a journal is told",
        JOURNAL,
        "                self.forged = True\n",
        "                self.forged = False\n",
        f"{LINES}::test_a_line_that_is_not_the_recorders_is_told_and_changes_nothing",
    ),
    defence(
        "outcomes of a journal are few",
        JOURNAL,
        "        return test in self.outcomes or len(self.outcomes) < TESTS\n",
        "        return len(test) > 0\n",
        f"{LINES}::test_a_thousand_names_that_are_as_long_as_they_may_be_are_a_document",
    ),
    defence(
        "a journal is read up to a ceiling",
        JOURNAL,
        "        new = self._file.read(self._left)\n",
        "        new = self._file.read()\n",
        f"{LINES}::test_a_journal_is_read_up_to_a_ceiling",
    ),
)

CALLED: tuple[Defence, ...] = (
    Defence(
        name="a call that goes on for ever is cut off",
        edits=(Edit(STUB, "        if len(body) > BODY_LIMIT:\n", "        if len(body) < 0:\n"),),
        guards=(f"{STUBBED}::test_a_call_that_goes_on_for_ever_is_cut_off",),
        hangs=True,
    ),
    defence(
        "connections to the stub are bounded",
        STUB,
        "        if len(self.connections) >= CONNECTIONS_LIMIT:\n",
        "        if self.refused < 0:\n",
        f"{STUBBED}::test_a_service_that_keeps_hundreds_of_connections_open_has_a_finding",
    ),
    defence(
        "too many calls are a finding",
        STUB,
        "        if self._dropped:\n",
        "        if self._dropped < 0:\n",
        f"{STUBBED}::test_calls_beyond_those_that_are_kept_fail_whoever_counts_them",
    ),
    defence(
        "a good service finds the stub as new",
        STUB,
        "                handler.transport.abort()\n",
        "                handler.transport.is_closing()\n",
        f"{STUBBED}::test_a_call_of_one_service_that_ends_later_is_none_of_the_next",
    ),
    defence(
        "an integer has 64 bits",
        REPLY,
        "        if value not in INTEGERS:\n",
        "        if value is None:\n",
        REPLIES,
    ),
    defence(
        "a number can be computed with",
        REPLY,
        "        if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:\n",
        "        if value is None:\n",
        f"{REPLIES}::test_a_number_with_which_nothing_can_be_computed_is_refused",
    ),
)

FOLLOWED: tuple[Defence, ...] = (
    defence(
        "names are followed in so many steps",
        ANSWERS,
        "        self.left -= 1\n",
        "",
        f"{ORIGINS}::test_a_file_that_takes_too_many_steps_is_unread",
    ),
    defence(
        "a file that takes too many steps is unread",
        "runner/analyser/code_origins.py",
        "    if file.bindings.patience.is_over:\n",
        "    if not file.path:\n",
        f"{ORIGINS}::test_a_file_that_takes_too_many_steps_is_unread",
    ),
    defence(
        "names are followed so deep",
        ANSWERS,
        "        if patience.open >= DEPTH or not",
        "        if not",
        f"{ORIGINS}::test_code_behind_many_names_is_unread",
    ),
    defence(
        "a name that leads back to itself ends",
        ANSWERS,
        "        if at in self._open:\n",
        "        if at < 0:\n",
        f"{ORIGINS}::test_a_text_that_is_made_of_itself_is_no_ring_without_end",
    ),
    defence(
        "what lies too deep is not harmless",
        "runner/analyser/origins.py",
        "Origin(), lost=UNKNOWN)",
        "Origin())",
        f"{ORIGINS}::test_code_behind_many_names_is_unread",
    ),
    Defence(
        name="suspicions of a kind are few",
        edits=(
            Edit(TALLY, "            if len(group) < PER_KIND:\n", "            if each.id:\n"),
            Edit(TALLY, "last = kept[:PER_KIND]\n", "last = kept\n"),
        ),
        guards=("tests/unit/analyser/test_suspicions.py::test_a_flood_is_cut_and_counted",),
    ),
    defence(
        "a harmless suspicion hides no other one",
        TALLY,
        "            kept = self._noted if each.summary.startswith(NOTE) else self._grave\n",
        "            kept = self._grave\n",
        "tests/unit/analyser/test_suspicions.py::test_notes_push_nothing_else_out_of_sight",
    ),
)

ROWS = (*PROCESS, *WRITTEN, *CALLED, *FOLLOWED)
