"""Promises about volumes: what is shared, who may write, how long it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.testing.steps import mark, picture, put, say, show, sleep
from runner.testing.world import (
    GROUP,
    OTHER_USER,
    PATIENCE_SECONDS,
    at,
    expect,
    expect_error,
    expect_that,
    volume,
)

if TYPE_CHECKING:
    from runner.testing.world import Promise, World

_BYTES = bytes(range(256))

_COUNTERS = (
    *("/proc/vmstat", "/proc/stat", "/proc/loadavg", "/proc/uptime", "/proc/zoneinfo"),
    *("/proc/buddyinfo", "/proc/diskstats", "/proc/interrupts", "/proc/softirqs"),
    *("/proc/pressure/cpu", "/proc/cgroups", "/proc/sys/fs/dentry-state"),
    *("/proc/sys/fs/file-nr", "/proc/sys/fs/inode-nr", "/sys/devices/system/node/node0/vmstat"),
    "/sys/kernel/mm/transparent_hugepage/hugepages-2048kB/stats/anon_fault_alloc",
)
"""Where Linux says what the whole machine has done so far."""

_NOTHING = {"", "ENOENT", "EACCES"}


def a_volume_outlives_a_box(world: World) -> None:
    """While another box mounts it; any bytes come back as they were."""
    with world.run() as run:
        data = volume()
        run.volume(data)
        run.start(world.spec(sleep(600), role="harness", mounts=at("/data", data)))
        written = world.say(run, put("/data/größe.bin", _BYTES), mounts=at("/data", data))
        expect(written, ["ok"])
        read = world.say(run, show("/in/größe.bin"), mounts=at("/in", data))
        expect(read, [_BYTES.hex()])


def a_read_only_mount_is_read_only(world: World) -> None:
    """For its owner too."""
    with world.run() as run:
        data = volume()
        run.volume(data)
        refused = world.say(run, put("/data/a", b""), mounts=at("/data", data, read_only=True))
        expect(refused, ["EROFS"])


def owner_and_group_decide(world: World) -> None:
    """The mode 0750 lets the group read and only the owner write."""
    with world.run() as run:
        data = volume()
        run.volume(data)
        mounts = at("/data", data)
        run.start(world.spec(sleep(600), mounts=mounts))
        expect(world.say(run, put("/data/a", b"1"), mounts=mounts), ["ok"])
        steps = (show("/data/a"), put("/data/b", b"2"))
        expect(world.say(run, *steps, mounts=mounts, uid=OTHER_USER), ["31", "EACCES"])
        stranger = world.say(run, *steps, mounts=mounts, uid=OTHER_USER, gid=GROUP + 1)
        expect(stranger, ["EACCES", "EACCES"])


def a_fresh_volume_shows_the_same_picture(world: World) -> None:
    """Whatever was done to another one, by a box that is dead."""
    with world.run() as run:
        one, two, three = (volume(name) for name in ("one", "two", "three"))
        for each in (one, two, three):
            run.volume(each)
        mounts = [*at("/one", one), *at("/two", two), *at("/three", three)]
        run.start(world.spec(sleep(600), role="harness", mounts=tuple(mounts)))
        fresh = world.say(run, picture("/out"), mounts=at("/out", one))
        steps = (mark("/out"), put("/out/a", _BYTES))
        expect(world.say(run, *steps, mounts=at("/out", two)), ["ok", "ok"])
        expect_that(
            world.say(run, picture("/out"), mounts=at("/out", two)) != fresh,
            "what was done to a volume cannot be seen in it",
        )
        expect(world.say(run, picture("/out"), mounts=at("/out", three)), fresh)


def what_one_box_did_cannot_be_seen_by_the_next(world: World) -> None:
    """In places of its own, and in the counters of the machine."""
    with world.run() as run:
        places = ("/tmp", "/dev/shm")  # noqa: S108 - paths inside the box
        fresh = world.say(run, *map(picture, places))
        world.say(run, *map(mark, places), *(put(f"{place}/a", _BYTES) for place in places))
        expect(world.say(run, *map(picture, places)), fresh)
        counters = dict(zip(_COUNTERS, world.say(run, *map(show, _COUNTERS)), strict=True))
        expect({path: told for path, told in counters.items() if told not in _NOTHING}, {})


def the_root_is_read_only(world: World) -> None:
    """Nothing outside of `/tmp` and the volumes can be written."""
    with world.run() as run:
        lines = world.say(run, *(put(path, b"") for path in ("/x", "/etc/x", "/usr/bin/x")))
        expect_that(set(lines) <= {"EROFS", "EACCES"}, lines)
        expect(len(lines), 3)


def scratch_is_not_shared(world: World) -> None:
    """`/tmp` of one box is not that of another, also where they share a network."""
    path = "/tmp/secret"  # noqa: S108 - a path inside the box
    with world.run() as run:
        first = run.start(world.spec(put(path, b"1"), say("done"), sleep(600), interactive=True))
        expect(first.read_line(PATIENCE_SECONDS), b"ok\n")
        expect(world.say(run, show(path), network_of=first), ["ENOENT"])


def a_volume_has_one_name(world: World) -> None:
    """A second volume of the same name is refused."""
    with world.run() as run:
        run.volume(volume())
        expect_error(lambda: run.volume(volume()))


PROMISES: tuple[Promise, ...] = (
    a_volume_outlives_a_box,
    a_read_only_mount_is_read_only,
    owner_and_group_decide,
    a_fresh_volume_shows_the_same_picture,
    what_one_box_did_cannot_be_seen_by_the_next,
    the_root_is_read_only,
    scratch_is_not_shared,
    a_volume_has_one_name,
)
