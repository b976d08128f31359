"""What a comparison does not say, in sentences: beside every figure, on screen and in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from portulan.core.say.numbers import money, number, ordinal, percent
from portulan.core.say.text import Language, Text
from portulan.observatory.models import PublicContract
from portulan.observatory.ranks import FEWEST, FEWEST_FOR_A_PLACE, euros
from portulan.observatory.readers.contracts import TELECOM
from portulan.observatory.reads import Comparison, compare, contracts_of, reuse_of, years_of

FLOOR = Text(
    "C’est un plancher : les comptes mixtes (prestations 611, maintenance 6156, locations 6135…)"
    " mêlent l’informatique à autre chose et n’y sont pas ajoutés.",
    "It is a floor: mixed accounts (services 611, maintenance 6156, rentals 6135…) blend IT with"
    " other things and are not added to it.",
)
STAFF = Text(
    "Ni le salaire des informaticiens, ni ce qu’une intercommunalité ou un syndicat paie à la place"
    " de l’organisme n’y sont visibles.",
    "Neither the pay of IT staff nor what a grouping or a joint authority pays in the body’s place"
    " shows in it.",
)
NO_SHARE = Text(
    "La part dédiée au numérique responsable : aucune donnée ouverte ne la contient.",
    "The share dedicated to responsible digital work: no open data holds it.",
)
ONE_YEAR = Text(
    "Un achat groupé gonfle une année, et dépenser moins n’est pas être sobre.",
    "A grouped purchase swells one year, and to spend less is not to be sober.",
)
NOT_WHOLE = Text(
    "Ces comptes ne sont pas entiers (débits et crédits ne s’équilibrent pas, ou des lignes"
    " manquent) : les montants sont ceux des lignes lues, et ne se comparent pas.",
    "These accounts are not whole (debits and credits do not balance, or rows are missing): the"
    " amounts are those of the rows read, and do not compare.",
)
NO_PEOPLE = Text(
    "La population de cette année n’est pas connue : ni montant par habitant, ni place.",
    "The population of that year is not known: no amount per inhabitant, no place.",
)
POOLED = Text(
    "Mutualisation possible : une part de l’informatique peut être à l’intercommunalité ({}). Le"
    " montant de la commune seule n’est pas « bas » : voyez le bloc communal.",
    "Pooling is possible: a part of the IT may be at the grouping ({}). The amount of the town"
    " alone is not “low”: see the block of towns.",
)
FEW = Text(
    "Il y a moins de {} pairs : rien n’est dit d’eux que leur nombre.",
    "There are fewer than {} peers: nothing is said of them but their number.",
)
NO_RANK = Text(
    "Il y a moins de {} pairs : la médiane seule, sans rang.",
    "There are fewer than {} peers: the median alone, without a rank.",
)
COUNTED = {
    "other_family": Text(
        "Pairs dans une autre nomenclature, non comparés : {}.",
        "Peers in another nomenclature, not compared: {}.",
    ),
    "not_whole": Text(
        "Pairs aux comptes incomplets, non comparés : {}.",
        "Peers whose accounts are incomplete, not compared: {}.",
    ),
    "zero_or_less": Text(
        "Pairs sans aucune dépense sur ces comptes : {}.",
        "Peers without any spending on these accounts: {}.",
    ),
    "without_population": Text(
        "Communes de l’année sans population connue, comparées à personne : {}.",
        "Towns of the year without a known population, compared with nobody: {}.",
    ),
}
PURCHASES = Text(
    "Marchés informatiques avec une clause ou un critère environnemental : {} sur {} ({}), et {}"
    " des montants, qui sont souvent des plafonds ; {} sans les télécommunications.",
    "IT contracts with an environmental clause or criterion: {} of {} ({}), and {} of the amounts,"
    " which are often ceilings; {} without telecoms.",
)
UNSAID = Text(
    " Marchés dont la publication n’en dit rien, à part : {}.",
    " Contracts whose publication says nothing of it, apart: {}.",
)
UNSAID_ALL = Text(
    "Marchés informatiques : {}. Leur publication ne dit rien de l’environnement.",
    "IT contracts: {}. Their publication says nothing of the environment.",
)
REUSE = Text(
    "Réemploi déclaré en {} : {} sur {} d’achats ({}).",
    "Reuse declared in {}: {} of {} of purchases ({}).",
)
FLOOR_OF_YEAR = Text(
    "En {year}, au moins {each} par habitant sur les comptes certains de l’informatique",
    "In {year}, at least {each} per inhabitant on the certain IT accounts",
)
AMONG = Text(
    "\u202f; {rank} sur {n} de sa strate, où 1 dépense le moins",
    "; {rank} of {n} in its stratum, where 1 spends least",
)
BLOCK = Text(
    "Bloc communal ({}, communes comptées : {}) : {}, soit {} par habitant.",
    "Block of towns ({}, towns counted: {}): {}, or {} per inhabitant.",
)


def limits_of(found: Comparison, language: Language) -> list[str]:
    """Return every reserve that goes with a comparison, those of this one first."""
    return [*_its_own(found, language), *(one.say(language) for one in _ALWAYS)]


_ALWAYS = (FLOOR, STAFF, NO_SHARE, ONE_YEAR)


def _its_own(found: Comparison, language: Language) -> Iterator[str]:
    if not found.accounts.whole:
        yield NOT_WHOLE.say(language)
    if found.place is None:
        yield NO_PEOPLE.say(language)
        return
    if found.pooling_is_possible:
        name = found.block.name if found.block else "–"
        yield POOLED.say(language).format(name)
    if found.place.count < FEWEST:
        yield FEW.say(language).format(FEWEST)
    elif found.place.count < FEWEST_FOR_A_PLACE:
        yield NO_RANK.say(language).format(FEWEST_FOR_A_PLACE)
    for name, count in found.counts.items():
        if count:
            yield COUNTED[name].say(language).format(number(count, language))


def purchases_sentence(siren: str, language: Language) -> str:
    """Return the IT contracts with an environmental clause or criterion, by number and by amount.

    A ceiling of a framework agreement weighs as much as it says: the share without telecoms stands
    beside, as a few of them may make the whole. Contracts whose file says nothing of the
    environment are counted apart. "" when no contract is known.
    """
    every = contracts_of(siren)
    contracts = [one for one in every if one.clause is not None]
    unsaid = number(len(every) - len(contracts), language)
    if not contracts:
        return UNSAID_ALL.say(language).format(unsaid) if every else ""

    def share(kept: Sequence[PublicContract]) -> str:
        whole = sum(one.cents or 0 for one in kept)
        with_it = sum(one.cents or 0 for one in kept if one.clause or one.criterion)
        return percent(Decimal(100 * with_it) / whole if whole else None, language)

    green = [one for one in contracts if one.clause or one.criterion]
    said = PURCHASES.say(language).format(
        number(len(green), language),
        number(len(contracts), language),
        percent(Decimal(100 * len(green)) / len(contracts), language),
        share(contracts),
        share([one for one in contracts if not one.cpv.startswith(TELECOM)]),
    )
    return said if len(every) == len(contracts) else said + UNSAID.say(language).format(unsaid)


def reuse_sentence(siren: str, language: Language) -> str:
    """Return what was declared of reuse in the last year declared, "" when nothing was."""
    declared = reuse_of(siren)
    last = [one for one in declared if one.year == declared[0].year]
    total, reused = sum(one.total for one in last), sum(one.reused for one in last)
    if not total:
        return ""
    return REUSE.say(language).format(
        declared[0].year,
        money(euros(reused), language, decimals=0),
        money(euros(total), language, decimals=0),
        percent(Decimal(100 * reused) / total, language),
    )


def block_sentence(found: Comparison, language: Language) -> str:
    """Return what the grouping and its towns spend together, "" when it is not known."""
    block = found.block
    if block is None or block.per_inhabitant is None:
        return ""
    return BLOCK.say(language).format(
        block.name,
        number(block.members, language),
        money(euros(block.cents), language, decimals=2),
        money(block.per_inhabitant, language, decimals=2),
    )


def board_sentence(siren: str, language: Language) -> str:
    """Return the one sentence that a board may be given: a floor and a place, never a distance.

    A percentage more or less than peers reads as a cut to make. A town whose IT may be at its
    grouping has no place told; "" without whole accounts or a population.
    """
    years = [one for one in years_of(siren) if one.whole and one.people] if siren else []
    if not years:
        return ""
    found = compare(years[-1])
    each = found.each(found.accounts.certain)
    said = FLOOR_OF_YEAR.say(language).format(
        year=found.accounts.year, each=money(each, language, decimals=2)
    )
    if found.place and found.place.rank and not found.pooling_is_possible:
        said += AMONG.say(language).format(
            rank=ordinal(found.place.rank, language), n=number(found.place.count, language)
        )
    return f"{said}."
