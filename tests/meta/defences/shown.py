"""What is shown of a submission, to whom, and with what escaping."""

from __future__ import annotations

from tests.meta.defences.row import Defence, defence

SAFE, ENVIRONMENT = "runner/render/safe.py", "runner/render/environment.py"
HOSTILE = "tests/unit/render/test_hostile_text.py"
PAGES = "tests/unit/render/test_pages.py"
FEEDBACK = "tests/unit/render/test_candidate_feedback.py"
FORMATS = "tests/unit/render/test_formats.py"
NOTES = "tests/unit/render/test_notes.py"
TEXT = "tests/unit/foundation/test_text.py"
SCREEN = "tests/unit/cli/test_screen.py"
COMMANDS = "tests/unit/render/test_log_commands.py"
PRINTED = "tests/unit/cli/test_log_output.py"
ASSESSED = "tests/unit/pipeline/test_assess.py"
ALARMS = "tests/unit/foundation/test_alarms.py"

TEXTS: tuple[Defence, ...] = (
    defence(
        "HTML is escaped",
        ENVIRONMENT,
        "_environment(autoescape=True, finalize=_clean)",
        "_environment(autoescape=False, finalize=_clean)",
        f"{HOSTILE}::test_html_keeps_its_structure",
    ),
    defence(
        "XML is escaped",
        ENVIRONMENT,
        "_environment(autoescape=True, finalize=_clean)",
        "_environment(autoescape=False, finalize=_clean)",
        f"{HOSTILE}::test_junit_keeps_its_structure",
    ),
    defence(
        "hidden characters are shown in pages",
        ENVIRONMENT,
        "autoescape=True, finalize=_clean)",
        "autoescape=True)",
        "tests/unit/render/test_guards.py::test_no_page_can_forget_to_clean_a_text",
    ),
    defence(
        "no Markdown template can forget to escape",
        ENVIRONMENT,
        "autoescape=False, finalize=_escape)",
        "autoescape=False)",
        "tests/unit/render/test_guards.py::test_no_markdown_can_forget_to_clean_a_text",
    ),
    defence(
        "Markdown is escaped",
        SAFE,
        '    line = _SPECIAL.sub(r"\\\\\\g<0>", line)\n',
        "",
        f"{HOSTILE}::test_markdown_keeps_its_structure",
    ),
    defence(
        "no bare link in Markdown",
        SAFE,
        "line = _LINKS.sub(lambda found: ",
        "_LINKS.sub(lambda found: ",
        "tests/unit/render/test_guards.py",
    ),
    defence(
        "no heading or list in Markdown",
        SAFE,
        "    line = _OPENING.sub(_escape_opening, line)\n",
        "",
        "tests/unit/render/test_guards.py",
    ),
    defence(
        "no mention in Markdown",
        SAFE,
        'line.replace("@", "`@`")',
        "line",
        "tests/unit/render/test_guards.py",
    ),
    defence(
        "a code span is longer than its backticks",
        SAFE,
        'fence = "`" * (_longest_run(line) + 1)',
        'fence = "`"',
        f"{FORMATS}::test_code_spans_hold_any_backticks",
    ),
    defence(
        "a fence is longer than its backticks",
        SAFE,
        'fence = "`" * max(3, _longest_run(block) + 1)',
        'fence = "```"',
        f"{FORMATS}::test_fences_are_longer_than_what_they_hold",
    ),
    defence(
        "hidden characters are escaped in JSON",
        SAFE,
        ' or (is_hidden(one) and one != "\\n")',
        "",
        f"{HOSTILE}::test_nothing_hidden_reaches_any_output",
    ),
    defence(
        "a place in SARIF is a relative one",
        "runner/render/sarif.py",
        'quote(visible_name(path, 400).lstrip("/")) or "."',
        "visible_name(path, 400)",
        f"{HOSTILE}::test_sarif_stays_sarif",
    ),
    defence(
        "texts are cut",
        "runner/text.py",
        "        if size > limit:\n",
        "        if size < 0:\n",
        TEXT,
    ),
    defence(
        "controls of a terminal are shown",
        "runner/text.py",
        '_CATEGORIES = frozenset({"Cc", "Cf"',
        '_CATEGORIES = frozenset({"Cf"',
        TEXT,
    ),
    defence(
        "characters that reorder are shown",
        "runner/text.py",
        '_CATEGORIES = frozenset({"Cc", "Cf"',
        '_CATEGORIES = frozenset({"Cc"',
        TEXT,
    ),
    *(
        defence(f"terminal: {name}", "runner/cli/console.py", old, new, SCREEN)
        for name, old, new in (
            (
                "the candidate's name",
                'one_line(record.submission.candidate or "unnamed candidate", 80)',
                '(record.submission.candidate or "unnamed candidate")',
            ),
            ("findings", "one_line(item.summary, 160)", "item.summary"),
            ("alarms", "{one_line(first.summary, 200)}", "{first.summary}"),
            ("causes", 'block("  void: ", record.advice.text, 2000)', "record.advice.text"),
        )
    ),
    defence(
        "terminal: errors",
        "runner/cli/__init__.py",
        'block("  why: ", error.why, 2000)',
        'f"  why: {error.why}"',
        SCREEN,
    ),
)

