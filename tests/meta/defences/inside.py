"""What the harness and the analyser bear from a submission, and what hides nothing from them."""

from __future__ import annotations

from tests.meta.defences.row import Defence, Edit, defence

CLIENT, STUB = "runner/harness/client.py", "runner/harness/upstream.py"
PROGRAM, LOCKER = "runner/harness/program.py", "runner/harness/locker.py"
LINT, TYPES, TOOLS = (
    "runner/analyser/lint.py",
    "runner/analyser/typecheck.py",
    "runner/analyser/tools.py",
)
ASKED = "tests/unit/harness/test_client.py"
GUARDS = "tests/unit/harness/test_client_guards.py"
STUBBED = "tests/unit/harness/test_upstream.py"
RAN = "tests/unit/harness/test_program.py"
LINTED, TYPED = "tests/unit/analyser/test_lint.py", "tests/unit/analyser/test_typecheck.py"
ISOLATED = "tests/unit/analyser/test_isolation.py"
RUN = "tests/unit/analyser/test_tools.py"
ANALYSED = "tests/unit/analyser/test_analysis.py"
READ = "tests/unit/harness/test_reply.py"

HTTP: tuple[Defence, ...] = (
    defence(
        "redirects are not followed",
        CLIENT,
        "allow_redirects=False",
        "allow_redirects=True",
        f"{ASKED}::test_a_redirect_is_not_followed",
    ),
    defence(
        "a body has a largest size",
        CLIENT,
        "if len(content) > BODY_LIMIT:",
        "if len(content) < 0:",
        f"{ASKED}::test_an_endless_body_is_cut_at_the_cap",
    ),
    defence(
        "a request has one deadline for everything",
        CLIENT,
        "async with asyncio.timeout(deadline):",
        "async with asyncio.timeout(3600):",
        f"{ASKED}::test_a_dripping_server_cannot_stretch_the_deadline",
    ),
    defence(
        "nothing is inflated",
        CLIENT,
        "auto_decompress=False",
        "auto_decompress=True",
        f"{GUARDS}::test_nothing_is_inflated",
    ),
    defence(
        "an encoding that was not asked for is refused",
        CLIENT,
        'if encoding != "identity":',
        'if encoding == "never":',
        f"{ASKED}::test_an_encoding_that_was_not_asked_for_is_refused",
    ),
    defence(
        "headers have a largest size",
        CLIENT,
        "HEADER_LIMIT = 16 * 1024",
        "HEADER_LIMIT = 1 << 30",
        f"{GUARDS}::test_a_long_header_is_no_answer",
    ),
    defence(
        "no proxy of the environment's",
        CLIENT,
        "trust_env=False",
        "trust_env=True",
        f"{GUARDS}::test_no_proxy_is_asked",
    ),
    defence(
        "no cookie is kept",
        CLIENT,
        "cookie_jar=aiohttp.DummyCookieJar()",
        "cookie_jar=aiohttp.CookieJar(unsafe=True)",
        f"{GUARDS}::test_no_cookie_comes_back",
    ),
    defence(
        "a request is sent once",
        CLIENT,
        "self._session._retry_connection = False",
        "self._session._retry_connection = True",
        f"{GUARDS}::test_a_request_is_sent_once",
    ),
    defence(
        "every request has a connection of its own",
        CLIENT,
        "force_close=True",
        "force_close=False",
        f"{GUARDS}::test_every_request_has_a_connection_of_its_own",
    ),
    defence(
        "JSON has no NaN",
        "runner/harness/reply.py",
        "parse_constant=_reject_constant, ",
        "",
        f"{READ}::test_what_is_not_json_is_the_subjects_failure",
    ),
    defence(
        "JSON repeats no key",
        "runner/harness/reply.py",
        "    if len(document) != len(pairs):\n",
        "    if len(document) > len(pairs):\n",
        f"{READ}::test_what_is_not_json_is_the_subjects_failure",
    ),
    defence(
        "deep JSON is the subject's failure",
        "runner/harness/reply.py",
        "    if _is_deep(text):\n",
        "    if text is None:\n",
        f"{READ}::test_what_is_nested_too_deeply_is_none",
    ),
    defence(
        "brackets that are never closed are the subject's failure",
        "runner/harness/reply.py",
        "    except RecursionError as error:  #",
        "    except LookupError as error:  #",
        f"{READ}::test_what_is_not_json_is_the_subjects_failure",
    ),
    defence(
        "agents vary with the seed",
        "runner/harness/session.py",
        "agent = random.Random(self.job.seed).choice(AGENTS)",
        "agent = AGENTS[0]",
        f"{GUARDS}::test_who_asks_varies_with_the_seed",
    ),
)

