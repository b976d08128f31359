"""The forms of indicators, targets and dated values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.accounts.words import LegalForm
from portulan.catalogue.obligations import shares_asked
from portulan.core.fields import Field
from portulan.core.say import numbers
from portulan.indicators.computed import NAMED
from portulan.indicators.fields import INDICATOR
from portulan.indicators.models import JUDGEMENTS, KNOWLEDGES, Indicator
from portulan.indicators.reads import owed_of, series_of
from portulan.indicators.unit_parts.rules import binding
from portulan.indicators.values import Manner, ratio
from portulan.indicators.words import (
    Direction,
    Frequency,
    Judgement,
    Kind,
    Knowledge,
    MeasurementRole,
    OverTime,
    OverUnits,
    TargetKind,
)
from portulan.plans.feeds import Start
from portulan.sources.answering import note_of
from portulan.web.conflicts import Told
from portulan.web.fields import DayField, NumberField, field_of
from portulan.web.indicators.typed import value_field
from portulan.web.indicators.values import name_with_unit, with_unit
from portulan.web.language import page_language

# How the form names a choice left open, and what it offers first where the column does not.
_OPEN = {"frequency": _("sans rythme dit"), "over_units": _("selon son genre")}
_FIRST = {"direction": Direction.UP}


class IndicatorForm(forms.Form):
    """The fields of an indicator, as they are declared."""

    def __init__(self, *args: Any, units: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in INDICATOR:
            # An organisation that did not ask for units has none of the word.
            if units or field.name != "over_units":
                self.fields[field.name] = _drawn(field)

    def said(self) -> dict[str, Any]:
        """Return what the services take."""
        data = {"over_units": self.initial.get("over_units"), **self.cleaned_data}
        frequency, between = data.pop("frequency"), data.pop("over_units")
        return data | {
            "manner": Manner(
                Frequency(frequency) if frequency else None,
                OverTime(data.pop("over_time") or OverTime.STOCK),
                OverUnits(between) if between else None,
                tuple(data.pop("scale")),
                data.pop("review_on"),
            )
        }


def _drawn(field: Field) -> Any:
    column: Any = Indicator._meta.get_field(field.name)
    language = page_language()
    said: dict[str, Any] = {"label": field.label.say(language), "rows": 2}
    said["help_text"] = field.help.say(language) if field.help else ""
    first = _FIRST.get(field.name, column.get_default())
    drawn = field_of(Indicator, field.name, initial=first, **said)
    if field.name in _OPEN:
        drawn.choices = [("", _OPEN[field.name]), *drawn.choices]
    if field.name == "over_time":
        drawn.required = False  # of a number alone
    return drawn


class AddIndicatorForm(IndicatorForm):
    """An indicator to add: typed, or one that Portulan computes by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = page_language()
        choices: list[Any] = [("", _("personne : il se saisit"))]
        choices += [(name, text.say(language)) for name, text in NAMED.items()]
        self.fields["computed_by"] = forms.ChoiceField(
            label=_("Calculé par Portulan"), choices=choices, required=False
        )


class JudgementForm(forms.Form):
    """What is said of a target in words, at its date."""

    judgement = forms.TypedChoiceField(
        label=_("La cible est"), choices=JUDGEMENTS, coerce=Judgement, widget=forms.RadioSelect
    )
    by = forms.CharField(label=_("Jugée par, une fonction"), max_length=160)
    why = forms.CharField(label=_("Motif"), max_length=500)
    on = DayField(label=_("Date"))


class AsideForm(forms.Form):
    """Why a value among several does not count."""

    why = forms.CharField(
        label=_("Pourquoi ce relevé ne compte pas"),
        max_length=250,
        help_text=_("Il reste lisible avec son motif ; l’autre source compte."),
    )


