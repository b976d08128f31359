"""What there is to spend each year."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portulan.core.errors import NotFoundError
from portulan.portfolio.models import Scenario, ScenarioEnvelope
from portulan.portfolio.selectors.facts import envelopes_of
from portulan.portfolio.services.envelopes import remove_envelope, save_envelope
from portulan.web.form_pages import FormPage, confirm_page, form_page
from portulan.web.portfolio.forms.envelopes import EnvelopeForm
from portulan.web.portfolio.pages import EDIT, READ, address, door, tabs, under_scenario
from portulan.web.portfolio.words import origin_label
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted

WRITE = require_http_methods(["GET", "POST"])


@require_GET
def envelopes(request: OrganisationRequest, slug: str) -> HttpResponse:
    """The envelopes of a scenario, by year."""
    scenario = door(request, slug, READ)
    context = {
        "scenario": scenario,
        "tabs": tabs(request, scenario),
        "years": scenario.years,
        "envelopes": [
            {"envelope": one, "origin": origin_label(one.origin)} for one in envelopes_of(scenario)
        ],
    }
    return render(request, "portfolio/envelopes.html", context)


@WRITE
def envelope(request: OrganisationRequest, slug: str, name: str = "") -> HttpResponse:
    """One envelope, new without a name."""
    scenario = door(request, slug, EDIT)
    kept = _envelope(scenario, name) if name else None
    form = EnvelopeForm(scenario, posted(request), envelope=kept)
    page = FormPage(
        title=_("Enveloppe « %(title)s »") % {"title": kept.title}
        if kept
        else _("Nouvelle enveloppe"),
        trail=[
            *under_scenario(request, scenario),
            (address(request, "envelopes", scenario), _("Enveloppes")),
        ],
        back=address(request, "envelopes", scenario),
        submit=_("Enregistrer"),
        template="portfolio/grouped.html",
    )
    return form_page(
        request,
        form,
        page,
        save=lambda: save_envelope(
            request.actor, scenario=scenario, envelope=kept, **form.values()
        ),
        done=lambda: (page.back, _("Enveloppe enregistrée.")),
        remove=kept and address(request, "drop-envelope", scenario, kept.slug),
        remove_label=_("Retirer l’enveloppe"),
    )


@WRITE
def drop_envelope(request: OrganisationRequest, slug: str, name: str) -> HttpResponse:
    """Take an envelope away, once confirmed."""
    scenario = door(request, slug, EDIT)
    kept = _envelope(scenario, name)
    back = address(request, "envelopes", scenario)
    page = FormPage(
        title=_("Retirer l’enveloppe « %(title)s » ?") % {"title": kept.title},
        trail=[*under_scenario(request, scenario), (back, _("Enveloppes"))],
        back=back,
        submit=_("Retirer l’enveloppe"),
        intro=_("Ses montants sont perdus, et ce qu’elle limitait demandera une autre enveloppe."),
    )
    told = _("Enveloppe « %(title)s » retirée.") % {"title": kept.title}
    return confirm_page(request, page, lambda: remove_envelope(request.actor, envelope=kept), told)


def _envelope(scenario: Scenario, name: str) -> ScenarioEnvelope:
    found = ScenarioEnvelope.objects.filter(scenario=scenario, slug=name).first()
    if found is None:
        raise NotFoundError(name)
    found.scenario = scenario
    return found
