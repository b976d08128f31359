"""Which value stands of what both sides changed: asked on the page that confirms a file.

A client gives its conflicts, each with its key, and says its words; the template includes
`partials/sides.html`. Some are asked one by one, the others have one answer together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portulan.core.merge.threeway import Side

MOST_ASKED = 15


class Words(NamedTuple):
    """What no answer says, for one and for the others; each side; the head of what comes."""

    unsaid: Promise
    rest: Promise
    sides: Mapping[Side, Promise]
    there: Promise


@dataclass(frozen=True, slots=True)
class Asked:
    """A conflict: its key in the form, where it is, both values; `box` answers it.

    What was decided here is shown, and not asked.
    """

    key: str
    place: str
    field: str
    here: str
    there: str
    is_decided: bool = False
    box: BoundField | None = None

    @property
    def name(self) -> str:
        return f"side-{self.key}"


class SidesForm(forms.Form):
    """What stands of what both sides changed."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=12)

    def __init__(
        self, conflicts: Sequence[Asked], seen: str, words: Words, data: Any = None
    ) -> None:
        super().__init__(data, initial={"seen": seen})
        self.words = words
        waiting = [one for one in conflicts if not one.is_decided]
        self.listed = waiting[:MOST_ASKED]
        self.listed += [one for one in conflicts if one.is_decided][:MOST_ASKED]
        self.others = max(0, len(waiting) - MOST_ASKED)
        choices = [(side.value, label) for side, label in words.sides.items()]
        for one in waiting[:MOST_ASKED]:
            label = _("Quelle valeur reste pour %(field)s") % {"field": one.field}
            self.fields[one.name] = forms.ChoiceField(
                label=label, choices=[("", words.unsaid), *choices], required=False
            )
        if waiting:
            self.fields["rest"] = forms.ChoiceField(
                label=_("Pour celles qui n’ont pas de réponse"),
                choices=[("", words.rest), *choices],
                required=False,
            )

    def asked(self) -> Iterator[Asked]:
        """Yield the conflicts that the page shows: those that it asks, some that are decided."""
        for one in self.listed:
            yield replace(one, box=self[one.name] if one.name in self.fields else None)

    def said(self) -> dict[str, Any]:
        """Return what was seen, the side of each conflict by its key, and that of the others."""
        sides, rest = sides_in(self.data)
        return {"seen": self.cleaned_data["seen"], "sides": sides, "rest": rest}


def sides_in(data: Mapping[str, Any]) -> tuple[dict[str, Side], Side | None]:
    """Return the side of each conflict that was answered, by its key, and that of the others."""
    said = {name: Side(value) for name, value in data.items() if value in set(Side)}
    answered = {
        name.removeprefix("side-"): side for name, side in said.items() if name.startswith("side-")
    }
    return answered, said.get("rest")
