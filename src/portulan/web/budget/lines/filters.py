"""What the address of the lines pages says: a stage, filters, an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.indicator.reads import YearStages, default_stage
from portulan.budget.lines.reads import ORDERS, LineFilter
from portulan.budget.models import FiscalYear
from portulan.budget.words import Stage
from portulan.plans.models import SECTIONS
from portulan.web.fields import LongSelect, WholeField
from portulan.web.middleware import LARGEST
from portulan.web.requests import OrganisationRequest, years_of

VERDICTS = [
    ("", pgettext_lazy("verdicts", "Tous")),
    ("perimeter", _("Dans ou mixte")),
    ("counted", _("Compté dans le budget de la DSI")),
    ("in", _("Dans")),
    ("mixed", _("Mixte")),
    ("out", _("Hors")),
    ("internal", _("Refacturation interne")),
    ("undecided", _("À décider")),
]
ATTRIBUTIONS = [
    ("", pgettext_lazy("attributions", "Tous")),
    ("attributed", _("Fléché ou proposé")),
    ("justified", _("Justifié")),
    ("declared", _("Déclaré")),
    ("proposed", _("Proposé")),
    ("waiting", _("Déclaré ou proposé")),
    ("to_review", _("À examiner")),
    ("reviewed", _("Examiné, 0 %")),
    ("over", _("Au-delà de la part informatique")),
    ("outside", _("Hors du budget de la DSI")),
]
_SECTIONS = [("", _("F et I")), *SECTIONS.items()]


class LineFilterForm(forms.Form):
    """The filters above a table of lines; what is not understood is left out."""

    q = forms.CharField(
        label=_("Chercher"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    verdict = forms.ChoiceField(label=_("Verdict"), choices=VERDICTS, required=False)
    attribution = forms.ChoiceField(label=_("Fléchage"), choices=ATTRIBUTIONS, required=False)
    section = forms.ChoiceField(label=_("Section"), choices=_SECTIONS, required=False)
    budget = forms.ChoiceField(label=_("Budget"), required=False, widget=LongSelect)
    action = forms.ChoiceField(label=_("Action"), required=False, widget=LongSelect)
    number = WholeField(label=_("N° d’action"), required=False, low=1, most=LARGEST)
    batch = forms.IntegerField(required=False, max_value=LARGEST, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, str] | QueryDict,
        actions: Sequence[tuple[str, str]] = (),
        budgets: Sequence[str] = (),
        *,
        by_number: bool = False,
    ) -> None:
        super().__init__(data, auto_id="filter-%s")
        field = self.fields["action"]
        field.choices = [("", pgettext_lazy("actions", "Toutes")), *actions]  # type: ignore[attr-defined]
        if not actions:
            del self.fields["action"]
        if not by_number:
            del self.fields["number"]
        every = [("", pgettext_lazy("budgets", "Tous")), *((name, name) for name in budgets)]
        self.fields["budget"].choices = every  # type: ignore[attr-defined]
        if not budgets:
            del self.fields["budget"]


@dataclass(frozen=True, slots=True)
class Asked:
    """The stage and the filter of an address, and the form that shows them."""

    filter: LineFilter
    form: LineFilterForm

    @property
    def stage(self) -> Stage:
        return self.filter.stage


def asked_stage(
    fiscal_year: FiscalYear, stages: YearStages, data: Mapping[str, str] | QueryDict
) -> Stage | None:
    """Return the stage of the address if the year has it, else the one shown first."""
    wanted = data.get("stage", "").upper()
    asked_for = (stage for stage in stages.given if stage == wanted)
    return next(asked_for, default_stage(fiscal_year, stages))


def year_at(
    request: OrganisationRequest, year: int, need: Operation = Operation.READ_BUDGET
) -> tuple[FiscalYear, Stage | None]:
    """Open the door of a year, at the stage of the address. Raises NotFoundError, DeniedError."""
    fiscal_year = get_year(actor=request.actor, year=year, need=need)
    stages = years_of(request).stages_of(fiscal_year)
    return fiscal_year, asked_stage(fiscal_year, stages, request.GET)


def asked(
    stage: Stage,
    data: Mapping[str, str] | QueryDict,
    actions: Sequence[tuple[str, str]] = (),
    *,
    budgets: Sequence[str] = (),
    suppliers: bool = False,
    by_number: bool = False,
) -> Asked:
    """Read the filters of an address; with `suppliers`, the search looks at them too.

    `by_number`: there are too many actions to choose one in a list.
    """
    form = LineFilterForm(data, actions, budgets, by_number=by_number)
    form.is_valid()
    clean = form.cleaned_data
    order = data.get("order", "")
    return Asked(
        LineFilter(
            stage=stage,
            search=clean.get("q", ""),
            verdict=clean.get("verdict", ""),
            attribution=clean.get("attribution", ""),
            section=clean.get("section", ""),
            budget=clean.get("budget", ""),
            batch=str(clean.get("batch") or ""),
            action=clean.get("action", ""),
            number=str(clean.get("number") or ""),
            order=order if order.removeprefix("-") in ORDERS else "-nr",
            suppliers=suppliers,
        ),
        form,
    )


def query(stage: Stage, **filters: str) -> str:
    """Return the query of an address, with its question mark."""
    return "?" + urlencode({"stage": stage.column, **filters})
