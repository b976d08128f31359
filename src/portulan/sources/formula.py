"""A formula as it is declared; those that readers compute by themselves, and of any table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portulan.core.say.text import Text
from portulan.sources.figure import Figure, Thresholds
from portulan.sources.fleet import Fleet
from portulan.sources.words import Asset

SO_FAR, ROLLING = "-so-far", "-rolling"  # the year under way, the twelve months that ended
SHARE = Text("part", "share")
_LINES = Text("lignes", "lines")
_AS_TOLD = Text("", "")  # the unit of the table: its title says it


@dataclass(frozen=True, slots=True)
class Formula:
    """A figure: its name, its unit, and whether it is of a year (`flow`) or of a day.

    `needs`: the facts that the list must carry, else the figure is refused with that reason.
    `answers`: the codes of the practices of the guide that propose it.
    """

    id: str
    name: Text
    unit: Text
    compute: Callable[[Fleet, int, Thresholds], Figure] | None = None
    asset: Asset | None = None
    needs: frozenset[str] = frozenset()
    flow: bool = False
    answers: tuple[str, ...] = ()

    @property
    def is_share(self) -> bool:
        return self.unit is SHARE


def other_formulas() -> Iterable[Formula]:
    """Return what other sources give: their readers compute it."""
    kwh, score = Text("kWh", "kWh"), Text("sur 100", "out of 100")
    yield Formula("licences-unused", Text("Licences inutilisées", "Unused licences"),
                  Text("licences", "seats"))  # fmt: skip
    yield Formula("ecoindex-mean", Text("EcoIndex moyen des sites", "Mean EcoIndex of sites"),
                  score, answers=("g.3",))  # fmt: skip
    yield Formula("rgaa-rate", Text("Taux de conformité RGAA", "RGAA compliance rate"), SHARE,
                  answers=("a.7",))  # fmt: skip
    yield Formula("kwh", Text("Électricité consommée", "Electricity used"), kwh, flow=True,
                  answers=("f.8",))  # fmt: skip
    yield Formula("pue", Text("PUE de la salle", "PUE of the room"), Text("ratio", "ratio"),
                  flow=True, answers=("h.7",))  # fmt: skip
    yield Formula("share-cooling", Text("Part du refroidissement", "Share of cooling"), SHARE,
                  flow=True, answers=("h.5",))  # fmt: skip
    yield Formula("kwh" + ROLLING, Text("Électricité des douze derniers mois", "Electricity of the"
                  " last twelve months"), kwh, answers=("f.8",))  # fmt: skip
    yield Formula("pue" + ROLLING, Text("PUE de la salle, sur douze mois", "PUE of the room, over"
                  " twelve months"), Text("ratio", "ratio"), answers=("h.7",))  # fmt: skip
    yield Formula("share-cooling" + ROLLING, Text("Part du refroidissement, sur douze mois", "Share"
                  " of cooling, over twelve months"), SHARE, answers=("h.5",))  # fmt: skip
    yield Formula("exits-reused", Text("Équipements sortis donnés ou vendus", "Devices that left"
                  " given or sold"), SHARE, flow=True, answers=("i.2",))  # fmt: skip
    yield Formula("exits-reused" + SO_FAR, Text("Équipements sortis donnés ou vendus, depuis"
                  " janvier", "Devices that left given or sold, since January"), SHARE,
                  answers=("i.2",))  # fmt: skip
    yield Formula("kg-recycled", Text("Masse recyclée", "Mass recycled"), Text("kg", "kg"),
                  flow=True, answers=("i.4",))  # fmt: skip
    yield Formula("storage", Text("Volume stocké", "Volume stored"), Text("To", "TB"),
                  answers=("f.5",))  # fmt: skip


def table_formulas() -> Iterable[Formula]:
    """Return what any table gives: its reader says of which column."""
    names = {
        "table-yes": (Text("Lignes à «\u00a0oui\u00a0»", "Lines with “yes”"), _LINES),
        "table-share": (Text("Part des lignes à «\u00a0oui\u00a0»", "Share of lines with “yes”"),
                        SHARE),
        "table-sum": (Text("Total de la colonne", "Total of the column"), _AS_TOLD),
        "table-mean": (Text("Moyenne de la colonne", "Mean of the column"), _AS_TOLD),
        "table-mean-percent": (Text("Moyenne de la colonne, en %", "Mean of the column, in %"),
                               SHARE),
        "table-ratio": (Text("Part d’une colonne dans l’autre", "Share of a column in the other"),
                        SHARE),
        "table-rows": (Text("Nombre de lignes", "Number of lines"), _LINES),
    }  # fmt: skip
    for key, (name, unit) in names.items():
        yield Formula(key, name, unit)
