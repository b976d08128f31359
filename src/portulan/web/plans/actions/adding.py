"""Six answers that make an action: the rest is asked by the level, or can wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from portulan.accounts.models import Person
from portulan.accounts.reads import people_of
from portulan.core.folding import fold, squeeze
from portulan.core.say.country import currency
from portulan.indicators.words import Direction, Kind
from portulan.plans.choices.keeping import Kept
from portulan.plans.choices.wanted import Wanted
from portulan.plans.fields import ACTION
from portulan.plans.models import LEVELS, Action, Plan
from portulan.plans.money.writes import Amounts, MoneyKey
from portulan.plans.words import Progress
from portulan.web.fields import NOTHING_SAID, CostField, EndField, NumberField
from portulan.web.plans.actions.forms import ActionForm
from portulan.web.plans.actions.near import nearest
from portulan.web.plans.workshop.forms import aim_of, kind_of

_OF_KEPT = {name for name in Kept.__slots__ if name != "more"}
# More people than that are found by typing, not in a list.
_FEW = 20


class AddActionForm(ActionForm):
    """What an action needs to begin, its indicator and its money with it."""

    is_free = True  # said once of all the fields
    FIRST = (
        *("title", "level", "pilot_function", "due_on", "indicator", "baseline", "target"),
        *("deliverable", "scope", "compared_with", "follow_up_function"),  # as the level asks
        *("money_0", "money_1", "money_2"),
    )

    def __init__(self, plan: Plan, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(plan, *args, **kwargs)
        self.plan = plan
        fields: dict[str, Any] = self.fields
        del fields["pilot"]
        fields["title"].label = _("1. Titre")
        fields["title"].help_text = _(
            "Un verbe et ce qui change, en quarante signes de préférence."
        )
        fields["level"] = forms.TypedChoiceField(
            label=_("2. Niveau d’engagement proposé"),
            choices=LEVELS,
            coerce={str(key): key for key in LEVELS}.__getitem__,
            widget=forms.RadioSelect,
        )
        pilot = fields["pilot_function"]
        pilot.label = _("3. Qui pilote")
        pilot.help_text = _("Une fonction, ou une personne de la liste.")
        pilot.widget.attrs |= {"list": "functions", "autocomplete": "off"}
        fields["due_on"] = EndField(
            label=_("4. Jusqu’à quand"),
            required=False,
            help_text=_("Une date, « juin 2027 » ou « T2 2027 »."),
        )
        fields["deliverable"] = forms.CharField(
            label=_("Livrable attendu"), max_length=250, required=False
        )
        fields["scope"].label, fields["scope"].help_text = _("Essayée où"), ""
        for name, label in (("indicator", _("Ce que l’on mesure")), ("target", _("Cible"))):
            fields[name] = forms.CharField(label=label, max_length=250, required=False)
        fields["baseline"] = NumberField(label=_("Aujourd’hui"), required=False)
        self._ask_money(fields, today)

    def _ask_money(self, fields: dict[str, Any], today: date) -> None:
        plan = self.plan
        first = min(max(today.year, plan.first_year), plan.last_year)
        later = list(range(first + 1, plan.last_year + 1))
        asked = {"money_0": [first], "money_1": later[:1], "money_2": later[1:]}
        self._years = {name: years for name, years in asked.items() if years}
        for name, years in self._years.items():
            label = str(years[0]) if name != "money_2" else _("Chaque année ensuite")
            fields[name] = CostField(label=label, required=False, low=Decimal(0))
            fields[name].widget.attrs["placeholder"] = _("non chiffré")
        for name in ("baseline", *self._years):
            fields[name].widget.attrs["class"] = "n"

    @property
    def money(self) -> list[BoundField]:
        return [self[name] for name in self._years]

    @property
    def currency(self) -> str:
        return currency().symbol

    @property
    def near_actions(self) -> list[Action]:
        """The actions of the plan whose titles are nearest to that which was typed."""
        if not self.is_bound:
            return []
        actions = self.plan.actions.exclude(progress=Progress.DROPPED).order_by("number")
        return nearest(self["title"].value() or "", [(one.title, one) for one in actions])

    @property
    def near_practices(self) -> list[tuple[int, str]]:
        """The practices nearest to the title, but for those that were chosen."""
        if not self.is_bound:
            return []
        field: Any = self.fields["practices"]
        taken = {str(one) for one in self["practices"].value() or ()}
        titled = [(field.label_from_instance(one), one.pk) for one in field.queryset]
        free = [(words, (pk, words)) for words, pk in titled if str(pk) not in taken]
        return nearest(self["title"].value() or "", free)

    def functions(self) -> list[str]:
        """Return who is proposed as a pilot: those of the plan, and people if they are few."""
        people = [_named(one) for one in self._people[: _FEW + 1]]
        there = self.plan.actions.values_list("pilot_function", flat=True).distinct()
        known = sorted({*there.order_by()[:_FEW], *(people if len(people) <= _FEW else ())})
        return [one for one in known if one]

    @property
    def _people(self) -> Any:
        return people_of(self.plan.organisation_id).filter(left_on=None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["pilot"] = self._pilot(data.get("pilot_function", ""))
        if data["pilot"] is not None:
            data["pilot_function"] = data["pilot"].function
        data["indicators"] = list(self._wanted(data))
        return data

    def _pilot(self, typed: str) -> Person | None:
        """Return the person that the words name, None where they are a function."""
        wanted = fold(squeeze(typed))
        if not wanted:
            return None
        people = list(self._people)
        named = [one for one in people if wanted in {fold(one.name), fold(_named(one))}]
        if len(named) > 1:
            self.add_error(
                "pilot_function", _("Plusieurs personnes ont ce nom : dites sa fonction.")
            )
        found = named or [one for one in people if fold(one.function) == wanted]
        return found[0] if len(found) == 1 else None

    def _wanted(self, data: dict[str, Any]) -> Iterator[Wanted]:
        """Yield the indicator, with where it stands and what is aimed at."""
        name, baseline = squeeze(data.get("indicator", "")), data.get("baseline")
        target = squeeze(data.get("target", ""))
        if not name:
            if target or baseline is not None:
                self.add_error("indicator", _("Dites ce que l’on mesure, ou videz la cible."))
            return
        kind = Kind.PERCENTAGE if target.endswith("%") else Kind.QUANTITY
        if not target and baseline is None:
            kind = Kind.TEXT
        try:
            wanted = Wanted(name, kind)
            value, words = aim_of(wanted, target) if target else (None, "")
        except ValidationError as error:
            self.add_error("target", error)
            return
        if words and baseline is not None:
            self.add_error("baseline", _("La cible est une phrase : videz ce nombre."))
        way = Direction.NONE
        if value is not None and baseline is not None and value != baseline:
            way = Direction.UP if value > baseline else Direction.DOWN
        yield Wanted(
            name,
            kind_of(kind, words) if target else kind,
            unit="%" if kind is Kind.PERCENTAGE else "",
            direction=way,
            target=value,
            words=words,
            baseline=baseline,
        )

    def kept(self) -> Kept:
        """Return what makes the action, once the form is valid."""
        data = dict(self.cleaned_data)
        data.pop("practices")
        data["amounts"] = self._amounts()
        known = {name: data.pop(name) for name in _OF_KEPT & data.keys()}
        sheet: Any = {one.name: data[one.name] for one in ACTION if one.name in data}
        return Kept(**known, more=sheet)

    def _amounts(self) -> Amounts:
        return {
            MoneyKey(year): self.cleaned_data[name]
            for name, years in self._years.items()
            if self.cleaned_data[name] is not NOTHING_SAID
            for year in years
        }


def _named(person: Person) -> str:
    return f"{person.function} ({person.name})" if person.name else person.function
