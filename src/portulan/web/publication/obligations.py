"""Obligations: what the law asks, by when, what is missing, and what was done elsewhere."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.publication.documents.asking import Asked
from portulan.publication.models import ObligationMet
from portulan.publication.obligations.laws import BY_LAW, Law, State
from portulan.publication.obligations.reads import Row, counts_of, has_m57, obligations_of
from portulan.publication.obligations.writes import note_obligation
from portulan.web.fields import DayField
from portulan.web.language import page_language
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest, url_in


class NoteForm(forms.Form):
    on = DayField(label=gettext_lazy("Fait le"))
    reference = forms.CharField(
        label=gettext_lazy("Où est le document"),
        max_length=300,
        help_text=gettext_lazy("Une adresse, ou sa référence dans vos dossiers."),
    )


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """The obligations of the organisation, the most urgent first, and what decides them."""
    asked = Asked(
        request.actor, request.organisation, request.today.year, request.today, page_language()
    )
    rows = obligations_of(asked)
    slug, counts = request.organisation.slug, counts_of(rows)
    shown = [
        {
            "row": row,
            "days": row.days_late(request.today),
            "lacks": [
                (lack.words, reverse(lack.page, args=[slug, *lack.arguments]) + lack.query)
                for lack in row.lacks
            ],
            "make": _make(slug, row),
        }
        for row in rows
    ]
    context = {
        "rows": shown,
        "late": counts[State.LATE],
        "due": counts[State.LATE] + counts[State.BEFORE],
        "looked_at": len(rows),
        "is_m57": has_m57(request.organisation),
    }
    return render(request, "documents/obligations.html", context)


def _make(slug: str, row: Row) -> str:
    """Return where its document is made, if Portulan makes one."""
    if not row.obligation.document:
        return ""
    return reverse("documents:preview", args=[slug, row.obligation.document, row.year])


@screen
def note(request: OrganisationRequest, law: str, year: int) -> Edit[NoteForm, ObligationMet]:
    """Note a document made elsewhere: its day, and where it is."""
    request.actor.require(Operation.PUBLISH_PLAN)
    if law not in Law or not 2000 <= year <= request.today.year:
        raise NotFoundError(law)
    key = Law(law)
    stands = ObligationMet.objects.filter(
        organisation=request.organisation, key=key, year=year
    ).first()
    back = url_in(request, "documents:obligations")
    initial = {"on": stands.on, "reference": stands.reference} if stands else {}
    return Edit(
        title=f"{BY_LAW[key].title.say(page_language())}, {year}",
        submit=_("Noter ce document"),
        intro=_(
            "« Faite » dit qu’un document existe à cette date, jamais qu’une loi est respectée."
        ),
        trail=[(back, _("Obligations"))],
        form=lambda data: NoteForm(data, initial=initial),
        edits=stands,
        write=lambda form: note_obligation(
            request.actor, key=key, year=year, today=request.today, **form.cleaned_data
        ),
        done=_("Document noté."),
    )
