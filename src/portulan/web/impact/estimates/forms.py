"""The guided form of an archetype: one line per number, likeliest first, and its range if known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from portulan.core.folding import fold
from portulan.core.say import numbers
from portulan.core.say.text import Problem
from portulan.impact.engine.archetype import Archetype, Asked, Input, View
from portulan.impact.engine.archetypes import enabling
from portulan.impact.engine.factors import Registry
from portulan.impact.engine.names import device_name
from portulan.impact.engine.request import DEFAULT_SEED, FORMAT
from portulan.impact.models import MOMENTS, VIEWS
from portulan.impact.readers.request import BOUNDS, parse
from portulan.impact.words import Moment
from portulan.indicators.models import Measurement
from portulan.indicators.series import Reading
from portulan.web.fields import NumberField
from portulan.web.impact.words import input_label
from portulan.web.indicators.values import with_unit
from portulan.web.language import page_language

YES, NO = "yes", "no"
FRANCE = "FRA"


# In percent on screen, in fractions of 1 in a request.
_RANGES = {Asked.SHARE: (0, 100), Asked.CHANGE: (-100, 1000)}
_CHOSEN = {Asked.DEVICE, Asked.COUNTRY, Asked.FLAG}
_PREFIX = "estimates[0].inputs."


class ReadingField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A dated value of the action, by its indicator."""

    def label_from_instance(self, obj: Any) -> str:
        value = with_unit(obj.indicator, Reading(obj.on, obj.value, obj.text))
        told = {"value": value, "day": numbers.date(obj.on, page_language())}
        what = _("%(value)s au %(day)s") % told
        return f"{obj.indicator.name}{_('\u00a0: ')}{what}"


class RecordForm(forms.Form):
    """What is said of any estimate before it is recorded."""

    moment = forms.ChoiceField(label=_("Cette estimation est"), choices=MOMENTS)
    baseline = forms.CharField(
        max_length=500, required=False, label=_("Ce qui se passerait sans l’action")
    )
    note = forms.CharField(max_length=500, required=False, label=_("Remarque"))


