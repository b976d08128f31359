"""Backups in a folder, by the date: each is read again, the oldest go, a command takes it away."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language

from portulan.cli.backups.archive import reading, refusal
from portulan.cli.backups.problems import COMMAND_FAILED
from portulan.core.duties import Duty, register
from portulan.core.os_errors import refusal_of
from portulan.core.say.text import Language, Problem, Text, UnusableInputError

type Tell = Callable[[Text], None]
type Save = Callable[[Path, Tell], list[Problem]]

_OURS = re.compile(r"portulan-\d{8}T\d{6}\.zip")
_LONGEST = 3600  # seconds for the command of the operator


def rotate(folder: Path, tell: Tell, save: Save) -> tuple[Path, list[Problem]]:
    """Write a backup in a folder, verify it, take the oldest away, and run the command.

    Return its place and what it lacks. Raises UnusableInputError; OSError when the disk refuses.
    """
    moment = timezone.now()
    # Of two in one second, the other has the name of the next.
    while (place := folder / f"portulan-{moment:%Y%m%dT%H%M%S}.zip").exists():
        moment += timedelta(seconds=1)
    problems = save(place, tell)
    with reading(place) as archive:
        archive.verify(lambda _size: None)
    ours = sorted(one for one in folder.iterdir() if _OURS.fullmatch(one.name))
    for old in ours[: -settings.BACKUP_KEEP]:
        old.unlink()
    if settings.BACKUP_COMMAND:
        _take_away(place)
    return place, problems


def _take_away(place: Path) -> None:
    """Run the command of the operator on an archive, without a shell."""
    words = [word.replace("{}", str(place)) for word in shlex.split(settings.BACKUP_COMMAND)]
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, timeout=_LONGEST, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise refusal(COMMAND_FAILED, name=place.name, reason=str(error)) from error
    if done.returncode:
        reason = " ".join(done.stderr.split())[-200:] or str(done.returncode)
        raise refusal(COMMAND_FAILED, name=place.name, reason=reason)


def declare(save: Save) -> None:
    """Declare the duty that writes a backup every so many minutes."""
    every = timedelta(minutes=settings.BACKUP_MINUTES)
    register(Duty("backups", every=every, deed=partial(_made, save)))


def _made(save: Save, _now: datetime) -> Mapping[str, int]:
    folder = Path(settings.BACKUP_FOLDER).expanduser()
    spoken: Language = "en" if get_language() == "en" else "fr"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _place, problems = rotate(folder, lambda _sentence: None, save)
    except UnusableInputError as error:
        raise ValidationError(error.problem.message(spoken)) from error
    except OSError as error:
        raise ValidationError(refusal_of(error, spoken, folder)) from error
    return {"backups": 1, "problems": len(problems)}