class TargetForm(forms.Form):
    """What is to be reached by a day: a target, or what the law asks for.

    Of a share, one may choose a threshold of the laws that bind the organisation: its day, its
    value and its text come with it.
    """

    kind = forms.TypedChoiceField(
        label=_("Genre"),
        choices={TargetKind.TARGET: _("Cible"), TargetKind.LEGAL: _("Seuil légal")},
        coerce=TargetKind,
    )
    due_on = DayField(
        label=_("Échéance"), help_text=_("Un seuil légal s’applique à partir de ce jour.")
    )
    reference = forms.CharField(
        label=_("Texte de loi"), max_length=250, required=False, help_text=_("Pour un seuil légal.")
    )
    replace = forms.BooleanField(
        label=_("Remplacer la cible que cette date a déjà"), required=False
    )

    def __init__(self, indicator: Indicator, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, field = value_field(indicator, {"label": _("À atteindre")})
        self.fields[name] = field
        self._named = name
        place, self._known = indicator.organisation, {}
        if indicator.kind == Kind.PERCENTAGE:
            asked = shares_asked(LegalForm(place.legal_form), place.population)
            self._known = {f"{law.key}-{one.since}": (law, one) for law, one in asked}
        if self._known:
            field.required = False
            self.fields["law"] = forms.ChoiceField(
                label=_("Seuil que la loi fixe"),
                choices=[("", _("aucun : je dis la cible")), *self._thresholds()],
                required=False,
                help_text=_("Le jour, la valeur et le texte viennent avec lui."),
            )
        self.order_fields(["law", "kind", "due_on", name, "reference", "replace"])

    def _thresholds(self) -> Iterator[tuple[str, str]]:
        language = page_language()
        for key, (law, one) in self._known.items():
            yield (
                key,
                _("%(law)s : %(share)s (%(year)s)")
                % {
                    "law": law.name.say(language),
                    "share": numbers.percent(one.percent, language, decimals=0),
                    "year": one.since,
                },
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = self._known.get(data.pop("law", ""))
        if chosen is not None:
            law, one = chosen
            self.errors.pop("due_on", None)
            data |= {
                "kind": TargetKind.LEGAL,
                "due_on": date(one.since, 1, 1),
                self._named: one.percent,
                "reference": law.source,
            }
        elif data.get(self._named) in (None, "") and self._named not in self.errors:
            self.add_error(self._named, self.fields[self._named].error_messages["required"])
        return data


class MeasurementForm(forms.Form):
    """A dated value, or the statement that it is not known."""

    READ_WITH = MappingProxyType({"value": ("numerator", "denominator")})

    on = DayField(label=_("Date"))
    knowledge = forms.TypedChoiceField(
        label=_("Ce chiffre est"),
        choices=KNOWLEDGES,
        coerce=Knowledge,
        initial=Knowledge.KNOWN,
        widget=forms.RadioSelect,
    )
    numerator = NumberField(label=_("Numérateur"), required=False)
    denominator = NumberField(
        label=_("Dénominateur"),
        required=False,
        help_text=_("Les deux termes remplacent le pourcentage : il est calculé."),
    )
    role = forms.TypedChoiceField(
        label=_("Sert de"),
        choices={
            MeasurementRole.READING: _("Relevé"),
            MeasurementRole.BASELINE: _("Référence, d’où part la trajectoire"),
        },
        coerce=MeasurementRole,
    )
    source = forms.CharField(label=_("Source"), max_length=250, required=False)
    note = forms.CharField(label=_("Remarque"), max_length=500, required=False)
    breaks_series = forms.BooleanField(
        label=_("Le périmètre a changé : ne pas comparer avec les relevés d’avant"), required=False
    )

    def __init__(
        self,
        indicator: Indicator,
        today: date,
        data: Any = None,
        *,
        role: MeasurementRole = MeasurementRole.READING,
        unit: str = "",
        start: Start | None = None,
    ) -> None:
        """`start`: what a source said first, which is proposed; what is changed of it is typed."""
        whose = unit if unit.isascii() and unit.isdecimal() else ""
        super().__init__(data, initial={"on": today, "role": role, "unit": whose})
        self.indicator = indicator
        options = {"label": name_with_unit(indicator), "required": False}
        name, field = value_field(indicator, options)
        self.fields[name], self.value_name = field, name
        self._start = start
        if start is not None:
            self.initial.update(
                {
                    name: start.value.normalize(),
                    "on": start.on,
                    "source": start.snapshot.source.name,
                    "note": note_of(start),
                }
            )
        if indicator.kind != Kind.PERCENTAGE:
            del self.fields["numerator"]
            del self.fields["denominator"]
        self._ask_whose(indicator, today)
        self._ask_restated(indicator)
        if indicator.computed_by:
            roles: Any = self.fields["role"]
            roles.choices = list(roles.choices)[1:]
        self.order_fields(["on", name])

    def taken(self) -> dict[str, Any]:
        """Return what is said: a figure that is not the source's is not told as coming from it."""
        data = {name: value for name, value in self.cleaned_data.items() if value is not None}
        start = self._start
        if start is not None and (data.get("value"), data["on"]) != (start.value, start.on):
            told = {"source": start.snapshot.source.name, "note": note_of(start)}
            data |= {name: "" for name, words in told.items() if data[name] == words}
        return data

    def _ask_whose(self, indicator: Indicator, today: date) -> None:
        units = indicator.organisation.units.order_by("name")
        owed = binding(owed_of(indicator), today)
        if owed:  # what another unit would tell counts for nothing
            units = units.filter(pk__in=owed)
        if units.exists() and not indicator.computed_by:
            self.fields["unit"] = forms.ModelChoiceField(
                units, label=_("Entité"), required=False, empty_label=_("Toute l’organisation")
            )

    def _ask_restated(self, indicator: Indicator) -> None:
        breaks = indicator.measurements.filter(withdrawn_at=None, breaks_series=True)
        days = sorted(set(breaks.values_list("on", flat=True)))
        if days:
            said = [(day.isoformat(), numbers.date(day, page_language())) for day in days]
            self.fields["restated_for"] = forms.TypedChoiceField(
                label=_("Valeur d’avant, redite pour la rupture du"),
                choices=[("", _("non, c’est un relevé de plus")), *said],
                coerce=date.fromisoformat,
                empty_value=None,
                required=False,
                help_text=_("La valeur d’abord dite reste à côté ; la série se compare à nouveau."),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        value, top, bottom = (data.get(name) for name in ("value", "numerator", "denominator"))
        if value is None and top is not None and bottom:
            value = 100 * top / bottom
        confirm_beyond_whole(self, self.indicator, value)
        return data


WHOLE = Decimal(100)


def value_field_of(indicator: Indicator) -> tuple[str, forms.Field]:
    label = name_with_unit(indicator)
    last = series_of(indicator).last_known
    hint = str(_("Pas encore de relevé."))
    if last is not None:
        told = {
            "value": with_unit(indicator, last),
            "day": numbers.date(last.on, page_language()),
        }
        if last.role is MeasurementRole.BASELINE:
            hint = _("Référence : %(value)s au %(day)s.") % told
        else:
            hint = _("Dernier relevé : %(value)s, le %(day)s.") % told
    options: dict[str, Any] = {"label": label, "required": False, "help_text": hint}
    return value_field(indicator, options)


def confirm_beyond_whole(form: forms.Form, indicator: Indicator, value: Decimal | None) -> None:
    """Have a percentage above 100 confirmed, unless the indicator was or aims above it."""
    if indicator.kind != Kind.PERCENTAGE or value is None or value <= WHOLE:
        return
    series = series_of(indicator)
    if any(item.value is not None and item.value > WHOLE for item in series.readings + series.aims):
        return
    form.fields["beyond"] = forms.BooleanField(label=_("C’est bien plus de 100 %"), required=False)
    names = list(form.fields)
    form.order_fields([*names[: names.index("value") + 1], "beyond"])
    if not form.data.get(form.add_prefix("beyond")):
        form.add_error(
            "beyond",
            _("Une part ne dépasse pas le tout. Si cet indicateur le peut, cochez cette case."),
        )


def readings_told(
    form: forms.Form,
    indicators: Mapping[str, Indicator],
    person_id: int | None,
    role: MeasurementRole = MeasurementRole.READING,
) -> Iterator[Told]:
    """Yield what others told for the day of a form, by the name of its field for each indicator.

    A value of the same person corrects the former one; that of another stands beside it, and the
    last one counts: who tells it has seen the others.
    """
    unit, restated_for = _typed(form, "unit"), _typed(form, "restated_for") or None
    place = (_typed(form, "on"), role, getattr(unit, "pk", None), restated_for)
    for name, indicator in indicators.items():
        given = list(indicator.measurements.all())
        theirs = [
            one
            for one in given
            if (one.on, one.role, one.unit_id, one.restated_for) == place
            and one.person_id != person_id
            and one.knowledge == Knowledge.KNOWN
            and one.withdrawn_at is None
            and not (one.computed or one.refused_why)
        ]
        marks = {one.pk: ("readings", indicator.pk, one.pk) for one in given}
        mark = marks[max(marks)] if marks else ("readings", indicator.pk, 0)
        if not theirs:
            yield Told(name, mark)
            continue
        last = max(theirs, key=lambda one: one.pk)
        since = tuple(shown for pk, shown in marks.items() if pk >= last.pk)
        yield Told(name, mark, last.text or last.value, since, _share_of_terms(form, indicator))


def _share_of_terms(form: forms.Form, indicator: Indicator) -> Decimal | None:
    """Return the value that two terms say where no value is typed."""
    top, bottom = _typed(form, "numerator"), _typed(form, "denominator")
    return ratio(Kind(indicator.kind), top, bottom) if top is not None and bottom else None


def _typed(form: forms.Form, name: str) -> Any:
    """Return what a field of a form that came back holds, None where it is nothing sound."""
    if not form.is_bound or name not in form.fields:
        return None
    with suppress(forms.ValidationError):
        return form.fields[name].clean(form[name].data)
    return None
