"""What may be wrong with a table in CSV, in sentences that name the column."""

from __future__ import annotations

from portulan.core.documents import NOT_TEXT, TOO_BIG, UNREADABLE
from portulan.core.say.text import ProblemKind

__all__ = ["NOT_TEXT", "TOO_BIG", "UNREADABLE"]

NOT_CSV = ProblemKind(
    "not-csv",
    "error",
    fr="Ce tableau ne se lit pas jusqu’au bout\u00a0: {reason}.",
    en="This table cannot be read to its end: {reason}.",
)
UNKNOWN_TABLE = ProblemKind(
    "unknown-table",
    "error",
    fr="Ce fichier n’est aucune des quatre tables de NumEcoEval\u00a0: centres de données, "
    "équipements physiques, équipements virtuels, applications.",
    en="This file is none of the four tables of NumEcoEval: data centres, physical devices, "
    "virtual devices, applications.",
)
MISSING_COLUMN = ProblemKind(
    "missing-column",
    "error",
    fr="Parmi les titres de la première ligne, il manque\u00a0: {columns}.",
    en="Among the titles of the first line, missing: {columns}.",
)
UNKNOWN_TYPE = ProblemKind(
    "unknown-type",
    "warning",
    fr="Ligne laissée de côté\u00a0: le type «\u00a0{text}\u00a0» de {name} n’est pas connu. "
    "Écrivez un type connu, comme Laptop, Desktop, Monitor, Smartphone, Tablet, Printer, Server ou "
    "Switch, ou estimez ces appareils à part.",
    en="Line left out: the type “{text}” of {name} is not known. Write a known one, as Laptop, "
    "Desktop, Monitor, Smartphone, Tablet, Printer, Server or Switch, or estimate these devices "
    "apart.",
)
EMPTY_CELL = ProblemKind(
    "empty-cell",
    "error",
    fr="Ligne laissée de côté\u00a0: {columns} est vide.",
    en="Line left out: {columns} is empty.",
)
NOT_A_NUMBER = ProblemKind(
    "cell-not-a-number",
    "error",
    fr="{column}\u00a0: «\u00a0{text}\u00a0» n’est pas un nombre positif.",
    en="{column}: “{text}” is not a positive number.",
)
NOT_A_DATE = ProblemKind(
    "cell-not-a-date",
    "error",
    fr="{column}\u00a0: «\u00a0{text}\u00a0» n’est pas une date comme 2026-01-31 ou"
    " 31/01/2026\u00a0: la ligne est laissée de côté.",
    en="{column}: “{text}” is not a date as 2026-01-31 or 31/01/2026: the row is left out.",
)
UNKNOWN_REFERENCE = ProblemKind(
    "unknown-table",
    "error",
    fr="Ce fichier n’est ni la Base Carbone, ni une table de référence de NumEcoEval ou de "
    "G4IT\u00a0: aucun titre de colonne ne le dit.",
    en="This file is neither the Base Carbone nor a reference table of NumEcoEval or G4IT: no "
    "title of a column says so.",
)
NO_FIGURE = ProblemKind(
    "table-without-figure",
    "warning",
    fr="Cette table est reconnue, et ne porte aucun chiffre que Portulan emploie.",
    en="This table is recognised, and holds no figure that Portulan uses.",
)
LEFT = ProblemKind(
    "lines-left",
    "warning",
    fr="Lignes laissées, qui ne répondent à aucun facteur de Portulan\u00a0: {lines} ({what}).",
    en="Lines left, which answer to no factor of Portulan: {lines} ({what}).",
)
FAKE = ProblemKind(
    "made-up-figures",
    "warning",
    fr="Chiffres fictifs, leur source le dit\u00a0: {lines}. Ils servent à essayer un logiciel "
    "et n’estiment rien\u202f; aucun n’est proposé.",
    en="Figures made up, their source says so: {lines}. They serve to try a software and "
    "estimate nothing; none is proposed.",
)
SAID_TWICE = ProblemKind(
    "figure-said-twice",
    "warning",
    fr="{name} est dit deux fois, et diffère\u00a0: le premier est gardé.",
    en="{name} is said twice, and differs: the first is kept.",
)
IN_GRAMS = ProblemKind(
    "mix-in-grams",
    "warning",
    fr="Chiffres d’électricité en grammes, ramenés en kilogrammes\u00a0: {lines}.",
    en="Figures of electricity in grams, brought to kilograms: {lines}.",
)
IMPLAUSIBLE_MIX = ProblemKind(
    "mix-implausible",
    "warning",
    fr="{name}\u00a0: {text} kgCO₂e/kWh est hors de toute vraisemblance, l’unité est sans doute "
    "une autre\u202f; ce chiffre n’est pas proposé.",
    en="{name}: {text} kgCO₂e/kWh is beyond belief, the unit is likely another; this figure is not "
    "proposed.",
)
NO_LIFE = ProblemKind(
    "life-not-positive",
    "error",
    fr="Une durée de vie est supérieure à 0.",
    en="A life is above 0.",
)
NO_MANUFACTURING = ProblemKind(
    "without-manufacturing",
    "warning",
    fr="Les minerais de {name} sont laissés\u00a0: sans ceux de sa fabrication, le reste n’est pas "
    "un tout.",
    en="The minerals of {name} are left: without those of its making, the rest is no whole.",
)
LIFELESS = ProblemKind(
    "lines-without-life",
    "warning",
    fr="Lignes laissées, faute d’une durée de vie\u00a0: {lines}.",
    en="Lines left, for want of a life: {lines}.",
)
