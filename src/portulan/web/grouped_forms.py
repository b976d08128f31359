"""Forms whose fields stand in groups, each under its legend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together under one legend."""

    legend: str
    hint: str
    fields: list[BoundField]

    @property
    def in_years(self) -> bool:
        """Tell whether it is a row of years, of which the boxes are small."""
        return any(getattr(one.field, "of_a_year", False) for one in self.fields)


class GroupedForm(forms.Form):
    """A form whose fields stand in groups; `partials/form.html` shows them so."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._groups: list[tuple[str, str, list[str]]] = []

    @property
    def groups(self) -> list[Group]:
        """The fields by what they are about."""
        return [
            Group(legend, hint, [self[name] for name in names])
            for legend, hint, names in self._groups
        ]

    def group(self, legend: str, hint: str, fields: Mapping[str, forms.Field]) -> None:
        """Put fields under a legend, in their order."""
        for name, field in fields.items():
            # Empty says something here: it is not “optional”.
            field.conditional = True  # type: ignore[attr-defined]
            self.fields[name] = field
        self._groups.append((legend, hint, list(fields)))

    def row(self, name: str) -> list[int | None]:
        """Return what was typed in the boxes of a row, in the order of years."""
        return [self.cleaned_data.get(box) for box in self.boxes(name)]

    def boxes(self, name: str) -> list[str]:
        """Return the names of the boxes of a row: “cost_I:1”, “cost_I:2”."""
        return [box for box in self.fields if box.startswith(f"{name}:")]
