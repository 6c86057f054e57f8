"""Hostile archives: what no folder of a repository can hold is written here, byte by byte."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from runner.selftest.zips import Entry, end, shared, unicode_path, zip_of
from runner.tree import pack

if TYPE_CHECKING:
    from runner.tree import SourceFile

MIB = 1024 * 1024

Files = tuple["SourceFile", ...]
Archive = Callable[[Files], Iterator[bytes]]
"""From the files of a submission to one or more archives, each of them hostile by itself."""

_CLIMBING = (
    *(b"../canary.py", b"app/../../canary.py", b"/canary.py", b"C:/canary.py", b"C:canary.py"),
    *(b"app\\..\\..\\canary.py", b"app/./../../canary.py", b"//host/canary.py"),
)
_NAMES = (
    *(b"a\nb.py", b"a\x1b[2Jb.py", b"caf\xe9.py", b"a\x00b.py", b"\xed\xa0\x80.py", b"x" * 255),
    *(b"d/" * 4000 + b"f", b"a\rb", b"\x7f.py"),
)
_TOGETHER = (
    *((b"app/x.py", b"APP/x.py"), (b"app/x", b"app/x/y.py"), (b"x.py", b"x.py")),
    (b"caf\xc3\xa9.py", b"cafe\xcc\x81.py"),
)


def plain_zip(files: Files) -> bytes:
    """The zip that an honest candidate sends."""
    return zip_of(_entries(files))


def climbing(files: Files) -> Iterator[bytes]:
    """Names that lead out of the folder, in zips and in tars."""
    for name in _CLIMBING:
        yield zip_of([*_entries(files), Entry(name=name, data=b"canary")])
        yield _tar(files, _member(name.decode(), b"canary"))


def strange_names(files: Files) -> Iterator[bytes]:
    """Names that drive a terminal, are no text, or are endless."""
    for name in _NAMES:
        yield zip_of([*_entries(files), Entry(name=name, data=b"x")])
        if b"\0" not in name:
            yield _tar(files, _member(name.decode("utf-8", "surrogateescape"), b"x"))


def names_that_meet(files: Files) -> Iterator[bytes]:
    """Two entries that some file systems take for one."""
    for first, second in _TOGETHER:
        yield zip_of(
            [*_entries(files), Entry(name=first, data=b"1"), Entry(name=second, data=b"2")]
        )


def links(files: Files) -> Iterator[bytes]:
    """Links to files of the host, and files that are written through them."""
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
        for target in ("/etc/passwd", "../../etc/passwd", "app/main.py"):
            yield _tar(files, _member("app/data.py", kind=kind, target=target))
        through = _member("app/inside/x.py", b"canary")
        yield _tar(files, _member("app/inside", kind=kind, target="/tmp"), through)  # noqa: S108
    mode = stat.S_IFLNK | 0o777
    yield zip_of([*_entries(files), Entry(name=b"app/data.py", data=b"/etc/passwd", mode=mode)])


def devices(files: Files) -> Iterator[bytes]:
    """Devices, pipes and sockets in the place of files."""
    for kind in (tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.CONTTYPE):
        yield _tar(files, _member("app/data.py", kind=kind))
    for mode in (stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK):
        yield zip_of([*_entries(files), Entry(name=b"app/data.py", mode=mode | 0o644)])


def bombs(files: Files) -> Iterator[bytes]:
    """A few kilobytes that unpack to gigabytes, or say so."""
    zeros = bytes(12 * MIB)
    yield zip_of([*_entries(files), Entry(name=b"zeros", data=zeros)])
    yield shared([(b"zeros", bytes(MIB))], copies=2000)
    yield gzip.compress(_tar(files, _member("zeros", zeros)), 9, mtime=0)
    yield zip_of([*_entries(files), Entry(name=b"zeros", data=zeros, central={"size": 10})])
    yield zip_of([*_entries(files), Entry(name=b"x", data=b"x", central={"size": 0xFFFFFFF0})])
    sparse = _member("sparse", kind=tarfile.GNUTYPE_SPARSE)
    yield _tar(files, sparse)


def floods(files: Files) -> Iterator[bytes]:
    """More entries, folders or bytes than anybody writes by hand."""
    yield zip_of([*_entries(files), *(Entry(name=b"f%d" % n) for n in range(20_001))])
    yield zip_of([*_entries(files), *(Entry(name=b"%d/a/b/c/d/e/f" % n) for n in range(4000))])
    yield zip_of([*_entries(files), Entry(name=b"a/" * 30 + b"f")])
    yield bytes(50 * MIB + 1)


def other_formats(files: Files) -> Iterator[bytes]:
    """What is no zip and no tar, or only pretends to be one."""
    whole = zip_of(_entries(files))
    yield b"\xfd7zXZ\0" + whole
    yield b"BZh9" + whole
    yield whole[: len(whole) // 2]
    yield gzip.compress(whole, mtime=0)
    yield b"#!/bin/sh\nexit 0\n"


def other_name(files: Files) -> Iterator[bytes]:
    """An entry with a second name in an extra field: programs disagree about which one counts."""
    field = unicode_path(b"app/extra.py", b"app/other.py")
    hidden: dict[str, bytes | int] = {"extra": field}
    none: dict[str, bytes | int] = {}
    for local, central in ((hidden, none), (none, hidden), (hidden, hidden)):
        entry = Entry(name=b"app/extra.py", data=b"x = 1\n", local=local, central=central)
        yield zip_of([*_entries(files), entry])


def unlisted(files: Files) -> Iterator[bytes]:
    """An entry that the directory does not name, first, between others, or last."""
    hidden = Entry(name=b"app/main.py", data=b"raise SystemExit\n", listed=False)
    entries = _entries(files)
    yield zip_of([hidden, *entries])
    yield zip_of([entries[0], hidden, *entries[1:]])
    yield zip_of([*entries, hidden])


def unaccounted(files: Files) -> Iterator[bytes]:
    """Bytes that belong to no entry: between two, before the first, behind the directory."""
    first, *others = _entries(files)
    yield zip_of([first, *(Entry(name=one.name, data=one.data, gap=b"gap") for one in others)])
    yield zip_of([first, *others], before=b"#!/bin/sh\nexit 0\n")
    whole = zip_of([first, *others])
    yield whole + b"more"
    yield whole + whole
    yield whole + end(0, 0, 0)


def two_descriptions(files: Files) -> Iterator[bytes]:
    """Fields in which an entry's two descriptions say different things."""
    data = b"x = 1\n"
    # What the flags say of a name counts where it is not plain ASCII.
    name = "app/exträ.py".encode()
    for key, value in (
        *(("name", b"app/other.py"), ("flags", 0), ("method", 0), ("crc", 1), ("size", 5)),
        ("packed", 7),
    ):
        lie: dict[str, bytes | int] = {key: value}
        yield zip_of([*_entries(files), Entry(name=name, data=data, local=lie)])


