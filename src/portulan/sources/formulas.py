"""The figures that a fleet gives, declared in one table.

Sources of the formulas: the guide of good practices (its codes), and the reference of sources, § 1
and § 2. An age is (day − start) / 365.25, in years; a share is between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from portulan.core.say.text import Text
from portulan.sources.figure import Figure, Thresholds, Verdict, judged, rounded, share
from portulan.sources.fleet import Fleet, Judged
from portulan.sources.formula import SHARE, SO_FAR, Formula, other_formulas, table_formulas
from portulan.sources.items import FOR_LIFE
from portulan.sources.words import Asset, Device, State

YEAR = Decimal("365.25")  # days
CLASSES = (3, 4, 5, 6, 8)  # years: shares of devices that are as old or older
_CHECKED = timedelta(days=365)
_YEARS = Text("ans", "years")
_DEVICES = Text("équipements", "devices")
_PER = Text("par poste", "per workstation")


def figures_of(fleet: Fleet, year: int, limits: Thresholds) -> list[Figure]:
    """Return each figure that the lists of a fleet may give: a list that is absent gives none."""
    found = []
    for formula in FORMULAS.values():
        if not formula.compute or not formula.asset or formula.asset not in fleet.facts:
            continue
        lacking = formula.needs - fleet.facts[formula.asset]
        if lacking:
            found.append(_without_column(formula, lacking))
        else:
            unexplained = _unexplained(formula, formula.asset, fleet, limits)
            found.append(unexplained or formula.compute(fleet, year, limits))
    return found


def _unexplained(formula: Formula, asset: Asset, fleet: Fleet, limits: Thresholds) -> Figure | None:
    """Return the refusal of a figure whose words nobody explained: what is counted is unknown."""
    words = formula.needs & {"state", "type"}
    listed = list(fleet.of(asset))
    if not words or not listed or formula.id in _OF_KNOWLEDGE:
        return None
    known = sum(
        ("state" not in words or one.state is not None)
        and ("type" not in words or one.device is not None)
        for one in listed
    )
    coverage = share(known, len(listed))
    if judged(coverage, limits) is not Verdict.REFUSED:
        return None
    missing = len(listed) - known
    reason = Text(
        f"Non calculé\u00a0: {missing} équipements sur {len(listed)} ont un état ou un type"
        " inexpliqué.",
        f"Not computed: {missing} devices of {len(listed)} have an unexplained state or type.",
    )
    return Figure(formula.id, formula.unit, Verdict.REFUSED, coverage=coverage, reason=reason)


_OF_KNOWLEDGE = frozenset(
    {"known-age", "known-state", "known-user", "known-all", "seen-within-a-year"}
)


_COLUMNS = {
    "state": Text("aucun état", "no state"),
    "type": Text("aucun type", "no type"),
    "start": Text("aucune date d’achat", "no purchase date"),
    "out": Text("aucune date de sortie", "no date out"),
    "seen": Text("aucune date d’inventaire", "no date of inventory"),
    "user": Text("aucun utilisateur", "no user"),
    "reconditioned": Text("aucune mention de reconditionné", "nothing on reconditioned devices"),
    "warranty": Text("aucune durée de garantie", "no length of warranty"),
    "leased": Text("aucune mention de location", "nothing on leasing"),
}


def _without_column(formula: Formula, lacking: Iterable[str]) -> Figure:
    named = [_COLUMNS[name] for name in sorted(lacking)]
    reason = Text(
        f"La source ne donne {', '.join(one.fr for one in named)}.",
        f"The source gives {', '.join(one.en for one in named)}.",
    )
    return Figure(formula.id, formula.unit, Verdict.REFUSED, coverage=Decimal(0), reason=reason)


# --- the same shape for all -------------------------------------------------------------------


class Said(NamedTuple):
    """A value, with the numerator and the denominator that make it, where there are such."""

    value: Decimal | None
    top: Decimal | int | None = None
    bottom: int | None = None


def _figure(
    formula: str, said: Said, *, known: int, counted: int, limits: Thresholds, missing: Text
) -> Figure:
    """Return a figure as its coverage allows it.

    Nothing counted is not applicable; `missing` says what those that are not known lack.
    """
    unit = FORMULAS[formula].unit
    if not counted:
        return _not_applicable(formula)
    coverage = share(known, counted)
    verdict = judged(coverage, limits)
    if verdict is not Verdict.REFUSED and said.value is None:
        return _not_applicable(formula, coverage)
    unknown = rounded(Decimal(100 * (counted - known)) / counted, "1")
    fr = f"{counted - known} sur {counted} {missing.fr} ({unknown}\u00a0%)"
    en = f"{counted - known} of {counted} {missing.en} ({unknown}%)"
    reason = Text(f"Non calculé\u00a0: {fr}.", f"Not computed: {en}.")
    if verdict is Verdict.REFUSED:
        return Figure(formula, unit, verdict, coverage=coverage, reason=reason)
    told = Text(f"{fr}.", f"{en}.") if known < counted else None
    top = None if said.top is None else Decimal(said.top)
    bottom = None if said.bottom is None else Decimal(said.bottom)
    return Figure(formula, unit, verdict, said.value, top, bottom, coverage, told)


def _not_applicable(formula: str, coverage: Decimal | None = None) -> Figure:
    unit = FORMULAS[formula].unit
    reason = Text(
        "Sans objet\u00a0: rien à compter dans ce champ.",
        "Not applicable: nothing to count within this scope.",
    )
    return Figure(formula, unit, Verdict.NOT_APPLICABLE, coverage=coverage, reason=reason)


_NO_DATE = Text("sans date de début connue", "have no known starting date")
_NO_STATE = Text("sans état connu", "have no known state")
_NO_FLAG = Text("sans mention neuf ou reconditionné", "do not say new or reconditioned")
_NO_WARRANTY = Text("sans durée de garantie", "have no length of warranty")
_NO_LEASE = Text("sans mention acheté ou loué", "do not say bought or leased")


def _in_service(fleet: Fleet, asset: Asset) -> list[Judged]:
    return [one for one in fleet.of(asset) if one.state is State.IN_SERVICE]


def workstations(fleet: Fleet) -> list[Judged]:
    """Return the workstations in service."""
    return [one for one in _in_service(fleet, Asset.COMPUTER) if _is_workstation(one)]


def _is_workstation(one: Judged) -> bool:
    return one.device is not None and one.device.is_workstation


def screens(fleet: Fleet) -> list[Judged]:
    """Return the screens in service, those of laptops left out."""
    return [one for one in _in_service(fleet, Asset.MONITOR) if one.device is Device.SCREEN]


def _ages(devices: Iterable[Judged], on: date) -> list[int]:
    return [age for one in devices if (age := one.age(on)) is not None]


def _is_of(day: date | None, year: int) -> bool:
    return day is not None and day.year == year


# --- ages -------------------------------------------------------------------------------------


def _of_ages(
    formula: str, devices: Callable[[Fleet], list[Judged]], say: Callable[[Sequence[int]], Said]
) -> Formulated:
    """Return a formula of the known ages of devices, in days."""

    def compute(fleet: Fleet, _year: int, limits: Thresholds) -> Figure:
        counted = devices(fleet)
        ages = _ages(counted, fleet.on)
        known, listed = len(ages), len(counted)
        return _figure(
            formula, say(ages), known=known, counted=listed, limits=limits, missing=_NO_DATE
        )

    return compute


def _mean(ages: Sequence[int]) -> Said:
    years = Decimal(sum(ages)) / YEAR
    value = rounded(years / len(ages), "0.01") if ages else None
    return Said(value, rounded(years, "0.01"), len(ages))


def _median(ages: Sequence[int]) -> Said:
    value = rounded(Decimal(str(median(ages))) / YEAR, "0.01") if ages else None
    return Said(value, bottom=len(ages))


def _older(years: int) -> Callable[[Sequence[int]], Said]:
    def say(ages: Sequence[int]) -> Said:
        older = sum(age >= years * YEAR for age in ages)
        return Said(share(older, len(ages)), older, len(ages))

    return say


def left_in(fleet: Fleet, year: int) -> list[Judged]:
    """Return the workstations that went out in a year: their state, and a dated exit, say so."""
    return [
        one
        for one in fleet.of(Asset.COMPUTER)
        if _is_workstation(one) and one.is_out and _is_of(one.item.out, year)
    ]


def _age_at_exit(fleet: Fleet, year: int, limits: Thresholds) -> Figure:
    counted = left_in(fleet, year)
    left = (one.age(one.item.out) for one in counted if one.item.out)
    ages = [age for age in left if age is not None and age >= 0]
    return _figure(
        "exit-age-mean",
        _mean(ages),
        known=len(ages),
        counted=len(counted),
        limits=limits,
        missing=Text("sans âge connu à la sortie", "have no known age when they left"),
    )


# --- counts and shares ------------------------------------------------------------------------


def _screens_per_workstation(fleet: Fleet, _year: int, limits: Thresholds) -> Figure:
    listed = list(fleet.of(Asset.MONITOR))
    top, bottom = len(screens(fleet)), len(workstations(fleet))
    return _figure(
        "screens-per-workstation",
        Said(share(top, bottom), top, bottom),
        known=sum(one.state is not None for one in listed),
        counted=len(listed),
        limits=limits,
        missing=Text("écrans sans état connu", "screens have no known state"),
    )


def bought_in(
    fleet: Fleet, asset: Asset, year: int, is_one: Callable[[Judged], bool]
) -> list[Judged]:
    """Return what was bought in a year, and what may have been: what is leased was not."""
    return [
        one
        for one in fleet.of(asset)
        if is_one(one) and not one.is_leased and _is_of(one.start, year)
    ]


def _surely_bought(
    fleet: Fleet, asset: Asset, said: list[Judged], missing: Text
) -> tuple[list[Judged], Text]:
    """Return those known to be bought, where the list says it, and what the others lack."""
    if "leased" not in fleet.facts[asset]:
        return said, missing
    told = Text(f"{missing.fr}, ou {_NO_LEASE.fr}", f"{missing.en}, or {_NO_LEASE.en}")
    return [one for one in said if one.item.leased is not None], told


def _share_leased(fleet: Fleet, _year: int, limits: Thresholds) -> Figure:
    counted = workstations(fleet)
    known = [one for one in counted if one.item.leased is not None]
    leased = sum(one.is_leased for one in known)
    return _figure(
        "share-leased",
        Said(share(leased, len(known)), leased, len(known)),
        known=len(known),
        counted=len(counted),
        limits=limits,
        missing=_NO_LEASE,
    )


def _reconditioned(formula: str, asset: Asset, is_one: Callable[[Judged], bool]) -> Formulated:
    def compute(fleet: Fleet, year: int, limits: Thresholds) -> Figure:
        bought = bought_in(fleet, asset, year, is_one)
        said = [one for one in bought if one.item.reconditioned is not None]
        said, missing = _surely_bought(fleet, asset, said, _NO_FLAG)
        yes = sum(one.item.reconditioned is True for one in said)
        return _figure(
            formula,
            Said(share(yes, len(said)), yes, len(said)),
            known=len(said),
            counted=len(bought),
            limits=limits,
            missing=missing,
        )

    return compute


def held(fleet: Fleet) -> list[Judged]:
    """Return the computers that are not out: those that an inventory has to describe."""
    return [one for one in fleet.of(Asset.COMPUTER) if not one.is_out]


def _known(
    formula: str, knows: Callable[[Judged, date], bool], of: Callable[[Fleet], list[Judged]]
) -> Formulated:
    """Return a formula of what is known: the share is its own coverage, and is never refused."""

    def compute(fleet: Fleet, _year: int, _limits: Thresholds) -> Figure:
        counted = of(fleet)
        if not counted:
            return _not_applicable(formula)
        known = sum(knows(one, fleet.on) for one in counted)
        top, bottom = Decimal(known), Decimal(len(counted))
        found = share(known, len(counted))
        return Figure(formula, SHARE, Verdict.OK, found, top, bottom, Decimal(1))

    return compute


def _users(fleet: Fleet) -> list[Judged]:
    """Return the computers in service that somebody uses: servers have no user."""
    return [one for one in _in_service(fleet, Asset.COMPUTER) if one.device is not Device.SERVER]


def _was_seen(one: Judged, on: date) -> bool:
    return one.item.last_seen is not None and one.item.last_seen >= on - _CHECKED


def _in_stock(fleet: Fleet, _year: int, limits: Thresholds) -> Figure:
    counted = held(fleet)
    stock = sum(one.state is State.STOCK for one in counted)
    return _figure(
        "share-in-stock",
        Said(share(stock, len(counted)), stock, len(counted)),
        known=sum(one.state is not None for one in counted),
        counted=len(counted),
        limits=limits,
        missing=_NO_STATE,
    )


def _gone(formula: str, state: State) -> Formulated:
    """Return a count of those that went out one way in a year: it is that many at least.

    Those out without a date, or without a destination, are told apart and never spread.
    """

    def compute(fleet: Fleet, year: int, _limits: Thresholds) -> Figure:
        out = [one for one in fleet.of(Asset.COMPUTER) if _is_workstation(one) and one.is_out]
        dated = [one for one in out if _is_of(one.item.out, year)]
        lost = sum(one.state is State.OUT for one in dated)
        undated = sum(one.item.out is None for one in out)
        known = len(dated) - lost
        counted = len(dated) + undated
        value = Decimal(sum(one.state is state for one in dated))
        reason = Text(
            f"{lost} sorties de {year} sans destination\u00a0; {undated} sorties sans date.",
            f"{lost} exits of {year} without destination; {undated} exits without date.",
        )
        return Figure(
            formula,
            _DEVICES,
            Verdict.WARN if lost or undated else Verdict.OK,
            value,
            value,
            None,
            share(known, counted),
            reason if lost or undated else None,
        )

    return compute


def _reused(formula: str, asset: Asset, is_one: Callable[[Judged], bool]) -> Formulated:
    """Return the share of what went out in a year that was given or sold: it is that at least.

    What went where nobody says is among what went out, and what went nobody knows when is told;
    what went back to its lessor was nobody's here to give.
    """

    def compute(fleet: Fleet, year: int, limits: Thresholds) -> Figure:
        out = [one for one in fleet.of(asset) if is_one(one) and one.is_out and one.was_ours]
        dated = [one for one in out if _is_of(one.item.out, year)]
        undated = sum(one.item.out is None for one in out)
        known = sum(one.state is not State.OUT for one in dated)
        again = sum(one.state in (State.GIVEN, State.SOLD) for one in dated)
        return _figure(
            formula,
            Said(share(again, len(dated)), again, len(dated)),
            known=known,
            counted=len(dated) + undated,
            limits=limits,
            missing=Text(
                "sorties sans date ou sans destination", "exits without date or destination"
            ),
        )

    return compute


def _warranty(fleet: Fleet, year: int, limits: Thresholds) -> Figure:
    """Return the mean warranty of what was bought in a year; one for life is out of the mean."""
    bought = [
        one
        for one in bought_in(fleet, Asset.COMPUTER, year, _is_workstation)
        if one.item.warranty != FOR_LIFE
    ]
    known = [one for one in bought if one.item.warranty is not None]
    known, missing = _surely_bought(fleet, Asset.COMPUTER, known, _NO_WARRANTY)
    months = [one.item.warranty for one in known if one.item.warranty is not None]
    value = rounded(Decimal(sum(months)) / len(months), "0.1") if months else None
    return _figure(
        "warranty-mean",
        Said(value, sum(months), len(months)),
        known=len(months),
        counted=len(bought),
        limits=limits,
        missing=missing,
    )


def _servers(fleet: Fleet, _year: int, limits: Thresholds) -> Figure:
    listed = [one for one in fleet.of(Asset.COMPUTER) if one.device is Device.SERVER]
    count = sum(one.state is State.IN_SERVICE for one in listed)
    return _figure(
        "servers",
        Said(Decimal(count), count),
        known=sum(one.state is not None for one in listed),
        counted=len(listed),
        limits=limits,
        missing=Text("serveurs sans état connu", "servers have no known state"),
    )


type Formulated = Callable[[Fleet, int, Thresholds], Figure]
_STATE, _DATED = frozenset({"state", "type"}), frozenset({"state", "type", "start"})
_COMPUTER, _MONITOR, _PHONE = Asset.COMPUTER, Asset.MONITOR, Asset.PHONE


def _fleet_formulas() -> Iterable[Formula]:
    """Return what an inventory gives."""
    yield Formula(
        "age-mean", Text("Âge moyen des postes en service", "Mean age of workstations in service"),
        _YEARS, _of_ages("age-mean", workstations, _mean), _COMPUTER, _DATED, answers=("f.1",),
    )  # fmt: skip
    yield Formula(
        "age-median", Text("Âge médian des postes en service", "Median age of workstations in"
        " service"), _YEARS, _of_ages("age-median", workstations, _median), _COMPUTER, _DATED,
        answers=("f.1",),
    )  # fmt: skip
    for years in CLASSES:
        name = Text(
            f"Postes en service de {years}\u00a0ans ou plus",
            f"Workstations in service of {years} years or more",
        )
        yield Formula(
            f"age-over-{years}",
            name,
            SHARE,
            _of_ages(f"age-over-{years}", workstations, _older(years)),
            _COMPUTER,
            _DATED,
            answers=("f.1",),
        )
    yield Formula(
        "exit-age-mean", Text("Durée d’usage des postes sortis", "Duration of use of workstations"
        " that left"), _YEARS, _age_at_exit, _COMPUTER, _DATED | {"out"}, flow=True,
        answers=("d.2",),
    )  # fmt: skip
    yield Formula(
        "screens-per-workstation", Text("Écrans par poste de travail", "Screens per workstation"),
        _PER, _screens_per_workstation, _MONITOR, frozenset({"state"}), answers=("d.1",),
    )  # fmt: skip
    yield Formula(
        "screen-age-mean", Text("Âge moyen des écrans en service", "Mean age of screens in"
        " service"), _YEARS, _of_ages("screen-age-mean", screens, _mean), _MONITOR,
        frozenset({"state", "start"}), answers=("f.1",),
    )  # fmt: skip
    yield Formula(
        "purchases-reconditioned", Text("Postes achetés reconditionnés", "Workstations bought"
        " reconditioned"), SHARE,
        _reconditioned("purchases-reconditioned", _COMPUTER, _is_workstation), _COMPUTER,
        frozenset({"type", "start", "reconditioned"}), flow=True, answers=("e.1",),
    )  # fmt: skip
    yield Formula(
        "smartphones-reconditioned", Text("Smartphones achetés reconditionnés", "Smartphones"
        " bought reconditioned"), SHARE,
        _reconditioned("smartphones-reconditioned", _PHONE, _is_smartphone), _PHONE,
        frozenset({"type", "start", "reconditioned"}), flow=True, answers=("e.1",),
    )  # fmt: skip
    yield Formula(
        "share-given-or-sold", Text("Postes sortis donnés ou vendus", "Workstations that left given"
        " or sold"), SHARE, _reused("share-given-or-sold", _COMPUTER, _is_workstation), _COMPUTER,
        frozenset({"state", "type", "out"}), flow=True, answers=("i.2",),
    )  # fmt: skip
    yield Formula(
        "smartphones-given-or-sold", Text("Smartphones sortis donnés ou vendus", "Smartphones that"
        " left given or sold"), SHARE,
        _reused("smartphones-given-or-sold", _PHONE, _is_smartphone), _PHONE,
        frozenset({"state", "type", "out"}), flow=True, answers=("i.2",),
    )  # fmt: skip
    yield Formula(
        "warranty-mean", Text("Garantie des postes achetés", "Warranty of workstations bought"),
        Text("mois", "months"), _warranty, _COMPUTER, frozenset({"type", "start", "warranty"}),
        flow=True, answers=("e.2",),
    )  # fmt: skip
    yield Formula(
        "share-leased", Text("Postes en service loués", "Workstations in service that are leased"),
        SHARE, _share_leased, _COMPUTER, _STATE | {"leased"}, answers=("d.5",),
    )  # fmt: skip
    yield from _knowledge_formulas()


def _is_smartphone(one: Judged) -> bool:
    return one.device is Device.SMARTPHONE


def _is_described(one: Judged, _on: date) -> bool:
    """Tell whether all is known of a computer; only one in service has a user, a server none."""
    is_used = one.state is State.IN_SERVICE and one.device is not Device.SERVER
    known = one.start is not None and one.state is not None
    return known and (not is_used or one.item.user is True)


_NEEDS = {"known-user": {"state"}, "known-all": {"state", "start"}}


def _knowledge_formulas() -> Iterable[Formula]:
    known = (
        ("known-age", Text("Équipements d’âge connu", "Devices of known age"), "start",
         lambda one, _on: one.start is not None, held),
        ("known-state", Text("Équipements d’état connu", "Devices of known state"), "state",
         lambda one, _on: one.state is not None, held),
        ("known-user", Text("Équipements d’utilisateur connu", "Devices of known user"), "user",
         lambda one, _on: one.item.user is True, _users),
        ("known-all", Text("Équipements d’âge, d’état et d’utilisateur connus", "Devices of known"
         " age, state and user"), "user", _is_described, held),
        ("seen-within-a-year", Text("Équipements vus depuis un an", "Devices seen within a year"),
         "seen", _was_seen, held),
    )  # fmt: skip
    for name, words, fact, knows, of in known:
        needs = frozenset({fact, *_NEEDS.get(name, ())})
        compute = _known(name, knows, of)
        yield Formula(name, words, SHARE, compute, _COMPUTER, needs, answers=("c.1",))
    yield Formula(
        "share-in-stock", Text("Équipements en stock", "Devices in stock"), SHARE, _in_stock,
        _COMPUTER, frozenset({"state"}), answers=("f.1",),
    )  # fmt: skip
    gone = {
        State.GIVEN: Text("Équipements donnés", "Devices given"),
        State.SOLD: Text("Équipements vendus", "Devices sold"),
        State.RECYCLED: Text("Équipements recyclés", "Devices recycled"),
    }
    codes = {State.GIVEN: ("i.2",), State.SOLD: ("i.3",), State.RECYCLED: ("i.4",)}
    for state, words in gone.items():
        yield Formula(
            str(state), words, _DEVICES, _gone(str(state), state), _COMPUTER,
            frozenset({"state", "type", "out"}), flow=True, answers=codes[state],
        )  # fmt: skip
    yield Formula(
        "servers", Text("Serveurs physiques en service", "Physical servers in service"), _DEVICES,
        _servers, _COMPUTER, _STATE, answers=("h.4",),
    )  # fmt: skip


def _since_january(formulas: Iterable[Formula]) -> Iterable[Formula]:
    """Yield formulas, and after each rate of a year the same of the year under way, so far.

    A rate has a sense before the year ends; a total has none.
    """
    for one in formulas:
        yield one
        if one.flow and one.compute and one.unit is not _DEVICES:
            name = Text(f"{one.name.fr}, depuis janvier", f"{one.name.en}, since January")
            key = one.id + SO_FAR
            yield replace(one, id=key, name=name, flow=False, compute=_so_far(key, one.compute))


def _so_far(key: str, compute: Formulated) -> Formulated:
    def counted(fleet: Fleet, _year: int, limits: Thresholds) -> Figure:
        return replace(compute(fleet, fleet.on.year, limits), id=key)

    return counted


FORMULAS = MappingProxyType(
    {
        one.id: one
        for one in (*_since_january(_fleet_formulas()), *other_formulas(), *table_formulas())
    }
)
