"""The obligations of an organisation, before the candidates that would carry them (pure).

The law asks for what is done, never for a study: an obligation binds to an implementation. One
action carries it, the firmest of those that follow its practices: the law asks for a result, and
forcing every action that helps would leave nothing to choose. A decision already made is never
moved from here, and what no level can meet in time is told, not imposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portulan.accounts.words import LegalForm
from portulan.catalogue.obligations import BY_KEY, OBLIGATIONS, Bound, Key, Obligation
from portulan.core.say import numbers
from portulan.core.say.text import Language, colon
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.pathways import enumerate_pathways
from portulan.portfolio.engine.problem import Action, LevelOption, PortfolioProblem, Step
from portulan.portfolio.facts import CandidateFacts, MustFacts, ObligationFacts
from portulan.portfolio.words import LONGEST_REASON, Standing

ASKED = CommitmentLevel.IMPLEMENTATION
_RANKS = {standing: rank for rank, standing in enumerate(Standing)}
# How an organisation stands before what binds it or not, as somebody has yet to say.
_UNSURE = {Bound.POPULATION: Standing.POPULATION, Bound.STATUTE: Standing.STATUTE}


@dataclass(frozen=True, slots=True)
class Carrier:
    """An action of the plan that could carry obligations.

    `practices` are codes of the guide. `decided`: a level was voted; `closed`: it was dropped or
    closed. `said`: a person typed, or took away, what it must reach. `candidate` is None when it is
    not in the scenario yet.
    """

    number: int
    level: CommitmentLevel
    practices: frozenset[str]
    decided: bool = False
    closed: bool = False
    said: bool = False
    candidate: CandidateFacts | None = None


def obligations_of(
    form: LegalForm, population: int | None, years: Sequence[int], carriers: Sequence[Carrier]
) -> tuple[ObligationFacts, ...]:
    """Return what binds the organisation within the years, or may, and who carries it."""
    return tuple(_obligations(form, population, years, carriers))


def _obligations(
    form: LegalForm, population: int | None, years: Sequence[int], carriers: Sequence[Carrier]
) -> Iterator[ObligationFacts]:
    for one in OBLIGATIONS:
        due = one.due(years[0], years[-1])
        bound = one.binds(form, population)
        if due is None or bound is Bound.NO:
            continue
        by, threshold = due
        percent = None if threshold.percent is None else str(threshold.percent)
        if bound is Bound.YES:
            standing, number = _carried(one, carriers, years, by)
        else:
            standing, number = _UNSURE[bound], None
        yield ObligationFacts(one.key.value, standing.value, by, percent, number)


def _carried(
    obligation: Obligation, carriers: Iterable[Carrier], years: Sequence[int], by: int
) -> tuple[Standing, int | None]:
    """Return how the best carrier stands, and its number."""
    able = [
        (_standing(one, years, by), one) for one in carriers if one.practices & obligation.practices
    ]
    if not able:
        return Standing.NOBODY, None
    standing, carrier = min(able, key=lambda it: (_RANKS[it[0]], -it[1].level, it[1].number))
    return standing, carrier.number


def _standing(carrier: Carrier, years: Sequence[int], by: int) -> Standing:
    candidate = carrier.candidate
    if carrier.closed or (candidate is not None and candidate.out_reason):
        return Standing.CLOSED
    must = None if candidate is None else candidate.must
    if candidate is not None and must is not None and must.level >= ASKED and must.by <= by:
        costed = any(one.level >= ASKED and one.cost is not None for one in candidate.levels)
        return Standing.HELD if costed else Standing.NOT_COSTED
    if carrier.said:
        return Standing.REFUSED
    if carrier.decided and carrier.level < ASKED:
        return Standing.LOWER
    return _reach(carrier, years, by)


def _reach(carrier: Carrier, years: Sequence[int], by: int) -> Standing:
    """Tell whether the candidate can reach what is asked by that year, alone."""
    candidate = carrier.candidate or CandidateFacts(str(carrier.number), carrier.number, "")
    durations = {one.level: one.duration for one in candidate.levels}
    durations.setdefault(carrier.level, 1)  # filling offers the present level
    levels = tuple(LevelOption(level, years_) for level, years_ in sorted(durations.items()))
    if max(durations) < ASKED:
        return Standing.NOT_OFFERED
    action = Action(candidate.id, levels, gate=candidate.gate, lock=candidate.step)
    problem = PortfolioProblem(years=tuple(years), resources=(), actions=(action,))
    last = by - years[0]
    step = candidate.step
    in_time = any(
        pathway.reached(ASKED) <= last
        for pathway in enumerate_pathways(problem, action)
        if not isinstance(step, Step) or step in pathway.steps
    )
    return Standing.OPEN if in_time else Standing.TOO_LATE


def meets(obligations: Iterable[ObligationFacts], number: int) -> bool:
    """Tell whether an action carries an obligation and must reach what it asks already."""
    held = {Standing.HELD, Standing.NOT_COSTED}
    return any(one.action == number and Standing(one.standing) in held for one in obligations)


def imposed(obligations: Iterable[ObligationFacts], number: int) -> MustFacts | None:
    """Return what the obligations that an action can carry make it reach, None when they do not.

    Several obligations are one: the earliest year, all the reasons. The reason is in French, as the
    law is, so that it reads the same for whoever fills the scenario. What somebody refused is still
    said: it is never filled over what was typed in silence.
    """
    takes = {Standing.HELD, Standing.OPEN, Standing.NOT_COSTED, Standing.REFUSED}
    found = [one for one in obligations if one.action == number and Standing(one.standing) in takes]
    years = [one.by for one in found if one.by is not None]
    if not years:
        return None
    whole = "\u202f; ".join(asked(one, "fr") for one in found)
    short = "\u202f; ".join(name(one, "fr") for one in found)
    reason = whole if len(whole) <= LONGEST_REASON else short[:LONGEST_REASON]
    return MustFacts(ASKED, min(years), reason[:1].upper() + reason[1:])


def name(one: ObligationFacts, lang: Language) -> str:
    """Return the short name of an obligation: “loi AGEC, article 58”."""
    return BY_KEY[Key(one.key)].name.say(lang)


def asked(one: ObligationFacts, lang: Language) -> str:
    """Return its name and what it asks: “loi AGEC, article 58 : 25 % des achats…”."""
    obligation = BY_KEY[Key(one.key)]
    percent = ""
    if one.percent is not None:
        percent = numbers.share(Decimal(one.percent).scaleb(-2), lang)
    return name(one, lang) + colon(lang) + obligation.asks.say(lang).format(percent=percent)