LOGS: tuple[Defence, ...] = (
    defence(
        "no text is a command of a log",
        "runner/text.py",
        "    signs = command_signs(text)\n",
        "    signs: frozenset[int] = frozenset()\n",
        f"{TEXT}::test_commands_of_a_log_are_shown_and_not_obeyed",
        f"{COMMANDS}::test_no_rendering_holds_a_command",
    ),
    defence(
        "a mark within a command hides it from nobody",
        "runner/text.py",
        'if not unicodedata.category(sign).startswith("M")]',
        "if sign]",
        f"{COMMANDS}::test_no_rendering_holds_a_command",
        f"{TEXT}::test_no_text_makes_a_command",
    ),
    defence(
        "no command in JSON",
        SAFE,
        "_json_escape(one) if place in signs or ",
        "_json_escape(one) if ",
        f"{COMMANDS}::test_json_with_commands_reads_back_equal",
    ),
    defence(
        "no line of Markdown begins with a text",
        SAFE,
        'f"> {line}" for line in lines',
        "line for line in lines",
        f"{COMMANDS}::test_no_line_begins_with_a_text",
    ),
    defence(
        "no line of an error begins with a text",
        "runner/cli/lines.py",
        "*(REST + line for line in lines[1:])",
        "*lines[1:]",
        f"{PRINTED}::test_an_error_holds_no_command",
        f"{PRINTED}::test_lines_of_an_error_stay_apart",
    ),
    defence(
        "a console breaks no text into lines",
        "runner/cli/console.py",
        "        soft_wrap=True,\n",
        "        soft_wrap=False,\n",
        f"{PRINTED}::test_a_text_is_not_broken_into_lines_on_a_terminal_either",
    ),
    defence(
        "no table is broken into lines where no terminal is",
        "runner/cli/console.py",
        "width=None if stream.isatty() else WIDE,",
        "width=None,",
        f"{PRINTED}::test_a_cell_is_not_broken_into_lines",
    ),
    defence(
        "a console takes no text for markup",
        "runner/cli/console.py",
        "        markup=False,\n        emoji=False,\n",
        "        markup=True,\n        emoji=True,\n",
        f"{PRINTED}::test_no_text_is_markup",
    ),
    defence(
        "the name of a file is no command",
        "runner/cli/__init__.py",
        'block("Error: ", error.format_message(), 2000)',
        'f"Error: {error.format_message()}"',
        f"{PRINTED}::test_the_name_of_a_file_is_no_command",
    ),
    defence(
        "alarms of a kind are few",
        "runner/alarms.py",
        "kept, rest = group[:PER_KIND], group[PER_KIND:]",
        "kept, rest = group, group[:0]",
        f"{ALARMS}::test_fifty_cheap_alarms_hide_nothing",
    ),
    defence(
        "the weightiest alarms come first",
        "runner/alarms.py",
        "tuple(sorted(found, key=lambda kind: -weight(kind.id)))",
        "tuple(found)",
        f"{ALARMS}::test_fifty_cheap_alarms_hide_nothing",
    ),
    defence(
        "a kind of alarm that nobody weighed hides behind none",
        "runner/alarms.py",
        "_WEIGHTS.get(name, USUAL)",
        "_WEIGHTS.get(name, 0)",
        f"{ALARMS}::test_a_kind_that_nobody_weighed_comes_before_the_cheap_ones",
    ),
    defence(
        "alarms of all stages are sorted together",
        "runner/pipeline.py",
        "return few_of_each((*job.submission.alarms, *found, *_unseen(results)))",
        "return (*job.submission.alarms, *found, *_unseen(results))",
        f"{ASSESSED}::test_cheap_alarms_of_the_intake_hide_none_of_the_others",
    ),
)

