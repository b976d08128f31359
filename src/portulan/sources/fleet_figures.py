"""How the figures of a fleet are computed, each from the devices that it counts (pure).

Their unit is that of the formula that declares them (`sources.formulas`). Sources of the rules: the
guide of good practices (its codes), and the reference of sources, § 1 and § 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from portulan.core.say.text import Text
from portulan.sources.figure import Figure, Thresholds, Verdict, judged, rounded, share
from portulan.sources.fleet import Fleet, Judged
from portulan.sources.items import FOR_LIFE
from portulan.sources.words import Asset, Device, State

YEAR = Decimal("365.25")  # days
UNSAID = Text("", "")  # the formula says it
_CHECKED = timedelta(days=365)

type Formulated = Callable[[Fleet, int, Thresholds], Figure]


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
        return Figure(formula, UNSAID, verdict, coverage=coverage, reason=reason)
    told = Text(f"{fr}.", f"{en}.") if known < counted else None
    top = None if said.top is None else Decimal(said.top)
    bottom = None if said.bottom is None else Decimal(said.bottom)
    return Figure(formula, UNSAID, verdict, said.value, top, bottom, coverage, told)


def _not_applicable(formula: str, coverage: Decimal | None = None) -> Figure:
    reason = Text(
        "Sans objet\u00a0: rien à compter dans ce champ.",
        "Not applicable: nothing to count within this scope.",
    )
    return Figure(formula, UNSAID, Verdict.NOT_APPLICABLE, coverage=coverage, reason=reason)


_NO_DATE = Text("sans date de début connue", "have no known starting date")
_NO_STATE = Text("sans état connu", "have no known state")
_NO_FLAG = Text("sans mention neuf ou reconditionné", "do not say new or reconditioned")
_NO_WARRANTY = Text("sans durée de garantie", "have no length of warranty")
_NO_STAFF = Text(
    "Effectif inconnu\u00a0: dites-le sur la page de l’organisation.",
    "Unknown staff: give it on the page of the organisation.",
)
_LISTS = {
    Asset.COMPUTER: Text("ordinateurs", "computers"),
    Asset.MONITOR: Text("écrans", "screens"),
    Asset.PHONE: Text("téléphones", "phones"),
}
_NO_LEASE = Text("sans mention acheté ou loué", "do not say bought or leased")


def _in_service(fleet: Fleet, asset: Asset) -> list[Judged]:
    return [one for one in fleet.of(asset) if one.state is State.IN_SERVICE]


def workstations(fleet: Fleet) -> list[Judged]:
    """Return the workstations in service."""
    return [one for one in _in_service(fleet, Asset.COMPUTER) if is_workstation(one)]


def is_workstation(one: Judged) -> bool:
    return one.device is not None and one.device.is_workstation


def screens(fleet: Fleet) -> list[Judged]:
    """Return the screens in service, those of laptops left out."""
    return [one for one in _in_service(fleet, Asset.MONITOR) if one.device is Device.SCREEN]


def _ages(devices: Iterable[Judged], on: date) -> list[int]:
    return [age for one in devices if (age := one.age(on)) is not None]


def _is_of(day: date | None, year: int) -> bool:
    return day is not None and day.year == year


# --- ages -------------------------------------------------------------------------------------


def of_ages(
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


def mean_age(ages: Sequence[int]) -> Said:
    years = Decimal(sum(ages)) / YEAR
    value = rounded(years / len(ages), "0.01") if ages else None
    return Said(value, rounded(years, "0.01"), len(ages))


def median_age(ages: Sequence[int]) -> Said:
    value = rounded(Decimal(str(median(ages))) / YEAR, "0.01") if ages else None
    return Said(value, bottom=len(ages))


def older_than(years: int) -> Callable[[Sequence[int]], Said]:
    def say(ages: Sequence[int]) -> Said:
        older = sum(age >= years * YEAR for age in ages)
        return Said(share(older, len(ages)), older, len(ages))

    return say


def left_in(fleet: Fleet, year: int) -> list[Judged]:
    """Return the workstations that went out in a year: their state, and a dated exit, say so."""
    return [
        one
        for one in fleet.of(Asset.COMPUTER)
        if is_workstation(one) and one.is_out and _is_of(one.item.out, year)
    ]


def age_at_exit(fleet: Fleet, year: int, limits: Thresholds) -> Figure:
    counted = left_in(fleet, year)
    left = (one.age(one.item.out) for one in counted if one.item.out)
    ages = [age for age in left if age is not None and age >= 0]
    return _figure(
        "exit-age-mean",
        mean_age(ages),
        known=len(ages),
        counted=len(counted),
        limits=limits,
        missing=Text("sans âge connu à la sortie", "have no known age when they left"),
    )


# --- counts and shares ------------------------------------------------------------------------


def screens_per_workstation(fleet: Fleet, _year: int, limits: Thresholds) -> Figure:
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


def share_leased(fleet: Fleet, _year: int, limits: Thresholds) -> Figure:
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


def reconditioned(formula: str, asset: Asset, is_one: Callable[[Judged], bool]) -> Formulated:
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


def what_is_known(
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
        return Figure(formula, UNSAID, Verdict.OK, found, top, bottom, Decimal(1))

    return compute


def used(fleet: Fleet) -> list[Judged]:
    """Return the computers in service that somebody uses: servers have no user."""
    return [one for one in _in_service(fleet, Asset.COMPUTER) if one.device is not Device.SERVER]


def was_seen(one: Judged, on: date) -> bool:
    return one.item.last_seen is not None and one.item.last_seen >= on - _CHECKED


def in_stock(fleet: Fleet, _year: int, limits: Thresholds) -> Figure:
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


def gone_to(formula: str, state: State) -> Formulated:
    """Return a count of those that went out one way in a year: it is that many at least.

    Those out without a date, or without a destination, are told apart and never spread.
    """

    def compute(fleet: Fleet, year: int, _limits: Thresholds) -> Figure:
        out = [one for one in fleet.of(Asset.COMPUTER) if is_workstation(one) and one.is_out]
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
            UNSAID,
            Verdict.WARN if lost or undated else Verdict.OK,
            value,
            value,
            None,
            share(known, counted),
            reason if lost or undated else None,
        )

    return compute


def reused(formula: str, asset: Asset, is_one: Callable[[Judged], bool]) -> Formulated:
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


def warranty(fleet: Fleet, year: int, limits: Thresholds) -> Figure:
    """Return the mean warranty of what was bought in a year; one for life is out of the mean."""
    bought = [
        one
        for one in bought_in(fleet, Asset.COMPUTER, year, is_workstation)
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


def per_person(
    formula: str, lists: Sequence[Asset], is_one: Callable[[Judged], bool]
) -> Formulated:
    """Return the devices in service of some lists for each person of the staff (guide, d.1)."""

    def compute(fleet: Fleet, _year: int, limits: Thresholds) -> Figure:
        lacking = [_LISTS[one] for one in lists if one not in fleet.facts]
        reason = _without_lists(lacking) if fleet.people else _NO_STAFF
        if reason is not None:
            refused = Verdict.REFUSED
            return Figure(formula, UNSAID, refused, coverage=Decimal(0), reason=reason)
        listed = [one for asset in lists for one in fleet.of(asset)]
        top = sum(is_one(one) for one in listed if one.state is State.IN_SERVICE)
        value = rounded(Decimal(top) / (fleet.people or 1), "0.01")
        return _figure(
            formula,
            Said(value, top, fleet.people),
            known=sum(one.state is not None for one in listed),
            counted=len(listed),
            limits=limits,
            missing=_NO_STATE,
        )

    return compute


def _without_lists(lacking: Sequence[Text]) -> Text | None:
    if not lacking:
        return None
    return Text(
        f"La source ne liste pas\u00a0: {', '.join(one.fr for one in lacking)}.",
        f"The source does not list: {', '.join(one.en for one in lacking)}.",
    )


def is_equipment(one: Judged) -> bool:
    """Tell whether a device is somebody's: a server is nobody's."""
    return one.device not in (None, Device.SERVER, Device.VIRTUAL)


def is_mobile(one: Judged) -> bool:
    return one.device in (Device.SMARTPHONE, Device.BASIC_PHONE)


def screens_bought(fleet: Fleet, year: int, limits: Thresholds) -> Figure:
    """Return the screens bought in a year for a hundred workstations bought (guide, d.4)."""
    listed = [one for one in fleet.of(Asset.MONITOR) if one.device is Device.SCREEN]
    top = len(bought_in(fleet, Asset.MONITOR, year, lambda one: one.device is Device.SCREEN))
    bottom = len(bought_in(fleet, Asset.COMPUTER, year, is_workstation))
    value = rounded(Decimal(100 * top) / bottom, "0.1") if bottom else None
    return _figure(
        "screens-bought-per-100",
        Said(value, top, bottom),
        known=sum(one.start is not None for one in listed),
        counted=len(listed),
        limits=limits,
        missing=_NO_DATE,
    )


def servers(fleet: Fleet, _year: int, limits: Thresholds) -> Figure:
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
