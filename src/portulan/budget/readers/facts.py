"""What is to be known of a format beside how it is read: each reader says its own, as `FACTS`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portulan.core.say.text import Text
from portulan.core.tables.sources import Wanted

# What is read here, for who gives something else.
ACCOUNTS = Wanted(
    Text("un fichier de comptes", "a file of accounts"),
    Text(
        "Donnez un XML TotEM, un CSV SCDL, ou le tableau de la DSI en CSV, XLSX ou ODS.",
        "Give a TotEM XML, an SCDL CSV, or the IT department’s table in CSV, XLSX or ODS.",
    ),
)
# Why a row gives no line, as several readers say it.
_SHARED = {
    "balance-sheet": Text(fr="comptes de bilan", en="balance sheet accounts"),
    "blank": Text(fr="lignes vides", en="empty lines"),
    "error": Text(fr="lignes illisibles", en="unreadable lines"),
    "header": Text(fr="titres et en-têtes", en="titles and headings"),
    "no-amount": Text(fr="lignes sans montant", en="lines without an amount"),
    "not-an-account": Text(
        fr="lignes sans compte reconnu", en="lines without a recognised account"
    ),
    "other-entity": Text(fr="lignes d’un autre organisme", en="lines of another body"),
    "other-kind": Text(fr="lignes d’une autre sorte", en="lines of another kind"),
    "short": Text(fr="lignes auxquelles il manque des cellules", en="lines that lack cells"),
    "after-total": Text(fr="lignes après le total", en="lines after the total"),
    "other-year": Text(fr="lignes d’un autre exercice", en="lines of another fiscal year"),
    "of-which": Text(fr="lignes comprises dans celle du dessus", en="lines within the one above"),
    "total": Text(fr="lignes de total", en="total lines"),
    "twin": Text(fr="lignes écrites deux fois", en="lines written twice"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """The name of a format on screen, and what its files are.

    `knows_services`: it may hold the lines of one department alone, under its own codes, which is
    the best source; else it has accounts by nature. `details_lines`: it gives no line, and details
    by order those that came otherwise. `dropped` says its own reasons to leave a row out.
    """

    label: Text
    knows_services: bool = False
    details_lines: bool = False
    dropped: Mapping[str, Text] = field(default_factory=dict)

    def why_dropped(self, reason: str) -> Text:
        """Return in words why rows were left out; a reason of before is said as it was kept."""
        return self.dropped.get(reason) or _SHARED.get(reason) or Text(reason, reason)
