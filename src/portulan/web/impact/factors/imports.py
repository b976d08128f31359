"""Figures of a file, as the Base Carbone: found, chosen, put in place of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.core.folding import fold
from portulan.impact.engine.factors import OF_DEVICE, Factor, Registry
from portulan.impact.factors.reads import list_factors
from portulan.impact.factors.writes import import_factors
from portulan.impact.models import FactorOverride
from portulan.impact.readers.entries import Base, Entry, can_replace
from portulan.impact.readers.figures import read_figures
from portulan.web.form_tokens import apart
from portulan.web.impact.factors.forms import ChosenForm, FiguresForm
from portulan.web.impact.factors.views import under_factors
from portulan.web.impact.words import factor_name
from portulan.web.pages import Edit, Preview, screen
from portulan.web.requests import OrganisationRequest
from portulan.web.uploads import opened, read_uploaded, sealed, told_with_lines

MOST_FOUND, MOST_TOLD = 25, 8


@apart
@screen
def upload(request: OrganisationRequest) -> Preview[FiguresForm]:
    """Look in files for figures that may take the place of factors."""
    request.actor.require(Operation.EDIT_FACTORS)
    return Preview(
        form=lambda data: FiguresForm(data, request.FILES or None),
        read=lambda form: _read(request, form),
        template="impact/import.html",
        context={"trail": under_factors(request)},
    )


@screen
def record(
    request: OrganisationRequest,
) -> Edit[ChosenForm, Sequence[FactorOverride]] | HttpResponse:
    """Put the chosen elements in place of factors, all or none."""
    request.actor.require(Operation.EDIT_FACTORS)
    kept = opened(request, "figures")
    if kept is None:
        return redirect("impact:import-factors", request.organisation.slug)
    return _choice(request, [Entry(**entry) for entry in kept])


def _read(request: OrganisationRequest, form: FiguresForm) -> Edit[ChosenForm, Any]:
    """Return the choice among the figures found. Raises ValidationError when there is none."""
    base, called = read_uploaded(form.cleaned_data["sources"], read_figures)
    problems = _told(base, called)
    wanted = fold(form.cleaned_data["words"]).split()
    found = [
        entry
        for entry in base.entries
        if can_replace(entry)
        and all(word in fold(f"{entry.name} {entry.place}") for word in wanted)
    ]
    if not base.entries:
        missing = {"sources": _("Aucun chiffre à reprendre dans ces fichiers.")}
    elif not found:
        missing = {"words": _("Aucun élément n’a ces mots et une unité que Portulan emploie.")}
    else:
        return _choice(request, sorted(found, key=lambda entry: not entry.proposal), problems)
    raise ValidationError({**missing, NON_FIELD_ERRORS: problems} if problems else missing)


def _told(base: Base, called: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the files, the errors first, as a person reads it."""
    problems = sorted(base.problems.told(), key=lambda problem: not problem.is_error)
    return told_with_lines(problems[:MOST_TOLD], called)


def _choice(
    request: OrganisationRequest, entries: Sequence[Entry], problems: Sequence[str] = ()
) -> Edit[ChosenForm, Sequence[FactorOverride]]:
    shown, trail = entries[:MOST_FOUND], under_factors(request)
    in_force = {listed.factor.id: listed.factor for listed in list_factors(actor=request.actor)}
    return Edit(
        back=trail[0][0],
        form=partial(ChosenForm, shown, in_force),
        write=lambda form: import_factors(
            request.actor, chosen=form.chosen(), reason=form.cleaned_data["reason"]
        ),
        done=lambda given: (
            _("Facteurs remplacés : %(names)s.") % {"names": ", ".join(one.name for one in given)}
        ),
        template="impact/import_choice.html",
        context={
            "sealed": sealed("figures", [asdict(entry) for entry in shown]),
            "names": _names(shown, in_force),
            "problems": problems,
            "unseen": len(entries) - len(shown),
            "trail": trail,
        },
    )


def _names(entries: Sequence[Entry], in_force: Mapping[str, Factor]) -> list[tuple[str, str]]:
    """Return the factors in a unit of the figures, by identifier, each with its name."""
    devices = Registry(in_force.values()).devices
    units = {name: factor.unit for name, factor in in_force.items()} | {
        f"{device}.{figure}": unit for device in devices for figure, unit in OF_DEVICE.items()
    }
    wanted = {unit for unit in units.values() if any(entry.is_in(unit) for entry in entries)}
    return sorted((name, factor_name(name)) for name, unit in units.items() if unit in wanted)
