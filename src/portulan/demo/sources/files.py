"""The files that the sources of the demonstration give: made up, each says a figure of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portulan.sources.taking import Given

_COMPUTERS = ("Nom", "Entité", "Statut", "Type", "Fabricant", "Modèle", "Numéro de série", "ID",
              "Utilisateur", "Date d'achat", "Date de réforme")  # fmt: skip
_SCREENS = ("Nom", "Entité", "Statut", "Type", "Fabricant", "Modèle", "Numéro de série", "ID")
_BODY, _HELD, _LEFT = "Région Armorique", 3_000, 312
_LAST, _SPREAD = date(2026, 5, 31), 2_190  # days: what is in service was bought over six years
SMARTPHONES = "26E003911"  # the piece of the ledger that paid for them
# What the words of this GLPI mean, said once.
MEANINGS = {
    "states": {
        "in_service": ["En service", "À remplacer"],
        "given": ["Donné"],
        "recycled": ["Recyclé"],
        "out": ["Réformé"],
    },
    "types": {"laptop": ["Portable"], "desktop": ["Fixe"]},
}


def csv(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as a French tool exports it."""
    lines = (";".join(str(cell) for cell in row) for row in (titles, *rows))
    return "\n".join((*lines, "")).encode()


@dataclass(frozen=True, slots=True)
class Fleet:
    """What GLPI says on a day, of 3,000 computers held and 312 laptops that left since January.

    `untold`: those without a date, a user, a state; the others are described. `used`: days, the
    mean use of those that left; `impossible`: of these, those said to be bought in 1970.
    """

    on: date
    untold: tuple[int, int, int]
    screens: int
    used: int
    impossible: int = 0

    def files(self) -> Given:
        screens = (
            (f"EC-{at:05}", _BODY, "En service", "Écran", "Dell", "P2422H", f"CN{at:06}", at)
            for at in range(1, self.screens + 1)
        )
        return [
            ("ordinateurs.csv", csv(_COMPUTERS, [*self._held(), *self._left()])),
            ("moniteurs.csv", csv(_SCREENS, screens)),
        ]

    def _held(self) -> Iterable[Sequence[object]]:
        dateless, userless, stateless = self.untold
        for at in range(_HELD):
            bought = _LAST - timedelta(days=at * 37 % _SPREAD)
            state = "À remplacer" if at % 200 == 0 else "En service"
            yield (
                f"PC-{at:05}",
                _BODY,
                "" if at >= _HELD - stateless else state,
                "Fixe" if at % 5 == 0 else "Portable",
                *("Dell", "Latitude 5440", f"SN{at:06}", at),
                "" if dateless <= at < dateless + userless else f"agent{at}",
                "" if at < dateless else bought,
                "",
            )

    def _left(self) -> Iterable[Sequence[object]]:
        known = _LEFT - self.impossible
        days = (self.on - date(self.on.year, 1, 1)).days
        for at in range(_LEFT):
            out = date(self.on.year, 1, 5) + timedelta(days=at * (days - 10) // _LEFT)
            # Around the mean, by pairs: it is that to the day.
            around = (at // 2 % 150 + 1) * 4
            bought = out - timedelta(days=self.used + (around if at % 2 else -around))
            state = ("Donné", "Recyclé", "Donné", "Réformé")[at % 4]
            yield (
                f"PA-{at:05}", _BODY, state, "Portable", "Dell", "Latitude 5400", f"SA{at:06}",
                _HELD + at, "", date(1970, 1, 1) if at >= known else bought, out,
            )  # fmt: skip


def phones(on: date, count: int = 1_240, *, is_cut: bool = False) -> Given:
    """Return the smartphones in service: of 200 put in service this year, 82 are reconditioned.

    Of those, 60 came by one invoice, and nobody wrote the invoice of the others.
    """
    rows = []
    for at in range(count):
        is_new = at < 200
        bought = date(on.year, 1, 6) + timedelta(days=at) if is_new else date(2023, 3, 1)
        bought = bought if is_new else bought + timedelta(days=at * 11 % 900)
        again = at < 82 if is_new else at % 9 == 0
        rows.append(
            (f"T-{at:05}", "En service", "Smartphone", "Fairphone", "FP5", bought,
             "oui" if again else "non", SMARTPHONES if is_new and at < 60 else "")
        )  # fmt: skip
    titles = ("ID", "Statut", "Type", "Fabricant", "Modèle", "Date d'achat", "Reconditionné",
              "Numéro de facture")  # fmt: skip
    whole = csv(titles, rows)
    return [("smartphones.csv", whole[: len(whole) // 2] if is_cut else whole)]


def exits() -> Given:
    """Return the register of what left: 286 of 650 given or sold, of 164 nobody says where."""
    ends = (("Don", 241), ("Vente", 45), ("Recyclage DEEE", 200), ("", 164))
    rows = [
        (date(2026, month, 20), end, count // 9 + (month <= count % 9), "")
        for end, count in ends
        for month in range(1, 10)
    ]
    return [("sorties.csv", csv(("Date de sortie", "Destination", "Quantité", "Poids (kg)"), rows))]


def training() -> Given:
    """Return who followed the course, by unit: 1,596 of 4,200; the elected told nothing yet."""
    told = (
        ("Direction du numérique", 164, 72), ("Ressources humaines", 92, 38),
        ("Commande publique", 41, 12), ("Relation aux usagers", 58, 13), ("Lycées", 2_610, 980),
        ("Transports", 384, 158), ("Antennes", 521, 203), ("Ports et musées", 330, 120),
        ("Élus", 83, ""),
    )  # fmt: skip
    return [("parcours.csv", csv(("Direction", "Effectif", "Ont suivi le parcours"), told))]


def trained() -> Given:
    """Return who was trained, of the 78 who buy or lead projects: 41; without a name."""
    rows = [(f"Poste {at:02}", "oui" if at <= 41 else "non") for at in range(1, 79)]
    return [("formations.csv", csv(("Poste", "Formé"), rows))]


def contracts() -> Given:
    """Return the contracts of the year: 28 of the 49 that say it have a criterion of 10 %."""
    said = ["oui"] * 28 + ["non"] * 21 + [""] * 3
    rows = [(f"2026-DSI-{at:03}", one) for at, one in enumerate(said, 1)]
    return [("marches.csv", csv(("Marché", "Critère d’au moins 10 %"), rows))]


def energy() -> Given:
    """Return the meters of the two rooms over twelve months: 1.71 for one of the servers."""
    rows = []
    for rank in range(12):
        month = date(2025 + (rank + 9) // 12, (rank + 9) % 12 + 1, 1)
        servers = 38_000 + 100 * (rank * 7 % 12)
        rows.append((f"{month:%m/%Y}", servers * 171 // 100, servers))
    return [("energie.csv", csv(("Mois", "Total des salles (kWh)", "Serveurs (kWh)"), rows))]


def volumes() -> Given:
    """Return the volumes of the file servers: 58 To."""
    sizes = (6, 5, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 3)
    rows = [(f"VOL-{at:02}", size, "To") for at, size in enumerate(sizes, 1)]
    return [("volumes.csv", csv(("Nom", "Volume", "Unité"), rows))]


def applications() -> Given:
    """Return the 46 applications of two domains: nine were taken away."""
    rows = [(f"APP-{at:02}", "oui" if at <= 9 else "non") for at in range(1, 47)]
    return [("applications.csv", csv(("Application", "Retirée"), rows))]


def audits() -> Given:
    """Return the audits of the trial: two services of three, the ticket office waits."""
    rows = (("Transport scolaire", "64"), ("Aides en ligne", "58"), ("Billetterie", ""))
    return [("audits.csv", csv(("Service", "Score RGESN (%)"), rows))]


def town_computers() -> Given:
    """Return the computers of a town, as its clerk lists them: two left in the year."""
    rows: list[Sequence[object]] = [
        (f"MAIRIE-{at:02}", "En service", "Portable", "Lenovo", "L14",
         date(2018 + at % 7, 9, 3), "")
        for at in range(1, 15)
    ]  # fmt: skip
    rows += [
        ("ECOLE-01", "Donné", "Portable", "Lenovo", "L440", date(2018, 9, 3), date(2026, 7, 6)),
        ("ECOLE-02", "Donné", "Portable", "Lenovo", "L440", date(2019, 2, 4), date(2026, 7, 6)),
    ]
    titles = ("Machine", "État", "Type", "Marque", "Modèle", "Acheté le", "Date de sortie")
    return [("ordinateurs.csv", csv(titles, rows))]
