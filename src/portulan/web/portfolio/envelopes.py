"""What there is to spend each year: money by nature, days of teams."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.plans.models import SECTIONS
from portulan.plans.words import Section
from portulan.portfolio.envelopes import remove_envelope, save_envelope
from portulan.portfolio.models import Scenario, ScenarioEnvelope
from portulan.portfolio.scenarios.reads import envelopes_of
from portulan.web.fields import WholeField
from portulan.web.grouped_forms import GroupedForm
from portulan.web.pages import Confirm, Edit, screen
from portulan.web.portfolio.crumbs import EDIT, READ, address, door, part, tabs, under_scenario
from portulan.web.portfolio.per_year import year_fields
from portulan.web.portfolio.words import origin_label
from portulan.web.requests import OrganisationRequest


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


@screen
def envelope(request: OrganisationRequest, slug: str, name: str = "") -> Edit[EnvelopeForm, object]:
    """One envelope, new without a name."""
    scenario = door(request, slug, EDIT)
    kept = part(scenario, ScenarioEnvelope.objects.all(), slug=name) if name else None
    back = address(request, "envelopes", scenario)
    return Edit(
        title=_("Enveloppe « %(title)s »") % {"title": kept.title}
        if kept
        else _("Nouvelle enveloppe"),
        submit=_("Enregistrer"),
        trail=[*under_scenario(request, scenario), (back, _("Enveloppes"))],
        form=partial(EnvelopeForm, scenario, envelope=kept),
        edits=kept,
        write=lambda form: save_envelope(
            request.actor, scenario=scenario, envelope=kept, **form.values()
        ),
        done=_("Enveloppe enregistrée."),
        template="portfolio/grouped.html",
        context={
            "remove": kept and address(request, "drop-envelope", scenario, kept.slug),
            "remove_label": _("Retirer l’enveloppe"),
        },
    )


@screen
def drop_envelope(request: OrganisationRequest, slug: str, name: str) -> Confirm[None]:
    """Take an envelope away, once confirmed."""
    scenario = door(request, slug, EDIT)
    kept = part(scenario, ScenarioEnvelope.objects.all(), slug=name)
    back = address(request, "envelopes", scenario)
    return Confirm(
        title=_("Retirer l’enveloppe « %(title)s » ?") % {"title": kept.title},
        submit=_("Retirer l’enveloppe"),
        intro=_("Ses montants sont perdus, et ce qu’elle limitait demandera une autre enveloppe."),
        trail=[*under_scenario(request, scenario), (back, _("Enveloppes"))],
        about=[kept],
        write=lambda: remove_envelope(request.actor, envelope=kept),
        done=_("Enveloppe « %(title)s » retirée.") % {"title": kept.title},
    )


class EnvelopeForm(GroupedForm):
    """What there is each year, in euros or in days: a box per year."""

    def __init__(
        self,
        scenario: Scenario,
        *args: Any,
        envelope: ScenarioEnvelope | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        kept = envelope or ScenarioEnvelope(scenario=scenario, capacity=[])
        self.group("", "", _what(kept))
        self.group(
            _("Ce qu’il y a, par année"),
            _("En euros ou en jours entiers. Rien une année : écrivez 0."),
            {
                **year_fields("capacity", scenario.years, kept.capacity, required=True),
                "carry_over": WholeField(
                    label=_("Report, au plus"),
                    initial=kept.carry_over or None,
                    required=False,
                    help_text=_("D’une année sur la suivante. Vide : rien."),
                ),
            },
        )

    def values(self) -> Any:
        """Return what was typed, as the service takes it."""
        data = self.cleaned_data
        is_money = data["unit"] == "money"
        nature = Section(data["nature"]) if is_money and data["nature"] else None
        return {
            "title": data["title"],
            "is_money": is_money,
            "nature": nature,
            "capacity": self.row("capacity"),
            "carry_over": data["carry_over"] or 0,
        }


def _what(kept: ScenarioEnvelope) -> dict[str, forms.Field]:
    return {
        "title": forms.CharField(label=_("Nom"), max_length=120, initial=kept.title),
        "unit": forms.ChoiceField(
            label=_("De l’argent, ou le temps d’une équipe"),
            choices=[("money", _("Euros")), ("team", _("Jours d’une équipe"))],
            widget=forms.RadioSelect,
            initial="money" if kept.is_money else "team",
        ),
        "nature": forms.ChoiceField(
            label=_("Nature"),
            choices=[("", _("Toutes natures ensemble")), *SECTIONS.items()],
            required=False,
            initial=kept.nature,
            help_text=_("Pour de l’argent seulement."),
        ),
    }
