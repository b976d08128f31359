"""The whole history of an action in words, and giving a value back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.models import AuditEntry
from portulan.core.say.numbers import UNKNOWN
from portulan.core.say.text import labelled
from portulan.indicators.models import Indicator
from portulan.indicators.verbs import Verb as IndicatorVerb
from portulan.indicators.words import Kind
from portulan.plans.access import may_on
from portulan.plans.actions.history import can_restore, restore_value, story_of
from portulan.plans.models import Action
from portulan.web.crumbs import action_at, under_action
from portulan.web.indicators.values import united
from portulan.web.language import page_language
from portulan.web.pages import Act, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in
from portulan.web.trail.page import NUMBER, SILENT, Names, author, field_label, names_of, told_value
from portulan.web.trail.words import VERBS

PER_PAGE = 25


@require_GET
def history(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    action = action_at(request, plan, number, Operation.READ_PLAN)
    prefetch_related_objects([action], "indicator_links__indicator")
    page = page_of(request, story_of(action), PER_PAGE)
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
    action = action_at(request, plan, number)
    return Act(
        write=lambda: restore_value(request.actor, action=action, entry_id=entry, field=field),
        done=_("Valeur restaurée : %(field)s.") % {"field": field_label("action", field)},
        back=url_in(request, "plans:history", plan, number),
    )


# A field changed: in a sentence, and its name, label and old value where it can be given back.
type Change = tuple[str, str, str, str]


def told(
    entries: Iterable[AuditEntry], action: Action
) -> list[tuple[AuditEntry, str, str, list[Change]]]:
    """Return each entry with its author, its deed and its changes (four queries in all)."""
    entries = list(entries)
    labels = {one.person_id: getattr(one, "who", None) or "" for one in entries if one.person_id}
    names = names_of(entries)
    indicators = {link.indicator_id: link.indicator for link in action.indicator_links.all()}
    found = []
    for entry in entries:
        indicator = indicators.get(entry.subject_id) if entry.subject_type == "indicator" else None
        deed = capfirst(str(VERBS.get(entry.verb, entry.verb)))
        if indicator is not None:
            deed = labelled(deed, indicator.name, page_language())
        changes = list(_changes(entry, names, indicator)) or [(_unsaid(entry), "", "", "")]
        found.append((entry, author(entry, labels), deed, changes))
    return found


def _unsaid(entry: AuditEntry) -> str:
    """Return what an entry without a changed field says: a reading has an entry of its own."""
    told = any(entry.changes.get(name) for name in ("measurement", "other_measurements"))
    return _("avec un relevé") if told else _("rien n’a changé")


def _changes(entry: AuditEntry, names: Names, indicator: Indicator | None) -> Iterator[Change]:
    """Yield « champ : avant → après »; what had no value before is only said."""
    for name, pair in entry.changes.items():
        if name in SILENT or pair[0] == pair[1]:
            continue
        label = _label(entry, name)
        old, new = (_words(entry, name, value, names, indicator) for value in pair)
        change = new if old == UNKNOWN else f"{old} → {new}"
        restorable = name if can_restore(entry, name) else ""
        yield labelled(label, change, page_language()), restorable, label, old


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
    words = told_value(entry, name, value, page_language(), names)
    weighs = entry.verb == IndicatorVerb.UNITS_DESIGNATED
    if indicator is None or weighs or not NUMBER.fullmatch(str(value)):
        return words
    return united(words, indicator.unit)
