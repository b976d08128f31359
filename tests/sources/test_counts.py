"""What an inventory counts by kind of device and by invoice, beside its figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from portulan.sources.counts import Held, Invoice, as_json
from portulan.sources.items import Item
from portulan.sources.readers import glpi
from portulan.sources.words import Asset, Device
from tests.sources.test_fleet import MEANINGS, TITLES, device, lines, read, written

INVOICED = (*TITLES, "Informations financières et administratives - Numéro de facture",
            "Reconditionné")  # fmt: skip


def counted(*rows: dict[str, str], **more: Any) -> dict[Device | None, Held]:
    taken = read(written(lines(*rows)), **more)
    return {one.device: one for one in taken.held}


def invoices(*said: tuple[str, str], **more: str) -> tuple[Invoice, ...]:
    rows = [
        [*lines(device(at, **more))[0], number, again] for at, (number, again) in enumerate(said, 1)
    ]
    return read(written(rows, INVOICED)).invoices


def test_devices_are_counted_by_kind_with_their_mean_age() -> None:
    old = {"Date d'achat": "2020-09-30"}
    held = counted(device(1), device(2, **old), device(3, Type="Serveur"), device(4, Type="?"))
    laptop = held[Device.LAPTOP]
    assert (laptop.in_service, laptop.age, laptop.use) == (2, Decimal("5.50"), None)
    assert held[Device.SERVER].in_service == 1
    assert held[None].in_service == 1, "a kind that nobody explained is counted apart"


def test_what_is_known_of_too_few_is_unknown_and_no_zero() -> None:
    rows = [device(at, **{"Date d'achat": ""}) for at in range(1, 4)]
    laptop = counted(*rows, device(9))[Device.LAPTOP]
    assert (laptop.in_service, laptop.dated, laptop.age) == (4, 1, None)


def test_a_use_is_that_of_what_left_within_the_year() -> None:
    def left(ref: int, out: str, bought: str = "2021-03-01") -> dict[str, str]:
        return device(ref, Statut="Don", **{"Date de réforme": out, "Date d'achat": bought})

    laptop = counted(
        left(1, "2026-03-01"),  # five years
        left(2, "2025-12-01", "2018-12-01"),  # seven
        left(3, "2025-09-30"),  # a year before the day, and so no more of it
        left(4, "2026-05-01", "2026-06-01"),  # out before it came in: of unknown use
        left(5, ""),
    )[Device.LAPTOP]
    assert (laptop.in_service, laptop.left, laptop.known) == (0, 3, 2)
    assert laptop.use == Decimal("6.00")
    assert laptop.age is None


def test_reconditioned_devices_are_counted_by_invoice() -> None:
    found = invoices(("F-12", "Oui"), ("F-12", "Oui"), ("F-12", "Non"), ("F-13", "Non"),
                     ("F-14", "Oui"), ("F-14", ""), ("", "Oui"))  # fmt: skip
    assert found == (
        Invoice("", 2021, reconditioned=1),
        Invoice("F-12", 2021, reconditioned=2, others=1),
        Invoice("F-14", 2021, reconditioned=1, unsaid=1),
    )


def test_what_is_leased_was_bought_by_nobody_here() -> None:
    rows = [[*lines(device(1))[0], "F-1", "Oui", "Location"]]
    assert read(written(rows, (*INVOICED, "Mode d'acquisition"))).invoices == ()


def test_what_is_kept_is_read_again_the_same() -> None:
    taken = read(written(lines(device(1), device(2, Type="?"))), meanings=MEANINGS)
    assert tuple(map(Held.from_json, as_json(taken.held))) == taken.held
    assert taken.on == date(2026, 9, 30)


def test_the_apis_of_glpi_give_the_invoice_too() -> None:
    listed = {
        "2": {"uid": "Computer.id"}, "28": {"uid": "Computer.Infocom.bill"},
    }  # fmt: skip
    options = glpi.options_of(listed, Asset.COMPUTER, MEANINGS)
    [legacy] = glpi.listed([{"2": 7, "28": " F-1 "}], options, Asset.COMPUTER).items
    v2 = Item(Asset.COMPUTER, "7")
    glpi.date(v2, {"invoice_number": "F-1", "date_buy": "2025-03-04"})
    assert (legacy.invoice, v2.invoice, v2.bought) == ("F-1", "F-1", date(2025, 3, 4))
