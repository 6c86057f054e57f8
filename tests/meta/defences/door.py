"""What is refused or left out when a submission comes in, and how reports are kept."""

from __future__ import annotations

from tests.meta.defences.row import Defence, Edit, defence

TRAY, NAMES = "runner/intake/tray.py", "runner/intake/names.py"
ZIP, TAR = "runner/intake/ziparchive.py", "runner/intake/tararchive.py"
LIST, LOCAL = "runner/intake/zipdirectory.py", "runner/intake/ziplocal.py"
FOLDER, STREAM = "runner/intake/folder.py", "runner/intake/stream.py"
ARCHIVES = "tests/unit/intake/test_hostile_archives.py"
FOLDERS = "tests/unit/intake/test_folder.py"
GUARDS = "tests/unit/intake/test_guards.py"
HONEST = "tests/unit/intake/test_honest.py"
BYTES = "tests/unit/intake/test_zip_bytes.py"
HEADERS = "tests/unit/intake/test_tar_headers.py"
ODD = "tests/unit/intake/test_names.py"

CEILINGS: tuple[Defence, ...] = (
    defence(
        "entries of a submission",
        TRAY,
        "if self.entries > self.limits.entries:",
        "if self.entries < 0:",
        f"{GUARDS}::test_a_folder_that_comes_again_and_again",
    ),
    defence(
        "bytes of a submission",
        TRAY,
        "if self.bytes_read + size > self.ceiling:",
        "if self.bytes_read < 0:",
        f"{ARCHIVES}::test_ceilings_of_size",
        f"{ARCHIVES}::test_a_zip_that_packs_too_well",
    ),
    defence(
        "bytes of one file",
        TRAY,
        "        if size > limit:\n",
        "        if size < 0:\n",
        f"{FOLDERS}::test_ceilings",
    ),
    defence(
        "depth of folders",
        TRAY,
        "if len(parts) > self.limits.depth:",
        "if len(parts) < 0:",
        f"{FOLDERS}::test_a_deep_tree_is_refused_at_its_ceiling",
        f"{FOLDERS}::test_ceilings",
    ),
    defence(
        "length of a path",
        TRAY,
        'if len("/".join(parts).encode()) > self.limits.path_bytes:',
        "if len(parts) < 0:",
        f"{FOLDERS}::test_names_are_judged_as_in_archives",
    ),
    defence(
        "folders that no entry names",
        TRAY,
        "if len(self._book) > self.limits.entries:",
        "if len(self._book) < 0:",
        ARCHIVES,
        FOLDERS,
    ),
    defence(
        "ratio of packed to unpacked",
        "runner/intake/submission.py",
        "max(self.ratio * packed, self.ratio_free_bytes)",
        "max(self.unpacked_bytes, packed)",
        f"{ARCHIVES}::test_a_zip_that_packs_too_well",
        f"{ARCHIVES}::test_a_gzip_that_packs_too_well",
    ),
    defence(
        "entries of a zip are counted before they are listed",
        ZIP,
        "    if end.count > limit:\n",
        "    if end.count < 0:\n",
        f"{BYTES}::test_an_end_that_some_programs_do_not_check",
    ),
    defence(
        "a zip inflates no more than it says",
        ZIP,
        "inflater.decompress(packed, entry.size + 1)",
        "inflater.decompress(packed)",
        f"{GUARDS}::test_a_small_size_for_a_large_content_takes_little_memory",
    ),
    defence(
        "a gzip inflates piece by piece",
        STREAM,
        "inflater.decompress(given, _CHUNK)",
        "inflater.decompress(given)",
        ARCHIVES,
    ),
    defence(
        "extended headers of a tar are small",
        TAR,
        "if not 0 <= header.size <= _EXTENDED_BYTES:",
        "if header.size < 0:",
        f"{ARCHIVES}::test_extended_headers_without_end",
    ),
    defence(
        "a folder of many entries is not listed to its end",
        FOLDER,
        "islice(entries, tray.limits.entries - tray.entries + 1)",
        "islice(entries, None)",
        f"{GUARDS}::test_a_folder_of_very_many_entries_is_looked_at_in_part",
    ),
    defence(
        "alarms of the intake are few",
        "runner/intake/assembly.py",
        "few_of_each(_alarms(tray, cut))",
        "tuple(_alarms(tray, cut))",
        "tests/unit/intake/test_gitwatch.py",
    ),
)

