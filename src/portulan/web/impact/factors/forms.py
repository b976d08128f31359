"""Giving a figure, and choosing those of a file that take the place of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.impact.engine.draws import LogNormal, Triangle
from portulan.impact.engine.factors import Factor, Quality
from portulan.impact.models import QUALITIES
from portulan.impact.readers.entries import Entry
from portulan.web.fields import CalendarYearField, NumberField
from portulan.web.uploads import FilesField

_POWER = re.compile(r"[+-]?[0-9]{1,2}")


class FactorField(NumberField):
    """A figure may be tiny: grams of minerals are counted in kilograms."""

    decimals = 60

    def to_python(self, value: Any) -> Any:
        number, mark, power = str(value or "").casefold().partition("e")
        if not mark or not _POWER.fullmatch(power):
            return super().to_python(value)
        mantissa = super().to_python(number)
        return None if mantissa is None else super().to_python(mantissa.scaleb(int(power)))


class FactorForm(forms.Form):
    """A figure of the organisation: as much about its source as about its value."""

    name = forms.CharField(
        label=_("Nom du facteur"),
        max_length=80,
        help_text=_(
            "Comme laptop.gwp.embedded ou electricity.gwp.FRA ; un appareil à vous prend le nom "
            "que vous voulez."
        ),
    )
    value = FactorField(label=_("Valeur"))
    low = FactorField(label=_("Au plus bas"), required=False)
    high = FactorField(label=_("Au plus haut"), required=False)
    gsd = NumberField(
        label=_("ou écart géométrique"),
        required=False,
        help_text=_("1,45 pour « deux fois sur trois, à un facteur 1,45 près »."),
    )
    source = forms.CharField(label=_("Source"), max_length=300)
    address = forms.CharField(label=_("Adresse de la source"), max_length=300, required=False)
    year = CalendarYearField(label=_("Année"), required=False, low=1950)
    geography = forms.CharField(label=_("Lieu"), max_length=80, required=False)
    licence = forms.CharField(label=_("Licence"), max_length=80, required=False)
    quality = forms.ChoiceField(label=_("Qualité"), choices=[("", "–"), *QUALITIES.items()])
    reason = forms.CharField(label=_("Pourquoi ce chiffre"), max_length=500)

    def __init__(self, name: str, in_force: Factor | None, data: Any = None) -> None:
        super().__init__(data)
        if name:
            del self.fields["name"]
            if in_force is not None:
                self.initial["value"] = Decimal(f"{in_force.value:.6g}")
        self._name = name

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if (data.get("low") is None) != (data.get("high") is None):
            self.add_error("low", _("Donnez le plus bas et le plus haut, ou aucun."))
        if data.get("low") is not None and data.get("gsd") is not None:
            self.add_error("gsd", _("Une fourchette ou un écart géométrique, pas les deux."))
        return data

    def figure(self) -> Factor:
        """Return the figure, once the form is valid."""
        data = self.cleaned_data
        value = float(data["value"])
        spread: LogNormal | Triangle | None = None
        if data["low"] is not None:
            spread = Triangle(float(data["low"]), value, float(data["high"]))
        elif data["gsd"] is not None:
            spread = LogNormal(float(data["gsd"]))
        said = {name: data[name] for name in ("geography", "year", "source", "address", "licence")}
        return Factor(
            id=self._name or data["name"].strip(),
            value=value,
            quality=Quality(data["quality"]),
            spread=spread,
            **said,
        )


class FiguresForm(forms.Form):
    sources = FilesField(
        label=_("Fichiers (CSV)"),
        help_text=_(
            "Le fichier officiel de la Base Carbone, ou les tables de référence de NumEcoEval ou "
            "de G4IT : facteurs de caractérisation, types d’équipement, correspondances, mix "
            "électriques. Déposées ensemble, elles s’éclairent l’une l’autre."
        ),
    )
    words = forms.CharField(
        label=_("Mots cherchés"),
        max_length=80,
        required=False,
        help_text=_(
            "Comme « ordinateur portable » ou « électricité mix moyen » ; sans mots, les "
            "premiers chiffres trouvés."
        ),
    )


class ChosenForm(forms.Form):
    """Which element takes the place of which factor: those left empty are not imported."""

    reason = forms.CharField(label=_("Pourquoi ces chiffres"), max_length=500)

    def __init__(
        self, entries: Sequence[Entry], in_force: Mapping[str, Factor], data: Any = None
    ) -> None:
        super().__init__(data)
        self.entries, self._in_force = entries, in_force
        for number, entry in enumerate(entries):
            self.fields[f"factor-{number}"] = forms.CharField(
                label=_("Facteur que « %(name)s » remplace") % {"name": entry.name},
                required=False,
                max_length=80,
                initial=entry.proposal,
                widget=forms.TextInput(attrs={"list": "factor-names", "autocomplete": "off"}),
            )

    def rows(self) -> list[tuple[Entry, Factor | None, forms.BoundField]]:
        """Return each element with the factor that it seems to be, and its field."""
        return [
            (entry, self._in_force.get(entry.proposal), self[f"factor-{number}"])
            for number, entry in enumerate(self.entries)
        ]

    def clean(self) -> dict[str, Any]:
        if not self.chosen() and not self.errors:
            self.add_error(None, _("Choisissez au moins un facteur à remplacer."))
        return self.cleaned_data

    def chosen(self) -> list[tuple[str, Entry]]:
        """Return the factors to replace, each with its element."""
        data: Mapping[str, Any] = self.cleaned_data
        named = ((data.get(f"factor-{n}", "").strip(), e) for n, e in enumerate(self.entries))
        return [(name, entry) for name, entry in named if name]
