"""The cells that a REEN strategy and its report must hold, judged on a document by mechanism."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from pypdf import PdfReader

from portulan.publication.documents.cell import Cell, Document, Prose, Section, Table, Unit
from portulan.publication.documents.making import RENDERERS
from portulan.publication.documents.said import first_page, printed

MONEY_STAGES = ("voté", "mandaté")


def section(document: Document, words: str) -> Section:
    return next(one for one in document.sections if words in one.title)


def tables(part: Section, caption: str) -> list[Table]:
    return [one for one in part.tables if caption in one.caption]


def column(table: Table, head: str) -> list[Cell]:
    place = next(at for at, one in enumerate(table.heads) if head in one)
    return [row[place] for row in table.rows]


def said(cells: list[Cell]) -> list[str]:
    return [printed(cell, "fr") for cell in cells]


def words(document: Document) -> str:
    text = RENDERERS["html"](document).decode()
    return re.sub(r"<style>.*?</style>", "", text, flags=re.S)


def figures(document: Document) -> list[tuple[str, str]]:
    """Return all the figures and days, in their order: the same in each language."""
    found = (cell for table in document.tables for row in table.rows for cell in row)
    return [(one.unit, one.value) for one in found if one.unit is not Unit.TEXT]


def failing(document: Document) -> list[str]:
    """Return the cells that are absent; "inconnu" and "non renseigné" are present."""
    return [name for name, holds in _judged(document) if not holds]


def _judged(document: Document) -> Iterator[tuple[str, bool]]:
    cover = {name: printed(cell, "fr") for name, cell in document.cover}
    for cell, name in (
        *(("1", "SIREN"), ("1", "Forme juridique"), ("1", "Population"), ("2", "Stratégie votée")),
        *(("3", "Période"), ("4", "Bilan de l’année"), ("4", "Données au")),
        *(("5", "Édition"), ("6", "Présentation avant le débat budgétaire")),
    ):
        yield f"{cell} {name}", bool(cover.get(name))
    yield "5 seal", "Sceau <code>" in words(document)
    yield from _programme(document)
    for number in range(1, 7):
        yield from _heading(section(document, f"{number}°"), number)
    yield "26 outside", section(document, "Hors des six rubriques").title != ""
    yield from _ratios(section(document, "Ratios"))
    yield from _truth(document)
    yield from _form(document)


def _programme(document: Document) -> Iterator[tuple[str, bool]]:
    actors = section(document, "les acteurs")
    yield "7 public", bool(tables(actors, "publics")[0].rows)
    yield "8 private", bool(tables(actors, "privés")[0].rows)
    [table] = section(document, "bilan de l’impact").tables
    yield "9 heads", len(table.heads) == 8
    reaches = said(column(table, "Porte sur"))
    yield "9 organisation", "organisation" in reaches
    yield "10 area", "territoire" in reaches
    yield "11 engaged", bool(section(document, "engagées").blocks)


_HEADS = {
    "Objectifs": ("Objectif", "Portée", "Indicateurs"),
    "Mesures": ("N°", "Intitulé", "Niveau", "Avancement", "Fin prévue", "Pilote (fonction)"),
    "ce qu’ils mesurent": ("Indicateur", "Unité", "Définition", "Source"),
    "Moyens": ("Exercice et stade", "Fonctionnement", "Investissement", "Ensemble"),
    "Jours d’agents": ("Jours prévus", "Jours faits", "Cofinanceur"),
    "Écart": ("Promis", "Écart", "Motif"),
}
_FOLLOWED = {
    "valeurs": ("Valeur de base", "Base au", "Dernière valeur connue", "Rupture"),
    "cibles": ("Cible", "Échéance", "Nature"),
}


def _heading(part: Section, number: int) -> Iterator[tuple[str, bool]]:
    if not tables(part, "Mesures"):
        text = " ".join(one.text for one in part.blocks if isinstance(one, Prose))
        yield f"12 heading {number}", "Aucune action" in text or "Aussi sous" in text
        return
    followed = "sans indicateur" not in said(column(*tables(part, "ce qu’ils"), "Indicateur"))
    for caption, heads in (_HEADS | (_FOLLOWED if followed else {})).items():
        found = tables(part, caption)
        yield f"{caption} of {number}", len(found) == 1 and bool(found[0].rows)
        for head in heads:
            yield f"{head} of {number}", any(head in one for one in found[0].heads)
            yield (
                f"{head} of {number} said",
                "" not in said(column(found[0], head))
                or (head in ("Fonctionnement", "Investissement", "Motif")),
            )
    [money] = tables(part, "Moyens")
    yield "23 basis", re.search("TTC|HT", money.caption) is not None
    stages = said(column(money, "Exercice"))
    for stage in MONEY_STAGES:
        yield f"23 {stage} of {number}", any(stage in one for one in stages)
    yield (
        "24",
        any(
            "fait en" in getattr(one, "caption", getattr(one, "text", ""))
            or "n’est enregistré" in getattr(one, "text", "")
            for one in part.blocks
        ),
    )


def _ratios(part: Section) -> Iterator[tuple[str, bool]]:
    agec, reen = part.tables
    terms = " ".join(said(column(agec, "Terme")))
    words = ("Total", "réemploi", "Dons", "recyclées", "au numérateur et", "sans les dons")
    for word in words:
        yield f"27 {word}", word in terms
    yield "27 HT", "HT, année civile" in agec.caption
    for word in ("A\u00a0:", "B\u00a0:", "A/B"):
        yield f"28 {word}", word in " ".join(said(column(reen, "Terme")))
    yield "28 left out", "dix ans" in " ".join(b.text for b in part.blocks if isinstance(b, Prose))
    for table in (agec, reen):
        threshold, text = table.rows[-1], said(column(table, "Source"))[-1]
        yield "29 threshold", bool(threshold[2].value) and "décret" in text


def _truth(document: Document) -> Iterator[tuple[str, bool]]:
    text = words(document)
    yield "29 no judgement", "conforme" not in text.lower()
    yield "35 counted", any(f"{document.unknown} cellules" in one for one in first_page(document))
    yield "37 since", bool(section(document, "dernière édition").blocks)
    yield (
        "34 sources",
        all(
            any("Sources" in one.text for one in part.blocks if isinstance(one, Prose))
            for part in document.sections
            if tables(part, "Moyens")
        ),
    )
    yield "44 no example", "exemple" not in text.lower() and "{" not in text


def _form(document: Document) -> Iterator[tuple[str, bool]]:
    text = words(document)
    yield "41 one h1", text.count("<h1") == 1 and "<h3" not in text
    yield "38 captions", text.count("<table") == text.count("<caption")
    yield (
        "38 captions apart",
        all(table.caption != part.title for part in document.sections for table in part.tables),
    )
    made = RENDERERS["pdf"](document)
    yield "39 bytes", made == RENDERERS["pdf"](document)
    read = PdfReader(io.BytesIO(made))
    root = read.trailer["/Root"]
    yield "38 tagged", bool(root["/MarkInfo"]["/Marked"]) and "/StructTreeRoot" in root
    yield "38 title", read.metadata is not None and read.metadata.title == document.title
    yield "38 language", str(root["/Lang"]).startswith(document.language)
    yield "40 sheets", bool(RENDERERS["ods"](document)) and bool(RENDERERS["xlsx"](document))