REFUSED: tuple[Defence, ...] = (
    defence(
        "no link is followed in a folder",
        FOLDER,
        "os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK",
        "os.O_RDONLY | os.O_NONBLOCK",
        f"{FOLDERS}::test_a_link_put_in_the_place_of_a_file_is_not_followed",
    ),
    Defence(
        name="a pipe does not block",
        edits=(Edit(FOLDER, "os.O_NOFOLLOW | os.O_NONBLOCK |", "os.O_NOFOLLOW |"),),
        guards=(f"{FOLDERS}::test_a_pipe_put_in_the_place_of_a_file_does_not_block",),
        hangs=True,
    ),
    defence(
        "links are refused",
        TRAY,
        '    (stat.S_ISLNK, "a symbolic link"),\n',
        "",
        f"{FOLDERS}::test_links_are_refused",
        f"{ARCHIVES}::test_special_entries_of_a_zip",
    ),
    defence(
        "pipes and devices are refused",
        "runner/intake/assembly.py",
        "    if tray.specials:\n",
        "    if tray.specials and tray.kept is None:\n",
        f"{FOLDERS}::test_pipes_and_sockets_are_refused_without_waiting",
        f"{ARCHIVES}::test_special_members_of_a_tar",
    ),
    defence(
        "a file that grows is refused",
        FOLDER,
        "    if not left:\n",
        "    if left < 0:\n",
        f"{FOLDERS}::test_a_file_that_grows",
    ),
    defence(
        "no name climbs",
        NAMES,
        '    if ".." in name.split("/"):\n',
        '    if name == "..":\n',
        f"{ODD}::test_names_that_no_honest_tool_writes",
        f"{ARCHIVES}::test_a_hostile_name_in_a_zip",
    ),
    defence(
        "no name is absolute",
        NAMES,
        'if name.startswith("/") or _DRIVE.match(name):',
        "if _DRIVE.match(name):",
        f"{ODD}::test_names_that_no_honest_tool_writes",
    ),
    defence(
        "no name has control characters",
        NAMES,
        'if any(unicodedata.category(character) == "Cc" for character in name):',
        "if name is None:",
        f"{ODD}::test_names_that_no_honest_tool_writes",
    ),
    defence(
        "no name is a path elsewhere",
        NAMES,
        '    if "\\\\" in name:\n',
        "    if name is None:\n",
        f"{ODD}::test_names_that_no_honest_tool_writes",
    ),
    defence(
        "no two names are one elsewhere",
        TRAY,
        "        if earlier is not None:\n",
        "        if earlier is not None and not parts:\n",
        f"{ARCHIVES}::test_names_that_cannot_live_together",
    ),
    defence(
        "no file comes twice",
        TRAY,
        "        if earlier == parts:\n",
        "        if earlier is False:\n",
        f"{ARCHIVES}::test_names_that_cannot_live_together",
        f"{ARCHIVES}::test_two_names_for_one_entry",
    ),
    Defence(
        name="entries of a zip share no data",
        edits=(
            Edit(LOCAL, "if start + entry.packed_size > stop:", "if stop < 0:"),
            Edit(LOCAL, "        if end != stop:\n", "        if end < stop:\n"),
        ),
        guards=(
            f"{ARCHIVES}::test_entries_that_share_their_data",
            f"{ARCHIVES}::test_entries_that_quote_the_ones_after",
        ),
    ),
    defence(
        "both descriptions of an entry have one name",
        LOCAL,
        "if not same_name or method != entry.method or",
        "if method != entry.method or",
        f"{ARCHIVES}::test_two_names_for_one_entry",
    ),
    defence(
        "the content of an entry is what it says",
        ZIP,
        "if not whole or len(data) != entry.size or zlib.crc32(data) != entry.crc:",
        "if len(data) > entry.size:",
        f"{ARCHIVES}::test_content_that_was_changed",
        f"{ARCHIVES}::test_a_size_that_is_not_true",
    ),
    defence(
        "only deflate",
        LIST,
        "    if method not in {STORED, DEFLATED}:\n",
        "    if method < 0:\n",
        f"{ARCHIVES}::test_other_compressions",
    ),
    defence(
        "nothing after the end of a tar",
        TAR,
        "    if not stream.rest_is_empty():\n",
        "    if stream is None:\n",
        f"{ARCHIVES}::test_data_after_the_end",
    ),
    defence(
        "one gzip stream",
        STREAM,
        'if inflater.unused_data.strip(b"\\0") or bytes(rest).strip(b"\\0"):',
        "if inflater is None:",
        f"{ARCHIVES}::test_more_than_one_gzip_stream",
    ),
    defence(
        "no sparse files",
        "runner/intake/paxheader.py",
        "        if key.startswith(_SPARSE):\n",
        "        if not key:\n",
        f"{ARCHIVES}::test_sparse_files",
        f"{HEADERS}::test_records_that_put_gaps_into_a_file",
    ),
    defence(
        "a size in a tar is one",
        TAR,
        "if member.size < 0 or (member.size and (by_name or not regular)):",
        "if member.size and not regular and regular:",
        f"{ARCHIVES}::test_a_negative_size",
        f"{ARCHIVES}::test_only_files_have_a_size",
    ),
)

