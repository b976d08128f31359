"""Lists of devices as tables: the exports of GLPI, Snipe-IT and OCS, or somebody's own.

GLPI writes the titles in the language of the account, the financial ones under the name of their
group; its versions 10 and 11 differ by the mark of encoding and the end of lines alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import MappingProxyType

from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind, Problems, UnusableInputError
from portulan.core.tables.heads import Roles
from portulan.core.tables.sources import Source
from portulan.sources.items import FOR_LIFE, INVOICE, MOST_ITEMS, Item, Listing
from portulan.sources.meanings import Meanings
from portulan.sources.readers.dates import Days, Order, days_of
from portulan.sources.readers.lists import List, Row, by_titles, list_in
from portulan.sources.words import Asset, Tool

TITLES = MappingProxyType(
    {
        "ref": (
            "ID", "Asset Tag", "Étiquette", "Machine", "Device name", "computer_name",
            "nomEquipementPhysique",
        ),
        "entity": (
            "Entité", "Entity", "Company", "Société", "TAG", "Entités", "Entities", "nomEntite",
        ),
        "quantity": ("Quantité", "Quantity"),
        "state": ("Statut", "Status", "État", "State"),
        "type": ("Catégorie", "Category", "Type", "Types", "Type de matériel"),
        "maker": ("Fabricant", "Manufacturer", "Marque", "Constructeur"),
        "model": ("Modèle", "Model", "productname"),
        "serial": ("Numéro de série", "Serial number", "Serial", "N° de série", "serialnr"),
        "bought": (
            "Date d'achat", "Date of purchase", "Purchased", "Purchase date", "Acheté le",
            "dateAchat",
        ),
        "in_service": ("Date de mise en service", "Startup date", "Start-up date"),
        "delivered": ("Date de livraison", "Delivery date"),
        "ordered": ("Date de commande", "Order date"),
        "out": (
            "Date de réforme", "Decommission date", "Date de sortie", "Decommissioned",
            "dateRetrait",
        ),
        "seen": (
            "Date du dernier inventaire", "Dernier inventaire", "Last inventory date",
            "Last check-in", "last_seen_on", "Dernière visite",
        ),
        "checked": ("Date de dernier inventaire physique", "Date of last physical inventory"),
        "created": ("Date de création", "Creation date"),
        "user": ("Utilisateur", "User", "Checked Out", "Utilisateur connecté", "Primary user UPN"),
        "contact": ("Usager", "Alternate username"),
        "group": ("Groupe", "Group"),
        "warranty": ("Durée de garantie", "Warranty duration", "Warranty", "Garantie"),
        "ownership": ("Ownership",),
        "invoice": (
            "Numéro de facture", "Invoice number", "N° de facture", "Facture", "Invoice",
        ),
        "bios": ("Date BIOS", "BIOS date"),
        "tag": ("Asset Tag",),
        "machine": ("Machine",),
    }
)  # fmt: skip
DATES = ("bought", "in_service", "delivered", "ordered", "out", "seen", "checked", "created")
_FACTS = {
    "state": ("state",), "type": ("type",),
    "start": ("bought", "in_service", "delivered", "ordered"),
    "out": ("out",), "seen": ("seen", "checked"), "user": ("user", "contact", "group"),
    "reconditioned": ("reconditioned",), "entity": ("entity",), "warranty": ("warranty",),
    "leased": ("leased",),
}  # fmt: skip
_RECONDITIONED = re.compile(r"recondition|refurbish|remanufactur|seconde main|second[- ]hand")
# “Location” alone is a place in English.
LEASED_TITLE = re.compile(
    r"\bleas(?:ed?|ing)\b|\blouee?s?\b|\ben location\b|credit.?bail|(?:mode|type) d.acquisition"
    r"|acquisition (?:mode|type)"
)
_LEASED = re.compile(r"\bleas|\blocation|\bloue|credit.?bail|\brent|\blld\b|\bloa\b")
_BOUGHT = re.compile(r"\bachat|\bachete|\bacquis|propriet|purchas|bought|\bowned")
_YES = frozenset({"oui", "yes", "1", "true", "vrai", "x", "o", "y"})
_NO = frozenset({"non", "no", "0", "false", "faux", "n"})
_LIFE = re.compile(r"-1|a vie|life ?time|for life")
_ENOUGH = 4  # roles that make of a row the titles of an inventory
_ASSETS = {
    Asset.MONITOR: re.compile(r"monitor|moniteur|ecran|screen|display|\blcd\b|\bled\b"),
    Asset.PHONE: re.compile(r"phone|telephon|smartphone|mobile"),
    Asset.COMPUTER: re.compile(
        r"computer|ordinateur|poste|laptop|portable|notebook|desktop|fixe|serveur|server|tower"
        r"|chassis|mini pc|workstation|station|tablet|unite centrale"
    ),
}
TOO_MANY = ProblemKind(
    "too-many-devices",
    "error",
    fr="Ce fichier compte plus de {most} équipements\u00a0: vérifiez ses quantités, ou donnez-le en"
    " plusieurs sources.",
    en="This file counts more than {most} devices: check its quantities, or give it as several"
    " sources.",
)
AMBIGUOUS_DATES = ProblemKind(
    "date-order",
    "error",
    fr="Rien ne dit si les dates de ce fichier commencent par le jour ou par le mois : elles"
    " comptent comme inconnues. Exportez-les sous la forme AAAA-MM-JJ.",
    en="Nothing says whether the dates of this file begin with the day or the month: they count as"
    " unknown. Export them as YYYY-MM-DD.",
)
NO_ASSET = ProblemKind(
    "what-is-listed",
    "warning",
    fr="Rien ne dit si ce fichier liste des ordinateurs, des écrans ou des téléphones : il est lu"
    " comme une liste d’ordinateurs. Dites le sens de ses types.",
    en="Nothing says whether this file lists computers, screens or phones: it is read as a list of"
    " computers. Say what its types mean.",
)


def roles_for(meanings: Meanings) -> Roles:
    """Return what the columns of an inventory may be."""
    named = by_titles(TITLES)
    wanted = {fold(one) for one in meanings.reconditioned}

    def guess(titles: Sequence[str]) -> dict[str, int]:
        found = dict(named(titles))
        for index, title in enumerate(titles):
            folded = fold(title)
            if folded in wanted or (not wanted and _RECONDITIONED.search(folded)):
                found.setdefault("reconditioned", index)
        if "reconditioned" not in found:
            said = [at for at, one in enumerate(titles) if _RECONDITIONED.search(fold(one))]
            if said:
                found["reconditioned"] = said[0]
        leased = [at for at, one in enumerate(titles) if LEASED_TITLE.search(fold(one))]
        if leased:
            found["leased"] = leased[0]
        return found if len(found) >= _ENOUGH else {}

    return Roles(guess, needs=frozenset({"model"}))


def read(source: Source, meanings: Meanings, problems: Problems) -> list[Listing] | None:
    """Return the devices of a file, None where it lists none. Raises UnusableInputError."""
    found = list_in(source, roles_for(meanings))
    if found is None:
        return None
    rows = list(found.rows(problems))
    days = _days(found, rows, problems)
    tool = _tool(found)
    items: list[Item] = []
    dropped: Counter[str] = Counter()
    for row in rows:
        count = _count(row, found.roles)
        if fold(row.text("ownership")) == "personal":
            dropped["personal"] += 1
        elif count is None:
            dropped["quantity-unknown"] += 1
        else:
            if len(items) + count > MOST_ITEMS:
                raise UnusableInputError(TOO_MANY.at(most=MOST_ITEMS))
            items += [_item(row, days, found.roles) for _each in range(count)]
    assets = _assets(source.name, items, meanings, problems)
    facts = _facts(found)
    listings = []
    for asset in Asset:
        some = [item for item, one in zip(items, assets, strict=True) if one is asset]
        for item in some:
            item.asset = asset
        if some:
            listings.append(Listing(tool, asset, some, facts))
    if dropped and listings:
        listings[0] = replace(listings[0], dropped=dropped)
    return listings


def _count(row: Row, roles: frozenset[str]) -> int | None:
    """Return how many devices a line holds (NumEcoEval counts them); None where nobody can tell."""
    text = row.text("quantity")
    if "quantity" not in roles:
        return 1
    whole = re.fullmatch(r"([0-9]{1,4})(?:[.,]0*)?", text)
    return int(whole[1]) if whole else None


def _tool(found: List) -> Tool:
    if "bios" in found.roles:
        return Tool.OCS
    if "tag" in found.roles:
        return Tool.SNIPE_IT
    is_other = bool(found.roles & {"machine", "quantity"})
    is_glpi = {"ref", "entity", "state"} <= found.roles
    return Tool.GLPI if is_glpi and not is_other else Tool.INVENTORY


def _facts(found: List) -> frozenset[str]:
    return frozenset(fact for fact, roles in _FACTS.items() if found.roles & set(roles))


def _days(found: List, rows: Iterable[Row], problems: Problems) -> Days:
    roles = [role for role in DATES if role in found.roles]
    days = days_of(row.cell(role) for row in rows for role in roles)
    if days.order is Order.UNKNOWN:
        problems.append(AMBIGUOUS_DATES.at())
    return days


def _item(row: Row, days: Days, roles: frozenset[str]) -> Item:
    named = [row.text(role) for role in ("user", "contact", "group") if role in roles]
    item = Item(
        Asset.COMPUTER,
        ref=row.text("ref") or str(row.line),
        line=row.line,
        entity=row.text("entity"),
        state=row.text("state"),
        type=row.text("type"),
        maker=row.text("maker"),
        model=row.text("model"),
        serial=row.text("serial"),
        invoice=row.text("invoice")[:INVOICE],
        user=any(named) if named else None,
        reconditioned=yes_or_no(row.text("reconditioned")),
        warranty=_months(row.text("warranty")),
        leased=is_leased(row.text("leased")),
    )
    for role in DATES:
        setattr(item, role, days.of(row.cell(role)))
    return item


def yes_or_no(text: str) -> bool | None:
    """Return what a cell answers, None where it answers nothing."""
    folded = fold(text)
    return True if folded in _YES else False if folded in _NO else None


def is_leased(text: str) -> bool | None:
    """Tell whether a cell says leased, or bought; None where it says neither, or both."""
    folded = fold(text)
    leased, bought = _LEASED.search(folded), _BOUGHT.search(folded)
    return yes_or_no(text) if bool(leased) is bool(bought) else bool(leased)


def _months(text: str) -> int | None:
    """Return a warranty in months: “36”, “36 mois”, for life; nothing, and 0, are unknown."""
    if _LIFE.fullmatch(fold(text)):
        return FOR_LIFE
    found = re.match(r"([0-9]{1,3})\b", text)
    return int(found[1]) if found and int(found[1]) else None


# --- what a list holds --------------------------------------------------------------------------


def _assets(
    name: str, items: Sequence[Item], meanings: Meanings, problems: Problems
) -> list[Asset]:
    """Return what each line is: a list of GLPI holds one kind, that of another tool may mix them.

    The name of the file says it first, then the meanings of its types, then their own words.
    """
    named = _by_name(name)
    if named is not None:
        return [named] * len(items)
    said = [_by_meaning(item, meanings) or _by_words(item) for item in items]
    known = [one for one in said if one is not None]
    if not known and items:
        problems.append(NO_ASSET.at())
    usual = max(set(known), key=known.count, default=Asset.COMPUTER)
    return [one or usual for one in said]


def _by_name(name: str) -> Asset | None:
    stem = fold(re.split(r"[/\\]", name)[-1])
    found = [asset for asset, words in _ASSETS.items() if words.search(stem)]
    return found[0] if len(found) == 1 else None


def _by_meaning(item: Item, meanings: Meanings) -> Asset | None:
    folded = fold(item.type)
    if not folded:
        return None
    found = [
        asset
        for asset, words in (
            (Asset.COMPUTER, meanings.types),
            (Asset.PHONE, meanings.phones),
            (Asset.MONITOR, meanings.screens),
        )
        if folded in words
    ]
    return found[0] if len(found) == 1 else None


def _by_words(item: Item) -> Asset | None:
    return asset_of_words(item.type)


def asset_of_words(text: str) -> Asset | None:
    """Return the list that a type, or a category, belongs to by its own words, None if unsure."""
    folded = fold(text)
    found = [asset for asset, words in _ASSETS.items() if words.search(folded)]
    return found[0] if len(found) == 1 else None
