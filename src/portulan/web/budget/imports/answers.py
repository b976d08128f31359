"""What a file asks before it is imported: each question, its answers in words, what each gives.

The questions and their answers are those of the reader; the value of an answer is its option of the
command line, so that the same answers are given on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.budget.imports.answers import UNREAD, Remembered, remembered_for
from portulan.budget.labels import STAGES
from portulan.budget.models import ImportBatch
from portulan.budget.readers.ledger_mapping import NOT_READ, TOGETHER, answered
from portulan.budget.words import Stage
from portulan.core.say import numbers
from portulan.core.say.text import quoted, semicolons
from portulan.web.budget.words import LEDGER_FIELDS, UNITS
from portulan.web.language import page_language

_LINES = gettext_lazy("Ce sont des lignes : elles s’ajoutent")
_FEW = {
    ("totals", "lines"): gettext_lazy("Les lignes font foi : l’écart reste écrit"),
    ("twins", "once"): gettext_lazy("Elles ne comptent qu’une fois"),
    ("twins", "both"): gettext_lazy("Elles comptent deux fois"),
    ("parents", "out"): gettext_lazy("Elles contiennent les autres : laissées"),
    ("parents", "lines"): _LINES,
    ("worded", "out"): gettext_lazy("Elles ne comptent pas : laissées"),
    ("worded", "lines"): _LINES,
    ("debt", "expense"): gettext_lazy("Ce sont des dépenses"),
    ("debt", "revenue"): gettext_lazy("Ce sont des recettes"),
    ("debt", "out"): gettext_lazy("Ni l’un ni l’autre : elles sont écartées"),
    ("attached", NOT_READ): gettext_lazy("C’est compris : rien à ajouter"),
    ("negative", "spent"): gettext_lazy("Cet outil écrit en négatif ce qui est dépensé"),
    ("negative", "kept"): gettext_lazy("Ce sont des avoirs : ils se retranchent"),
    ("months", "added"): gettext_lazy("Les mois s’ajoutent"),
    ("sign", NOT_READ): gettext_lazy("Rien ne se retranche"),
    ("remaining", "added"): gettext_lazy("L’engagé est la somme du mandaté et de cette colonne"),
    ("remaining", NOT_READ): gettext_lazy(
        "L’engagé reste inconnu\u00a0: cette colonne n’est pas lue"
    ),
    ("undone", "added"): gettext_lazy("Les annulations se retranchent"),
    ("undone", NOT_READ): gettext_lazy("Elles sont retranchées déjà : le montant est net"),
    ("basis", "ttc"): gettext_lazy("Les montants sont TTC, taxe comprise"),
    ("basis", "ht"): gettext_lazy("Les montants sont hors taxes"),
    ("bases", "both"): gettext_lazy("Les deux, l’un HT et l’autre TTC"),
    ("kinds", "stages"): gettext_lazy("Chaque sorte de ligne à son stade"),
    ("kinds", "added"): gettext_lazy(
        "Ce sont des dépenses différentes\u00a0: toutes les lignes s’ajoutent"
    ),
    ("short", "lines"): gettext_lazy("Leurs montants sont à leur place : elles comptent"),
    ("short", "out"): gettext_lazy("Elles ne sont pas lues"),
    ("cut", "whole"): gettext_lazy("Le fichier est entier"),
    ("after", "out"): gettext_lazy("Elles ne comptent pas : laissées"),
    ("after", "lines"): _LINES,
    ("parts", "first"): gettext_lazy("Les lignes d’avant\u00a0: les autres sont laissées"),
    ("parts", "second"): gettext_lazy("Celle-ci et les suivantes\u00a0: les autres sont laissées"),
    ("parts", "both"): gettext_lazy("Toutes : elles s’ajoutent"),
    ("rising", "amounts"): gettext_lazy("Ce sont les montants de chaque ligne"),
    ("parents", "alone"): gettext_lazy("Elles contiennent les autres, qui sont laissées"),
    ("totals", "counted"): gettext_lazy("C’est une ligne\u00a0: elle compte"),
    ("table", "first"): gettext_lazy("Seul le premier tableau est lu"),
    ("mark", "thousands"): gettext_lazy("Ce signe sépare les milliers"),
    ("mark", "decimals"): gettext_lazy("Ce signe annonce les décimales"),
    ("sheets", "added"): gettext_lazy("Toutes les feuilles s’ajoutent"),
}
_ANY = {
    "year": gettext_lazy("L’exercice %(value)s"),
    "sheet": gettext_lazy("La feuille %(quoted)s"),
    "attached": gettext_lazy("%(quoted)s s’ajoute"),
    "sign": gettext_lazy("%(quoted)s se retranche"),
    "void": gettext_lazy("%(quoted)s ne compte pas"),
    "kinds": gettext_lazy("Seulement les lignes %(quoted)s"),
    "only": gettext_lazy("Seulement les lignes %(quoted)s"),
    "bare": gettext_lazy("Les nombres de %(quoted)s sont des montants"),
    "running": gettext_lazy("%(quoted)s est un cumul\u00a0: chaque ligne en est la hausse"),
    "added": gettext_lazy("Toutes ces colonnes s’ajoutent (%(stage)s)"),
    "ignore": gettext_lazy("%(quoted)s n’est pas lue"),
}
AGAIN = "again"  # the button that answers as before


def answer_words(option: str) -> str:
    """Return an answer, given as an option of the command line, in the language of the page."""
    language = page_language()
    return semicolons(said_words(answered({}, [option])), language)


def said_words(mapping: Mapping[str, int | str]) -> Iterator[str]:
    """Yield in words each thing said of a file, of what is answered or of its columns."""
    for name, value in mapping.items():
        for one in str(value).split(TOGETHER.get(name, "\n")):
            yield _said(name, one)


def _said(name: str, value: str) -> str:
    """Return in words what is said of a file: an answer among a few, a column, another thing."""
    sentence = _FEW.get((name, value)) or _ANY.get(name)
    if sentence is not None:
        stage = str(LEDGER_FIELDS.get(value, value))
        return sentence % {"value": value, "quoted": _column(value), "stage": stage}
    if name == "entity":
        return _entity(value)
    if name == "unit":
        return str(UNITS.get(value, value))
    field = str(LEDGER_FIELDS.get(name, name))
    if value == NOT_READ:
        return _("%(field)s : n’est pas lu") % {"field": field}
    return _("%(field)s : %(title)s") % {"field": field, "title": _column(value)}


def _column(value: str) -> str:
    """Return how a column is called: its title, or the letter of its place."""
    if value.isdecimal() and len(value) < 3:
        return _("colonne %(letter)s") % {"letter": column_letter(int(value))}
    return quoted(value, page_language())


def column_letter(at: int) -> str:
    """Return the letters of a column of a sheet, from its place from 0."""
    high, low = divmod(at, 26)
    return (column_letter(high - 1) if high else "") + chr(ord("A") + low)


def _entity(value: str) -> str:
    body, _colon, budget = value.partition(":")
    if not budget:
        return _("SIREN %(siren)s") % {"siren": body} if body.isdecimal() else body
    return _("Budget %(budget)s") % {"budget": quoted(budget, page_language())}


def gives_words(totals: Mapping[str, str] | None) -> str:
    """Return the real expenses that an answer would give, by stage."""
    if totals is None:
        return _("Total connu une fois les autres questions répondues.")
    language = page_language()
    parts = [
        _("%(stage)s : %(amount)s")
        % {
            "stage": str(STAGES[Stage(stage)]).capitalize(),
            "amount": numbers.money(Decimal(amount), language, decimals=2),
        }
        for stage, amount in totals.items()
    ]
    return semicolons(parts, language) + "." if parts else _("Aucune dépense.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on screen: what is asked, its field, and what was answered before."""

    message: str
    field: forms.BoundField
    remembered: str  # what was answered before, in words


