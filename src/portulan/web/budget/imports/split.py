"""The accounts of many bodies in one file, each confirmed in its own organisation."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.imports.reads import get_batch
from portulan.budget.imports.split import bodies_of, places_for, split, unsplit
from portulan.web.budget.imports.answers import gives_words
from portulan.web.form_tokens import apart
from portulan.web.language import page_language
from portulan.web.pages import Act, posted, saved, screen, succeed
from portulan.web.requests import OrganisationRequest, url_in


class SplitForm(forms.Form):
    """Which bodies of a file are imported, none chosen beforehand."""

    bodies = forms.MultipleChoiceField(
        label=gettext_lazy("Organismes à importer"), widget=forms.CheckboxSelectMultiple
    )
    in_euros = forms.BooleanField(
        label=gettext_lazy("Ces montants sont justes, en euros"), required=False
    )


@require_http_methods(["GET", "POST"])
@apart
def split_file(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    """Show the bodies of a file, and import those chosen, each in its account, all or none."""
    found = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    bodies = bodies_of(found)
    places = places_for(request.actor, bodies)
    form = SplitForm(posted(request))
    form.fields["bodies"].choices = [  # type: ignore[attr-defined]
        (body, f"{places[body][0].name}, SIREN {body}. {gives_words(totals)}")
        for body, totals in bodies.items()
        if body in places
    ]
    if request.method == "POST":
        done = saved(
            form,
            lambda: split(
                request.actor,
                batch=found,
                bodies=form.cleaned_data["bodies"],
                in_euros=form.cleaned_data["in_euros"],
                language=page_language(),
            ),
        )
        if done:
            text = ngettext(
                "%(count)s compte importé, chez son organisme.",
                "%(count)s comptes importés, chacun chez son organisme.",
                len(done),
            )
            undo = url_in(request, "budget:unsplit", year, pk)
            succeed(request, text % {"count": len(done)}, undo=undo)
            return redirect("budget:imports", request.organisation.slug, year)
    context = {
        "batch": found,
        "fiscal_year": found.fiscal_year,
        "form": form,
        "others": [body for body in bodies if body not in places],
    }
    return render(request, "budget/split.html", context, status=422 if form.errors else 200)


@screen
def undo_split(request: OrganisationRequest, year: int, pk: int) -> Act[int]:
    """Take out of every account what a file gave it."""
    found = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    return Act(
        write=lambda: unsplit(request.actor, batch=found),
        done=_("Import annulé chez chaque organisme : ses lignes ne comptent plus."),
        back=url_in(request, "budget:imports", year),
    )
