"""The heads of the table of lines, which sort it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from portulan.budget.stages import Stage
from portulan.web.budget.words import COLUMNS


@dataclass(frozen=True, slots=True)
class Head:
    """A column; `sort` is its present order as `aria-sort` says it, "" when it does not sort."""

    name: str
    is_number: bool = False
    url: str = ""
    sort: str = ""


def line_heads(stage: Stage, order: str, address: str, data: QueryDict) -> list[Head]:
    """Return the heads of the lines of a stage, sorted by `order`; filters of `data` stay."""

    def head(name: str, key: str = "", *, number: bool = False) -> Head:
        if not key:
            return Head(name, number)
        kept = data.copy()
        kept.pop("page", None)
        # A number is first asked from its largest; a second press turns the order.
        first, second = (f"-{key}", key) if number else (key, f"-{key}")
        kept["order"] = second if order == first else first
        kept["stage"] = stage.column
        sort = {key: "ascending", f"-{key}": "descending"}.get(order, "")
        return Head(name, number, f"{address}?{kept.urlencode()}", sort)

    return [
        head(_("Ligne"), "label"),
        head(_("Compte"), "nature"),
        head(f"{COLUMNS[stage]} (€)", "amount", number=True),
        head(_("Périmètre")),
        head(_("Fléchage")),
        head(_("Part"), number=True),
        head(_("Statut")),
        head(_("NR (€)"), "nr", number=True),
    ]
