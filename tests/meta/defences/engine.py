"""What only a real engine can show: each promise of a box, without what keeps it."""

from __future__ import annotations

from tests.meta.defences.row import Defence, Edit, defence

CONFIG = "runner/sandbox/docker_config.py"
BOX, RUN = "runner/sandbox/docker_box.py", "runner/sandbox/docker.py"
TESTS = "tests/docker/test_sandbox.py"


def promise(name: str) -> str:
    """The test of one promise."""
    return f"{TESTS}::test_promise[{name}]"


ROWS: tuple[Defence, ...] = (
    defence(
        "engine: read-only root",
        CONFIG,
        '"ReadonlyRootfs": True',
        '"ReadonlyRootfs": False',
        promise("the_root_is_read_only"),
    ),
    defence(
        "engine: no capability",
        CONFIG,
        '"CapDrop": ["ALL"]',
        '"CapDrop": []',
        promise("privileges_are_none"),
    ),
    defence(
        "engine: no new privileges",
        CONFIG,
        '["no-new-privileges:true", ',
        "[",
        promise("privileges_are_none"),
    ),
    defence(
        "engine: a plain user",
        CONFIG,
        '"User": f"{spec.uid}:{spec.gid}"',
        '"User": "0:0"',
        promise("privileges_are_none"),
    ),
    defence(
        "engine: a seccomp profile of our own",
        CONFIG,
        ', f"seccomp={profile()}"]',
        "]",
        f"{TESTS}::test_the_kernel_is_kept_small",
    ),
    defence(
        "engine: seccomp at all",
        CONFIG,
        ', f"seccomp={profile()}"]',
        ', "seccomp=unconfined"]',
        promise("privileges_are_none"),
    ),
    defence(
        "engine: processes are limited",
        CONFIG,
        '"PidsLimit": limits.pids',
        '"PidsLimit": 4096',
        promise("processes_are_limited"),
    ),
    defence(
        "engine: memory is limited",
        CONFIG,
        "memory = limits.memory_mib * MIB",
        "memory = 4096 * MIB",
        promise("memory_is_limited"),
    ),
    defence(
        "engine: scratch has a size",
        CONFIG,
        "nodev,size={size},nr_inodes",
        "nodev,size=1g,nr_inodes",
        promise("scratch_is_limited"),
    ),
    defence(
        "engine: scratch has inodes",
        CONFIG,
        ",nr_inodes={inodes},mode=1777",
        ",mode=1777",
        promise("scratch_is_limited"),
    ),
    defence(
        "engine: scratch runs nothing",
        CONFIG,
        '_TMPFS = "rw,noexec,',
        '_TMPFS = "rw,exec,',
        f"{TESTS}::test_nothing_that_was_written_runs",
    ),
    defence(
        "engine: volumes have a size",
        CONFIG,
        'f"size={volume.size_mib}m,nr_inodes=',
        'f"size=1g,nr_inodes=',
        promise("volumes_are_limited"),
    ),
    defence(
        "engine: volumes have inodes",
        CONFIG,
        "nr_inodes={volume.inodes},uid=",
        "uid=",
        promise("volumes_are_limited"),
    ),
    defence(
        "engine: volumes run nothing",
        CONFIG,
        "nosuid,nodev,noexec",
        "nosuid,nodev",
        f"{TESTS}::test_nothing_that_was_written_runs",
    ),
    defence(
        "engine: open files are limited",
        CONFIG,
        ', "nofile": spec.limits.open_files}',
        "}",
        f"{TESTS}::test_files_are_limited",
    ),
    defence(
        "engine: files have a largest size",
        CONFIG,
        ' "fsize": file_size,',
        "",
        f"{TESTS}::test_files_are_limited",
    ),
    defence(
        "engine: no core is dumped",
        CONFIG,
        '{"core": 0, ',
        "{",
        f"{TESTS}::test_files_are_limited",
    ),
    defence(
        "engine: no network",
        CONFIG,
        'else "none",',
        'else "host",',
        promise("there_is_no_network"),
        promise("privileges_are_none"),
    ),
    defence(
        "engine: an explicit environment",
        CONFIG,
        "in spec.env.items()]",
        'in {**spec.env, "SECRET": "1"}.items()]',
        promise("the_environment_is_as_given"),
    ),
    defence(
        "engine: a mount is read-only",
        CONFIG,
        '"ReadOnly": mount.read_only,',
        '"ReadOnly": False,',
        promise("a_read_only_mount_is_read_only"),
    ),
    defence(
        "engine: output is limited",
        BOX,
        "if self._ring.seen > limit and self._asked is None:",
        "if self._ring.seen < 0:",
        promise("output_is_limited"),
    ),
    defence(
        "engine: a deadline kills every process",
        BOX,
        "        self._timer.start()\n",
        "",
        promise("the_deadline_kills_every_process"),
    ),
    defence(
        "engine: somebody else's kill is no result",
        BOX,
        "        self._refuse_others(state, asked, signals)\n",
        "",
        f"{TESTS}::test_a_box_is_ended_behind_our_back",
    ),
    defence(
        "engine: a run that is left leaves nothing",
        RUN,
        "            problems += pool.map(",
        "            _ = lambda: pool.map(",
        f"{TESTS}::test_a_closed_run_leaves_nothing",
    ),
    defence(
        "engine: a start that fails leaves nothing",
        RUN,
        "        except BaseException:\n            self._remove(name)\n            raise\n",
        "        except BaseException:\n            raise\n",
        f"{TESTS}::test_joining_the_network_of_the_dead_leaves_nothing",
    ),
    Defence(
        name="engine: everything is labelled with its run",
        edits=(
            Edit(
                RUN,
                'asked["Labels"] = {**self._labels, ROLE_LABEL: spec.role}',
                'asked["Labels"] = {ROLE_LABEL: spec.role}',
            ),
        ),
        guards=(f"{TESTS}::test_what_a_killed_grading_left_is_collected",),
    ),
    defence(
        "engine: what a dead grading left is collected",
        "runner/sandbox/docker_gc.py",
        "    return _start_time(int(pid)) != start\n",
        "    return False\n",
        f"{TESTS}::test_what_a_killed_grading_left_is_collected",
    ),
)
