"""What keeps two programs from reading one archive as two submissions, and code out of sight."""

from __future__ import annotations

from tests.meta.defences.row import Defence, defence

ZIP, LIST = "runner/intake/ziparchive.py", "runner/intake/zipdirectory.py"
LOCAL, EXTRA = "runner/intake/ziplocal.py", "runner/intake/zipextra.py"
TAR, PAX = "runner/intake/tararchive.py", "runner/intake/paxheader.py"
FORMS, PACKED = "runner/intake/forms.py", "runner/intake/packed.py"
ZIPS = "tests/unit/intake/test_zip_bytes.py"
TARS = "tests/unit/intake/test_tar_headers.py"
LEFT_OUT = "tests/unit/intake/test_packed.py"

LISTED: tuple[Defence, ...] = (
    defence(
        "nothing after the end of a zip",
        LIST,
        'if len(behind) < comment_size or behind[comment_size:].strip(b"\\0"):',
        "if at < 0:",
        f"{ZIPS}::test_bytes_after_the_end",
        f"{ZIPS}::test_a_comment_that_is_shorter_than_it_says",
    ),
    defence(
        "the list of a zip is where its end says",
        LIST,
        "    if start + size != stop:\n",
        "    if start + size < 0:\n",
        f"{ZIPS}::test_an_end_that_some_programs_do_not_check",
    ),
    defence(
        "both ends of a zip agree",
        LIST,
        "    if any(value not in {wide, mask} for value, wide, mask in told):\n",
        "    if not told:\n",
        f"{ZIPS}::test_two_ends_that_say_two_things",
    ),
    defence(
        "the list of a zip holds its entries and no more",
        LIST,
        "    if at != len(listed):\n",
        "    if at > len(listed):\n",
        f"{ZIPS}::test_more_in_the_list_than_entries",
    ),
    defence(
        "no entry that a program may pass over",
        LIST,
        "    if needed > _NEWEST:\n",
        "    if needed < 0:\n",
        f"{ZIPS}::test_what_some_programs_leave_out",
    ),
    defence(
        "no flag that a program may not know",
        LIST,
        "    if flags & ~_KNOWN_FLAGS:\n",
        "    if flags < 0:\n",
        f"{ZIPS}::test_what_some_programs_leave_out",
    ),
    defence(
        "no extra field that a program may go by",
        EXTRA,
        "        if kind not in _HARMLESS and kind not in {",
        "        if not name and kind not in {",
        f"{ZIPS}::test_extra_fields_that_programs_read_in_several_ways",
    ),
    defence(
        "no other name in an extra field",
        EXTRA,
        "    if path is not None and not _repeats(path, name):\n",
        "    if path is not None and not name:\n",
        f"{ZIPS}::test_a_unicode_path_is_no_second_name",
    ),
    defence(
        "no other size in an extra field",
        EXTRA,
        "    if at < len(field) and whole[: len(field)] != field:\n",
        "    if at > len(field):\n",
        f"{ZIPS}::test_a_wide_size_repeats_the_size",
    ),
)

