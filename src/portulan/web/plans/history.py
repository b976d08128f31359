"""The whole history of an action, and giving a value back.

The history of an action in words, with the values that can be given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.core.models import AuditEntry
from portulan.core.say.numbers import UNKNOWN
from portulan.core.say.text import labelled
from portulan.indicators.models import Indicator
from portulan.indicators.words import Kind
from portulan.plans.access import may_on
from portulan.plans.actions.history import can_restore, restore_value, story_of
from portulan.plans.models import Action
from portulan.plans.plan import get_action
from portulan.web.crumbs import under_action
from portulan.web.language import page_language
from portulan.web.pages import Act, screen
from portulan.web.requests import OrganisationRequest
from portulan.web.trail.page import SILENT, Names, author, field_label, names_of, told_value
from portulan.web.trail.words import VERBS

PER_PAGE = 25


@require_GET
def history(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    action = get_action(
        actor=request.actor, plan_slug=plan, number=number, need=Operation.READ_PLAN
    )
    prefetch_related_objects([action], "indicator_links__indicator")
    page = Paginator(story_of(action), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "action": action,
        "plan": action.plan,
        "page": page,
        "entries": told(page.object_list, action),
        "trail": under_action(request, action),
        "can_edit": may_on(request.actor, action, Operation.EDIT_PLAN),
    }
    return render(request, "plans/history.html", context)


@screen
def restore(
    request: OrganisationRequest, plan: str, number: int, entry: int, field: str
) -> Act[object]:
    action = get_action(
        actor=request.actor, plan_slug=plan, number=number, need=Operation.EDIT_PLAN
    )
    return Act(
        write=lambda: restore_value(request.actor, action=action, entry_id=entry, field=field),
        done=_("Valeur restaurée : %(field)s.") % {"field": field_label("action", field)},
        back=reverse("plans:history", args=[request.organisation.slug, plan, number]),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after; `restorable` names it when the old value can be given back."""

    label: str
    old: str
    new: str
    restorable: str

    def __str__(self) -> str:
        """« champ : avant → après »; what had no value before is only said."""
        if self.old == UNKNOWN:
            return labelled(self.label, self.new, page_language())
        return labelled(self.label, f"{self.old} → {self.new}", page_language())


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the history."""

    pk: int
    at: datetime
    author: str
    deed: str
    changes: tuple[Change, ...]


def told(entries: Iterable[AuditEntry], action: Action) -> list[Told]:
    """Return the entries in words (five queries, whatever their number)."""
    entries = list(entries)
    labels = labels_of(entry.person_id for entry in entries)
    names = names_of(entries)
    indicators = {link.indicator_id: link.indicator for link in action.indicator_links.all()}
    return [_told(entry, labels, names, indicators) for entry in entries]


def _told(
    entry: AuditEntry,
    labels: Mapping[int, str],
    names: Names,
    indicators: Mapping[int, Indicator],
) -> Told:
    verb = str(VERBS.get(entry.verb, entry.verb))
    deed = verb[:1].upper() + verb[1:]
    indicator = indicators.get(entry.subject_id) if entry.subject_type == "indicator" else None
    if indicator is not None:
        deed = labelled(deed, indicator.name, page_language())
    return Told(
        pk=entry.pk,
        at=entry.at,
        author=author(entry, labels),
        deed=deed,
        changes=tuple(
            Change(
                _label(entry, name),
                _words(entry, name, old, names, indicator),
                _words(entry, name, new, names, indicator),
                name if can_restore(entry, name) else "",
            )
            for name, (old, new) in entry.changes.items()
            if name not in SILENT and old != new
        ),
    )


def _label(entry: AuditEntry, name: str) -> str:
    """Return the name of a field; the due date of a part is not the action's."""
    if name == "due_on" and entry.verb.startswith(("deliverable", "milestone")):
        return _("prévu le")
    return field_label(entry.subject_type, name)


def _words(
    entry: AuditEntry,
    name: str,
    value: Any,
    names: Names,
    indicator: Indicator | None,
) -> str:
    if indicator is not None and indicator.kind == Kind.YES_NO and value in {"0", "1"}:
        return _("oui") if value == "1" else _("non")
    return told_value(entry, name, value, page_language(), names)
