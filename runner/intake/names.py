"""Entry names: what is refused, and which names would meet on another file system."""

from __future__ import annotations

import re
import unicodedata

Parts = tuple[str, ...]

_DRIVE = re.compile(r"[A-Za-z]:")
_UNWRITABLE = re.compile(r'[<>:"|?*]')
_BLANK = frozenset({"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0"}) | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
"""Letters and variation selectors that are drawn as nothing; most such signs are format signs."""


class BadNameError(ValueError):
    """A name that no honest tool writes; the message completes "its name …"."""


def split_name(raw: bytes) -> Parts:
    """The components of an entry's name, empty for the root itself (`./`).

    Names are refused (`BadNameError`), never repaired: two programs that repair differently
    see two different trees. `.` and doubled slashes mean the same everywhere and are taken out.
    """
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        message = "is not valid UTF-8"
        raise BadNameError(message) from error
    problem = _problem(name)
    if problem:
        raise BadNameError(problem)
    return tuple(part for part in name.split("/") if part not in {"", "."})


def _problem(name: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in name):
        return "holds a control character"
    if "\\" in name:
        return "holds a backslash"
    if name.startswith("/") or _DRIVE.match(name):
        return "is an absolute path"
    if ".." in name.split("/"):
        return "climbs out of its folder (`..`)"
    return "" if name else "is empty"


def folded(part: str) -> str:
    """The form under which file systems (and Python's import) may take two names for one.

    NFKC and not NFC: `import` normalises identifiers that way. Older file systems pass over
    what is drawn as nothing. Windows cuts dots and spaces at the end, and programs that unpack
    there write `_` for the signs that a name may not have.
    """
    seen = "".join(c for c in part if unicodedata.category(c) != "Cf" and c not in _BLANK)
    same = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    plain = _UNWRITABLE.sub("_", same)
    return plain.rstrip(". ") or plain


class NameBook:
    """Every path seen so far, each folder of it included; finds the ones that would meet."""

    def __init__(self) -> None:
        """Begin with an empty tree."""
        self._seen: dict[Parts, tuple[Parts, bool]] = {}

    def __len__(self) -> int:
        """How many files and folders there are, folders that no entry names included."""
        return len(self._seen)

    def add(self, parts: Parts, *, folder: bool) -> Parts | None:
        """Note a path. Returns the earlier path that it cannot live beside, if any.

        A folder may come again; a file may not, neither as itself nor as a folder.
        """
        keys = tuple(folded(part) for part in parts)
        for depth in range(1, len(parts) + 1):
            path, is_folder = parts[:depth], folder or depth < len(parts)
            earlier = self._seen.get(keys[:depth])
            if earlier is None:
                self._seen[keys[:depth]] = (path, is_folder)
            elif earlier != (path, True) or not is_folder:
                return earlier[0]
        return None