class EstimateForm(RecordForm):
    """What an archetype asks, and what surrounds every estimate."""

    measurement = ReadingField(
        Measurement.objects.none(),
        required=False,
        label=_("Relevé qui la fonde"),
        empty_label=_("Aucun"),
        help_text=_("Pour une estimation mesurée : elle se compare à la prévue."),
    )
    assets = forms.CharField(
        max_length=200,
        required=False,
        label=_("Matériel concerné"),
        help_text=_(
            "En vos mots, séparés par des virgules. Deux actions qui écrivent le même mot ne sont "
            "jamais comptées deux fois."
        ),
    )

    def __init__(
        self,
        archetype: Archetype,
        *,
        registry: Registry,
        readings: Any,
        data: Any = None,
        before: Mapping[str, Any] | None = None,
        baseline: str = "",
        home: str = FRANCE,
    ) -> None:
        """`before` and `baseline` are the request and the baseline of an estimate to start from.

        `home` is the country whose electricity is taken when none is said.
        """
        self._home = home if registry.latest(f"electricity.gwp.{home}") else FRANCE
        super().__init__(data)
        self.archetype, self._registry = archetype, registry
        self.fields["baseline"].help_text = _(
            "La situation à laquelle on compare, et pourquoi celle-là."
        )
        language = page_language()
        part = before["estimates"][0] if before else {}
        given: Mapping[str, Any] = part.get("inputs", {})
        self._add_choices(given, language)
        self._numbers = [one for one in archetype.inputs if one.asked not in _CHOSEN]
        for wanted in self._numbers:
            self._add_number(wanted, given.get(wanted.name))
        if archetype.name != enabling.NAME:
            self._add_surroundings(before)
        else:
            del self.fields["assets"], self.fields["baseline"]
        self.fields["measurement"].queryset = readings  # type: ignore[attr-defined]
        self.initial["baseline"] = baseline
        self.initial["assets"] = ", ".join(part.get("assets", []))

    def _add_choices(self, given: Mapping[str, Any], language: Any) -> None:
        named = [(device_name(one, language), one) for one in self._registry.devices]
        devices = sorted(named, key=lambda named: (fold(named[0]), named[1]))
        for wanted in self.archetype.inputs:
            label = input_label(self.archetype.name, wanted.name)
            if wanted.asked is Asked.DEVICE:
                self.fields[wanted.name] = forms.ChoiceField(
                    label=label, choices=[("", "–"), *((key, name) for name, key in devices)]
                )
            elif wanted.asked is Asked.COUNTRY:
                self.fields[wanted.name] = country_field(label)
            elif wanted.asked is Asked.FLAG:
                self.fields[wanted.name] = forms.ChoiceField(
                    label=label,
                    choices=[(YES, _("oui")), (NO, _("non"))],
                    widget=forms.RadioSelect,
                    initial=None if wanted.default is None else YES if wanted.default else NO,
                )
            else:
                continue
            start = given.get(wanted.name)
            if start is not None:
                self.initial[wanted.name] = (
                    start if isinstance(start, str) else YES if start else NO
                )

    def _add_number(self, wanted: Input, start: Any) -> None:
        label = input_label(self.archetype.name, wanted.name)
        triangle = start if isinstance(start, Mapping) else {"mode": start}
        required = wanted.is_required and wanted.name not in self.archetype.one_of
        is_whole = wanted.asked in BOUNDS and BOUNDS[wanted.asked].is_whole
        told = {"invalid": _("Écrivez un nombre entier, comme 120.")} if is_whole else {}
        for name, end, needed in (
            (wanted.name, "mode", required),
            (f"{wanted.name}-low", "min", False),
            (f"{wanted.name}-high", "max", False),
        ):
            self.fields[name] = NumberField(label=label, required=needed, error_messages=told)
            number = triangle.get(end)
            if number is not None:
                shown = Decimal(str(number)) * (100 if wanted.asked in _RANGES else 1)
                self.initial[name] = shown

    def _add_surroundings(self, before: Mapping[str, Any] | None) -> None:
        if len(self.archetype.views) > 1:
            self.fields["view"] = forms.ChoiceField(
                label=_("Compter"),
                choices=[(view, VIEWS[view]) for view in self.archetype.views],
                help_text=_("Par an pour comparer ; à l’achat pour ce qui ne sera pas acheté."),
                initial=(before or {}).get("view", View.AMORTISED),
            )
        if not any(one.asked is Asked.COUNTRY for one in self.archetype.inputs):
            self.fields["country"] = country_field(_("Pays de l’électricité"))
            self.initial["country"] = (before or {}).get("country", self._home)

    # What the template shows

    def choices(self) -> list[BoundField]:
        """The devices, countries, yes and no of the archetype."""
        return [self[one.name] for one in self.archetype.inputs if one.asked in _CHOSEN]

    def lines(self) -> list[tuple[str, str, list[tuple[Any, BoundField]]]]:
        """The numbers of the archetype: each with what is taken when it is left empty, and its
        three fields, named."""
        ends = {"": _("le plus probable"), "-low": _("au plus bas"), "-high": _("au plus haut")}
        return [
            (
                input_label(self.archetype.name, wanted.name),
                self._default(wanted),
                [(name, self[f"{wanted.name}{end}"]) for end, name in ends.items()],
            )
            for wanted in self._numbers
        ]

    def surroundings(self) -> list[BoundField]:
        """What is asked of every estimate."""
        names = ("view", "country", "assets", "baseline", "moment", "measurement", "note")
        return [self[name] for name in names if name in self.fields]

    def _default(self, wanted: Input) -> str:
        if wanted.factor:
            return str(_("celle de l’appareil choisi, dans les facteurs"))
        if wanted.default is None:
            return ""
        said = numbers.share if wanted.asked in _RANGES else numbers.number
        return said(Decimal(str(wanted.default)), page_language())

    # What is asked of the engine

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for wanted in self._numbers:
            low, high = (data.get(f"{wanted.name}-{end}") for end in ("low", "high"))
            if (low is None) != (high is None):
                self.add_error(wanted.name, _("Donnez le plus bas et le plus haut, ou aucun."))
            elif low is not None and (mode := data.get(wanted.name)) is None:
                self.add_error(wanted.name, _("Donnez aussi la valeur la plus probable."))
            elif low is not None and high is not None and not low <= mode <= high:
                self.add_error(
                    wanted.name, _("Il faut : au plus bas ≤ le plus probable ≤ au plus haut.")
                )
            self._check_percent(wanted)
        self._check_request()
        return data

    def _check_request(self) -> None:
        """Say at once all that the reader of requests would, beside fields not blamed already."""
        asked = json.dumps(self.request("action")).encode()
        self._blame(parse(asked, self._registry).problems)

    def _check_percent(self, wanted: Input) -> None:
        if wanted.asked not in _RANGES:
            return
        least, most = _RANGES[wanted.asked]
        for name in (wanted.name, f"{wanted.name}-low", f"{wanted.name}-high"):
            percent = self.cleaned_data.get(name)
            if percent is not None and not least <= percent <= most:
                told = {"least": least, "most": most}
                self.add_error(
                    wanted.name, _("Écrivez un pourcentage de %(least)s à %(most)s.") % told
                )

    def request(self, name: str) -> dict[str, object]:
        """Return the request, once the form is valid; `name` is that of its only estimate."""
        data = self.cleaned_data
        assets = [word.strip() for word in data.get("assets", "").split(",")]
        country = data.get("country") or data.get("from") or self._home
        return {
            "format": FORMAT.name,
            "country": country.upper(),
            "seed": DEFAULT_SEED,
            "view": data.get("view") or self.archetype.views[0].value,
            "estimates": [
                {
                    "id": name,
                    "archetype": self.archetype.name,
                    "assets": sorted({word for word in assets if word}),
                    "inputs": dict(self._inputs()),
                }
            ],
        }

    def _inputs(self) -> Iterator[tuple[str, object]]:
        data = self.cleaned_data
        for wanted in self.archetype.inputs:
            value = data.get(wanted.name)
            if value in (None, ""):
                continue
            if wanted.asked is Asked.FLAG:
                yield wanted.name, value == YES
            elif wanted.asked in _CHOSEN:
                yield wanted.name, value.upper() if wanted.asked is Asked.COUNTRY else value
            else:
                yield wanted.name, self._number(wanted)

    def _number(self, wanted: Input) -> object:
        data = self.cleaned_data
        mode, low, high = (
            _plain(data.get(name), in_percent=wanted.asked in _RANGES)
            for name in (wanted.name, f"{wanted.name}-low", f"{wanted.name}-high")
        )
        return mode if low is None else {"min": low, "mode": mode, "max": high}

    def _blame(self, problems: Iterable[Problem]) -> None:
        """Say each fault of the request beside the field that it is about, in its words."""
        language = page_language()
        blamed = set(self.errors)
        for problem in problems:
            field = str(problem.values.get("field", ""))
            name = field.removeprefix(_PREFIX).partition(".")[0]
            if name in blamed or (blamed and name not in self.fields):
                continue
            label: Any = None
            if field.startswith(_PREFIX) and name in self.fields:
                label = input_label(self.archetype.name, name)
            elif field in self.fields:
                name, label = field, self.fields[field].label
            if label:
                problem = replace(problem, values={**problem.values, "field": str(label)})
            self.add_error(name if label else None, problem.message(language))

    @property
    def moment_chosen(self) -> Moment:
        return Moment(self.cleaned_data["moment"])


def _plain(number: Decimal | None, *, in_percent: bool) -> float | int | None:
    """Return a number as JSON has it: a whole one stays whole."""
    if number is None:
        return None
    value = number / 100 if in_percent else number
    return int(value) if value == value.to_integral_value() else float(value)


def country_field(label: Any) -> forms.CharField:
    """Return the field of a country, by its code of three letters."""
    return forms.CharField(
        label=label,
        max_length=3,
        min_length=3,
        help_text=_("Code de trois lettres : FRA, DEU, IRL, POL, SWE, USA ; EEE pour l’Europe."),
    )
