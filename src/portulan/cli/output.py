"""What every command shares: languages, JSON on standard output, sentences on standard error."""

from __future__ import annotations

import json
import locale
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Annotated, Any, BinaryIO, cast

import typer

from portulan.core.folding import UNSEEN, inert
from portulan.core.say.text import Language, Problem, Text, colon

DONE, WITH_ERRORS, UNUSABLE = 0, 1, 2
_LONG = 3  # seconds after which one wonders


class Lang(StrEnum):
    FR = "fr"
    EN = "en"


LangOption = Annotated[Lang | None, typer.Option("--lang", help="Language of messages.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


_ASKED: list[Lang] = []


def speak(chosen: Lang | None) -> None:
    """Keep the language asked for before the command: `portulan --lang en doctor`."""
    _ASKED[:] = [chosen] if chosen else []


def language(chosen: Lang | None) -> Language:
    """Return the language asked for, else the locale's, else French."""
    if chosen is not None or _ASKED:
        return (chosen or _ASKED[-1]).value
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "en" if value.lower().startswith("en") else "fr"
    return "en" if (locale.getlocale()[0] or "").lower().startswith("en") else "fr"


_STANDING: dict[str, str] = {}


def standing_for(path: str, name: str) -> None:
    """Make what is printed say a name in place of a path: that of standard input is nobody's."""
    _STANDING[path] = name


def _named(text: str) -> str:
    for path, name in _STANDING.items():
        text = text.replace(path, name)
    return text


def print_json(document: object) -> None:
    """Print the one JSON document of a command on standard output.

    What a terminal would obey, and what no encoding holds, is escaped as JSON allows.
    """
    text = _named(json.dumps(document, ensure_ascii=False, indent=1))
    sys.stdout.write(UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def percentage(value: Decimal | None) -> str | None:
    """Return a percentage as documents of JSON write it: four decimals, or null."""
    return None if value is None else f"{value:.4f}"


def show(text: str) -> None:
    """Print the page that a person reads in place of the JSON, on standard output."""
    sys.stdout.write(inert(_named(text)))


@contextmanager
def whole(file: Path) -> Iterator[BinaryIO]:
    """Open a file that appears whole, or leaves what was there."""
    with tempfile.NamedTemporaryFile(
        dir=file.absolute().parent, prefix=".portulan-", delete=False
    ) as stream:
        place = Path(stream.name)
        try:
            yield cast("BinaryIO", stream)
            stream.close()
            place.chmod(0o644)
            place.replace(file)
        finally:
            place.unlink(missing_ok=True)


def say(sentence: str) -> None:
    """Tell the person something, on standard error: standard output belongs to the result."""
    sys.stderr.write(inert(_named(sentence)) + "\n")


@contextmanager
def working(words: Text, lang: Language) -> Iterator[None]:
    """Say on a terminal, from the third second on, that long work goes on, and since when."""
    if not sys.stderr.isatty():
        yield
        return
    ended, begun, shown = Event(), monotonic(), words.say(lang)

    def tell() -> None:
        while not ended.wait(1):
            if (seconds := int(monotonic() - begun)) >= _LONG:
                sys.stderr.write(f"\r{inert(shown)}… {seconds}\u00a0s ")
                sys.stderr.flush()

    teller = Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()
        if monotonic() - begun >= _LONG:
            sys.stderr.write("\r\x1b[K")


def say_problem(problem: Problem, lang: Language) -> None:
    """Tell a problem with its place, as `file, line 12: sentence`."""
    _say_at(problem.file, problem.line, problem.message(lang), lang)


def _say_at(file: str | None, line: int | None, message: str, lang: Language) -> None:
    places = [file] if file else []
    if line is not None:
        places.append(f"{Text('ligne', 'line').say(lang)} {line}")
    say(colon(lang).join(part for part in (", ".join(places), message) if part))


def tell_judgement(
    document: Mapping[str, Any],
    lang: Language,
    *,
    as_json: bool,
    asked: Iterable[str] = (),
    told: Iterable[str] = (),
) -> None:
    """Tell what a table, a folder or a sheet does to what stands, in one way for all.

    On standard error its `problems`, each at its place, then what is `asked`; on standard output
    the document, which has `file`, `rows` (how many were read, and have each fate), `written` and
    `problems` beside what is its own, or the sentences `told`.
    """
    for one in document["problems"]:
        _say_at(one["file"], one["line"], one["message"], lang)
    for sentence in asked:
        say(sentence)
    if as_json:
        print_json(document)
    else:
        for sentence in told:
            typer.echo(sentence)


def exit_code(problems: Sequence[Problem]) -> int:
    """Return 1 when one of the problems is an error; warnings alone give 0."""
    return WITH_ERRORS if any(problem.is_error for problem in problems) else DONE


def print_documents(documents: Sequence[object]) -> None:
    """Print one object for one file, `{"files": […]}` for several (docs/reference/commands.md)."""
    print_json(documents[0] if len(documents) == 1 else {"files": list(documents)})
