"""What every container is asked to be, and whether the engine made it so."""

from __future__ import annotations

from tests.meta.defences.row import Defence, Edit, defence

CONFIG = "runner/sandbox/docker_config.py"
TESTS = "tests/unit/sandbox/test_docker_config.py"
LOCKED, WEAKER = f"{TESTS}::test_a_box_is_locked_down", f"{TESTS}::test_a_weaker_box_is_noticed"
CARELESS = f"{TESTS}::test_a_careless_box_is_refused"

ASKED: tuple[Defence, ...] = (
    defence("read-only root", CONFIG, '"ReadonlyRootfs": True', '"ReadonlyRootfs": False', LOCKED),
    defence("no capability", CONFIG, '"CapDrop": ["ALL"]', '"CapDrop": []', LOCKED),
    defence("no new privileges", CONFIG, '["no-new-privileges:true", ', "[", LOCKED),
    defence("a seccomp profile of our own", CONFIG, ', f"seccomp={profile()}"]', "]", LOCKED),
    defence("processes are limited", CONFIG, '"PidsLimit": limits.pids', '"PidsLimit": 0', LOCKED),
    defence("memory is limited", CONFIG, '"Memory": memory,', '"Memory": 0,', LOCKED),
    defence("no swap", CONFIG, '"MemorySwap": memory', '"MemorySwap": -1', LOCKED),
    defence(
        "processors are limited",
        CONFIG,
        '"NanoCpus": round(limits.cpus * 1e9)',
        '"NanoCpus": 0',
        LOCKED,
    ),
    defence(
        "scratch has a size",
        CONFIG,
        "nodev,size={size},nr_inodes",
        "nodev,nr_inodes",
        LOCKED,
    ),
    defence("scratch has inodes", CONFIG, ",nr_inodes={inodes},mode=1777", ",mode=1777", LOCKED),
    defence("scratch runs nothing", CONFIG, '_TMPFS = "rw,noexec,', '_TMPFS = "rw,', LOCKED),
    defence(
        "volumes have a size",
        CONFIG,
        'f"size={volume.size_mib}m,nr_inodes=',
        'f"nr_inodes=',
        f"{TESTS}::test_volume_options_are_quotas",
    ),
    defence(
        "volumes have inodes",
        CONFIG,
        "nr_inodes={volume.inodes},uid=",
        "uid=",
        f"{TESTS}::test_volume_options_are_quotas",
    ),
    defence(
        "volumes run nothing",
        CONFIG,
        "nosuid,nodev,noexec",
        "nosuid,nodev",
        f"{TESTS}::test_volume_options_are_quotas",
    ),
    defence("open files are limited", CONFIG, ', "nofile": spec.limits.open_files}', "}", LOCKED),
    defence("files have a largest size", CONFIG, ' "fsize": file_size,', "", LOCKED),
    defence("no core is dumped", CONFIG, '{"core": 0, ', "{", LOCKED),
    defence("no network", CONFIG, 'else "none",', 'else "bridge",', LOCKED),
    defence(
        "an explicit environment",
        CONFIG,
        'return found + [f"the image sets {name}" for name in sorted(extra)]',
        "return found",
        WEAKER,
    ),
    defence("an init process", CONFIG, '"Init": True', '"Init": False', LOCKED),
    defence("no health check of the image's", CONFIG, '{"Test": ["NONE"]}', "{}", LOCKED),
    defence(
        "the harness is killed last",
        CONFIG,
        '0 if spec.role == "harness" else _SUBJECT_OOM_SCORE',
        "_SUBJECT_OOM_SCORE",
        f"{TESTS}::test_the_harness_is_the_last_to_be_killed_for_memory",
    ),
    defence(
        "images are named by their id",
        CONFIG,
        'if not spec.image.startswith("sha256:"):',
        "if not spec.image:",
        CARELESS,
    ),
    defence(
        "nothing but volumes of this run is mounted",
        CONFIG,
        "if mount.volume.name not in volumes:",
        "if not mount.volume.name:",
        f"{TESTS}::test_a_volume_of_another_run_is_refused",
    ),
    defence(
        "system calls are denied by default",
        "runner/sandbox/seccomp.py",
        '"defaultAction": "SCMP_ACT_ERRNO"',
        '"defaultAction": "SCMP_ACT_ALLOW"',
        f"{TESTS}::test_the_profile_denies_by_default",
    ),
    defence(
        "no system call of the kernel's that is not needed",
        "runner/sandbox/seccomp.py",
        "unlink unlinkat utime",
        "unlink unlinkat ptrace utime",
        f"{TESTS}::test_the_profile_denies_by_default",
    ),
)