class AnswersForm(forms.Form):
    """The questions of a file, none answered beforehand; some may be left for later."""

    def __init__(self, batch: ImportBatch, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = batch.report.get("questions", [])
        self.before = remembered_for(batch) if self.asked else None
        for at, question in enumerate(self.asked):
            options = [one["option"] for one in question["answers"]]
            names = {name for option in options for name in answered({}, [option])}
            together = bool(names) and names <= TOGETHER.keys()
            kind = forms.MultipleChoiceField if together else forms.ChoiceField
            widget = forms.CheckboxSelectMultiple if together else forms.RadioSelect
            self.fields[f"q{at}"] = kind(
                label=question["message"],
                required=False,
                widget=widget,
                choices=[
                    (
                        one["option"],
                        format_html(
                            "{}<small>{}</small>",
                            answer_words(one["option"]),
                            gives_words(one["totals"]),
                        ),
                    )
                    for one in question["answers"]
                ],
            )

    def questions(self) -> list[Asked]:
        return [
            Asked(question["message"], self[f"q{at}"], self._remembered(question))
            for at, question in enumerate(self.asked)
        ]

    @property
    def remembers(self) -> Remembered | None:
        """What was answered before to this tool, where it answers one of the questions."""
        return self.before if self.again() else None

    def again(self) -> list[str]:
        """Return the options that were answered before."""
        options = (one["option"] for question in self.asked for one in question["answers"])
        return [one for one in options if self.before is not None and self.before.says(one)]

    def _remembered(self, question: Mapping[str, Any]) -> str:
        options = [one["option"] for one in question["answers"]]
        said = [one for one in options if self.before is not None and self.before.says(one)]
        return semicolons(map(answer_words, said), page_language())

    def options(self) -> list[str]:
        """Return what was answered, now or before if that is what is sent."""
        if "unread" in self.data:
            return [UNREAD.format("supplier")]
        if AGAIN in self.data:
            return self.again()
        found: list[str] = []
        for name in self.fields:
            value = self.cleaned_data[name]
            found += [value] if isinstance(value, str) and value else list(value or ())
        return found

    def clean(self) -> dict[str, Any]:
        if "unread" in self.data:
            return self.cleaned_data
        if AGAIN not in self.data and not any(self.cleaned_data.values()):
            self.add_error(None, _("Répondez à une question au moins."))
        return self.cleaned_data
