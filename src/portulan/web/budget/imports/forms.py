"""Choosing a file, its columns, and typing figures when there is no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from portulan.budget.imports.typed import TypedLine
from portulan.budget.labels import STAGES
from portulan.budget.readers.ledger import Columns
from portulan.budget.readers.ledger_columns import MONEY_FIELDS, gives_amounts
from portulan.budget.readers.ledger_mapping import place_of
from portulan.budget.words import Stage
from portulan.core.money import CENT
from portulan.plans.models import Action
from portulan.web.budget.words import KINDS, LEDGER_FIELDS, UNITS
from portulan.web.fields import AmountField
from portulan.web.inputs import identifiers

ROWS, MOST_ROWS = 8, 40
# A select is as wide as its longest option.
SHORT = 44


class UploadForm(forms.Form):
    """A file of accounts, of any known format; `known` is the import that it is already."""

    known: int | None = None

    file = forms.FileField(
        label=_("Fichier"),
        allow_empty_file=True,  # the service says what to do about it
        help_text=_(
            "CSV, XLSX, ODS ou XML, quel que soit l’outil ; le format est reconnu. 256 Mo au plus."
        ),
    )


class ColumnsForm(forms.Form):
    """What each column of a ledger is; an amount at least must be told."""

    def __init__(
        self,
        columns: Columns,
        chosen: Mapping[str, int | str],
        tool: str,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        # What was chosen before holds, else what the titles seem to say.
        titles = [column.title for column in columns.columns]
        places = {
            name: place_of(titles, place) if isinstance(place, str) else place
            for name, place in chosen.items()
            if name in LEDGER_FIELDS
        }
        names = {place: name for name, place in places.items()}
        # Amounts alone were said: the rest is still as the titles say.
        is_whole = any(name not in MONEY_FIELDS for name in places)
        choices = [("", _("ne pas lire")), *LEDGER_FIELDS.items()]
        for column in self._readable():
            guess = "" if is_whole or column.field in places else column.field or ""
            initial = names.get(column.index, guess)
            self.fields[f"column-{column.index}"] = forms.ChoiceField(
                label=column.title or _("Colonne %(number)s") % {"number": column.index + 1},
                choices=choices,
                required=False,
                initial=initial,
            )

        self.fields["as"] = forms.ChoiceField(
            label=_("Ce fichier"),
            choices=KINDS.items(),
            required=False,
            initial=chosen.get("as", "orders" if columns.is_of_orders and not chosen else "ledger"),
            help_text=_("Des commandes sont déjà dans les montants des comptes : jamais ajoutées."),
        )
        self.fields["unit"] = forms.ChoiceField(
            label=_("Unité des montants"),
            choices=UNITS.items(),
            required=False,
            initial=chosen.get("unit", ""),
        )
        kinds = [
            (
                column.title,
                [(f"{column.title}={word}", f"{column.title} : {word}") for word in found],
            )
            for column in self._readable()
            if column.field in {None, "flow"}
            and (found := column.words)
            and titles.count(column.title) == 1
            and column.title
        ]
        if kinds:
            self.fields["only"] = forms.ChoiceField(
                label=_("Lignes à lire"),
                choices=[("", _("toutes")), *kinds],
                required=False,
                initial=chosen.get("only", ""),
                help_text=_(
                    "Quand chaque dépense a plusieurs lignes (engagement et mandat, prévu et"
                    " réalisé) : celles d’une sorte."
                ),
            )
        self.fields["tool"] = forms.CharField(
            label=_("Retenir ces colonnes pour l’outil"),
            max_length=80,
            required=False,
            initial=tool,
            help_text=_(
                "Par exemple « Ciril, engagements » : un fichier aux mêmes titres sera lu ainsi."
            ),
        )

    def _readable(self) -> list[Any]:
        return [column for column in self.columns.columns if column.title or column.samples]

    def rows(self) -> list[tuple[forms.BoundField, tuple[str, ...]]]:
        """Return each field with the first values of its column."""
        return [(self[f"column-{column.index}"], column.samples) for column in self._readable()]

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, int] = {}
        for name, field in list(self.cleaned_data.items()):
            if not field or not name.startswith("column-"):
                continue
            if field in chosen:
                text = _("« %(field)s » est déjà choisi pour une autre colonne.")
                self.add_error(name, text % {"field": LEDGER_FIELDS[field]})
            chosen[field] = int(name.removeprefix("column-"))
        if not gives_amounts(chosen):
            self.add_error(
                None,
                _("Choisissez au moins une colonne de montant : voté, ouvert, engagé ou mandaté."),
            )
        data = {name: self.cleaned_data.get(name, "") for name in ("as", "unit", "tool", "only")}
        return data | {"mapping": chosen}

    def mapping(self) -> dict[str, int | str]:
        """Return the mapping the reader takes: by title where there is one, with the sheet."""
        titles = [column.title for column in self.columns.columns]
        mapping: dict[str, int | str] = {
            field: titles[place] if titles.count(titles[place]) == 1 and titles[place] else place
            for field, place in self.cleaned_data["mapping"].items()
        }
        if self.cleaned_data["as"] == "orders":
            mapping["as"] = "orders"
        for name in ("unit", "only"):
            if self.cleaned_data[name]:
                mapping[name] = self.cleaned_data[name]
        if len(self.columns.sheets) > 1 and self.columns.sheet:
            mapping["sheet"] = self.columns.sheet
        return mapping


class ConfirmForm(forms.Form):
    """What a person agrees to before lines are written."""

    replace = forms.BooleanField(required=False, widget=forms.HiddenInput)
    in_euros = forms.BooleanField(label=_("Ces montants sont justes, en euros"), required=False)

    def __init__(self, doubtful: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not doubtful:
            del self.fields["in_euros"]


class TypedForm(forms.Form):
    """The IT budget of a year, typed, at one stage."""

    stage = forms.ChoiceField(
        label=_("Stade"),
        choices=[item for item in STAGES.items() if item[0] is not Stage.CARRIED_OVER],
        initial=Stage.OPENED.value,
    )
    it_budget = AmountField(label=_("Budget de la DSI (€)"), low=CENT)
    replace = forms.BooleanField(
        label=_("Remplacer les montants déjà donnés à ce stade"), required=False
    )


class TypedLineForm(forms.Form):
    """One NR expense; a row left empty is no line."""

    label = forms.CharField(label=_("Dépense NR"), max_length=300, required=False)
    amount = AmountField(label=_("Montant (€)"), low=CENT, required=False)
    reason = forms.CharField(label=_("Motif"), max_length=500, required=False)
    action = forms.ChoiceField(label=_("Action"), required=False)

    def __init__(self, actions: Sequence[Action], *args: Any, **kwargs: Any) -> None:
        # The actions are read once for all the rows.
        super().__init__(*args, **kwargs)
        self._actions = {str(action.pk): action for action in actions}
        named = [
            (pk, Truncator(f"{action.number}. {action.title}").chars(SHORT))
            for pk, action in self._actions.items()
        ]
        self.fields["action"].choices = [("", _("NR en général")), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        given = {name for name in ("label", "amount", "reason") if data.get(name)}
        if (given or data.get("action")) and not self.errors:
            for name in {"label", "amount", "reason"} - given:
                self.add_error(name, _("Une ligne a un nom, un montant et un motif."))
        return data

    def typed_line(self) -> TypedLine | None:
        """Return the line typed, None for an empty row."""
        data = self.cleaned_data
        if not data.get("label"):
            return None
        action = self._actions.get(data["action"])
        return TypedLine(data["label"], data["amount"], data["reason"], action)


def typed_rows(
    actions: Sequence[Action], wanted: str, data: Mapping[str, str] | None
) -> list[TypedLineForm]:
    """Return the rows of the page of typed figures: eight, or as many as its address asks."""
    number = max(ROWS, min(sum(identifiers([wanted])), MOST_ROWS))
    return [
        TypedLineForm(actions, data, prefix=f"line-{row}", auto_id="%s") for row in range(number)
    ]