COMPARED: tuple[Defence, ...] = (
    defence(
        "what was made is compared with what was asked",
        CONFIG,
        "        if not same(value, host.get(key))\n",
        "        if not host\n",
        WEAKER,
    ),
    defence(
        "what was not asked is not there",
        CONFIG,
        "for key in _UNSET if host.get(key)]",
        "for key in _UNSET if not host]",
        WEAKER,
    ),
    defence(
        "user and program are compared",
        CONFIG,
        "if key in asked and not same(asked[key], config.get(key))",
        "if key not in asked",
        WEAKER,
    ),
    defence(
        "mounts are compared",
        CONFIG,
        "found += _mount_differences(",
        "_ = _mount_differences(",
        f"{TESTS}::test_foreign_mounts_are_noticed",
    ),
    defence(
        "warnings of the engine count",
        CONFIG,
        '[f"the engine warned: {warning}" for warning in warnings]',
        "[]",
        f"{TESTS}::test_warnings_of_the_engine_count",
    ),
    defence(
        "paths below /proc are masked",
        CONFIG,
        '        "MaskedPaths": list(_MASKED),\n',
        "",
        WEAKER,
    ),
    defence(
        "a weak engine is refused",
        "runner/sandbox/docker_isolation.py",
        "    if missing:\n",
        "    if len(missing) > 9:\n",
        "tests/unit/sandbox/test_docker_isolation.py::test_a_weak_engine_is_refused",
    ),
)

ISOLATION = "runner/sandbox/docker_isolation.py"
LEVELS = "tests/unit/sandbox/test_docker_isolation.py"

APART: tuple[Defence, ...] = (
    defence(
        "less isolation than was asked for is refused",
        ISOLATION,
        "    if isolation.level.reaches(wanted):\n",
        "    if isolation.level:\n",
        f"{LEVELS}::test_less_than_was_asked_for_is_refused_with_advice",
    ),
    defence(
        "the name of a runtime proves no kernel",
        ISOLATION,
        "    if kernel and inside.kernel != kernel:\n",
        '    if kernel and "runsc" in str(info.get("Runtimes")):\n',
        f"{LEVELS}::test_a_name_of_a_runtime_proves_no_kernel",
    ),
    defence(
        "a box that shows nothing is no box on a kernel of its own",
        ISOLATION,
        "    if len(parts) != _PARTS or not parts[0].strip() or not sound:\n",
        "    if len(parts) != _PARTS:\n",
        f"{LEVELS}::test_a_box_that_shows_nothing_is_an_error",
    ),
    defence(
        "a volume belongs to its box where users are remapped",
        CONFIG,
        "owners.users.outside(volume.uid) if owners else volume.uid",
        "volume.uid",
        f"{TESTS}::test_a_volume_belongs_to_the_box_where_the_engine_remaps_users",
    ),
    defence(
        "counters of the whole machine are masked",
        CONFIG,
        "    *_COUNTERS,\n",
        "",
        f"{TESTS}::test_counters_of_the_whole_machine_are_masked",
    ),
)

BOX = "tests/unit/sandbox/test_docker_box.py"
BOX_PY, RUN_PY = "runner/sandbox/docker_box.py", "runner/sandbox/docker.py"

