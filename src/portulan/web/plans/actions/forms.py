"""The forms of an action: its sheet, its pilot, a reason, its pilot's update."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Unit
from portulan.catalogue.models import Practice
from portulan.core.fields import Field
from portulan.indicators.models import Indicator
from portulan.plans.actions.editing import column_of
from portulan.plans.actions.progress import Value
from portulan.plans.choices.practices import practices_for
from portulan.plans.fields import ACTION, Group
from portulan.plans.models import PROGRESSES, Action, Plan
from portulan.plans.words import CommitmentLevel, Progress
from portulan.web.evidence.forms import EvidenceFile
from portulan.web.fields import DayField, PersonChoiceField, field_of, text_area
from portulan.web.inputs import SeveralField
from portulan.web.language import said_here
from portulan.web.plans.indicators.forms import confirm_beyond_whole, value_field_of


class PracticesField(SeveralField):
    """Practices by their code and their title, in the language of the page."""

    def label_from_instance(self, obj: Any) -> str:
        practice: Practice = obj
        return f"{practice.code} {practice.say('title')}"


class ActionForm(forms.Form):
    """The sheet of an action: three fields are needed, the others can wait."""

    def __init__(self, plan: Plan, *args: Any, action: Action | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        voted = action is not None and action.decisions.exists()
        for field in ACTION:
            if field.name == "level" and voted:
                continue
            drawn = _drawn(field, plan)
            if field.to in {"axes", "goals", "units"} and not drawn.queryset.exists():
                continue
            self.fields[field.name] = drawn

    @property
    def what(self) -> list[forms.BoundField]:
        """What the action is, and how far it commits."""
        return self._of(Group.WHAT)

    @property
    def who(self) -> list[forms.BoundField]:
        """Who does it, when, with which effort."""
        return self._of(Group.WHO, Group.WHEN, Group.EFFORT)

    def _of(self, *groups: Group) -> list[forms.BoundField]:
        names = [field.name for field in ACTION if field.group in groups]
        return [self[name] for name in names if name in self.fields]


def _drawn(field: Field, plan: Plan) -> Any:
    """Return the field of a form for the column of a field of the sheet."""
    said: dict[str, Any] = {"label": said_here(field.label)}
    said["help_text"] = said_here(field.help) if field.help else ""
    column = column_of(field)
    if not column.is_relation:
        return field_of(Action, field.name, **said)
    return _related(field.to, plan, said | {"required": not column.blank})


def _related(to: str, plan: Plan, said: dict[str, Any]) -> Any:
    match to:
        case "people":
            return PersonChoiceField(plan.organisation_id, label=said["label"])
        case "axes":
            axes = plan.axes.order_by("order", "id")
            return forms.ModelChoiceField(queryset=axes, empty_label=_("Aucun"), **said)
        case "units":
            units = Unit.objects.filter(organisation_id=plan.organisation_id).order_by("name")
            return forms.ModelChoiceField(queryset=units, empty_label=_("Aucune"), **said)
        case "goals":
            goals = plan.goals.order_by("order", "id")
            return SeveralField(queryset=goals, widget=forms.CheckboxSelectMultiple, **said)
        case "practices":
            widget = forms.SelectMultiple(attrs={"size": 6})
            said["required"] = False
            return PracticesField(queryset=practices_for(plan), widget=widget, **said)
    raise TypeError(f"No choice of {to} is known.")


class PilotForm(forms.Form):
    """Who answers for the action; or nobody, since a day."""

    pilot_function = forms.CharField(label=_("Fonction du pilote"), max_length=160)
    pilot = PersonChoiceField(0, label=_("Personne qui pilote"))
    since = DayField(
        label=_("Poste vacant depuis"),
        required=False,
        help_text=_("À remplir seulement si plus personne ne tient la fonction."),
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Personne qui pilote")
        self.fields["pilot"] = PersonChoiceField(organisation_id, label=label)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("pilot") and data.get("since"):
            self.add_error("since", _("Choisissez : une personne, ou un poste vacant."))
        return data


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Motif"),
        max_length=1000,
        widget=text_area(3),
        help_text=_("Il restera dans le journal de l’action, et dans le bilan."),
    )


class UpdateForm(forms.Form):
    """The pilot's three minutes: how far, one value, what blocks."""

    is_free = True  # said once of all the fields
    progress = forms.TypedChoiceField(label=_("Avancement"), choices=PROGRESSES, coerce=Progress)
    unknown = forms.BooleanField(label=_("Je n’ai pas ce chiffre"), required=False)
    on = DayField(label=_("Date du relevé"), required=False)
    source = forms.CharField(
        label=_("Source ou preuve"),
        max_length=250,
        required=False,
        help_text=_("D’où vient ce chiffre : facture, export, rapport, adresse."),
    )
    blocked_by = forms.CharField(
        label=_("Bloqué par"), max_length=500, required=False, widget=text_area(2)
    )
    note = forms.CharField(
        label=_("Remarque"), max_length=1000, required=False, widget=text_area(2)
    )

    file = EvidenceFile(
        label=_("Preuve : un fichier ou une photo"),
        required=False,
        help_text=_("Privée ; le lieu et l’appareil sont retirés des photos."),
    )

    # What it changes in the action: the others are said anew each time.
    CHANGED = ("progress", "blocked_by")
    WORDS = frozenset({"source", "blocked_by", "note", "file"})
    field_order = [
        "progress",
        "on",
        "value",
        "text",
        "unknown",
        "source",
        "blocked_by",
        "note",
        "file",
    ]

    def __init__(
        self,
        action: Action,
        indicator: Indicator | None,
        today: date,
        data: Any = None,
        files: Any = None,
    ) -> None:
        initial = {"progress": action.progress, "blocked_by": action.blocked_by, "on": today}
        super().__init__(data, files, initial=initial, prefix="update")
        self.indicator = indicator if indicator and not indicator.computed_by else None
        if self.indicator is None:
            for name in ("unknown", "on", "source"):
                del self.fields[name]
        else:
            name, field = value_field_of(self.indicator)
            self.fields[name] = field
        self.others = {
            f"other{one.pk}": one
            for one in (link.indicator for link in action.indicator_links.all())
            if one != indicator and not one.computed_by
        }
        for name, one in self.others.items():
            self.fields[name] = value_field_of(one)[1]
        if settings.SCAN_COMMAND:  # what examines a file may take long: it has its own page
            del self.fields["file"]
        if action.level != CommitmentLevel.IMPLEMENTATION:
            choices = [item for item in PROGRESSES.items() if item[0] is not Progress.ONGOING]
            self.fields["progress"].choices = choices  # type: ignore[attr-defined]
        order = list(self.field_order)
        at = order.index("unknown") + 1
        self.order_fields([*order[:at], *self.others, *order[at:]])

    @property
    def told(self) -> dict[str, Indicator]:
        """The indicators by the name of the field that takes their value."""
        name = "value" if "value" in self.fields else "text"
        return ({name: self.indicator} if self.indicator else {}) | self.others

    @property
    def figures(self) -> list[BoundField]:
        """What is short: how far, the values and their day, two a line."""
        return [field for field in self if field.name not in self.WORDS]

    @property
    def words(self) -> list[BoundField]:
        return [field for field in self if field.name in self.WORDS]

    def values(self) -> list[Value]:
        """Return what is said of the other indicators, once the form is valid; empty is nothing."""
        found = []
        for name, indicator in self.others.items():
            given = self.cleaned_data.get(name)
            if isinstance(given, Decimal):
                found.append(Value(indicator, given))
            elif given:
                found.append(Value(indicator, text=str(given)))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = data.get("value") is not None or bool(data.get("text"))
        if given and data.get("unknown"):
            self.add_error("unknown", _("Donnez le chiffre, ou dites que vous ne l’avez pas."))
        if self.indicator is not None:
            confirm_beyond_whole(self, self.indicator, data.get("value"))
        return data
