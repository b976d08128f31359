"""The figures that a fleet gives, declared in one table; `fleet_figures` computes them.

An age is (day − start) / 365.25, in years; a share is between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from portulan.core.say.text import Text
from portulan.sources.figure import Figure, Thresholds, Verdict, judged, share
from portulan.sources.fleet import Fleet, Judged
from portulan.sources.fleet_figures import (
    Formulated,
    age_at_exit,
    gone_to,
    held,
    in_stock,
    is_equipment,
    is_mobile,
    is_workstation,
    mean_age,
    median_age,
    of_ages,
    older_than,
    per_person,
    reconditioned,
    reused,
    screens,
    screens_bought,
    screens_per_workstation,
    servers,
    share_leased,
    used,
    warranty,
    was_seen,
    what_is_known,
    workstations,
)
from portulan.sources.formula import SHARE, SO_FAR, Formula, other_formulas, table_formulas
from portulan.sources.words import Asset, Device, State

CLASSES = (3, 4, 5, 6, 8)  # years: shares of devices that are as old or older
_YEARS = Text("ans", "years")
_DEVICES = Text("équipements", "devices")
_PER = Text("par poste", "per workstation")
_EACH = Text("par agent", "per person")


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
            figure = unexplained or formula.compute(fleet, year, limits)
            found.append(replace(figure, unit=formula.unit))
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


_STATE, _DATED = frozenset({"state", "type"}), frozenset({"state", "type", "start"})
_COMPUTER, _MONITOR, _PHONE = Asset.COMPUTER, Asset.MONITOR, Asset.PHONE


def _fleet_formulas() -> Iterable[Formula]:
    """Return what an inventory gives."""
    yield Formula(
        "age-mean", Text("Âge moyen des postes en service", "Mean age of workstations in service"),
        _YEARS, of_ages("age-mean", workstations, mean_age), _COMPUTER, _DATED, answers=("f.1",),
    )  # fmt: skip
    yield Formula(
        "age-median", Text("Âge médian des postes en service", "Median age of workstations in"
        " service"), _YEARS, of_ages("age-median", workstations, median_age), _COMPUTER, _DATED,
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
            of_ages(f"age-over-{years}", workstations, older_than(years)),
            _COMPUTER,
            _DATED,
            answers=("f.1",),
        )
    yield Formula(
        "exit-age-mean", Text("Durée d’usage des postes sortis", "Duration of use of workstations"
        " that left"), _YEARS, age_at_exit, _COMPUTER, _DATED | {"out"}, flow=True,
        answers=("d.2",),
    )  # fmt: skip
    yield Formula(
        "screens-per-workstation", Text("Écrans par poste de travail", "Screens per workstation"),
        _PER, screens_per_workstation, _MONITOR, frozenset({"state"}), answers=("d.1",),
    )  # fmt: skip
    yield Formula(
        "screen-age-mean", Text("Âge moyen des écrans en service", "Mean age of screens in"
        " service"), _YEARS, of_ages("screen-age-mean", screens, mean_age), _MONITOR,
        frozenset({"state", "start"}), answers=("f.1",),
    )  # fmt: skip
    yield Formula(
        "purchases-reconditioned", Text("Postes achetés reconditionnés", "Workstations bought"
        " reconditioned"), SHARE,
        reconditioned("purchases-reconditioned", _COMPUTER, is_workstation), _COMPUTER,
        frozenset({"type", "start", "reconditioned"}), flow=True, answers=("e.1",),
    )  # fmt: skip
    yield Formula(
        "smartphones-reconditioned", Text("Smartphones achetés reconditionnés", "Smartphones"
        " bought reconditioned"), SHARE,
        reconditioned("smartphones-reconditioned", _PHONE, _is_smartphone), _PHONE,
        frozenset({"type", "start", "reconditioned"}), flow=True, answers=("e.1",),
    )  # fmt: skip
    yield Formula(
        "share-given-or-sold", Text("Postes sortis donnés ou vendus", "Workstations that left given"
        " or sold"), SHARE, reused("share-given-or-sold", _COMPUTER, is_workstation), _COMPUTER,
        frozenset({"state", "type", "out"}), flow=True, answers=("i.2",),
    )  # fmt: skip
    yield Formula(
        "smartphones-given-or-sold", Text("Smartphones sortis donnés ou vendus", "Smartphones that"
        " left given or sold"), SHARE,
        reused("smartphones-given-or-sold", _PHONE, _is_smartphone), _PHONE,
        frozenset({"state", "type", "out"}), flow=True, answers=("i.2",),
    )  # fmt: skip
    yield Formula(
        "warranty-mean", Text("Garantie des postes achetés", "Warranty of workstations bought"),
        Text("mois", "months"), warranty, _COMPUTER, frozenset({"type", "start", "warranty"}),
        flow=True, answers=("e.2",),
    )  # fmt: skip
    yield Formula(
        "share-leased", Text("Postes en service loués", "Workstations in service that are leased"),
        SHARE, share_leased, _COMPUTER, _STATE | {"leased"}, answers=("d.5",),
    )  # fmt: skip
    yield Formula(
        "devices-per-person", Text("Équipements par agent", "Devices per person"), _EACH,
        per_person("devices-per-person", (_COMPUTER, _MONITOR, _PHONE), is_equipment), _COMPUTER,
        _STATE, answers=("d.1",),
    )  # fmt: skip
    yield Formula(
        "phones-per-person", Text("Téléphones mobiles par agent", "Mobile phones per person"),
        _EACH, per_person("phones-per-person", (_PHONE,), is_mobile), _PHONE, _STATE,
        answers=("d.1",),
    )  # fmt: skip
    yield Formula(
        "screens-bought-per-100", Text("Écrans achetés pour 100 postes achetés", "Screens bought"
        " for 100 workstations bought"), Text("pour 100 postes", "per 100 workstations"),
        screens_bought, _MONITOR, frozenset({"start"}), flow=True, answers=("d.4",),
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
         lambda one, _on: one.item.user is True, used),
        ("known-all", Text("Équipements d’âge, d’état et d’utilisateur connus", "Devices of known"
         " age, state and user"), "user", _is_described, held),
        ("seen-within-a-year", Text("Équipements vus depuis un an", "Devices seen within a year"),
         "seen", was_seen, held),
    )  # fmt: skip
    for name, words, fact, knows, of in known:
        needs = frozenset({fact, *_NEEDS.get(name, ())})
        compute = what_is_known(name, knows, of)
        yield Formula(name, words, SHARE, compute, _COMPUTER, needs, answers=("c.1",))
    yield Formula(
        "share-in-stock", Text("Équipements en stock", "Devices in stock"), SHARE, in_stock,
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
            str(state), words, _DEVICES, gone_to(str(state), state), _COMPUTER,
            frozenset({"state", "type", "out"}), flow=True, answers=codes[state],
        )  # fmt: skip
    yield Formula(
        "servers", Text("Serveurs physiques en service", "Physical servers in service"), _DEVICES,
        servers, _COMPUTER, _STATE, answers=("h.4",),
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
