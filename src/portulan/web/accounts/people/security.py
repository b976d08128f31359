"""The security journal of an organisation: read, and taken away as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from portulan.accounts.access import Operation
from portulan.accounts.labels import FACTORS
from portulan.accounts.models import ROLES, SecurityEntry
from portulan.accounts.reads import labels_of
from portulan.accounts.security import Event, entries_of, lines_of
from portulan.core.say import numbers
from portulan.web.accounts.tokens.words import OPERATIONS
from portulan.web.downloads import tell_export
from portulan.web.form_tokens import apart
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest

PER_PAGE = 25
_EXPORTS = {
    "contract-pack": gettext_lazy("dossier pour l’acheteur"),
    "reply-sheet": gettext_lazy("feuille d’un pilote"),
    "security": gettext_lazy("journal de sécurité"),
    "organisation": gettext_lazy("tout ce que l’organisation possède"),
    "lines": gettext_lazy("lignes budgétaires"),
    "document": gettext_lazy("document"),
    "original": gettext_lazy("fichier reçu"),
    "provider-share": gettext_lazy("part à des membres"),
    "readings": gettext_lazy("relevés d’indicateurs"),
    "evidence": gettext_lazy("preuve privée"),
    "actions": gettext_lazy("actions"),
    "held": gettext_lazy("données d’une personne"),
    "room-votes": gettext_lazy("votes d’une salle, un par téléphone"),
    "sealed": gettext_lazy("plan scellé"),
    "members": gettext_lazy("tableau des membres"),
    "edition": gettext_lazy("édition d’un référentiel"),
}
_BY = {
    "operator": gettext_lazy("par qui exploite, pour tout le compte"),
    "proxy": gettext_lazy("par le proxy"),
    "passkey": gettext_lazy("par une clé d’accès"),
    "openid": gettext_lazy("par le fournisseur d’identité"),
}
_LIMITS = {
    "both": gettext_lazy("d’ici, sur ce compte"),
    "client": gettext_lazy("d’ici, sur tous les comptes"),
    "account": gettext_lazy("de partout, sur ce compte"),
    "all": gettext_lazy("de partout, sur tous les comptes"),
}


@require_GET
def security(request: OrganisationRequest) -> HttpResponse:
    """Who came in, who did not, and what was made that opens, newest first."""
    request.actor.require(Operation.READ_SECURITY)
    form = SecurityForm(request.GET)
    wanted = form.cleaned_data["event"] if form.is_valid() else ""
    entries = entries_of(request.organisation.pk, event=wanted)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filtered": bool(wanted),
        "page": page,
        "rows": [(entry, Event(entry.event).label, _detail(entry)) for entry in page],
        "labels": _people(page),
    }
    return render(request, "people/security.html", context)


@require_POST
@apart
def export(request: OrganisationRequest) -> Any:  # a file that streams
    """Hand over the whole journal, one entry a line; that it was is in it."""
    request.actor.require(Operation.READ_SECURITY)
    tell_export(request, "security")
    entries = entries_of(request.organisation.pk).order_by("id").iterator(1000)
    response = StreamingHttpResponse(lines_of(entries), content_type="application/x-ndjson")
    name = f"securite-{request.organisation.slug}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _people(entries: Iterable[SecurityEntry]) -> dict[int, str]:
    return labels_of(pk for one in entries for pk in (one.person_id, one.subject_id))


def _detail(entry: SecurityEntry) -> str:
    """Say what an entry adds to its event, in a few words."""
    said: dict[str, Any] = entry.details
    if "after" in said:
        return ", ".join(str(ROLES[role]) for role in said["after"]) or _("aucun")
    if (by := said.get("by")) in _BY:
        return str(_BY[by])
    if "kind" in said:
        return str(FACTORS[said["kind"]])
    if "operations" in said:
        return ", ".join(str(OPERATIONS.get(one, one)) for one in said["operations"])
    if said.get("for another"):
        return _("pour quelqu’un d’autre")
    if "of" in said:
        return str(_LIMITS[said["of"]])
    if "what" in said:
        return str(_EXPORTS[said["what"]])
    return numbers.date(date.fromisoformat(said["on"]), page_language()) if said.get("on") else ""


class SecurityForm(forms.Form):
    event = forms.ChoiceField(
        label=gettext_lazy("Événement"),
        choices=[("", gettext_lazy("Tous")), *Event.choices],
        required=False,
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="f_%s")