DROPPED: tuple[Defence, ...] = tuple(
    defence(
        f"left out: {what}",
        "runner/intake/clutter.py",
        old,
        new,
        f"{HONEST}::test_clutter_is_left_out_and_said",
        f"{GUARDS}::test_each_kind_of_clutter_is_left_out",
    )
    for what, old, new in (
        ("caches of mypy", '            ".mypy_cache",\n', ""),
        ("caches of ruff", '            ".ruff_cache",\n', ""),
        ("compiled code", 're.compile(r"\\.(pyc|pyo)$")', 're.compile(r"\\.(never)$")'),
        ("native code", "pyd|dll|dylib", "dll|dylib"),
        ("databases", "(db|db3|sqlite|sqlite3)", "(db3|sqlite3)"),
        ("models", "(pkl|pickle|dill|", "(dill|"),
        ("environments", '(".venv", "venv", ".env", "node_modules"', '(".env", "node_modules"'),
        ("the history of git", '    ".git": _GIT,\n    ".hg"', '    ".hg"'),
    )
)

KEPT: tuple[Defence, ...] = (
    Defence(
        name="a report is whole or not there",
        edits=(
            Edit("runner/publish.py", "_write(partial / file", "_write(destination / file"),
            Edit("runner/publish.py", "        _rename(partial, destination)\n", ""),
        ),
        guards=("tests/unit/foundation/test_publish.py::test_a_full_disk_leaves_nothing",),
    ),
    defence(
        "nothing is left of a report that failed",
        "runner/publish.py",
        "        _remove(partial)\n        raise\n    finally",
        "        raise\n    finally",
        "tests/unit/foundation/test_publish.py::test_nothing_is_left_of_a_failure",
    ),
    defence(
        "what is being written is not swept",
        "runner/publish.py",
        "if not _lock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB) or",
        "if",
        "tests/unit/foundation/test_publish.py::test_what_is_being_written_is_not_swept",
    ),
    defence(
        "two writers have two temporary names",
        "runner/publish.py",
        "{secrets.token_hex(8)}",
        "one",
        "tests/unit/foundation/test_publish.py::test_two_writers_of_one_file_do_not_meet",
    ),
    defence(
        "a report is on the disk before it is shown",
        "runner/publish.py",
        "        os.fsync(stream.fileno())\n",
        "",
        "tests/unit/foundation/test_publish.py::test_a_full_disk_leaves_nothing",
    ),
    defence(
        "a report takes the place of no other one",
        "runner/publish.py",
        "        if error.errno not in _TAKEN:\n            raise\n",
        "        if error.errno in _TAKEN:\n            raise\n",
        "tests/unit/foundation/test_publish.py::test_nothing_is_overwritten",
    ),
    defence(
        "a name that could not be settled is no report",
        "runner/publish.py",
        "        _remove(destination)\n        raise\n",
        "        raise\n",
        "tests/unit/foundation/test_publish.py::test_a_folder_that_cannot_be_settled",
    ),
    defence(
        "a proof is whole at every moment",
        "runner/kept.py",
        "        replace(path, text.encode())\n",
        "        path.write_bytes(text.encode())\n",
        "tests/unit/foundation/test_kept.py",
    ),
    defence(
        "nothing is shown of a grading that was not kept",
        "runner/cli/grade.py",
        "    # The reports are safely there",
        "    show_record(record)\n    # The reports are safely there",
        "tests/unit/cli/test_grade.py::test_a_full_disk_keeps_and_says_nothing_of_a_grading",
    ),
    defence(
        "a void run has no points on the screen",
        "runner/cli/console.py",
        'if record.outcome == "void":\n        out.print',
        'if record.outcome == "other":\n        out.print',
        "tests/unit/cli/test_grade.py::test_a_void_run_names_its_stage_and_has_no_score",
    ),
    defence(
        "a void run ends with exit code 4",
        "runner/cli/outcome.py",
        'if record.outcome == "void":',
        'if record.outcome == "other":',
        "tests/unit/cli/test_grade.py::test_a_void_run_names_its_stage_and_has_no_score",
    ),
    defence(
        "a reader that goes away changes no exit code",
        "runner/cli/outcome.py",
        "    except BrokenPipeError:\n        silence()\n",
        "    except BrokenPipeError:\n        raise\n",
        "tests/unit/cli/test_grade.py::test_a_reader_that_goes_away_changes_no_exit_code",
    ),
)

ROWS = (*CEILINGS, *REFUSED, *DROPPED, *KEPT)
