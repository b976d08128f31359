"""Figures of a file, as the Base Carbone: found, chosen, put in place of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.core.folding import fold
from portulan.impact.engine.factors import OF_DEVICE, Factor, Registry
from portulan.impact.factors.reads import list_factors
from portulan.impact.factors.writes import import_factors
from portulan.impact.readers.entries import Base, Entry, can_replace
from portulan.impact.readers.figures import read_figures
from portulan.web.impact.factors.forms import ChosenForm, FiguresForm
from portulan.web.impact.factors.views import under_factors
from portulan.web.impact.uploads import opened, read_uploaded, sealed, told_with_lines
from portulan.web.impact.words import factor_name
from portulan.web.pages import posted, saved, status_of
from portulan.web.requests import OrganisationRequest
from portulan.web.sending import apart

MOST_FOUND, MOST_TOLD = 25, 8


@require_http_methods(["GET", "POST"])
@apart
def upload(request: OrganisationRequest) -> HttpResponse:
    """Look in files for figures that may take the place of factors."""
    request.actor.require(Operation.EDIT_FACTORS)
    form = FiguresForm(posted(request), request.FILES if request.method == "POST" else None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        sources = form.cleaned_data["sources"]
        base, called = read_uploaded(sources, read_figures)
        problems = _told(base, called)
        entries = _found(form, base)
        if entries:
            return _ask(request, ChosenForm(entries[:MOST_FOUND]), problems, len(entries))
    context = {"form": form, "problems": problems, "trail": under_factors(request)}
    return render(request, "impact/import.html", context, status=status_of(form))


def _found(form: FiguresForm, base: Base) -> list[Entry]:
    """Return the figures that have the words and a unit of ours, those proposed first.

    Say why there is none.
    """
    if not base.entries:
        form.add_error("sources", _("Aucun chiffre à reprendre dans ces fichiers."))
        return []
    words = fold(form.cleaned_data["words"]).split()
    found = [
        entry
        for entry in base.entries
        if can_replace(entry) and all(word in fold(f"{entry.name} {entry.place}") for word in words)
    ]
    if not found:
        form.add_error("words", _("Aucun élément n’a ces mots et une unité que Portulan emploie."))
    return sorted(found, key=lambda entry: not entry.proposal)


def _told(base: Base, called: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the files, the errors first, as a person reads it."""
    problems = sorted(base.problems.told(), key=lambda problem: not problem.is_error)
    return told_with_lines(problems[:MOST_TOLD], called)


def _ask(
    request: OrganisationRequest,
    form: ChosenForm,
    problems: Sequence[str] = (),
    found: int = 0,
) -> HttpResponse:
    in_force = {listed.factor.id: listed.factor for listed in list_factors(actor=request.actor)}
    context = {
        "form": form,
        "rows": [(entry, in_force.get(entry.proposal), field) for entry, field in form.rows()],
        "sealed": sealed("figures", [asdict(entry) for entry in form.entries]),
        "names": _names(form.entries, in_force),
        "problems": problems,
        "unseen": max(found - len(form.entries), 0),
        "trail": under_factors(request),
    }
    return render(request, "impact/import_choice.html", context, status=status_of(form))


def _names(entries: Sequence[Entry], in_force: Mapping[str, Factor]) -> list[tuple[str, str]]:
    """Return the factors in a unit of the figures, by identifier, each with its name."""
    devices = Registry(in_force.values()).devices
    units = {name: factor.unit for name, factor in in_force.items()} | {
        f"{device}.{figure}": unit for device in devices for figure, unit in OF_DEVICE.items()
    }
    wanted = {unit for unit in units.values() if any(entry.is_in(unit) for entry in entries)}
    return sorted((name, factor_name(name)) for name, unit in units.items() if unit in wanted)


@require_POST
def record(request: OrganisationRequest) -> HttpResponse:
    """Put the chosen elements in place of factors, all or none."""
    request.actor.require(Operation.EDIT_FACTORS)
    kept = opened(request, "figures")
    if kept is None:
        return redirect("impact:import-factors", request.organisation.slug)
    form = ChosenForm([Entry(**entry) for entry in kept], request.POST)
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
