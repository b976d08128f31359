"""The forms of committees: nothing is answered beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portulan.plans.labels import LEVELS
from portulan.plans.models import Action, Deliverable, Plan
from portulan.plans.words import CommitmentLevel
from portulan.steering.committees.preparing import Place
from portulan.steering.labels import MATTERS, POWERS
from portulan.steering.models import AgendaItem, Body, Committee
from portulan.steering.words import NEEDS, DecisionStatus, Matter, Power
from portulan.web.fields import (
    ActionChoice,
    AmountField,
    CalendarYearField,
    DayField,
    LinesField,
    WholeField,
    text_area,
)


class BodyForm(forms.Form):
    """A body, what it may do, and who sits in it by function."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Nom"), max_length=160)
    power = forms.TypedChoiceField(
        label=gettext_lazy("Ce qu’il peut"),
        choices=POWERS,
        coerce=lambda value: Power(int(value)),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Au-delà, il propose à l’organe qui le peut."),
    )
    members = LinesField(
        label=gettext_lazy("Membres"),
        required=False,
        help_text=gettext_lazy("Une fonction par ligne, jamais de nom."),
    )
    quorum = WholeField(label=gettext_lazy("Quorum"), most=500, required=False, initial=0)

    def said(self) -> dict[str, Any]:
        return {**self.cleaned_data, "quorum": self.cleaned_data["quorum"] or 0}