STUBS: tuple[Defence, ...] = (
    defence(
        "kept calls are bounded",
        STUB,
        "if len(self._calls) < CALLS_LIMIT:",
        "if len(self._calls) >= 0:",
        f"{STUBBED}::test_calls_beyond_those_that_are_kept_fail_whoever_counts_them",
    ),
    defence(
        "kept bodies are bounded",
        STUB,
        "    return bytes(body[:BODY_LIMIT])\n",
        "    return bytes(body)\n",
        f"{GUARDS}::test_a_long_body_of_a_call_is_not_kept",
    ),
    defence(
        "kept headers are bounded",
        STUB,
        "        if size > HEADERS_LIMIT:\n",
        "        if size < 0:\n",
        f"{STUBBED}::test_long_headers_of_a_call_are_not_kept",
    ),
    defence(
        "calls are counted by their token",
        "runner/harness/gate.py",
        "if len(self._tokens) > 1:",
        "if len(self._tokens) > 99:",
        f"{STUBBED}::test_a_gate_of_several_tokens_counts_them_and_not_the_calls",
    ),
    defence(
        "a control stands beside a failure of time",
        "runner/harness/probes/trial.py",
        "        if spoiled is not None:\n",
        "        if spoiled is not None and not probe:\n",
        "tests/unit/harness/test_trial.py::test_nothing_is_told_on_a_machine_where_the_control_fails",
    ),
    defence(
        "a failure of time comes again or is none",
        "runner/harness/probes/trial.py",
        "            if again is None:\n                continue\n",
        "            again = again or failure\n",
        "tests/unit/harness/test_trial.py::test_a_failure_that_does_not_come_again_is_a_pass_with_a_note",
    ),
    defence(
        "starts of a service are bounded",
        "runner/harness/service.py",
        "if self._starts >= self._most_starts:",
        "if self._starts < 0:",
        "tests/unit/harness/test_service.py::"
        "test_a_service_that_ends_all_the_time_is_not_started_for_ever",
    ),
)