def asks_for_rights(files: Files) -> Iterator[bytes]:
    """Sixty files that ask to run as another user: sixty alarms before any other."""
    mode = stat.S_IFREG | 0o4755
    many = (Entry(name=b"bin/tool%02d" % n, data=b"x", mode=mode) for n in range(60))
    yield zip_of([*_entries(files), *many])


def repository(files: Files) -> Iterator[bytes]:
    """A repository whose configuration, hooks and links want git to run something."""
    canary = "touch takehome-canary-git"
    config = f'[core]\n\tfsmonitor = "{canary}"\n\tsshCommand = "{canary}"\n\thooksPath = hooks\n'
    inside = {
        ".git/config": config,
        ".git/HEAD": "ref: refs/heads/main\n",
        ".git/hooks/post-checkout": f"#!/bin/sh\n{canary}\n",
        ".git/hooks/pre-commit": f"#!/bin/sh\n{canary}\n",
        ".git/objects/info/alternates": "/etc\n",
        ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% takehome-canary\n',
        "vendor/HEAD": "ref: refs/heads/main\n",
        "vendor/config": config,
        "large.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    }
    yield zip_of(
        [*_entries(files), *(Entry(name=k.encode(), data=inside[k].encode()) for k in inside)]
    )


def forged(files: Files) -> Iterator[bytes]:
    """Caches, compiled code, environments and databases that tools or the service might take."""
    names = (
        *(b".mypy_cache/3.11/app/main.meta.json", b".ruff_cache/0/1", b".coverage"),
        *(b"app/__pycache__/main.cpython-311.pyc", b".pytest_cache/v/cache/lastfailed"),
        *(b".venv/bin/python", b"env/pyvenv.cfg", b"env/bin/python", b"app/native.so"),
        *(b"data/shelf.db", b"model.pkl", b"node_modules/x/index.js", b"shelf.egg-info/PKG-INFO"),
    )
    yield zip_of([*_entries(files), *(Entry(name=name, data=b"forged") for name in names)])


def _entries(files: Files) -> list[Entry]:
    return [Entry(name=file.path.encode(), data=file.data) for file in files]


def _tar(files: Files, *members: bytes) -> bytes:
    plain = pack(files)
    with tarfile.open(fileobj=io.BytesIO(plain)) as inside:
        length = max(one.offset_data + -(-one.size // 512) * 512 for one in inside.getmembers())
    return plain[:length] + b"".join(members) + bytes(1024)


def _member(name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE, target: str = "") -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data), kind, target
    header = info.tobuf(tarfile.GNU_FORMAT, errors="surrogateescape")
    return header + data + bytes(-len(data) % 512)


ARCHIVES: dict[str, Archive] = {
    make.__name__.replace("_", "-"): make
    for make in (
        *(climbing, strange_names, names_that_meet, links, devices, bombs, floods),
        *(other_formats, other_name, unlisted, unaccounted, two_descriptions),
        *(asks_for_rights, repository, forged),
    )
}
"""The builders, by the name that an `attack.toml` gives."""
