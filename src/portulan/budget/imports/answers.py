"""What is answered to a file that waits: kept with its preview, shown again for the same tool.

An answer is the option of the command line that says it: one list of questions, that of the reader.
Nothing is answered for a person. What was answered to a file of the same titles is told with its
date, and is taken again only if somebody says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.imports.writes import preview
from portulan.budget.models import ImportBatch
from portulan.budget.readers.ledger_mapping import OPTIONS, answered
from portulan.budget.words import BatchStatus
from portulan.core.folding import fold
from portulan.core.say.text import Language
from portulan.core.uploads import upload_path

_NUMBERS = re.compile(r"[0-9]+")


UNREAD = "--column {}=-"  # a column that is not read, as the supplier


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was answered to the last file of the same titles, and when it was imported."""

    mapping: Mapping[str, int | str]
    on: datetime

    def says(self, option: str) -> bool:
        """Return whether it was this answer."""
        return all(
            str(value) in str(self.mapping.get(name, "")).split("\n")
            for name, value in answered({}, [option]).items()
        )


def remembered_for(batch: ImportBatch) -> Remembered | None:
    """Return what was answered to the last file imported of the same tool, None if nothing was.

    Of one tool are files of the same titles, numbers apart (two queries at most).
    """
    mine = tool_of(batch.report)
    if not mine:
        return None
    others = (
        ImportBatch.objects.filter(
            fiscal_year__organisation_id=batch.fiscal_year.organisation_id,
            format=batch.format,
            confirmed_at__isnull=False,
        )
        .exclude(pk=batch.pk)
        .exclude(mapping={})
        .order_by("-confirmed_at")
        .values_list("report__columns", "mapping", "confirmed_at")
    )
    for columns, mapping, confirmed_at in others[:50]:
        if tool_of({"columns": columns}) == mine and confirmed_at is not None:
            return Remembered(mapping, confirmed_at)
    return None


def tool_of(report: Mapping[str, Any]) -> str:
    """Return what tells a tool from another: its titles, without the years; "" if none is known."""
    titles = [_NUMBERS.sub("#", fold(column["title"])) for column in report.get("columns") or ()]
    return hashlib.sha256("\n".join(titles).encode()).hexdigest() if titles else ""


def columns_of(batch: ImportBatch) -> list[str]:
    """Return the columns of names that a file gives, and that one may choose not to read."""
    fields = {column["field"] for column in batch.report.get("columns") or ()}
    return [name for name in ("supplier", "contract") if name in fields]


def answers_of(batch: ImportBatch) -> dict[str, int | str]:
    """Return what was answered to a file, but for its columns and how they are read."""
    known = OPTIONS - {"as", "sheet", "unit"}
    return {name: value for name, value in batch.mapping.items() if name in known}


def answer(
    actor: Actor, *, batch: ImportBatch, options: Sequence[str], language: Language = "fr"
) -> ImportBatch:
    """Answer questions of a previewed file, which is read again.

    Raises ValidationError for what was not asked of this file as it stands, and for what the answer
    would make of it: accounts of another body, of another year. UnusableInputError.
    """
    offered = {
        one["option"]
        for question in batch.report.get("questions", ())
        for one in question["answers"]
    }
    offered |= {UNREAD.format(name) for name in columns_of(batch)}
    if not options or not set(options) <= offered:
        raise ValidationError(
            _("Cette réponse n’est plus demandée : le fichier a été relu depuis. Regardez encore."),
            code="not-asked",
        )
    return _again(actor, batch, answered(batch.mapping, options), language)


def take_back(
    actor: Actor, *, batch: ImportBatch, name: str, language: Language = "fr"
) -> ImportBatch:
    """Take an answer back: the file is read again without it, and asks anew."""
    mapping = {field: value for field, value in batch.mapping.items() if field != name}
    return _again(actor, batch, mapping, language)


def _again(
    actor: Actor, batch: ImportBatch, mapping: dict[str, int | str], language: Language
) -> ImportBatch:
    actor.require(Operation.EDIT_BUDGET)
    if batch.status != BatchStatus.PREVIEWED:
        raise ValidationError(_("Ce fichier est déjà importé."))
    with upload_path(batch.sha256).open("rb") as stream:
        return preview(
            actor,
            fiscal_year=batch.fiscal_year,
            stream=stream,
            file_name=batch.file_name,
            mapping=mapping,
            recalled=batch.report.get("recalled", False),
            tool=batch.report.get("tool", ""),
            language=language,
        )