FILES: tuple[Defence, ...] = (
    defence(
        "no link is a result",
        PROGRAM,
        "if stat.S_ISLNK(status.st_mode):",
        "if stat.S_ISSOCK(status.st_mode):",
        f"{RAN}::test_only_regular_files_are_results",
    ),
    Defence(
        name="nothing but regular files is a result",
        edits=(Edit(PROGRAM, "if not stat.S_ISREG(status.st_mode):", "if status.st_mode < 0:"),),
        guards=(f"{RAN}::test_only_regular_files_are_results",),
        hangs=True,
    ),
    defence(
        "results have a largest size",
        PROGRAM,
        "if status.st_size > most:",
        "if status.st_size < 0:",
        f"{RAN}::test_what_a_command_writes_is_bounded",
    ),
    defence(
        "results are bounded in number",
        PROGRAM,
        "islice(_entries(folder), FILES_LIMIT)",
        "islice(_entries(folder), None)",
        f"{RAN}::test_what_a_command_writes_is_bounded",
    ),
    defence(
        "results are bounded in depth",
        PROGRAM,
        "            folders.clear()\n",
        "            pass\n",
        f"{RAN}::test_deep_folders_with_long_names_end_somewhere",
    ),
    defence(
        "no command outlives its test",
        PROGRAM,
        "return min(asked or math.inf, self._budget.command_seconds, left)",
        "return min(asked or math.inf, self._budget.command_seconds)",
        f"{RAN}::test_no_command_outlives_its_test",
    ),
    defence(
        "documents have a largest size",
        PROGRAM,
        "if len(content) > DOCUMENT_LIMIT:",
        "if len(content) < 0:",
        f"{RAN}::test_documents_that_are_too_large_are_not_parsed",
    ),
    defence(
        "the locker follows no link",
        LOCKER,
        "os.O_NOFOLLOW | ",
        "",
        "tests/unit/harness/test_locker_guards.py",
    ),
    defence(
        "the locker opens nothing but files",
        LOCKER,
        "if stat.S_ISREG(os.fstat(descriptor).st_mode):",
        "if descriptor:",
        "tests/unit/harness/test_locker_guards.py",
    ),
    Defence(
        name="the locker waits for no pipe",
        edits=(Edit(LOCKER, " | os.O_NONBLOCK", ""), Edit(LOCKER, "os.O_RDWR |", "os.O_RDONLY |")),
        guards=("tests/unit/harness/test_locker_guards.py",),
        hangs=True,
    ),
    defence(
        "what a service is given fits",
        "runner/harness/given.py",
        "        if size > self._most:\n",
        "        if size < 0:\n",
        "tests/unit/harness/test_given.py::test_files_that_do_not_fit_are_told_and_change_nothing",
    ),
    defence(
        "the control finds its own files only",
        "runner/harness/given.py",
        "            self.put(files)\n            yield\n",
        "            yield\n",
        "tests/unit/harness/test_given.py::test_a_control_finds_its_own_files_only",
    ),
    defence(
        "tables and pictures find room in the report",
        "runner/harness/collect.py",
        "        if bulk and room < 0:\n",
        "        if bulk and room is None:\n",
        "tests/unit/harness/test_notes.py::test_many_large_pictures_do_not_outgrow_the_report",
    ),
    defence(
        "reasons are bounded",
        "runner/harness/collect.py",
        "shorten(stated(str(error)) or source_of(error), REASON_LIMIT)",
        "stated(str(error))",
        "tests/unit/harness/test_collect.py::test_a_reason_is_bounded",
    ),
    defence(
        "pictures: no entities",
        "runner/harness/pictures.py",
        "        parser.EntityDeclHandler = _refuse_entity\n",
        "",
        "tests/unit/harness/test_pictures.py::test_what_is_no_plain_document_is_unfit",
    ),
    *(
        defence(
            f"pictures: {name}",
            "runner/harness/pictures.py",
            old,
            new,
            "tests/unit/harness/test_pictures.py::test_what_could_stop_a_browser_is_unfit",
        )
        for name, old, new in (
            (
                "no instructions",
                "        parser.ProcessingInstructionHandler = _refuse_instruction\n",
                "",
            ),
            ("few elements", "        if drawn > DRAWN_LIMIT:\n", "        if drawn < 0:\n"),
            (
                "shallow",
                "        if len(self._open) > DEPTH_LIMIT:\n",
                "        if len(self._open) < 0:\n",
            ),
            (
                "no nested references",
                "if self._holders & {*self._references}:",
                "if self._holders is None:",
            ),
        )
    ),
)

