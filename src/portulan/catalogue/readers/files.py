"""Finding and opening the files of a source: bounded, ordinary, inside the folder given.

A source may come from anywhere: links that leave the folder are not followed, devices and
pipes are not opened, sizes and numbers are limited, names become printable text.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from portulan.catalogue.readers import findings
from portulan.core.say.text import Problem, Problems, UnusableInputError

MAX_FILES = 5_000
MAX_ENTRIES = 50_000
MAX_BYTES = 1_000_000
SKIPPED_FOLDERS = frozenset({"node_modules", "_site", "__pycache__"})
OCTAL = re.compile(r"(?:\\[0-7]{3})+")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the source: where to open it, and its place in printable words.

    `folders` are the folders from the root down to the file, `name` its last part.
    """

    path: Path
    folders: tuple[str, ...]
    name: str

    @property
    def shown(self) -> str:
        return "/".join((*self.folders, self.name))

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0] or self.name


def printable_name(raw: str) -> str:
    """Return the name of a file as its author meant it.

    Undoes git's quoting of non-ASCII names (`"pass\\303\\251.md"`), reads bytes that are no
    UTF-8 as Latin-1, and composes accents (macOS stores them apart).
    """
    name = raw[1:-1] if len(raw) > 2 and raw[0] == raw[-1] == '"' else raw
    name = OCTAL.sub(_octal_bytes, name)
    data = name.encode("utf-8", "surrogateescape")
    try:
        name = data.decode("utf-8")
    except UnicodeDecodeError:
        name = data.decode("latin-1")
    shown = "".join(char if unicodedata.category(char) != "Cc" else "\ufffd" for char in name)
    return unicodedata.normalize("NFC", shown)


def _octal_bytes(match: re.Match[str]) -> str:
    values = [int(digits, 8) for digits in match[0].split("\\")[1:]]
    if max(values) > 255:
        return match[0]
    return bytes(values).decode("utf-8", "surrogateescape")


def find_files(root: Path, suffix: str) -> tuple[list[SourceFile], Problems]:
    """Return the files of a folder whose name ends with a suffix, in order of path.

    Raises UnusableInputError when the folder itself cannot be read, or holds too much.
    """
    files: list[SourceFile] = []
    problems = Problems()
    seen = 0
    waiting: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
    while waiting:
        folder, folders = waiting.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(islice(found, MAX_ENTRIES + 1), key=lambda entry: entry.name)
        except OSError:
            problem = findings.FOLDER_UNREADABLE.at(file="/".join(folders) or str(root))
            if not folders:
                raise UnusableInputError(problem) from None
            problems.append(problem)
            continue
        seen += len(entries)
        for entry in entries:
            name = printable_name(entry.name)
            if name.startswith(".") or name in SKIPPED_FOLDERS:
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append((folder / entry.name, (*folders, name)))
            elif name.lower().endswith(suffix) or (entry.is_symlink() and entry.is_dir()):
                file = SourceFile(folder / entry.name, folders, name)
                refusal = _refusal(entry, file, root)
                if refusal is None:
                    files.append(file)
                else:
                    problems.append(refusal)
        _check_numbers(root, len(files), seen)
    return sorted(files, key=lambda file: (*file.folders, file.name)), problems


def _refusal(entry: os.DirEntry[str], file: SourceFile, root: Path) -> Problem | None:
    try:
        inside = not entry.is_symlink() or file.path.resolve().is_relative_to(root.resolve())
        if not inside or (entry.is_symlink() and entry.is_dir()):
            return findings.LINK_OUTSIDE.at(file=file.shown)
        if not entry.is_file():
            return findings.NOT_REGULAR.at(file=file.shown)
    except (OSError, RuntimeError):  # a loop of links
        return findings.LINK_OUTSIDE.at(file=file.shown)
    return None


def _check_numbers(root: Path, files: int, entries: int) -> None:
    if files > MAX_FILES or entries > MAX_ENTRIES:
        limit = MAX_FILES if files > MAX_FILES else MAX_ENTRIES
        raise UnusableInputError(findings.TOO_MANY_FILES.at(path=str(root), limit=limit))


def read_text(file: SourceFile) -> str | Problem:
    """Return the text of a file with `\\n` line ends and no byte order mark, or the problem."""
    try:
        with file.path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError:
        return findings.UNREADABLE.at(file=file.shown)
    if len(data) > MAX_BYTES:
        return findings.TOO_BIG.at(file=file.shown, limit=MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return findings.NOT_TEXT.at(file=file.shown, line=line)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return findings.NOT_TEXT.at(file=file.shown, line=line)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def ancestors(folders: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a folder, then each folder that holds it, the root (an empty tuple) last."""
    for depth in range(len(folders), -1, -1):
        yield folders[:depth]
