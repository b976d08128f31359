"""The sheets of several councils as one PDF, made by a task for who acts in each.

The file waits in the row of the task, as long as such rows are kept; who may act no more for one of
its members does not open it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import Task
from portulan.core.say.language import spoken_language
from portulan.core.say.text import UnusableInputError
from portulan.publication.documents import council
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.making import build
from portulan.publication.documents.pdf import write_together
from portulan.publication.groups.acting import Acting
from portulan.publication.groups.at_work import latest, start, still, told
from portulan.publication.words import SHEETS

if TYPE_CHECKING:
    from portulan.core.tasks import Beat


def print_sheets(actor: Actor, *, members: Sequence[Acting]) -> Task:
    """Have the sheets of these members put in one file. Raises DeniedError, ValidationError."""
    if not members:
        raise ValidationError(_("Choisissez au moins un membre."), code="members")
    return start(actor, SHEETS, told(members))


def work(beat: Beat) -> None:
    """Build the sheet of each, by name, then write them all at once."""
    task, made, left = beat.task, {}, []
    total, language = len(task.details["members"]), spoken_language()
    for done, (key, acting) in enumerate(still(task)):
        beat.tell(SHEETS, done, total, task.details)
        beat.check()
        name = task.details["members"][key]
        if acting is None:
            left.append([name, _("vous n’y agissez plus")])
            continue
        try:
            place, today = acting.organisation, acting.today
            made[key] = build(council.KIND, Asked(acting.actor, place, today.year, today, language))
        except UnusableInputError as error:
            left.append([name, error.problem.message(language)])
        except (DeniedError, NotFoundError):
            left.append([name, _("vous n’y agissez plus")])
    title = council.TITLE.say(language)
    file = b64encode(write_together(title, list(made.values()))).decode() if made else ""
    ended = {"made": len(made), "left": left, "of": list(made), "file": file}
    Task.objects.filter(pk=task.pk).update(done=total, total=total, details=ended)


def sheets_file(actor: Actor, *, members: Sequence[Acting]) -> bytes:
    """Return the last file, for who acts for all of its members. Raises NotFoundError."""
    task = latest(actor, SHEETS)
    told = {} if task is None else task.details
    mine = {str(one.organisation.pk) for one in members}
    if not told.get("file") or not set(told["of"]) <= mine:
        raise NotFoundError(SHEETS)
    return b64decode(told["file"])
