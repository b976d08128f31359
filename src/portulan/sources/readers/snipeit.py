"""The hardware of Snipe-IT, as its API lists it (pure).

In service is what is deployed; what is archived left, and nobody says when. Categories are the
installation's own words: those that nobody explained are told by what they contain.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from portulan.core.folding import fold
from portulan.sources.items import FACTS, Item, Listing
from portulan.sources.meanings import Meanings
from portulan.sources.readers.dates import Days, Order
from portulan.sources.readers.inventories import (
    LEASED_TITLE,
    asset_of_words,
    is_leased,
    yes_or_no,
)
from portulan.sources.words import Asset, Device, State, Tool

STATES = MappingProxyType(
    {
        "deployed": State.IN_SERVICE,
        "deployable": State.STOCK,
        "pending": State.STOCK,
        "archived": State.OUT,
    }
)
_DEVICES = {
    Device.LAPTOP: re.compile(r"laptop|notebook|portable|ultrabook|macbook"),
    Device.DESKTOP: re.compile(r"desktop|fixe|tower|unite centrale|all[- ]in[- ]one"),
    Device.TABLET: re.compile(r"tablet|ipad"),
    Device.SERVER: re.compile(r"serve(?:u)?r"),
    Device.SMARTPHONE: re.compile(r"smartphone|mobile phone|telephone mobile"),
    Device.WORKSTATION: re.compile(r"workstation|station de travail"),
    Device.SCREEN: re.compile(r"monitor|moniteur|ecran|screen|display"),
}
_DAYS = Days(Order.DAY_FIRST)


def is_hardware(document: object) -> bool:
    """Tell whether a document is a list of the API, whole or the rows of one."""
    rows = rows_of(document)
    return bool(rows) and isinstance(rows[0], dict) and "status_label" in rows[0]


def rows_of(document: object) -> list[Any]:
    """Return the rows of an answer, none where it has none."""
    rows = document.get("rows") if isinstance(document, dict) else document
    return rows if isinstance(rows, list) else []


def listings(rows: Iterable[Mapping[str, Any]], meanings: Meanings) -> list[Listing]:
    """Return the devices of rows, in a list for each sort."""
    items = [_item(row, meanings) for row in rows]
    facts = FACTS - {"out", "entity"}
    sorts = ((asset, [one for one in items if one.asset is asset]) for asset in Asset)
    return [Listing(Tool.SNIPE_IT, asset, some, facts) for asset, some in sorts if some]


def _item(row: Mapping[str, Any], meanings: Meanings) -> Item:
    category = _named(row, "category")
    device = meanings.types.get(fold(category)) or meanings.phones.get(fold(category))
    device = device or _by_words(category)
    label = row.get("status_label") or {}
    custom = row.get("custom_fields") or {}
    return Item(
        _asset(device, category),
        ref=str(row.get("id", "")),
        entity=_named(row, "company"),
        state=html.unescape(str(label.get("name") or "")),
        type=category,
        maker=_named(row, "manufacturer"),
        model=_named(row, "model"),
        serial=html.unescape(str(row.get("serial") or "")).strip(),
        bought=_day(row.get("purchase_date")),
        checked=_day(row.get("last_audit_date")),
        created=_day(row.get("created_at")),
        user=bool(row.get("assigned_to")),
        reconditioned=yes_or_no(_custom(custom, lambda name: _says_reconditioned(name, meanings))),
        leased=is_leased(_custom(custom, lambda name: LEASED_TITLE.search(name) is not None)),
        deleted=row.get("deleted_at") is not None,
        state_is=STATES.get(str(label.get("status_meta"))) or _said(label, meanings),
        device_is=device,
    )


def _said(label: Mapping[str, Any], meanings: Meanings) -> State | None:
    """Return what a person said of a label that is neither deployed nor in stock, else repair."""
    name = html.unescape(str(label.get("name") or ""))
    repair = State.REPAIR if label.get("status_meta") == "undeployable" else None
    return meanings.states.get(fold(name)) or repair


def _by_words(category: str) -> Device | None:
    folded = fold(category)
    found = [device for device, words in _DEVICES.items() if words.search(folded)]
    return found[0] if len(found) == 1 else None


def _asset(device: Device | None, category: str) -> Asset:
    if device is Device.SCREEN:
        return Asset.MONITOR
    if device in {Device.SMARTPHONE, Device.DESK_PHONE, Device.BASIC_PHONE}:
        return Asset.PHONE
    return Asset.COMPUTER if device else asset_of_words(category) or Asset.COMPUTER


def _says_reconditioned(name: str, meanings: Meanings) -> bool:
    wanted = {fold(one) for one in meanings.reconditioned}
    return name in wanted or re.search("recondition|refurb", name) is not None


def _custom(fields: object, is_one: Callable[[str], bool]) -> str:
    """Return the value of the first field of a plugin whose folded name is the one."""
    for name, given in fields.items() if isinstance(fields, dict) else ():
        if isinstance(given, dict) and is_one(fold(str(name))):
            return str(given.get("value") or "")
    return ""


def _named(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return html.unescape(str(value.get("name") or "")) if isinstance(value, dict) else ""


def _day(value: object) -> Any:
    if isinstance(value, dict):
        return _DAYS.of(str(value.get("date") or value.get("datetime") or ""))
    return None
