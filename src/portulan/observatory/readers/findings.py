"""What is said of a public file."""

from __future__ import annotations

from portulan.core.say.numbers import money, number
from portulan.core.say.text import Problem, ProblemKind, Text
from portulan.observatory.ranks import euros
from portulan.observatory.readers.records import Accounts

UNKNOWN_LAYOUT = ProblemKind(
    "unknown-layout",
    "error",
    fr="Aucun des fichiers publics connus n’a ces colonnes ({columns}). Il faut une balance"
    " comptable (EXER, SIREN, CBUDG, NOMEN, COMPTE, OBNETDEB…), une population (exer, siren, ptot),"
    " la liste des intercommunalités, des marchés publics, une déclaration de réemploi, ou ce qu’un"
    " organisme publie de son plan (public.json, shares.csv, ou son paquet de données en ZIP).",
    en="No known public file has these columns ({columns}). A balance of accounts (EXER, SIREN,"
    " CBUDG, NOMEN, COMPTE, OBNETDEB…), a population (exer, siren, ptot), the list of"
    " intermunicipal bodies, public contracts, a declaration of reuse, or what a body publishes of"
    " its plan (public.json, shares.csv, or its data package as a ZIP) is needed.",
)
LACKS_COLUMNS = ProblemKind(
    "lacking-columns",
    "error",
    fr="Ce fichier ressemble à {what:fr}, et il lui manque\u00a0: {columns}.",
    en="This file looks like {what:en}, and lacks: {columns}.",
)
COLUMN_TWICE = ProblemKind(
    "column-twice",
    "error",
    fr="La colonne {column} est là deux fois, et ses cellules diffèrent\u00a0: rien n’indique"
    " laquelle est la bonne. Ôtez l’autre.",
    en="The column {column} is there twice, and its cells differ: nothing shows which is the right"
    " one. Take the other away.",
)
LEFT_MEMBER = ProblemKind(
    "member-left",
    "warning",
    fr="Dans l’archive, {member} n’est aucun des fichiers connus\u00a0: laissé de côté.",
    en="In the archive, {member} is none of the files that are known: left out.",
)
ROWS_READ = Text("lignes lues\u00a0: {}", "rows read: {}")
CUT = ProblemKind(
    "cut-file",
    "error",
    fr="Le fichier est coupé ({reason}) : rien n’en est gardé. Téléchargez-le de nouveau.",
    en="The file is cut short ({reason}): nothing of it is kept. Download it again.",
)
NO_ROWS = ProblemKind(
    "no-rows",
    "error",
    fr="Le fichier a des titres et aucune ligne.",
    en="The file has titles and no row.",
)
NO_TABLE = ProblemKind(
    "no-table",
    "error",
    fr="Cette archive ne contient aucun fichier CSV ou JSON.",
    en="This archive holds no CSV or JSON file.",
)
UNBALANCED = ProblemKind(
    "unbalanced-budget",
    "error",
    fr="{name} ({siren}, {year}, budget {budget}) : débits et crédits diffèrent de {gap} €. Ces"
    " comptes sont incomplets : leurs montants sont montrés avec cette réserve, et ne servent à"
    " comparer personne.",
    en="{name} ({siren}, {year}, budget {budget}): debits and credits differ by {gap}. These"
    " accounts are incomplete: their amounts are shown with that reserve, and compare with nobody.",
)
UNCHECKED = ProblemKind(
    "unchecked-balance",
    "warning",
    fr="Le fichier n’a pas toutes les colonnes de soldes et de mouvements : rien ne montre qu’il"
    " est entier.",
    en="The file lacks some columns of balances and movements: nothing shows that it is whole.",
)
TOO_LARGE = ProblemKind(
    "implausible-amount",
    "error",
    fr="{field}\u00a0: «\u00a0{text}\u00a0» dépasse cent milliards d’euros, plus qu’aucun compte"
    " d’une collectivité. Ce montant n’est pas pris.",
    en="{field}: “{text}” is more than a hundred billion euros, which no account of a local body"
    " reaches. This amount is not taken.",
)
DUPLICATES = ProblemKind(
    "duplicate-rows",
    "warning",
    fr="{count} lignes sont en double : elles comptent une fois.",
    en="{count} rows are there twice: they count once.",
)
SUBTOTALS = ProblemKind(
    "subtotal-rows",
    "warning",
    fr="{count} lignes totalisent des comptes plus fins du même budget : elles ne comptent pas.",
    en="{count} rows total finer accounts of the same budget: they do not count.",
)
PROVISIONAL = ProblemKind(
    "provisional-rows",
    "warning",
    fr="{count} lignes d’un état non définitif (BAL) ne sont pas lues.",
    en="{count} rows of a state that is not definitive (BAL) are not read.",
)
BAD_KEY = ProblemKind(
    "no-body",
    "error",
    fr="La ligne ne dit pas son exercice, son SIREN ou son compte : elle n’a pas été lue.",
    en="The row does not say its year, its SIREN or its account: it was not read.",
)
TWO_POPULATIONS = ProblemKind(
    "two-populations",
    "warning",
    fr="Le SIREN {siren} a deux populations en {year} : la première est gardée.",
    en="SIREN {siren} has two populations in {year}: the first is kept.",
)
NO_GROUPING_YEAR = ProblemKind(
    "no-year",
    "error",
    fr="Rien ne dit l’année de cette liste, ni une colonne ni le nom du fichier.",
    en="Nothing tells the year of this list, neither a column nor the name of the file.",
)
NOT_JSON = ProblemKind(
    "not-json",
    "error",
    fr="Ce fichier JSON n’est ni une liste de marchés publics, ni un plan publié (public.json,"
    " shares.json), ou il est coupé.",
    en="This JSON file is no list of public contracts, no published plan (public.json,"
    " shares.json), or it is cut short.",
)
NOT_DECLARED = ProblemKind(
    "bad-declaration",
    "error",
    fr="La ligne n’est pas une déclaration valable ({why}) : elle n’a pas été lue.",
    en="The row is no valid declaration ({why}): it was not read.",
)
NOT_PUBLISHED = ProblemKind(
    "bad-share",
    "error",
    fr="La part publiée ne dit pas son exercice, son SIREN, son stade ou sa valeur (de 0 à 100 %) :"
    " elle n’a pas été lue.",
    en="The published share does not say its year, its SIREN, its stage or its value (from 0 to"
    " 100%): it was not read.",
)
UNKNOWN_PUBLISHER = ProblemKind(
    "unknown-publisher",
    "error",
    fr="Ce document ne dit pas le SIREN de l’organisme qui le publie : il ne se range dans aucune"
    " strate.",
    en="This document does not say the SIREN of the body that publishes it: it has no stratum.",
)
NO_PACKAGE = ProblemKind(
    "nothing-published",
    "error",
    fr="Rien ici ne se compare : ni part publiée, ni action avec son niveau.",
    en="Nothing here compares: no published share, no action with its level.",
)


def counted(words: Text, count: int) -> Text:
    """Return words that hold a number, in both languages."""
    return Text(words.fr.format(number(count, "fr")), words.en.format(number(count, "en")))


def unbalanced(one: Accounts) -> Problem | None:
    """Return how far a budget is from balancing, None when it balances."""
    gap = max(abs(one.moved), abs(one.closed))
    if not gap:
        return None
    amount = euros(gap)
    return UNBALANCED.at(
        name=one.name or one.siren,
        siren=one.siren,
        year=one.year,
        budget=one.budget,
        gap=Text(money(amount, "fr", decimals=2), money(amount, "en", decimals=2)),
    )
