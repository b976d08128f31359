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
from portulan.steering.committees.sitting import Question, Said, Sitting
from portulan.steering.committees.wording import Point
from portulan.steering.labels import MATTERS, POWERS
from portulan.steering.models import AgendaItem, Body
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

    founded_by = forms.CharField(
        label=gettext_lazy("Institué par"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Un acte, sa date : le relevé le cite."),
    )
    names_abstentions = forms.BooleanField(
        label=gettext_lazy("Son règlement fait nommer qui s’abstient"), required=False
    )

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


class SittingForm(forms.Form):
    """A session on one page: an option by subject, who voted how, who is there, what was said."""

    all_present = forms.BooleanField(label=gettext_lazy("Tous les membres sont là"), required=False)
    present = forms.MultipleChoiceField(
        label=gettext_lazy("Membres présents"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others = LinesField(
        label=gettext_lazy("Autres présents, sans voix, un par ligne"), required=False
    )
    chair = forms.CharField(
        label=gettext_lazy("Qui préside la séance"), max_length=160, required=False
    )
    secretary = forms.CharField(
        label=gettext_lazy("Secrétaire de séance"), max_length=160, required=False
    )
    observations = forms.CharField(
        label=gettext_lazy("Ce qui a été dit d’autre, une phrase par ligne"),
        required=False,
        widget=text_area(2),
    )

    def __init__(self, sitting: Sitting, data: Any = None) -> None:
        committee = sitting.committee
        members, here = list(committee.body.members), list(committee.present)
        start: dict[str, Any] = {
            "present": [one for one in here if one in members],
            "others": [one for one in here if one not in members],
            **{name: getattr(committee, name) for name in ("chair", "secretary", "observations")},
        }
        self.sitting = sitting
        for question in sitting.questions:
            start |= _answered(question)
        super().__init__(data, initial=start)
        fields: dict[str, Any] = self.fields
        fields["present"].choices = [(one, one) for one in members]
        if not members:
            del self.fields["present"], self.fields["all_present"]
            fields["others"].label = _("Présents, un par ligne")
        for question in sitting.questions:
            fields |= _asked(question, names_abstentions=committee.body.names_abstentions)

    @property
    def rows(self) -> Iterator[tuple[Question, list[Any], dict[str, Any]]]:
        """Yield each subject with its options as they are ticked, and its other fields."""
        for question in self.sitting.questions:
            pk = question.item.pk
            ticked = self[f"item-{pk}"].value()
            chosen = [(one, one.key == ticked) for one in question.options]
            parts = {name: self[f"{name}-{pk}"] for name in _PARTS if f"{name}-{pk}" in self.fields}
            yield question, chosen, {"item": self[f"item-{pk}"], **parts}

    def said(self) -> dict[str, Any]:
        said = self.cleaned_data
        here = said.get("present", ())
        if said.get("all_present"):
            here = self.sitting.committee.body.members
        answers = {}
        for question in self.sitting.questions:
            pk = question.item.pk
            told = {name: said.get(f"{name}-{pk}") for name in _PARTS}
            answers[pk] = Said(
                said[f"item-{pk}"], **{k: v for k, v in told.items() if v not in (None, "")}
            )
        return {
            "present": [*here, *said["others"]],
            "answers": answers,
            **{name: said[name] for name in ("chair", "secretary", "observations")},
        }


_PARTS = ("in_favour", "against", "abstentions", "by_consensus", "reason", "abstained")


def _answered(question: Question) -> dict[str, Any]:
    decision, pk = question.decision, question.item.pk
    if decision is None or not decision.option:
        return {}
    found: dict[str, Any] = {f"{name}-{pk}": getattr(decision, name) for name in _PARTS}
    return {f"item-{pk}": decision.option, **found}


def _asked(question: Question, *, names_abstentions: bool) -> dict[str, Any]:
    """Return the fields of a subject; an option of no use is not one that may be sent."""
    pk, title = question.item.pk, {"title": question.item.title}
    votes = {"most": 999, "required": False}
    fields: dict[str, Any] = {
        f"item-{pk}": forms.ChoiceField(
            label=question.item.title,
            choices=[(one.key, one.label) for one in question.options if not one.useless],
            required=False,
            widget=forms.RadioSelect,
        ),
        f"in_favour-{pk}": WholeField(label=_("Pour, « %(title)s »") % title, **votes),
        f"against-{pk}": WholeField(label=_("Contre, « %(title)s »") % title, **votes),
        f"abstentions-{pk}": WholeField(label=_("Abstentions, « %(title)s »") % title, **votes),
        f"by_consensus-{pk}": forms.BooleanField(
            label=_("Sans vote, « %(title)s »") % title, required=False
        ),
        f"reason-{pk}": forms.CharField(
            label=_("Motif ou réserve, « %(title)s »") % title, required=False, widget=text_area(2)
        ),
    }
    if names_abstentions:
        fields[f"abstained-{pk}"] = forms.CharField(
            label=_("Qui s’est abstenu, « %(title)s »") % title, max_length=250, required=False
        )
    return fields


class MinutesForm(forms.Form):
    """The sentences of minutes, written again; an empty one gives back the sentence made."""

    def __init__(self, points: Sequence[Point], observations: str, data: Any = None) -> None:
        super().__init__(data)
        self.made: dict[str, tuple[int, str]] = {}
        for rank, point in enumerate(points, 1):
            decision = getattr(point.item, "decision", None)
            if decision is None:
                continue
            name = f"point-{decision.pk}"
            self.made[name] = (decision.pk, point.sentence)
            self.fields[name] = forms.CharField(
                label=f"{rank}. {point.item.title}",
                initial=point.sentence,
                required=False,
                widget=text_area(3),
            )
        self.fields["observations"] = forms.CharField(
            label=_("Ce qui a été dit d’autre, une phrase par ligne"),
            initial=observations,
            required=False,
            widget=text_area(3),
        )

    def said(self) -> dict[str, Any]:
        """Return what somebody wrote in place of what was shown."""
        typed = {pk: (self.cleaned_data[name], shown) for name, (pk, shown) in self.made.items()}
        wordings = {pk: words for pk, (words, shown) in typed.items() if words != shown}
        return {"wordings": wordings, "observations": self.cleaned_data["observations"]}


class CloseForm(forms.Form):
    """Who closes the minutes, and when: a typed name is no signature."""

    name = forms.CharField(label=gettext_lazy("Nom et qualité"), max_length=160)
    on = DayField(label=gettext_lazy("Arrêté le"))


class SignedForm(forms.Form):
    """The minutes that came back signed."""

    file = forms.FileField(label=gettext_lazy("Le relevé signé (PDF)"))


class UndoForm(forms.Form):
    """Why a closed session is opened again."""

    reason = forms.CharField(label=gettext_lazy("Motif"), widget=text_area(3))


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


class DatedActForm(ActForm):
    """The act, and the days from which it is executory."""

    transmitted_on = DayField(label=gettext_lazy("Transmis le"), required=False)
    published_on = DayField(label=gettext_lazy("Publié le"), required=False)
    executory_on = DayField(label=gettext_lazy("Exécutoire le"), required=False)
