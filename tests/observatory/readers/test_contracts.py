"""Public contracts in the layouts of 2019 and 2022, as JSON and as tables."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from portulan.observatory.readers.files import read_stream
from portulan.observatory.readers.records import Contract, Reading

BUYER = "21990001600015"
CLAUSE, NEITHER = "Clause environnementale", "Pas de considération environnementale"


def read(raw: str) -> Reading[Contract]:
    (reading,) = read_stream(io.BytesIO(raw.encode("utf-8-sig")), "decp", lambda _rows: None)
    return reading


def told(reading: Reading[Contract]) -> list[tuple[object, ...]]:
    return [(one.number, one.cents, one.clause, one.criterion) for one in reading.found]


def of_2022(number: str, amount: object, words: list[str]) -> dict[str, Any]:
    return {
        "id": number,
        "acheteur": {"id": BUYER},
        "codeCPV": "72220000-3",
        "montant": amount,
        "dateNotification": "2024-03-20",
        "titulaires": [{"titulaire": {"id": "1", "typeIdentifiant": "SIRET"}}],
        "considerationsEnvironnementales": {"considerationEnvironnementale": words},
    }


WANTED = [("A", 3998000, True, False), ("B", None, False, False), ("C", 10050, False, True)]
ROWS = [
    of_2022("A", 39980.0, [CLAUSE]),
    of_2022("B", "NC", [NEITHER]),
    of_2022("C", "100,50", ["Critère environnemental"]),
]


@pytest.mark.parametrize(
    "document",
    [
        {"marches": {"marche": ROWS, "contrat-concession": [{"id": "K", "objet": "Parking"}]}},
        {"marches": {"marche": [{"marche": row} for row in ROWS]}},
        {"marches": ROWS},
        ROWS,
    ],
)
def test_the_json_of_2022_says_what_it_asks_of_the_environment(document: object) -> None:
    assert told(read(json.dumps(document))) == WANTED


def test_the_json_of_2019_says_nothing_of_it_which_is_not_neither() -> None:
    old = {
        "id": "2019A",
        "uid": BUYER + "2019A",
        "acheteur": {"id": BUYER, "nom": "FICTIVE 1"},
        "codeCPV": "48000000",
        "montant": 90_000,
        "dateNotification": "2019-05-02",
        "modifications": [],
    }
    others = [old | {"id": "2019B", "codeCPV": "45000000"}, old | {"id": "C", "acheteur": None}]
    (found,) = read(json.dumps({"marches": [old, *others]})).found
    assert (found.buyer, found.cents, found.notified_on) == (BUYER, 9_000_000, "2019-05-02")
    assert (found.clause, found.criterion) == (None, None)
    assert told(read(json.dumps({"marches": {"marche": old}}))) == [("2019A", 9000000, None, None)]


@pytest.mark.parametrize(
    ("titles", "separator"),
    [
        ("acheteur_id;id;codeCPV;montant;dateNotification;considerationsEnvironnementales", ";"),
        ("acheteur.id,id,codeCPV,montant,dateNotification,considerationEnvironnementale", ","),
        ("idAcheteur|id|CPV|Montant HT|date de notification|Considérations environnementales", "|"),
    ],
)
def test_tables_of_both_layouts_are_told_by_their_columns(titles: str, separator: str) -> None:
    cells = [
        (BUYER, "A", "72220000", "39980.0", "2024-03-20", CLAUSE),
        (BUYER, "A", "72220000", "39980.0", "2024-03-20", CLAUSE),  # its second supplier
        (BUYER, "B", "72220000", "NC", "2024-03-20", NEITHER),
        (BUYER, "C", "72220000", "100.50", "2024-03-20", "Critère environnemental"),
        (BUYER, "D", "45000000", "7", "2024-03-20", CLAUSE),
        (BUYER, "E", "30200000", "7", "2024-03-20", "NC"),
    ]
    text = "\n".join([titles, *(separator.join(row) for row in cells)])
    assert told(read(text)) == [*WANTED, ("E", 700, None, None)]
    bare = [
        separator.join(row[:-1])
        for row in [titles.split(separator), *(list(row) for row in cells[:1])]
    ]
    assert told(read("\n".join(bare))) == [("A", 3998000, None, None)]