BETWEEN: tuple[Defence, ...] = (
    defence(
        "no bytes before the first entry",
        LOCAL,
        "    if ordered and ordered[0].offset and packed.startswith(",
        "    if ordered and not ordered[0].name and packed.startswith(",
        f"{ZIPS}::test_bytes_before_the_first_entry",
    ),
    defence(
        "no bytes between entries",
        LOCAL,
        "        if end != stop:\n",
        "        if end > stop:\n",
        f"{ZIPS}::test_an_entry_that_the_list_does_not_name",
        f"{ZIPS}::test_bytes_between_entries",
    ),
    defence(
        "both descriptions of an entry have the same numbers",
        LOCAL,
        "    if not all(_agrees(here, there, entry) for here, there in told):\n",
        "    if not told:\n",
        f"{ZIPS}::test_a_field_that_differs_between_the_two_descriptions",
        f"{ZIPS}::test_sizes_that_follow_the_data_are_not_told_wrong_before",
    ),
    defence(
        "what follows the data of an entry repeats the list",
        LOCAL,
        "    if packed[end : min(stop, end + 32)] not in _descriptors(entry):\n",
        "    if end > stop:\n",
        f"{ZIPS}::test_bytes_between_entries",
        f"{ZIPS}::test_sizes_that_should_follow_and_do_not",
    ),
    defence(
        "no data with an end of their own",
        LOCAL,
        "    if entry.method == STORED and _ends_earlier(packed[start:end]):\n",
        "    if entry.method < 0:\n",
        f"{ZIPS}::test_stored_data_that_hold_their_own_end",
    ),
    defence(
        "what is left out ends where the list says",
        ZIP,
        "    if entry.streamed and entry.method != STORED:\n",
        "    if entry.method < 0:\n",
        f"{ZIPS}::test_what_is_left_out_ends_where_the_list_says",
    ),
    defence(
        "what is left out and looked through is bounded",
        ZIP,
        "    tray.pass_over(entry.size)\n",
        "",
        f"{ZIPS}::test_how_much_is_left_out_is_bounded",
    ),
    defence(
        "a folder is one to every program",
        ZIP,
        "    if otherwise and not by_name:\n",
        "    if otherwise and not entry.name:\n",
        f"{ZIPS}::test_kinds_on_which_programs_do_not_agree",
    ),
    defence(
        "a name keeps its end in every program",
        ZIP,
        "    if _VERSION.search(entry.name):\n",
        "    if not entry.name:\n",
        f"{ZIPS}::test_a_name_whose_end_unzip_takes_off",
    ),
)

FORMED: tuple[Defence, ...] = (
    defence(
        "no zip is a tar as well",
        FORMS,
        "        if _starts_as_tar(packed):\n",
        "        if not packed:\n",
        f"{TARS}::test_a_zip_that_is_a_tar_as_well",
    ),
    defence(
        "no zip is the image of a disk as well",
        FORMS,
        '        if packed[_ISO_MARK] == b"CD001":\n',
        "        if not packed:\n",
        f"{TARS}::test_a_zip_that_is_the_image_of_a_disk_as_well",
    ),
    defence(
        "no tar is a zip as well",
        FORMS,
        "        if _ZIP_END in searched and not",
        "        if not searched and not",
        f"{TARS}::test_a_tar_that_others_take_for_a_zip",
    ),
    defence(
        "a number in a tar has one reading",
        TAR,
        "        if not _OCTAL.fullmatch(block[place]) and not",
        "        if not block and not",
        f"{TARS}::test_a_size_that_programs_read_in_several_ways",
    ),
    defence(
        "a member of a tar has one name",
        TAR,
        "    if unlike or not is_short_for(plain.raw, member.raw):\n",
        "    if not member.raw:\n",
        f"{TARS}::test_two_headers_with_two_names",
    ),
    defence(
        "a header for all members says nothing of them",
        PAX,
        "    if set(records) - _FOR_ALL:\n",
        "    if set(records) < set():\n",
        f"{TARS}::test_a_record_for_all_members_says_nothing_of_them",
    ),
)

UNREAD: tuple[Defence, ...] = (
    defence(
        "archives with code in them are left out",
        PACKED,
        "    if archive:\n",
        "    if archive is None:\n",
        f"{LEFT_OUT}::test_an_archive_with_code_is_left_out_under_any_name",
        f"{LEFT_OUT}::test_python_itself_imports_from_what_is_left_out",
    ),
    defence(
        "compiled code is left out",
        PACKED,
        "    if compiled:\n",
        "    if compiled is None:\n",
        f"{LEFT_OUT}::test_compiled_code_is_left_out_under_any_name",
        f"{LEFT_OUT}::test_every_way_to_compile_a_module_is_known",
    ),
    defence(
        "what is left out of sight raises an alarm",
        PACKED,
        "        tray.alarms.append((each.parts, alarm))\n",
        "",
        f"{LEFT_OUT}::test_compiled_code_is_left_out_under_any_name",
    ),
)

ROWS = (*LISTED, *BETWEEN, *FORMED, *UNREAD)
