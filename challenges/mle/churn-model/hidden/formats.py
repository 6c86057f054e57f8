"""What kind of file a model is in, told from its bytes and its name. Nothing is ever loaded."""

from __future__ import annotations

from pathlib import PurePosixPath

RUNS_CODE = "runs whatever code was put into the file"
DATA = "runs no code from the file"
TYPES = "makes only types that the loader trusts"
ARRAYS = "runs no code unless pickles are allowed"
UNKNOWN = ("unknown", "a person has to look")

PICKLES = frozenset({".joblib", ".pickle", ".pkl", ".pt", ".pth"})
PROTOCOLS = tuple(bytes([0x80, number]) for number in range(2, 6))
"""How a pickle begins."""

NAMED = {
    **dict.fromkeys(PICKLES, ("pickle, by its name", RUNS_CODE)),
    ".onnx": ("ONNX, by its name", DATA),
    ".json": ("JSON, by its name", DATA),
    ".csv": ("CSV, by its name", DATA),
    ".txt": ("text, by its name", DATA),
}

DIRECTORY = 65_536
"""Bytes at the end of a zip archive in which its names are looked for."""

ARCHIVES = {
    b"schema.json": ("skops", TYPES),
    b".pkl": ("zip with a pickle", RUNS_CODE),
    b".npy": ("NumPy arrays", ARRAYS),
}


def format_of(path: str, data: bytes) -> tuple[str, str]:
    """The format, and what loading such a file does."""
    if data.startswith(PROTOCOLS):
        return "pickle", RUNS_CODE
    if data.startswith(b"PK\x03\x04"):
        names = data[-DIRECTORY:]
        return next((kind for name, kind in ARCHIVES.items() if name in names), UNKNOWN)
    if data.startswith(b"\x93NUMPY"):
        return "NumPy array", ARRAYS
    return NAMED.get(PurePosixPath(path).suffix.lower(), UNKNOWN)
