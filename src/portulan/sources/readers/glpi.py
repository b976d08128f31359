"""The answers of GLPI: the search of its legacy API, and the assets of its API v2 (pure).

Option numbers differ between installations for what plugins add, so the search is asked by the
options that the installation lists itself; a state of v2 is told by its complete name, as its own
name is its last part alone.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from portulan.core.folding import fold
from portulan.sources.items import FACTS, INVOICE, Item, Listing
from portulan.sources.meanings import Meanings
from portulan.sources.readers.dates import Days, Order
from portulan.sources.readers.inventories import DATES, LEASED_TITLE, is_leased, yes_or_no
from portulan.sources.words import Asset, Tool

ITEM_TYPES = MappingProxyType(
    {Asset.COMPUTER: "Computer", Asset.MONITOR: "Monitor", Asset.PHONE: "Phone"}
)
# The end of the name that GLPI gives to an option, whatever its number and its list.
_UIDS = {
    "id": "ref", "Entity.completename": "entity", "State.completename": "state",
    "Manufacturer.name": "maker", "serial": "serial", "User.name": "user", "contact": "contact",
    "Group.completename": "group", "last_inventory_update": "seen", "date_creation": "created",
    "Infocom.buy_date": "bought", "Infocom.use_date": "in_service",
    "Infocom.delivery_date": "delivered", "Infocom.order_date": "ordered",
    "Infocom.decommission_date": "out", "Infocom.inventory_date": "checked",
    "Infocom.bill": "invoice",
}  # fmt: skip
_MONEY = frozenset({"bought", "in_service", "delivered", "ordered", "out"})
_DAYS = Days(Order.DAY_FIRST)  # dates come year first whatever the account likes
_V2_DATES = {
    "bought": "date_buy", "in_service": "date_use", "delivered": "date_delivery",
    "ordered": "date_order", "out": "date_decommission", "checked": "date_inventory",
}  # fmt: skip


# --- legacy ------------------------------------------------------------------------------------


def options_of(listed: Mapping[str, Any], asset: Asset, meanings: Meanings) -> dict[str, str]:
    """Return the number of the option of each fact that the installation shows to the account."""
    name = ITEM_TYPES[asset]
    known = _UIDS | {f"{name}Type.name": "type", f"{name}Model.name": "model"}
    wanted = {fold(one) for one in meanings.reconditioned}
    found: dict[str, str] = {}
    for number, option in listed.items():
        if not isinstance(option, dict) or not number.isdecimal() or option.get("nodisplay"):
            continue
        uid = str(option.get("uid", "")).removeprefix(f"{name}.")
        if role := known.get(uid):
            found.setdefault(role, number)
        title = fold(str(option.get("name", "")))
        if number in wanted or any(title and one.endswith(title) for one in wanted):
            found["reconditioned"] = number
        elif LEASED_TITLE.search(title):
            found.setdefault("leased", number)
    return found


def lacks_money(options: Mapping[str, str]) -> bool:
    """Tell whether the account may not see any day of purchase."""
    return not _MONEY & options.keys()


def listed(rows: Iterable[Mapping[str, Any]], options: Mapping[str, str], asset: Asset) -> Listing:
    """Return the devices of the rows of a search."""
    items = [_searched(row, options, asset) for row in rows]
    return Listing(Tool.GLPI, asset, items, _facts(options.keys()))


def _searched(row: Mapping[str, Any], options: Mapping[str, str], asset: Asset) -> Item:
    def word(role: str) -> str:
        value = row.get(options.get(role, ""))
        if isinstance(value, list):
            value = value[0] if value else None
        shown = "" if value is None else html.unescape(str(value))
        return shown.replace("\xa0", "").strip()

    named = [role for role in ("user", "contact", "group") if role in options]
    item = Item(
        asset,
        ref=word("ref"),
        entity=word("entity"),
        state=word("state"),
        type=word("type"),
        maker=word("maker"),
        model=word("model"),
        serial=word("serial"),
        invoice=word("invoice")[:INVOICE],
        user=any(word(role) not in {"", "0"} for role in named) if named else None,
        reconditioned=yes_or_no(word("reconditioned")),
        leased=is_leased(word("leased")),
    )
    for role in DATES:
        setattr(item, role, _DAYS.of(word(role)))
    return item


def _facts(roles: Iterable[str]) -> frozenset[str]:
    given = frozenset(roles)
    facts = {"state", "type", "entity", "reconditioned", "leased", "out"} & given
    if given & {"bought", "in_service", "delivered", "ordered"}:
        facts = facts | {"start"}
    if given & {"seen", "checked"}:
        facts = facts | {"seen"}
    if given & {"user", "contact", "group"}:
        facts = facts | {"user"}
    return frozenset(facts)


# --- v2 ----------------------------------------------------------------------------------------


def assets(
    rows: Sequence[Mapping[str, Any]],
    asset: Asset,
    infocoms: Mapping[int, Mapping[str, Any]],
    states: Mapping[int, str],
) -> Listing:
    """Return the devices of the assets of v2, with the financial facts of each by its number.

    `states`: the complete name of each. Facts of plugins are not there.
    """
    items = []
    for row in rows:
        items.append(device(row, asset, states))
        date(items[-1], infocoms.get(_number(row.get("id")), {}))
    return listing(asset, items)


def listing(asset: Asset, items: Sequence[Item]) -> Listing:
    """Return the list that devices of v2 make."""
    return Listing(Tool.GLPI, asset, items, FACTS - {"reconditioned", "warranty", "leased"})


def device(row: Mapping[str, Any], asset: Asset, states: Mapping[int, str]) -> Item:
    """Return a device of v2, without its dates of purchase, which are asked apart."""
    state = row.get("status") or {}
    entity = row.get("entity") or {}
    return Item(
        asset,
        ref=str(row.get("id", "")),
        entity=str(entity.get("completename") or entity.get("name") or ""),
        state=states.get(_number(state.get("id")), str(state.get("name") or "")),
        type=_named(row, "type"),
        maker=_named(row, "manufacturer"),
        model=_named(row, "model"),
        serial=str(row.get("serial") or "").strip(),
        user=bool(row.get("user") or row.get("contact") or row.get("group")),
        deleted=row.get("is_deleted") is True,
        template=row.get("is_template") is True,
        seen=_DAYS.of(str(row.get("last_inventory_update") or "")),
        created=_DAYS.of(str(row.get("date_creation") or "")),
    )


def date(item: Item, money: Mapping[str, Any]) -> None:
    """Give a device of v2 the days, and the invoice, that its financial facts say."""
    item.invoice = str(money.get("invoice_number") or "").strip()[:INVOICE]
    for role, name in _V2_DATES.items():
        setattr(item, role, _DAYS.of(str(money.get(name) or "")))


def _named(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return str(value.get("name") or "") if isinstance(value, dict) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) else -1


def from_files(documents: Mapping[str, Any]) -> Iterator[Listing]:
    """Yield the devices of answers kept as files: pages of v2, with states and financial facts."""
    rows: dict[Asset, list[Mapping[str, Any]]] = {}
    money: dict[int, Mapping[str, Any]] = {}
    states: dict[int, str] = {}
    for name, document in documents.items():
        if not isinstance(document, list) or not document or not isinstance(document[0], dict):
            continue
        if "items_id" in document[0]:
            money |= {_number(one.get("items_id")): one for one in document}
        elif document[0].keys() <= {"id", "name", "completename"}:
            states |= {_number(one.get("id")): str(one.get("completename")) for one in document}
        elif "status" in document[0]:
            found = next((one for one in Asset if ITEM_TYPES[one].lower() in name.lower()),
                         Asset.COMPUTER)  # fmt: skip
            rows.setdefault(found, []).extend(document)
    for asset, some in rows.items():
        yield assets(some, asset, money, states)
