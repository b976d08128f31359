"""Elements of the Base Carbone: looked for in the official file, chosen, put in place of ours."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.core.text import fold
from portulan.impact.readers.base_carbone import Entry, can_replace, read_base
from portulan.impact.selectors.factors import list_factors
from portulan.impact.services import import_factors
from portulan.web.impact.forms.factors import BaseForm, ChosenForm
from portulan.web.impact.on_disk import on_disk
from portulan.web.impact.views.factors import under_factors
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted, saved

MOST_FOUND = 20
_SALT, _A_DAY = "impact.base", 24 * 3600


@require_http_methods(["GET", "POST"])
def upload(request: OrganisationRequest) -> HttpResponse:
    """Look for elements of the Base Carbone that may take the place of factors."""
    request.actor.require(Operation.EDIT_FACTORS)
    form = BaseForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        entries = _found(form)
        if entries:
            return _ask(request, ChosenForm(entries))
    context = {"form": form, "trail": under_factors(request)}
    return render(request, "impact/base.html", context, status=422 if form.errors else 200)


def _found(form: BaseForm) -> list[Entry]:
    """Return the elements that have the words and a unit of ours; say why there is none."""
    with on_disk([form.cleaned_data["file"]]) as paths:
        base = read_base(paths[0])
    errors = [problem for problem in base.problems.told() if problem.is_error]
    if not base.entries:
        told = [problem.message(page_language()) for problem in errors[:3]]
        form.add_error("file", told or [_("Aucun élément valide dans ce fichier.")])
        return []
    words = fold(form.cleaned_data["words"]).split()
    found = [
        entry
        for entry in base.entries
        if can_replace(entry) and all(word in fold(f"{entry.name} {entry.place}") for word in words)
    ]
    if not found:
        form.add_error("words", _("Aucun élément n’a ces mots et une unité que Portulan emploie."))
    return found[:MOST_FOUND]


def _ask(request: OrganisationRequest, form: ChosenForm) -> HttpResponse:
    sealed = signing.dumps([asdict(entry) for entry in form.entries], salt=_SALT, compress=True)
    context = {
        "form": form,
        "sealed": sealed,
        "names": sorted(
            listed.factor.id
            for listed in list_factors(actor=request.actor)
            if ".gwp" in listed.factor.id
        ),
        "trail": under_factors(request),
    }
    return render(request, "impact/base_choice.html", context, status=422 if form.errors else 200)


@require_POST
def record(request: OrganisationRequest) -> HttpResponse:
    """Put the chosen elements in place of factors, all or none."""
    request.actor.require(Operation.EDIT_FACTORS)
    try:
        sealed: Any = signing.loads(request.POST.get("sealed", ""), salt=_SALT, max_age=_A_DAY)
    except signing.BadSignature:
        messages.error(request, _("Cet aperçu n’est plus valable : déposez le fichier à nouveau."))
        return redirect("impact:import-factors", request.organisation.slug)
    form = ChosenForm([Entry(**entry) for entry in sealed], request.POST)
    given = saved(
        form,
        lambda: import_factors(
            request.actor, chosen=form.chosen(), reason=form.cleaned_data["reason"]
        ),
    )
    if given is None:
        return _ask(request, form)
    messages.success(
        request,
        _("Facteurs remplacés : %(names)s.") % {"names": ", ".join(one.name for one in given)},
    )
    return redirect("impact:factors", request.organisation.slug)
