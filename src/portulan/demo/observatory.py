"""The public accounts of Région Armorique and of its neighbours, all made up, as a balance file.

They are read as any published file is, and written in the instance’s table. Each budget balances.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import date
from functools import partial

from portulan.core.money import as_text
from portulan.demo.clock import Event
from portulan.demo.organisation import NAME, POPULATION, SIREN
from portulan.observatory.ranks import euros
from portulan.observatory.readers.files import identity_of, read_stream
from portulan.observatory.writes import take_in

READ_ON = date(2026, 11, 3)
YEARS = (2022, 2023, 2024)
BALANCES, POPULATIONS = "balances-fictives-regions.csv", "populations-fictives-regions.csv"
CONTRACTS, REUSE = "marches-fictifs.csv", "reemploi-fictif.csv"
SHARES = "parts-publiees-fictives.csv"
FILES = (POPULATIONS, BALANCES, CONTRACTS, REUSE, SHARES)
_NEIGHBOURS = (
    *("Abers", "Anses", "Balises", "Bruyères", "Calanques", "Caps", "Criques", "Dunes"),
    *("Embruns", "Estuaires", "Falaises", "Fanaux", "Goélands", "Grèves", "Havres", "Îlots"),
    *("Landes-du-Large", "Marées", "Phares", "Presqu’îles", "Récifs", "Sillons", "Vigies"),
)
# Euros per inhabitant of what is certain, then mixed, then the rest of the budget.
_CERTAIN = {"2051": 0.9, "21838": 0.8, "2185": 0.1, "65811": 0.5, "6262": 0.4}
_MIXED = {"2031": 0.6, "611": 1.8, "6156": 0.7, "61358": 0.3, "617": 0.2}
_REST = {"64111": 70.0, "65748": 40.0, "2313": 35.0}


def observatory_events() -> list[Event]:
    """Return the reading of the files, by the operator of the demonstration."""
    return [Event(READ_ON, partial(_take, *file)) for file in files()]


def files() -> tuple[tuple[str, str], ...]:
    """Return the files, in the order in which they are read: name, then content."""
    return (
        (POPULATIONS, "\n".join(_populations())),
        (BALANCES, "\n".join(_balances())),
        (CONTRACTS, "\n".join(_contracts())),
        (REUSE, "\n".join(_reuse())),
        (SHARES, "\n".join(_shares())),
    )


def _take(name: str, text: str) -> None:
    stream = io.BytesIO(text.encode())
    identity = identity_of(stream, name)
    take_in(identity, read_stream(stream, name, lambda _rows: None))


def _bodies() -> list[tuple[str, str, int]]:
    """Return SIREN, name and population: none of these numbers was ever given to a body."""
    rng = random.Random(17)  # noqa: S311 - the same figures each time
    others = [
        (f"2399000{number:02d}", f"Région des {name}", rng.randrange(600_000, 6_000_000, 100))
        for number, name in enumerate(_NEIGHBOURS, start=30)
    ]
    return [(SIREN, NAME, POPULATION), *others]


def _populations() -> Iterator[str]:
    yield "exer;siren;reg_name;ptot"
    for siren, name, people in _bodies():
        for year in YEARS:
            yield f"{year};{siren};{name};{people}"


def _balances() -> Iterator[str]:
    yield (
        "exer;ident;lbudg;cbudg;ctype;nomen;siren;categ;bal;compte;bedeb;becre;obnetdeb;obnetcre"
        ";onbdeb;onbcre;oobdeb;oobcre;sd;sc"
    )
    rng = random.Random(4)  # noqa: S311 - the same figures each time
    for siren, name, people in _bodies():
        richness = 1.2 if siren == SIREN else rng.uniform(0.5, 1.7)
        for year in YEARS:
            whole = 0
            for account, mean in (_CERTAIN | _MIXED | _REST).items():
                cents = round(people * mean * richness * rng.uniform(0.7, 1.3) * 100)
                whole += cents
                yield _row(year, siren, name, account, cents)
            yield _row(year, siren, name, "515", -whole)


def _contracts() -> Iterator[str]:
    yield "id;acheteur_id;codeCPV;montant;dateNotification;considerationsEnvironnementales"
    said = (
        ("2025-014", "30213100", 1_250_000, "2025-02-11", "Clause environnementale"),
        ("2025-022", "48000000", 640_000, "2025-04-03", "Pas de considération environnementale"),
        ("2025-031", "72400000", 2_100_000, "2025-06-19", "Critère environnemental"),
        ("2025-047", "64200000", 5_400_000, "2025-09-30", "Pas de considération environnementale"),
        ("2026-003", "50312000", 310_000, "2026-01-27", "Clause environnementale"),
    )
    for number, cpv, amount, day, words in said:
        yield f"{number};{SIREN}00015;{cpv};{amount};{day};{words}"


def _reuse() -> Iterator[str]:
    yield (
        "annee,siret,raison_sociale,type_produit_acquis,montant_total"
        ",montant_reemploi_et_reutilisation,montant_produits_issus_don,montant_produits_recycles"
    )
    words = "Matériel informatique et téléphonie"
    yield f"2025,{SIREN}00015,{NAME},{words},1180000.00,247800.00,0,94400.00"


def _shares() -> Iterator[str]:
    """Shares that regions of the neighbourhood publish: enough of them for a median."""
    yield "siren;name;year;stage;value;lower;upper;coverage;basis;published_on"
    values = (("1.92", 71), ("2.40", 88), ("3.05", 64), ("3.31", 93), ("4.76", 80), ("5.10", 57))
    others = [body for body in _bodies() if body[0] != SIREN]
    for (siren, name, _people), (value, coverage) in zip(others, values, strict=False):
        yield f"{siren};{name};2025;opened;{value};{value};{value};{coverage};ttc;2026-05-04"


def _row(year: int, siren: str, name: str, account: str, cents: int) -> str:
    debit, credit = (as_text(euros(max(0, side))) for side in (cents, -cents))
    budget = f"{year};{siren}00015;{name};1;301;M57;{siren};REG;DEF;{account}"
    return f"{budget};0;0;{debit};{credit};0;0;0;0;{debit};{credit}"
