"""What a scenario is to reach: its targets, a row each, and what is then to be least."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.portfolio.facts import TargetFacts
from portulan.portfolio.models import Scenario
from portulan.portfolio.models.scenarios import LEAST, MEASURES
from portulan.portfolio.scenarios.reads import envelopes_of, targets_of
from portulan.portfolio.targets import groups_of, set_targets
from portulan.portfolio.words import MOST_TARGETS, SCALES, Least, Measure
from portulan.web.fields import NumberField
from portulan.web.grouped_forms import GroupedForm
from portulan.web.pages import Edit, screen
from portulan.web.portfolio.crumbs import EDIT, address, door, tabs, under_scenario
from portulan.web.requests import OrganisationRequest

SPARE = 2  # empty rows, beside those that are said


@screen
def targets(request: OrganisationRequest, slug: str) -> Edit[TargetsForm, object]:
    """Say what is to be reached; without any target, the scenario starts from its envelopes."""
    scenario = door(request, slug, EDIT)
    return Edit(
        title=_("Objectifs à atteindre"),
        submit=_("Enregistrer les objectifs"),
        trail=under_scenario(request, scenario),
        back=address(request, "targets", scenario),
        form=partial(TargetsForm, scenario),
        edits=scenario,
        write=lambda form: _write(request, scenario, form),
        done=_("Objectifs enregistrés."),
        template="portfolio/targets.html",
        context={
            "scenario": scenario,
            "tabs": tabs(request, scenario),
            "years": scenario.years,
            "envelopes": [one for one in envelopes_of(scenario) if one.is_money],
        },
    )


def _write(request: OrganisationRequest, scenario: Scenario, form: TargetsForm) -> None:
    """Save the rows that say something; what is refused is said at its row."""
    rows, found = form.rows()
    least = Least(form.cleaned_data["minimise"])
    try:
        set_targets(request.actor, scenario=scenario, targets=found, minimise=least)
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        fields = {f"targets.{rank}": f"at_least:{row}" for rank, row in enumerate(rows)}
        told = {fields.get(name, name): one for name, one in error.message_dict.items()}
        raise ValidationError(told) from error


class TargetsForm(GroupedForm):
    """Rows of what, when and how much; an empty row says nothing."""

    def __init__(self, scenario: Scenario, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = targets_of(scenario)
        self._rows = range(1, min(MOST_TARGETS, len(kept) + SPARE) + 1)
        among = _among(scenario)
        for row, one in zip(self._rows, [*kept, *[None] * SPARE], strict=False):
            title = _("Objectif %(row)s") % {"row": row}
            self.group(title, "", _row(scenario, row, one, among))
        self.group(
            _("Avec le moins possible de quoi ?"),
            "",
            {
                "minimise": forms.ChoiceField(
                    label=_("Le moins possible"),
                    choices=list(LEAST.items()),
                    initial=scenario.minimise,
                    help_text=_("À égalité, le moins d’argent, puis le plus de valeur."),
                )
            },
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for row in self._rows:
            name, measure = f"at_least:{row}", data.get(f"measure:{row}")
            number = data.get(name)
            said = (measure, data.get(f"year:{row}"), number is not None)
            if name in data and bool(measure or number is not None) and not all(said):
                self.add_error(name, _("Dites quoi, quand et combien, ou videz la ligne."))
            elif number is not None and number * self._scale(row) % 1:
                self.add_error(name, _("Moins de décimales : deux pour une part, aucune en euros."))
        return data

    def _scale(self, row: int) -> int:
        return SCALES.get(self.cleaned_data[f"measure:{row}"], 1)

    def rows(self) -> tuple[list[int], list[TargetFacts]]:
        """Return the rows that say something, and what they say."""
        data = self.cleaned_data
        rows = [row for row in self._rows if data[f"measure:{row}"]]
        return rows, [
            TargetFacts(
                Measure(data[f"measure:{row}"]),
                int(data[f"year:{row}"]),
                int(data[f"at_least:{row}"] * self._scale(row)),
                **dict([data[f"among:{row}"].split(":", 1)] if data[f"among:{row}"] else []),
            )
            for row in rows
        ]


def _among(scenario: Scenario) -> list[tuple[str, Any]]:
    """Return whose actions a target may count: all of them, a theme’s, a unit’s."""
    themes, units = groups_of(scenario)
    return [
        ("", _("Toutes")),
        (_("Une thématique"), [(f"theme:{name}", name) for name in themes]),
        (_("Une entité"), [(f"unit:{name}", name) for name in units]),
    ]


def _row(
    scenario: Scenario, row: int, kept: TargetFacts | None, among: list[tuple[str, Any]]
) -> dict[str, forms.Field]:
    years = [(year, year) for year in scenario.years]
    number = None if kept is None else Decimal(kept.at_least) / SCALES.get(kept.measure, 1)
    return {
        f"measure:{row}": forms.ChoiceField(
            label=_("Quoi"),
            choices=[("", "–"), *MEASURES.items()],
            initial=kept and kept.measure,
            required=False,
        ),
        f"year:{row}": forms.ChoiceField(
            label=_("En"),
            choices=years,
            initial=kept.year if kept else scenario.last_year,
            required=False,
        ),
        f"at_least:{row}": NumberField(label=_("Au moins"), initial=number, required=False),
        f"among:{row}": forms.ChoiceField(
            label=_("De quelles actions"),
            choices=[one for one in among if one[1]],
            initial=kept and kept.among and f"{'theme' if kept.theme else 'unit'}:{kept.among}",
            required=False,
        ),
    }