SOURCES: tuple[Defence, ...] = (
    defence(
        "ruff reads none of their configuration",
        LINT,
        '"check", "--isolated", "--ignore-noqa"',
        '"check", "--ignore-noqa"',
        f"{ISOLATED}::test_ruff_finds_what_there_is[by file]",
    ),
    defence(
        "ruff looks at silenced lines",
        LINT,
        '"--isolated", "--ignore-noqa", "--no-respect-gitignore"',
        '"--isolated", "--no-respect-gitignore"',
        f"{ISOLATED}::test_ruff_finds_what_there_is[noqa]",
    ),
    defence(
        "mypy reads our configuration only",
        TYPES,
        '*("-m", "mypy", "--config-file", str(config), "--output", "json"),',
        '*("-m", "mypy", "--output", "json"),',
        f"{ISOLATED}::test_mypy_finds_what_there_is[pyproject.toml]",
    ),
    defence(
        "comments that silence tools are made inert",
        "runner/analyser/directives.py",
        "lines[row - 1] = lines[row - 1][:column] + _inert(token.string)",
        "lines[row - 1] = lines[row - 1]",
        "tests/unit/analyser/test_directives.py::test_every_kind_is_counted_and_made_inert",
    ),
    defence(
        "lines for mypy inside of strings are made inert",
        "runner/analyser/directives.py",
        "            lines[number - 1] = _inert(line)\n",
        "",
        "tests/unit/analyser/test_directives.py::test_a_mypy_line_counts_even_inside_a_string",
    ),
    defence(
        "the copy for tools holds sources only",
        "runner/analyser/analysis.py",
        "        target = folder / placed[source.path]\n",
        "        target = folder / source.path\n",
        f"{ANALYSED}::test_stubs_caches_and_configuration_reach_no_tool",
        f"{TYPED}::test_no_file_of_the_submission_hides_an_error",
    ),
    defence(
        "stubs are left out",
        "runner/analyser/reading.py",
        'if path.endswith(".py"):',
        'if path.endswith((".py", ".pyi")):',
        f"{ANALYSED}::test_stubs_caches_and_configuration_reach_no_tool",
        f"{TYPED}::test_no_file_of_the_submission_hides_an_error",
    ),
    defence(
        "modules of the standard library are not hidden",
        "runner/analyser/layout.py",
        "if parts[0] in sys.stdlib_module_names and parts[0] not in _KEPT:",
        "if parts[0] in _KEPT and parts[0] not in _KEPT:",
        "tests/unit/analyser/test_layout.py::test_the_standard_library_is_not_hidden",
    ),
    defence(
        "no file of the folder is imported by a tool",
        TOOLS,
        'return (sys.executable, "-I", *arguments)',
        "return (sys.executable, *arguments)",
        f"{RUN}::test_nothing_of_the_folder_is_imported",
    ),
    defence(
        "tools have a bare environment",
        TOOLS,
        "            env=_ENVIRONMENT,\n",
        "",
        f"{RUN}::test_the_environment_is_bare",
    ),
    defence(
        "tools have a memory limit",
        TOOLS,
        "        resource.prlimit(process.pid, resource.RLIMIT_AS, (ceiling.memory_bytes,) * 2)\n",
        "",
        f"{RUN}::test_memory_is_bounded",
    ),
    defence(
        "tools have an output limit",
        TOOLS,
        # Much larger, but not without end: the flood of the test has none.
        "    if size > ceiling.output_bytes:\n",
        "    if size > 99 * ceiling.output_bytes:\n",
        f"{RUN}::test_a_flood_is_cut",
    ),
    defence(
        "children of a tool end with it",
        TOOLS,
        "os.killpg(process.pid, signal.SIGKILL)",
        "process.kill()",
        f"{RUN}::test_its_children_end_with_it",
    ),
    *(
        defence(f"sources: {name}", f"runner/analyser/{module}.py", old, new, guard)
        for name, module, old, new, guard in (
            (
                "bytes of a file",
                "source",
                "    if len(data) > limits.FILE_BYTES:\n",
                "    if len(data) < 0:\n",
                "tests/unit/analyser/test_source.py::test_each_refusal_has_its_reason",
            ),
            (
                "length of a line",
                "source",
                'if max(map(len, text.split("\\n"))) > limits.LINE_CHARACTERS:',
                "if text is None:",
                "tests/unit/analyser/test_source.py::test_each_refusal_has_its_reason",
            ),
            (
                "depth of a syntax tree",
                "limits",
                "TREE_DEPTH = 150",
                "TREE_DEPTH = 900",
                "tests/unit/analyser/test_source.py::test_each_refusal_has_its_reason",
            ),
            (
                "nodes of a syntax tree",
                "source",
                "        if nodes > limits.TREE_NODES:\n",
                "        if nodes < 0:\n",
                "tests/unit/analyser/test_source.py::test_each_refusal_has_its_reason",
            ),
            (
                "foreign codecs",
                "source",
                "if codec is not None and not (text.isascii() and _ASCII_COMPATIBLE.match(codec)):",
                "if codec is not None and text is None:",
                "tests/unit/analyser/test_source.py::test_each_refusal_has_its_reason",
            ),
        )
    ),
    defence(
        "the analyser takes regular files with clean names",
        "runner/analyser/unpack.py",
        "handle is None or not _clean(member.name) or member.name in files",
        "handle is None",
        "tests/unit/analyser/test_unpack.py",
    ),
)

ROWS = (*HTTP, *STUBS, *FILES, *SOURCES)