class CommitteeForm(forms.Form):
    """When a body meets about the plan, and where."""

    body = forms.ModelChoiceField(
        label=gettext_lazy("Organe"), queryset=Body.objects.none(), empty_label=None
    )
    held_on = DayField(label=gettext_lazy("Date de la séance"))
    place = forms.CharField(label=gettext_lazy("Lieu"), max_length=160, required=False)

    def __init__(self, bodies: Any, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["body"]
        field.queryset = bodies
        if not bodies.exists():  # one that may do all is made with the first committee
            del self.fields["body"]


class ItemForm(forms.Form):
    """A subject that people add."""

    title = forms.CharField(label=gettext_lazy("Sujet"), max_length=250)
    why = forms.CharField(
        label=gettext_lazy("Pourquoi il est là"), required=False, widget=text_area(3)
    )
    action = ActionChoice(
        label=gettext_lazy("Action"),
        queryset=Action.objects.none(),
        required=False,
        empty_label=gettext_lazy("Aucune en particulier"),
    )
    duration = WholeField(label=gettext_lazy("Durée (minutes)"), most=600, required=False)

    def __init__(self, plan: Plan, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["action"]
        field.queryset = Action.objects.filter(plan=plan).order_by("number")


class ArrangeForm(forms.Form):
    """The agenda: what is kept, in which order, how long."""

    def __init__(self, items: Sequence[AgendaItem], data: Any = None) -> None:
        super().__init__(data)
        self.items = items
        for item in items:
            named = {"title": item.title}
            self.fields[f"kept-{item.pk}"] = forms.BooleanField(
                label=_("Garder « %(title)s »") % named, initial=item.kept, required=False
            )
            self.fields[f"order-{item.pk}"] = WholeField(
                label=_("Place de « %(title)s »") % named, initial=item.order, most=999
            )
            self.fields[f"duration-{item.pk}"] = WholeField(
                label=_("Durée de « %(title)s » (minutes)") % named,
                initial=item.duration,
                most=600,
                required=False,
            )
            for name in ("order", "duration"):
                self.fields[f"{name}-{item.pk}"].widget.attrs["size"] = 3

    @property
    def rows(self) -> Iterator[tuple[AgendaItem, Any, Any, Any]]:
        for item in self.items:
            yield (
                item,
                self[f"kept-{item.pk}"],
                self[f"order-{item.pk}"],
                self[f"duration-{item.pk}"],
            )

    def places(self) -> dict[int, Place]:
        said = self.cleaned_data
        return {
            one.pk: Place(
                said[f"kept-{one.pk}"], said[f"order-{one.pk}"], said[f"duration-{one.pk}"]
            )
            for one in self.items
        }


class SessionForm(forms.Form):
    """Who is there, by function, and what was observed."""

    present = forms.MultipleChoiceField(
        label=gettext_lazy("Membres présents"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others = LinesField(
        label=gettext_lazy("Autres présents"),
        required=False,
        help_text=gettext_lazy("Une fonction par ligne."),
    )
    observations = forms.CharField(
        label=gettext_lazy("Observations"), required=False, widget=text_area(4)
    )

    def __init__(self, committee: Committee, data: Any = None) -> None:
        members = list(committee.body.members)
        here = list(committee.present)
        start = {
            "present": [one for one in here if one in members],
            "others": [one for one in here if one not in members],
            "observations": committee.observations,
        }
        super().__init__(data, initial=start)
        field: Any = self.fields["present"]
        field.choices = [(one, one) for one in members]
        if not members:
            del self.fields["present"]

    def said(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "present": [*said.get("present", ()), *said["others"]],
            "observations": said["observations"],
        }


def matters_for(item: AgendaItem) -> list[tuple[Matter, Any]]:
    """Return what may be answered to an item, in the order in which it is asked."""
    proposed = item.about is not None and item.about.status == DecisionStatus.PROPOSED
    found: list[Matter] = [Matter.ADOPT, Matter.REFUSE] if proposed else []
    if item.action is not None and not proposed:
        found += [one for one in NEEDS if one in _possible(item.action)]
    found += [Matter.TASK, Matter.INFORMED, Matter.POSTPONED]
    return [(one, MATTERS[one]) for one in found]


def _possible(action: Action) -> set[Matter]:
    found = set(NEEDS)
    if action.level != CommitmentLevel.EXPERIMENT:
        found.discard(Matter.EXTEND)
    if action.level == CommitmentLevel.IMPLEMENTATION:
        found.discard(Matter.CLOSE)
    return found


class AnswerForm(forms.Form):
    """What is decided of an item; what each decision needs is below it."""

    matter = forms.TypedChoiceField(
        label=gettext_lazy("Décision"), coerce=Matter, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Motif, repris au relevé"), required=False, widget=text_area(2)
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("Niveau"),
        choices=[("", gettext_lazy("Sans objet")), *LEVELS.items()],
        coerce=lambda value: CommitmentLevel(int(value)),
        empty_value=None,
        required=False,
    )
    deliverable = forms.ModelChoiceField(
        label=gettext_lazy("Livrable sur lequel elle repose"),
        queryset=Deliverable.objects.none(),
        required=False,
        empty_label=gettext_lazy("Aucun"),
    )
    scope = forms.CharField(
        label=gettext_lazy("Champ d’expérimentation"), max_length=300, required=False
    )
    follow_up_function = forms.CharField(
        label=gettext_lazy("Suivi par"), max_length=160, required=False
    )
    words = forms.CharField(
        label=gettext_lazy("Ce qui est à faire"), max_length=500, required=False
    )
    function = forms.CharField(
        label=gettext_lazy("Qui : une fonction"), max_length=160, required=False
    )
    due_on = DayField(label=gettext_lazy("Pour le"), required=False)
    year = CalendarYearField(label=gettext_lazy("Exercice"), required=False)
    amount = AmountField(label=gettext_lazy("Montant (€)"), required=False)

    def __init__(self, item: AgendaItem, data: Any = None) -> None:
        decision = getattr(item, "decision", None)
        names = self.base_fields
        # Nothing is ticked before somebody answered.
        said = {name: getattr(decision, name) for name in names} if decision else {}
        super().__init__(data, initial=said)
        fields: dict[str, Any] = self.fields
        fields["matter"].choices = matters_for(item)
        offered = {matter for matter, _label in fields["matter"].choices}
        if item.action is None or not offered & {Matter.LEVEL}:
            for name in ("level", "deliverable", "scope", "follow_up_function", "year", "amount"):
                del self.fields[name]
        else:
            handed = item.action.deliverables.order_by("-delivered_on", "id")
            fields["deliverable"].queryset = handed
        for name in self.fields:
            if name != "matter":
                fields[name].conditional = True  # what is needed follows from the decision


class ActForm(forms.Form):
    """The act of a session: what is known of it."""

    act_number = forms.CharField(
        label=gettext_lazy("Numéro de l’acte"), max_length=60, required=False
    )
    act_page = forms.CharField(label=gettext_lazy("Page"), max_length=40, required=False)
    votes = forms.CharField(
        label=gettext_lazy("Voix, si elles sont connues"), max_length=160, required=False
    )