LIFE: tuple[Defence, ...] = (
    defence(
        "somebody else's kill is no result",
        BOX_PY,
        "        self._refuse_others(state, asked, signals)\n",
        "",
        f"{BOX}::test_what_somebody_else_does_to_a_box_is_nobodys_result",
    ),
    defence(
        "our own signals are told from those of others",
        BOX_PY,
        "            self._signals += 1\n",
        "            self._signals += 0\n",
        f"{BOX}::test_a_box_that_ends_of_our_signals_is_a_result",
    ),
    defence(
        "output that is cut off is lost",
        BOX_PY,
        "            if time.monotonic() > patience:\n",
        "            if patience < 0:\n",
        f"{BOX}::test_output_that_is_cut_off_from_a_running_box_is_lost",
    ),
    defence(
        "output that has no end is lost",
        BOX_PY,
        "if dead and time.monotonic() > dead + _END_SECONDS:",
        'if dead:\n                return b""\n            if dead < 0:',
        f"{BOX}::test_output_that_does_not_end_with_its_box_is_lost",
    ),
    defence(
        "output that breaks off is lost",
        BOX_PY,
        "if asked in _BY_ITSELF and not frames.whole:",
        "if asked in _BY_ITSELF and frames is None:",
        f"{BOX}::test_output_that_breaks_off_in_the_middle_is_lost",
    ),
    defence(
        "output that was cut off is no missed deadline",
        BOX_PY,
        "if ended_by is None and asked is Ending.TIMEOUT:",
        "if ended_by is Ending.MEMORY:",
        f"{BOX}::test_output_that_is_cut_off_before_the_deadline_is_no_timeout",
    ),
    defence(
        "a deadline of our own",
        BOX_PY,
        "        self._timer.start()\n",
        "",
        f"{BOX}::test_a_deadline_is_a_deadline",
    ),
    defence(
        "a silent engine is waited for once",
        RUN_PY,
        "        if self._silent.is_set():\n            return SandboxError(",
        "        if not name:\n            return SandboxError(",
        f"{BOX}::test_a_silent_engine_is_waited_for_once",
    ),
    defence(
        "an interrupt does not stop the clean-up",
        RUN_PY,
        "            self._remove_all()\n            raise\n",
        "            raise\n",
        f"{BOX}::test_who_is_impatient_while_the_run_is_left_leaves_nothing",
    ),
    defence(
        "what a run made is removed",
        RUN_PY,
        "            problems += pool.map(",
        "            _ = lambda: pool.map(",
        f"{BOX}::test_who_is_impatient_while_the_run_is_left_leaves_nothing",
    ),
    defence(
        "everything is labelled with its run and owner",
        "runner/sandbox/docker_gc.py",
        "    if RUN_LABEL not in found:\n        return False\n",
        "",
        "tests/unit/sandbox/test_docker_gc.py::test_everything_is_everything_of_ours",
    ),
    defence(
        "a live grading is not collected",
        "runner/sandbox/docker_gc.py",
        "int(expires) <= now",
        "int(expires) >= 0",
        "tests/unit/sandbox/test_docker_gc.py::test_a_live_grading_is_left_alone",
    ),
    defence(
        "what a dead grading left is collected",
        "runner/sandbox/docker_gc.py",
        "    return _start_time(int(pid)) != start\n",
        "    return False\n",
        "tests/unit/sandbox/test_docker_gc.py::test_an_ended_process_is_gone",
    ),
    defence(
        "one leftover that stays keeps no other one",
        "runner/sandbox/docker_gc.py",
        "            problems.append(error)\n",
        "            raise error from None\n",
        "tests/unit/sandbox/test_docker_gc.py::"
        "test_what_cannot_be_removed_keeps_nothing_else_there",
    ),
    defence(
        "a line has a largest size",
        "runner/sandbox/streams.py",
        "self._too_long = len(self._rest) > self._max_line",
        "self._too_long = False",
        "tests/unit/sandbox/test_streams.py",
    ),
    defence(
        "unread output has to wait",
        "runner/sandbox/streams.py",
        "self._closed or self._pending < self._max_pending",
        "True",
        "tests/unit/sandbox/test_streams.py",
    ),
    defence(
        "kept output is bounded",
        "runner/sandbox/streams.py",
        "if len(self._tail) > 2 * self._kept:",
        "if self._kept < 0:",
        "tests/unit/sandbox/test_streams.py",
    ),
    Defence(
        name="no environment of the machine's",
        edits=(Edit(CONFIG, "in spec.env.items()]", 'in {**spec.env, "HOME": "/root"}.items()]'),),
        guards=(LOCKED,),
    ),
)

ROWS = (*ASKED, *COMPARED, *APART, *LIFE)
