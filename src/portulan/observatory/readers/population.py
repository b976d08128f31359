"""The people of each body in a year: what OFGL publishes, short or long, and the list of EPCI.

OFGL repeats a body on as many rows as it has figures: its population is one. The list of
intermunicipal bodies has a row for each town: who belongs to whom, and how many they are.
"""

from __future__ import annotations

import re

from portulan.core.say.text import Problems, UnusableInputError
from portulan.observatory.readers.columns import (
    Columns,
    cell,
    siren_of,
    with_zeros,
    year_of,
    years_in,
)
from portulan.observatory.readers.findings import BAD_KEY, NO_GROUPING_YEAR, TWO_POPULATIONS
from portulan.observatory.readers.records import Inhabitants, Reading
from portulan.observatory.words import Kind

_YEAR = ("exer", "exercice", "annee", "year")
# A list of groupings alone has no other number than theirs: the last ones.
_SIREN = (
    *("siren", "code siren.*collectivite", "siren_commune", "code siren", "siren_collectivite"),
    *("siren_epci", "siren_groupement", "n° siren", "code siren.*epci", "epci_code"),
)
_PEOPLE = (
    *("ptot", "population totale", "population", "pop_tot", "pop_totale", "ptot_[0-9]{4}"),
    *("ptot_epci(?:_[0-9]{4})?", "total_pop_tot", "pop_tot_epci"),
)
_NAME = (
    *("com_name", "epci_name", "dep_name", "reg_name", "nom", "lbudg", "nom.*collectivite"),
    *("nom_complet", "raison_sociale", "nom_groupement", "nom.*epci"),
)
_GROUPING = ("epci_code", "code siren.*epci", "siren_epci", "siren_groupement", "siren_gfp")
_DEPARTMENT = ("dep_code", "code insee.*departement", "ndept", "departement", "dept")
_REGION = ("reg_code", "code insee.*region", "cregi", "region")
_MEMBER = ("siren_membre", "siren_commune", "siren_com", "siren membre", "n° siren membre")
_ITS_NAME = ("raison_sociale", "nom_groupement", "nom_epci", "nom du groupement", "nom")
_MEMBER_NAME = ("nom_membre", "nom_com", "nom membre", "nom_commune")
_ITS_PEOPLE = ("total_pop_tot", "ptot_epci", "pop_tot_epci", "population totale")
_MEMBER_PEOPLE = ("ptot_membre", "ptot_[0-9]{4}", "pop_tot_membre", "ptot_com", "ptot")

type Said = dict[tuple[int, str], Inhabitants]


def recognises(names: frozenset[str]) -> bool:
    """Return whether these columns give a population by body."""
    return all(_any(names, patterns) for patterns in (_SIREN, _PEOPLE))


def recognises_groupings(names: frozenset[str]) -> bool:
    """Return whether these columns list the towns of each intermunicipal body."""
    return "siren" in names and _any(names, _MEMBER) and _any(names, _ITS_NAME)


def _any(names: frozenset[str], patterns: tuple[str, ...]) -> bool:
    return any(re.fullmatch(pattern, name) for name in names for pattern in patterns)


def read(columns: Columns, file: str) -> Reading[Inhabitants]:
    """Read a population: one row for a body and a year, or several that say the same.

    Without a column for it, the year is that of a title, else of the file’s name. Raises
    UnusableInputError when none says it.
    """
    year, siren, people = columns.at(*_YEAR), columns.at(*_SIREN), columns.at(*_PEOPLE)
    listed = None if year is not None else _listed(columns, file)
    others = [columns.at(*names) for names in (_NAME, _GROUPING, _DEPARTMENT, _REGION)]
    found: Said = {}
    problems = Problems()
    rows = 0
    for line, cells in columns.table.rows():
        if line <= columns.titles_at or not any(cells):
            continue
        rows += 1
        its_year, its_siren = listed or year_of(cell(cells, year)), siren_of(cell(cells, siren))
        if its_year is None or not its_siren:
            problems.append(BAD_KEY.at(line=line))
            continue
        name, grouping, department, region = (cell(cells, place) for place in others)
        said = Inhabitants(
            its_year, its_siren, people_of(cell(cells, people)), name,
            siren_of(grouping).replace(its_siren, ""),
            with_zeros(department), with_zeros(region),
        )  # fmt: skip
        _keep(found, said, problems)
    return Reading(Kind.POPULATION, rows, list(found.values()), problems)


def read_groupings(columns: Columns, file: str) -> Reading[Inhabitants]:
    """Read the list of intermunicipal bodies and of their towns. Raises UnusableInputError."""
    member, its_people = columns.at(*_MEMBER), columns.at(*_ITS_PEOPLE)
    people, member_name = columns.at(*_MEMBER_PEOPLE), columns.at(*_MEMBER_NAME)
    siren, name, said_year = columns.at("siren"), columns.at(*_ITS_NAME), columns.at(*_YEAR)
    listed = None if said_year is not None else _listed(columns, file)
    found: Said = {}
    problems = Problems()
    rows = 0
    for line, cells in columns.table.rows():
        if line <= columns.titles_at or not any(cells):
            continue
        rows += 1
        year = year_of(cell(cells, said_year)) or listed
        if year is None:
            problems.append(BAD_KEY.at(line=line))
            continue
        its, town = siren_of(cell(cells, siren)), siren_of(cell(cells, member))
        if not its:
            problems.append(BAD_KEY.at(line=line))
            continue
        whole = people_of(cell(cells, its_people))
        _keep(found, Inhabitants(year, its, whole, cell(cells, name), "", "", ""), problems)
        if town:
            of_town = people_of(cell(cells, people))
            said = Inhabitants(year, town, of_town, cell(cells, member_name), its, "", "")
            _keep(found, said, problems)
    return Reading(Kind.GROUPINGS, rows, list(found.values()), problems)


def _listed(columns: Columns, file: str) -> int:
    """Return the year that a title says, else the name of the file. Raises UnusableInputError."""
    titles = [year for name in sorted(columns.names) for year in years_in(name.replace("_", " "))]
    years = titles or years_in(re.sub(r"[A-Za-z_]", " ", file))
    if not years:
        raise UnusableInputError(NO_GROUPING_YEAR.at())
    return years[0]


def people_of(text: str) -> int | None:
    """Return a number of inhabitants, None when the cell says none: unknown is not 0."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", text)
    whole = re.fullmatch(r"([0-9]{1,9})(?:[.,]0+)?", bare)
    return (int(whole[1]) or None) if whole else None


def _keep(found: Said, said: Inhabitants, problems: Problems) -> None:
    key = (said.year, said.siren)
    before = found.get(key)
    if before is None:
        found[key] = said
    elif before.people is None:
        found[key] = before._replace(people=said.people)
    elif said.people not in (None, before.people):
        problems.append(TWO_POPULATIONS.at(siren=said.siren, year=said.year))