PAGE: tuple[Defence, ...] = (
    defence(
        "no script runs in a report",
        "runner/render/templates/report.html.j2",
        "default-src 'none'; ",
        "",
        f"{PAGES}::test_nothing_runs_and_nothing_is_fetched",
    ),
    defence(
        "no style but ours",
        "runner/render/templates/report.html.j2",
        "style-src '{{ style_hash }}'",
        "style-src 'unsafe-inline'",
        f"{PAGES}::test_nothing_runs_and_nothing_is_fetched",
    ),
    defence(
        "no script runs in the feedback",
        "runner/render/templates/feedback.html.j2",
        "default-src 'none'; ",
        "",
        f"{PAGES}::test_nothing_runs_and_nothing_is_fetched",
    ),
    defence(
        "a picture is an image",
        SAFE,
        'Markup(f"data:image/svg+xml;base64,{data}")',
        'Markup(f"data:text/html;base64,{data}")',
        f"{NOTES}::test_a_picture_is_an_image_whatever_it_holds",
    ),
    defence(
        "a picture's source is base64 and nothing else",
        SAFE,
        '_NO_BASE64.sub("", svg)',
        "svg",
        f"{NOTES}::test_a_source_is_made_of_nothing_but_base64",
    ),
    defence(
        "feedback is made from a list of what may be told",
        "runner/render/feedback.py",
        "    return Point(title=criterion.title, why=criterion.why)",
        "    return Point(title=criterion.title, why=criterion.summary)",
        f"{FEEDBACK}::test_no_text_beyond_the_allow_list_is_told",
    ),
    defence(
        "feedback tells no number",
        "runner/render/feedback.py",
        '        return "strong"\n',
        '        return f"strong {possible}"\n',
        f"{FEEDBACK}::test_no_number_is_told",
    ),
    defence(
        "feedback of a void run says only that",
        "runner/render/feedback.py",
        'void = record.outcome == "void"\n    groups',
        "void = False\n    groups",
        f"{FEEDBACK}::test_a_void_run_says_only_that",
    ),
    defence(
        "a void run blames nobody in SARIF",
        "runner/render/sarif.py",
        '    if record.outcome == "void":\n        return\n',
        "",
        f"{FORMATS}::test_sarif_of_a_void_run_blames_nobody",
    ),
    defence(
        "a void run blames nobody in JUnit",
        "runner/render/junit.py",
        'void = record.outcome == "void"',
        "void = False",
        f"{FORMATS}::test_junit_passes_and_fails_nobody_in_a_void_run",
    ),
)

ISSUED: tuple[Defence, ...] = (
    defence(
        "templates that name what is not there are refused",
        "runner/scaffold/starter.py",
        "undefined=StrictUndefined, ",
        "",
        "tests/unit/scaffold/test_scaffold.py",
    ),
    defence(
        "code that makes data has a largest size",
        "runner/scaffold/generated.py",
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))\n",
        "",
        "tests/unit/scaffold/test_generated.py::test_what_breaks_is_told_with_its_last_line",
    ),
    defence(
        "links in a challenge are refused",
        "runner/catalog/files.py",
        "entry.is_file(follow_symlinks=False)",
        "entry.is_file()",
        "tests/unit/catalog/test_load.py::test_links_are_refused",
    ),
    defence(
        "computed markers are refused",
        "runner/catalog/suite.py",
        "isinstance(argument, ast.Constant) and isinstance(argument.value, str)",
        "isinstance(argument, ast.expr)",
        "tests/unit/catalog/test_suite.py::test_what_the_host_could_misread_is_refused",
    ),
)

ROWS = (*TEXTS, *LOGS, *PAGE, *ISSUED)
