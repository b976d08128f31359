"""The money of a small town: what IT costs in a year, what of it is for each action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.imports.typed import Typed, TypedLine, type_figures, typed_figures
from portulan.budget.indicator.facts import year_facts
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.labels import STAGES
from portulan.budget.models import FiscalYear
from portulan.budget.words import Stage
from portulan.budget.years.writes import open_year, say_whole
from portulan.core.money import CENT
from portulan.core.say import numbers
from portulan.plans.models import Action
from portulan.plans.money.writes import set_planned_money
from portulan.plans.plan import current_plan
from portulan.plans.words import Progress
from portulan.web.fields import AmountField, CalendarYearField, DayField
from portulan.web.language import page_language
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest

HUNDRED = Decimal(100)
SLIP, AMENDMENT = "slip", "amendment"
NONE_KEPT = Typed(Decimal(0), {}, None, "", None)


@dataclass(frozen=True)
class Year:
    """A year as the form has it: what was typed of it, at the stage that the form is about.

    `stage` is the one that is written: what was opened, once a decision made it of what was voted.
    """

    number: int
    fiscal_year: FiscalYear | None
    typed: Mapping[Stage, Typed | None]
    is_closing: bool

    @property
    def stage(self) -> Stage:
        if self.is_closing:
            return Stage.REALISED
        return Stage.OPENED if Stage.OPENED in self.typed else Stage.VOTED

    @property
    def kept(self) -> Typed:
        """What was typed, nothing where nothing was."""
        return self.typed.get(self.stage) or NONE_KEPT

    @property
    def is_from_file(self) -> bool:
        """Whether its amounts came from a file: typed figures never take their place."""
        return self.stage in self.typed and self.typed[self.stage] is None


@screen
def money(request: OrganisationRequest) -> Edit[MoneyForm, object]:
    """Say what IT costs in a year; what is left empty stays as it was, what is unknown is said."""
    request.actor.require(Operation.READ_BUDGET)
    figures = year_facts(request.organisation.pk).figures
    year = _year(request)
    actions = list(_actions(request, year))
    here = request.get_full_path()
    return Edit(
        back=here,
        form=partial(MoneyForm, year, actions),
        write=partial(_write, request, year),
        done=_("Chiffres enregistrés."),
        preview=lambda form: {"changes": list(form.changes())},
        template="budget/small.html",
        context={
            "year": year,
            "years": _tabs(request, figures, year.number),
            "others": [one for one in sorted(figures.items()) if one[0] != year.number],
            "free": [one for one in actions if one.is_free],
        },
    )


def _year(request: OrganisationRequest) -> Year:
    number = request.today.year
    with suppress(ValidationError):
        number = CalendarYearField().clean(request.GET.get("year", ""))
    known = FiscalYear.objects.filter(organisation=request.organisation, year=number).first()
    typed = typed_figures(known) if known else {}
    closing = request.GET.get("from", "closing" if Stage.REALISED in typed else "")
    return Year(number, known, typed, closing == "closing")


def _tabs(
    request: OrganisationRequest, figures: Mapping[int, YearFigure], shown: int
) -> list[dict[str, object]]:
    """Return the years one may speak of: those known, and from the last to the next."""
    this_year = request.today.year
    found = []
    for number in sorted({*figures, shown, this_year - 1, this_year, this_year + 1}):
        said = _share_words(figures[number]) if number in figures else gettext("à préparer")
        tab = {"url": f"?year={number}", "label": f"{number}, {said}", "current": number == shown}
        found.append(tab)
    return found


def _share_words(one: YearFigure) -> str:
    figure = one.figure
    if figure.is_unknown or figure.value is None:
        return f"{STAGES[one.stage]}, {gettext('part pas encore connue')}"
    return f"{STAGES[one.stage]}, {numbers.percent(figure.value, page_language())}"


@dataclass(frozen=True)
class Spent:
    """An action of the form: what was typed for it, None where nobody said it."""

    action: Action
    typed: Decimal | None
    is_free: bool

    @property
    def label(self) -> str:
        return f"{self.action.called}. {self.action.short_title or self.action.title}"


def _actions(request: OrganisationRequest, year: Year) -> Iterator[Spent]:
    """Yield the actions of the plan; `is_free` are those said to cost nothing that year."""
    day = request.today.replace(year=year.number, day=1)
    plan = current_plan(actor=request.actor, today=day)
    if plan is None:
        return
    for action in plan.actions.exclude(progress=Progress.DROPPED).prefetch_related("planned_money"):
        asked = [one.amount for one in action.planned_money.all() if one.year == year.number]
        typed = year.kept.by_action.get(action.pk)
        is_free = bool(asked) and not any(amount is None or amount for amount in asked)
        yield Spent(action, typed, is_free and typed is None)


@transaction.atomic
def _write(request: OrganisationRequest, year: Year, form: MoneyForm) -> object:
    actor = request.actor
    actor.require(Operation.EDIT_BUDGET)
    amended_on = form.cleaned_data.get("voted_on") if form.is_amendment else year.kept.amended_on
    stage = Stage.OPENED if form.is_amendment else year.stage
    free = [pk for pk, amount in form.said.by_action.items() if not amount]
    if not year.is_closing and actor.may(Operation.EDIT_PLAN):
        _say_free(actor, year, free)
    fiscal_year = year.fiscal_year or open_year(actor, year=year.number)
    if year.is_closing and request.today > fiscal_year.ends_on:
        # Who gives the accounts of the end of the year says that they are whole.
        say_whole(actor, fiscal_year=fiscal_year, whole=True, on=request.today)
    return type_figures(
        actor,
        on=request.today,
        fiscal_year=fiscal_year,
        stage=stage,
        it_budget=form.said.it_budget,
        lines=list(form.lines()),
        replace=stage in year.typed,
        amended_on=amended_on,
        rest_is_known=form.is_complete,
        free=free,
    )


def _say_free(actor: Actor, year: Year, free: list[int]) -> None:
    """Say of actions of which nothing was asked that year that they cost nothing."""
    for action in Action.objects.filter(pk__in=free).exclude(planned_money__year=year.number):
        set_planned_money(actor, action=action, year=year.number, amount=Decimal(0))


class MoneyForm(forms.Form):
    """What IT costs, and what of it is for each action: empty keeps what was typed."""

    it_budget = AmountField(
        label=_("Tout ce que l’informatique et le téléphone coûtent dans l’année (€ TTC)"),
        low=CENT,
        required=False,
        help_text=_("Matériel, logiciels, abonnements, photocopieurs."),
    )
    why = forms.ChoiceField(
        label=_("Un budget voté ne change pas seul : pourquoi ce nouveau montant ?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (SLIP, _("Une erreur de saisie : le montant est corrigé.")),
            (
                AMENDMENT,
                _(
                    "Une décision modificative\u00a0: le montant voté reste, le montant ouvert"
                    " change."
                ),
            ),
        ],
    )
    voted_on = DayField(label=_("Date de la décision modificative"), required=False)
    dedicated = AmountField(
        label=_("Autre dépense pour le plan, sans action (€)"), low=CENT, required=False
    )
    dedicated_unknown = forms.BooleanField(label=_("on ne sait pas"), required=False)
    reason = forms.CharField(
        label=_("Ce que c’est"),
        max_length=300,
        required=False,
        help_text=_("Par exemple « six ordinateurs remis en état »."),
    )
    is_free = True

    def __init__(self, year: Year, actions: list[Spent], data: Any = None) -> None:
        super().__init__(data)
        self.year, self.actions = year, [one for one in actions if not one.is_free]
        self.fields["why"].conditional = True  # type: ignore[attr-defined]
        kept = year.kept
        started = kept is not NONE_KEPT
        self.fields["it_budget"].initial = kept.it_budget if started else None
        self.fields["dedicated"].initial, self.fields["reason"].initial = kept.at_large, kept.reason
        for one in self.actions:
            self.fields[f"a{one.action.pk}"] = AmountField(
                label=one.label, low=Decimal(0), required=False, initial=one.typed
            )
            self.fields[f"a{one.action.pk}"].widget.attrs["placeholder"] = _("non chiffré")
            self.fields[f"u{one.action.pk}"] = forms.BooleanField(
                label=_("on ne sait pas"), required=False, initial=started and one.typed is None
            )

    @property
    def CHANGED(self) -> list[str]:  # noqa: N802
        """What two people may change at once; why is asked of each."""
        return [name for name in self.fields if name not in ("why", "voted_on")]

    def rows(self) -> list[tuple[BoundField, BoundField]]:
        """Return the field of each action, and the one that says that nobody knows."""
        return [(self[f"a{one.action.pk}"], self[f"u{one.action.pk}"]) for one in self.actions]

    @property
    def asks_why(self) -> bool:
        """Whether a voted budget is about to change: a slip, or a decision of the council."""
        before = self.year.kept.it_budget
        return (
            self.is_bound
            and not self.year.is_closing
            and bool(before)
            and self.cleaned_data.get("it_budget") not in (None, before)
        )

    @property
    def is_amendment(self) -> bool:
        return self.asks_why and self.cleaned_data.get("why") == AMENDMENT

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.year.is_from_file:
            raise ValidationError(
                _("Ces montants viennent d’un fichier de comptes : corrigez ce fichier.")
            )
        if data.get("it_budget") is None and not self.year.kept.it_budget:
            self.add_error("it_budget", _("Écrivez ce que coûte l’informatique dans l’année."))
        if self.asks_why and "preview" not in self.data:
            if not data.get("why"):
                self.add_error("why", _("Dites pourquoi un montant voté change."))
            if data.get("why") == AMENDMENT and data.get("voted_on") is None:
                self.add_error("voted_on", _("Dites quel jour l’assemblée a voté cette décision."))
        return data

    @property
    def said(self) -> Typed:
        """What stands once the form is written: what it says, else what was typed before."""
        kept, data = self.year.kept, self.cleaned_data
        by_action = {
            one.action.pk: amount
            for one in self.actions
            if (amount := self._amount(f"a{one.action.pk}", f"u{one.action.pk}", one.typed))
            is not None
        }
        gone = set(kept.by_action) - {one.action.pk for one in self.actions}
        return Typed(
            data.get("it_budget") or kept.it_budget,
            by_action | {pk: kept.by_action[pk] for pk in gone},
            self._amount("dedicated", "dedicated_unknown", kept.at_large),
            data.get("reason") or kept.reason,
            kept.on,
        )

    def _amount(self, name: str, unknown: str, kept: Decimal | None) -> Decimal | None:
        """Return the amount of a field: what is typed wins over a box left ticked."""
        typed: Decimal | None = self.cleaned_data.get(name)
        if name in self.changed_data and typed is not None:
            return typed
        return None if self.cleaned_data.get(unknown) else typed if typed is not None else kept

    @property
    def is_complete(self) -> bool:
        """Whether something is said of each action: what nobody knows may be in the rest."""
        known = self.said.by_action
        return all(one.action.pk in known for one in self.actions)

    def lines(self) -> Iterator[TypedLine]:
        """Yield the lines to write: one an action, and one for what has none."""
        said = self.said
        found = Action.objects.in_bulk(said.by_action)
        for pk, amount in said.by_action.items():
            if not amount:
                continue  # it costs nothing
            title = found[pk].title[:300]
            yield TypedLine(title, amount, title, action=found[pk])
        if said.at_large:
            label = said.reason or str(self.fields["dedicated"].label)
            yield TypedLine(label[:300], said.at_large, label)

    def changes(self) -> Iterator[tuple[str, str, str]]:
        """Yield what the form would change: what, before, after; a share says of which stage."""
        before, after = self.year.kept, self.said
        marks = any(one.typed is None for one in self.actions), not self.is_complete
        yield gettext("Le total"), _euros(before.it_budget or None), _euros(after.it_budget)
        for what, say in ((gettext("Pour ces actions"), _dedicated), (gettext("La part"), _share)):
            stood, stands = (
                f"≥{numbers.NO_BREAK}{said}" if is_partial and said else said or gettext("inconnu")
                for said, is_partial in zip((say(before), say(after)), marks, strict=True)
            )
            yield what, stood, stands


def _euros(amount: Decimal | None) -> str:
    whole = amount is not None and amount == amount.to_integral_value()
    none = gettext("inconnu")
    return numbers.money(amount, page_language(), decimals=0 if whole else 2, none=none)


def _dedicated(typed: Typed) -> str:
    return "" if typed.dedicated is None else _euros(typed.dedicated)


def _share(typed: Typed) -> str:
    """Return the share of what is dedicated, "" where nothing is known of it."""
    if not typed.it_budget or typed.dedicated is None:
        return ""
    return numbers.percent(HUNDRED * typed.dedicated / typed.it_budget, page_language())
