"""Lines of an inventory: one device each, whatever the order of columns, of lines and of dates."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.core.say.text import UnusableInputError
from portulan.sources.figure import Thresholds, Verdict
from portulan.sources.meanings import Meanings
from portulan.sources.readers.dates import Order, days_of
from portulan.sources.snapshot import Snapshot, take

ON = date(2026, 9, 30)
TITLES = (
    "ID", "Entité", "Statut", "Fabricant", "Numéro de série", "Type", "Modèle", "Utilisateur",
    "Date du dernier inventaire", "Date d'achat", "Date de réforme",
)  # fmt: skip
MEANINGS = Meanings.from_json(
    {
        "states": {"in_service": ["Actif"], "given": ["Don"], "stock": ["Armoire"]},
        "types": {"laptop": ["Portable"], "virtual": ["VM", "Portable"], "server": ["Serveur"]},
    }
)


def lines(*rows: dict[str, str]) -> list[list[str]]:
    return [[row.get(title, "") for title in TITLES] for row in rows]


def device(ref: int, **more: str) -> dict[str, str]:
    return {
        "ID": str(ref), "Entité": "Ville", "Statut": "Actif", "Fabricant": "HP",
        "Numéro de série": f"SN{ref:05}", "Type": "Portable", "Modèle": "EliteBook",
        "Date du dernier inventaire": "2026-09-01", "Date d'achat": "2021-09-30",
    } | more  # fmt: skip


def written(rows: list[list[str]], titles: tuple[str, ...] = TITLES, separator: str = ";") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([titles, *rows])
    return text.getvalue().encode()


def read(content: bytes, name: str = "glpi.csv", **more: Any) -> Snapshot:
    given = {"kind": None, "meanings": MEANINGS, "on": ON, "flow_year": 2025, "scope": None}
    return take([(name, io.BytesIO(content))], **(given | more))


def figure(taken: Snapshot, name: str) -> Any:
    return next(one for one in taken.figures if one.id == name)


def test_a_device_listed_twice_is_that_last_seen_with_what_the_other_knows() -> None:
    old = device(1, Statut="Armoire")
    again = device(2, **{"Numéro de série": " sn00001 ", "Date d'achat": "",
                         "Date du dernier inventaire": "2026-09-20"})  # fmt: skip
    taken = read(written(lines(old, again)))
    assert (taken.read, taken.kept) == (2, 1)
    assert figure(taken, "age-mean").denominator == 1  # in service, and of known age
    assert str(figure(taken, "age-mean").value) == "5.00"


@pytest.mark.parametrize("serial", ["", "0", "Default string", "To be filled by O.E.M.", "00000"])
def test_a_serial_that_says_nothing_merges_nothing(serial: str) -> None:
    rows = lines(*(device(ref, **{"Numéro de série": serial}) for ref in range(4)))
    assert read(written(rows)).kept == 4


def test_a_serial_that_many_bear_names_no_device() -> None:
    rows = lines(*(device(ref, **{"Numéro de série": "ABC123"}) for ref in range(12)))
    taken = read(written(rows))
    assert taken.kept == 12
    assert "shared-serial" in {problem.kind.code for problem in taken.problems}


@pytest.mark.parametrize(
    "more",
    [{"Type": "VM"}, {"Modèle": "VMware Virtual Platform"}, {"Fabricant": "QEMU"},
     {"Fabricant": "Microsoft Corporation", "Modèle": "Virtual Machine"}],
)  # fmt: skip
def test_a_virtual_machine_is_no_device(more: dict[str, str]) -> None:
    taken = read(written(lines(device(1, **more), device(2))))
    assert taken.dropped == {"virtual": 1}


def test_a_real_machine_of_the_same_maker_is_one() -> None:
    real = {"Fabricant": "Microsoft Corporation", "Modèle": "Surface Laptop 4"}
    assert read(written(lines(device(1, **real)))).kept == 1


def test_impossible_days_are_unknown_and_said() -> None:
    days = ("1970-01-01", "2062-01-01", "")
    rows = lines(*(device(ref, **{"Date d'achat": day}) for ref, day in enumerate(days)))
    taken = read(written(rows))
    assert figure(taken, "age-mean").verdict is Verdict.REFUSED
    said = next(one for one in taken.problems if one.kind.code == "impossible-date")
    assert said.values["refs"] == "0, 1"


def test_an_exit_without_a_destination_is_told_apart() -> None:
    rows = lines(
        device(1, Statut="Don", **{"Date de réforme": "2025-03-01"}),
        device(2, Statut="Don"),
        device(3, Statut="Don", **{"Date de réforme": "2024-03-01"}),
    )
    given = figure(read(written(rows)), "given")
    assert (given.value, given.verdict) == (1, Verdict.WARN)


def test_what_left_on_the_day_it_came_has_a_known_age() -> None:
    day = {"Date d'achat": "2025-03-01", "Date de réforme": "2025-03-01"}
    age = figure(read(written(lines(device(1, Statut="Don", **day)))), "exit-age-mean")
    assert (age.value, age.coverage) == (0, 1)


def test_a_scope_that_is_not_there_is_refused_and_names_those_that_are() -> None:
    with pytest.raises(UnusableInputError, match="Ville"):
        read(written(lines(device(1))), scope="Département")


def test_entities_within_a_scope_are_of_it_and_no_other_of_its_first_letters() -> None:
    rows = lines(
        device(1, Entité="Racine > Ville"),
        device(2, Entité="Racine > Ville > Écoles"),
        device(3, Entité="Racine > Ville nouvelle"),
    )
    assert read(written(rows), scope="racine > ville").kept == 2


def test_a_file_that_is_cut_is_an_error() -> None:
    whole = written(lines(*(device(ref) for ref in range(30))))
    taken = read(whole[:-40])
    assert any(problem.is_error for problem in taken.problems)


def test_an_order_of_dates_that_nothing_tells_leaves_them_unknown() -> None:
    rows = lines(device(1, **{"Date d'achat": "05-06-2021", "Date du dernier inventaire": ""}))
    taken = read(written(rows))
    assert figure(taken, "age-mean").value is None
    assert "date-order" in {problem.kind.code for problem in taken.problems}


@given(
    days=st.lists(
        st.dates(date(2010, 1, 1), ON).filter(lambda day: day.day != day.month), min_size=1
    ),
    shape=st.sampled_from(["%d-%m-%Y", "%m-%d-%Y", "%d/%m/%Y %H:%M"]),
)
def test_an_order_of_dates_is_told_or_unknown_and_never_another(
    days: list[date], shape: str
) -> None:
    texts = [day.strftime(shape) for day in days]
    found = days_of(texts)
    read_days = [found.of(text) for text in texts]
    assert read_days == (days if found.order is not Order.UNKNOWN else [None] * len(days))


@given(seed=st.integers(0, 10_000), separator=st.sampled_from(";,\t"))
def test_the_order_of_lines_and_of_columns_says_nothing(seed: int, separator: str) -> None:
    drawn = random.Random(seed)
    rows = lines(
        *(
            device(
                ref,
                **{
                    "Statut": drawn.choice(["Actif", "Don", "Armoire", ""]),
                    "Date d'achat": (ON - timedelta(drawn.randrange(4000))).isoformat(),
                    "Numéro de série": drawn.choice([f"SN{ref:05}", "0"]),
                },
            )
            for ref in range(20)
        )
    )
    order = drawn.sample(range(len(TITLES)), len(TITLES))
    shuffled = [[row[at] for at in order] for row in drawn.sample(rows, len(rows))]
    titles = tuple(TITLES[at] for at in order)
    one = read(written(rows)).figures
    other = read(written(shuffled, titles, separator)).figures
    assert one == other


def test_nothing_that_names_a_person_or_a_machine_is_in_what_is_said() -> None:
    secret = {"Utilisateur": "Marie Durand", "Numéro de série": "SECRET123"}
    taken = read(written(lines(device(1, **secret), device(2, **secret))))
    said = str(taken.as_json("fr")) + str(taken.as_json("en"))
    assert "Durand" not in said
    assert "SECRET123" not in said


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "/"),
        ({"states": {"dead": ["x"]}}, "states.dead"),
        ({"types": {"laptop": "x"}}, "laptop"),
    ],
)
def test_meanings_that_are_wrong_are_refused_at_their_place(document: Any, place: str) -> None:
    with pytest.raises(UnusableInputError, match=place):
        Meanings.from_json(document)


def test_meanings_come_back_from_their_json() -> None:
    assert Meanings.from_json(MEANINGS.as_json()) == MEANINGS


LEASED_TITLES = (*TITLES, "Mode d'acquisition", "Reconditionné", "Durée de garantie")


def leasing(*rows: dict[str, str]) -> Snapshot:
    shown = [[row.get(title, "") for title in LEASED_TITLES] for row in rows]
    states = {"in_service": ["Actif"], "given": ["Don"], "out": ["Sorti"], "returned": ["Rendu"]}
    meanings = Meanings.from_json({"states": states, "types": {"laptop": ["Portable"]}})
    return read(written(shown, LEASED_TITLES), meanings=meanings)


def test_what_is_leased_is_no_purchase_and_goes_back_to_its_lessor() -> None:
    """Its age and its use count as others do; it was not bought, and nobody here may give it."""
    bought = {"Date d'achat": "2025-03-01", "Durée de garantie": "36", "Reconditionné": "non"}
    is_leased, is_bought = {"Mode d'acquisition": "Location (LLD)"}, {"Mode d'acquisition": "Achat"}
    gone = {"Date de réforme": "2025-06-30", "Date d'achat": "2021-06-30"}
    taken = leasing(
        device(1, **bought, **is_bought),
        device(2, **bought | {"Reconditionné": "oui", "Durée de garantie": "60"}, **is_leased),
        device(3, **gone, Statut="Don", **is_bought),
        device(4, **gone, Statut="Sorti", **is_leased),
        device(5, **gone, Statut="Rendu"),
    )
    assert figure(taken, "purchases-reconditioned").value == 0
    assert figure(taken, "warranty-mean").value == 36
    assert figure(taken, "share-leased").value == Decimal("0.5")
    assert figure(taken, "age-mean").denominator == 2
    assert figure(taken, "exit-age-mean").denominator == 3
    given_or_sold = figure(taken, "share-given-or-sold")
    assert (given_or_sold.value, given_or_sold.denominator, given_or_sold.coverage) == (1, 1, 1)


def test_devices_that_say_neither_bought_nor_leased_are_unknown_and_listed() -> None:
    bought = {"Date d'achat": "2025-03-01", "Reconditionné": "non"}
    taken = leasing(
        device(1, **bought, **{"Mode d'acquisition": "Leasing"}),
        *(device(ref, **bought) for ref in (2, 3, 4)),
        device(5, **bought, **{"Mode d'acquisition": "Achat"}),
    )
    found = figure(taken, "purchases-reconditioned")
    assert (found.verdict, found.coverage) == (Verdict.REFUSED, Decimal("0.25"))
    assert "acheté ou loué" in found.reason.fr
    [asked] = [one for one in taken.problems if one.kind.code == "no-lease"]
    assert "2, 3, 4 (3 " in asked.message()
    unsaid = leasing(*(device(ref, **bought) for ref in range(1, 5)))  # a column nobody fills
    assert figure(unsaid, "purchases-reconditioned").value == 0
    assert figure(unsaid, "share-leased").verdict is Verdict.REFUSED


def test_the_day_that_a_use_begins_is_the_one_that_was_preferred() -> None:
    titles = (*TITLES, "Date de mise en service")
    rows = [
        device(1, **{"Date d'achat": "2020-09-30", "Date de mise en service": "2022-09-30"}),
        device(2, **{"Date d'achat": "2020-09-30"}),
    ]
    content = written([[row.get(title, "") for title in titles] for row in rows], titles)
    for first, mean in (("", "6.00"), ("bought", "6.00"), ("in_service", "5.00")):
        said = Meanings.from_json(MEANINGS.as_json() | {"start": first})
        assert Meanings.from_json(said.as_json()) == said
        assert figure(read(content, meanings=said), "age-mean").value == Decimal(mean)
    assert "start" not in MEANINGS.as_json(), "what nobody chose changes no meaning"


@pytest.mark.parametrize(
    ("limits", "verdict"), [((50, 80), "refused"), ((30, 80), "warn"), ((30, 40), "ok")]
)
def test_the_coverage_that_figures_need_is_the_organisations_to_say(
    limits: tuple[int, int], verdict: str
) -> None:
    refused, warned = (Decimal(one) / 100 for one in limits)
    needed = Thresholds(refused, warned)
    undated = {"Date d'achat": ""}
    fleet = written(lines(*(device(ref, **(undated if ref > 2 else {})) for ref in range(1, 6))))
    table = b"Service;Formes\nA;oui\nB;non\nC;\nD;\nE;\n"
    exits = b"Date de sortie;Destination\n" + b"2025-03-02;Don\n" * 2 + b"2025-03-02;\n" * 3
    for content, more, name in (
        (fleet, {}, "age-mean"),
        (table, {"kind": "table"}, "table-share"),
        (exits, {}, "exits-reused"),
    ):
        found = figure(read(content, limits=needed, **more), name)
        assert (found.verdict, found.value is None) == (verdict, verdict == "refused"), name


def test_what_is_counted_per_person_needs_the_staff_and_every_list() -> None:
    computers = written(lines(*(device(ref) for ref in range(1, 5)), device(9, Type="Serveur")))
    alone = read(computers, people=2)
    assert "écrans, téléphones" in figure(alone, "devices-per-person").reason.fr
    screens = written(
        lines(
            device(1, Type="Écran", **{"Date d'achat": "2025-02-01"}),
            device(2, Type="Écran", Statut="Don"),
        )
    )
    phones = written(lines(device(1, Type="Mobile", Fabricant="Fairphone")))
    given = [
        ("computers.csv", io.BytesIO(computers)),
        ("moniteurs.csv", io.BytesIO(screens)),
        ("telephones.csv", io.BytesIO(phones)),
    ]
    words = {"phone_types": {"smartphone": ["Mobile"]}, "monitor_types": ["Écran"]}
    meanings = Meanings.from_json(MEANINGS.as_json() | words)

    def taken(people: int | None) -> Snapshot:
        for _name, stream in given:
            stream.seek(0)
        return take(
            given, kind=None, meanings=meanings, on=ON, flow_year=2025, scope=None, people=people
        )

    told = figure(taken(4), "devices-per-person")
    assert (told.value, told.numerator, told.denominator) == (Decimal("1.50"), 6, 4)
    assert figure(taken(4), "phones-per-person").value == Decimal("0.25")
    unknown = figure(taken(None), "devices-per-person")
    assert (unknown.verdict, unknown.value) == (Verdict.REFUSED, None)


def test_the_equipment_of_numecoeval_is_an_inventory_with_its_quantities() -> None:
    heads = (
        "nomEquipementPhysique;modele;quantite;dateAchat;dateRetrait;type;statut;paysDUtilisation"
        ";utilisateur;nomEntite"
    )
    rows = (
        "PC;laptop-3;1;2020-09-30;;Portable;Actif;France;a;Ville",
        "Lot;laptop-4;3;2024-09-30;;Portable;Actif;France;;Ville",
        "Moitié;laptop-4;0,5;2024-09-30;;Portable;Actif;France;;Ville",
        "Baie;rack;2;2018-01-01;;Serveur;Actif;France;;Ville",
    )
    taken = read("\n".join([heads, *rows, ""]).encode(), "equipements.csv")
    assert (taken.kept, taken.dropped) == (6, {"quantity-unknown": 1})
    assert figure(taken, "servers").value == 2
    many = [f"PC{at};x;9999;2024-09-30;;Portable;Actif;France;;Ville" for at in range(21)]
    with pytest.raises(UnusableInputError, match="200"):
        read("\n".join([heads, *many, ""]).encode(), "equipements.csv")
    assert (figure(taken, "age-mean").value, figure(taken, "age-mean").denominator) == (3, 4)
