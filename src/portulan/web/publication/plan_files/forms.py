"""The forms of a folder that comes back: its archive, and what stands of each conflict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.core.merge.threeway import Cell, Side
from portulan.publication.plan_files.comparing import Loc
from portulan.publication.plan_files.previews import key_of
from portulan.publication.plan_files.telling import shown

# A page asks so many one by one; the others are answered together.
MOST_ASKED = 15
SIDES = {
    Side.OURS: gettext_lazy("garder celle d’ici"),
    Side.THEIRS: gettext_lazy("prendre celle du dossier"),
}


class FolderForm(forms.Form):
    """The folder of a plan, in an archive."""

    file = forms.FileField(
        label=gettext_lazy("Dossier du plan, en ZIP"),
        allow_empty_file=True,  # the reader says what to do about it
        widget=forms.FileInput(attrs={"accept": ".zip"}),
        help_text=gettext_lazy("Celui que vous avez emporté d’ici, une fois modifié."),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A conflict as the page asks it: where, both values, the box that answers; decided, none."""

    place: str
    line: int | None
    field: str
    here: str
    there: str
    box: BoundField | None


class SidesForm(forms.Form):
    """What stands of what both sides changed."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=12)

    def __init__(
        self,
        conflicts: Sequence[Cell],
        lines: Callable[[Loc], int | None],
        seen: str,
        data: Any = None,
    ) -> None:
        super().__init__(data, initial={"seen": seen})
        self.conflicts, self.lines = conflicts, lines
        open_ones = [one for one in conflicts if one.must is None]
        choices = [(side.value, words) for side, words in SIDES.items()]
        for one in open_ones[:MOST_ASKED]:
            self.fields[self._name(one)] = forms.ChoiceField(
                label=_("Quelle valeur reste pour %(field)s") % {"field": one.name.shown},
                choices=[("", _("à dire")), *choices],
                required=False,
            )
        self.others = max(0, len(open_ones) - MOST_ASKED)
        if open_ones:
            self.fields["rest"] = forms.ChoiceField(
                label=_("Pour celles qui n’ont pas de réponse"),
                choices=[("", _("demander")), *choices],
                required=False,
            )

    @staticmethod
    def _name(one: Cell) -> str:
        return f"side-{key_of(one.name)}"

    def asked(self) -> Iterator[Asked]:
        """Yield the conflicts that the page shows: those that it asks, some that are decided."""
        decided = [one for one in self.conflicts if one.must is not None][:MOST_ASKED]
        for one in self.conflicts:
            name = self._name(one)
            if name not in self.fields and one not in decided:
                continue
            yield Asked(
                one.name.path,
                self.lines(one.name),
                one.name.shown,
                shown(one.here),
                shown(one.there),
                self[name] if name in self.fields else None,
            )

    def said(self) -> dict[str, Any]:
        """Return the arguments of the service, once the form is valid."""
        sides = {
            key_of(one.name): Side(value)
            for one in self.conflicts
            if (value := self.cleaned_data.get(self._name(one)))
        }
        rest = self.cleaned_data.get("rest")
        return {
            "seen": self.cleaned_data["seen"],
            "sides": sides,
            "rest": Side(rest) if rest else None,
        }
