"""Whatever is read, added up, written out or shown, beside imports that are half written.

The demonstration gets, in each of its years, a copy of its own imports that is being written: the
same accounts, names, codes, suppliers and decisions, other amounts. Nothing may differ.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from itertools import islice
from types import FunctionType, GeneratorType, ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

import portulan
from portulan.accounts.access import Operation
from portulan.accounts.actors import command_line
from portulan.accounts.models import Organisation
from portulan.accounts.reads import today
from portulan.budget.lines.reads import LineFilter, lines_in_force
from portulan.budget.models import (
    Attribution,
    BudgetLine,
    FiscalYear,
    ImportBatch,
    IndicatorRun,
    Order,
    Programme,
)
from portulan.budget.words import BatchStatus, Stage
from portulan.plans.models import Action, Plan
from portulan.plans.plan import current_plan
from portulan.portfolio.models import Scenario
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.making import build, written
from portulan.publication.documents.registry import KINDS

pytestmark = pytest.mark.django_db
# Where a line may be read from.
APPS = ("budget", "plans", "portfolio", "publication", "steering")
# What differs between two calls of one function: an instant, a place in memory.
PASSING = re.compile(r"0x[0-9a-f]+|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.\d]*|datetime\([^)]*\)")
# What an import says of itself, and what takes all of its lines.
ABOUT_IMPORTS = {"budget.imports.reads.batches_of", "budget.years.writes.forget_year"}
# Files that were given, whatever becomes of them: an export takes them all.
ABOUT_IMPORTS |= {"publication.export.folder.digests_of"}
MOST = 2_000  # rows looked at of one answer


def half_written() -> int:
    """Leave beside each import in force its like that is being written; return their lines."""
    count = 0
    for old in ImportBatch.objects.filter(status=BatchStatus.CONFIRMED).order_by("pk"):
        lines = list(BudgetLine.objects.filter(batch=old))
        orders = list(Order.objects.filter(batch=old))
        old.pk, old.status, old.confirmed_at = None, BatchStatus.WRITING, None
        old.sha256, old.file_name = "0" * 64, "moitié.xml"
        old._state.adding = True
        old.save()
        for line in lines:
            line.pk, line.batch = None, old
            line.it_share, line.claimed_share = Decimal(1), line.claimed_share or Decimal("0.5")
            for stage in Stage:
                if (amount := getattr(line, stage.column)) is not None:
                    setattr(line, stage.column, amount * 7)
        for order in orders:
            order.pk, order.batch = None, old
        BudgetLine.everything.bulk_create(lines)
        Order.everything.bulk_create(orders)
        count += len(lines)
    return count


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(portulan.__path__, "portulan."):
        parts = found.name.split(".")
        if parts[1] in APPS and not {"migrations", "engine", "models", "readers"} & set(parts):
            yield importlib.import_module(found.name)


def functions() -> Iterator[tuple[str, Callable[..., Any], dict[str, str]]]:
    """Yield the functions of these apps, each with the names and types of what it must be told."""
    for module in modules():
        for name, function in vars(module).items():
            if not inspect.isfunction(function) or function.__module__ != module.__name__:
                continue
            asked = {
                one.name: str(one.annotation)
                for one in inspect.signature(function).parameters.values()
                if one.default is one.empty
            }
            if name[0] != "_" and asked:
                yield f"{module.__name__.removeprefix('portulan.')}.{name}", function, asked


class Answers:
    """What is asked of the demonstration: a sample of each thing, by the name of its type."""

    def __init__(self, place: Organisation) -> None:
        actor = command_line(place.pk)
        plan = current_plan(actor=actor, today=today(place))
        assert plan is not None
        given = Attribution.objects.filter(line__batch__status=BatchStatus.CONFIRMED)
        line = given.latest("pk").line
        year = line.fiscal_year
        day = today(place)
        rows: Mapping[str, Any] = {
            "Organisation": place,
            "Actor": actor,
            "Plan": plan,
            "Action": Action.objects.filter(attributions__line=line).first(),
            "FiscalYear": year,
            "BudgetLine": line,
            "ImportBatch": line.batch,
            "Attribution": given.latest("pk"),
            "Programme": Programme.objects.first(),
            "Scenario": Scenario.objects.first(),
            "IndicatorRun": IndicatorRun.objects.last(),
            "Stage": Stage.REALISED,
            "LineFilter": LineFilter(Stage.REALISED),
            "Asked": Asked(actor, place, year.year, day, "fr"),
            "Operation": Operation.READ_BUDGET,
            "Language": "fr",
            "date": day,
            "datetime": timezone.now(),
            "Iterable[FiscalYear]": list(FiscalYear.objects.filter(organisation=place)),
            "Iterable[Action]": list(Action.objects.filter(plan=plan)),
            "Iterable[Plan]": list(Plan.objects.filter(organisation=place)),
            "QuerySet[BudgetLine]": lines_in_force(year),
        }
        self.by_type = rows
        self.by_name: Mapping[str, Any] = {
            "organisation_id": place.pk,
            "year": year.year,
            "plan_slug": plan.slug,
            "slug": plan.slug,
            "fiscal_year": year.pk,
            "nature": line.nature,
            "batches": list(
                ImportBatch.objects.filter(
                    fiscal_year=year, status=BatchStatus.CONFIRMED
                ).values_list("pk", flat=True)
            ),
            "suppliers": True,
        }

    def fill(self, asked: Mapping[str, str]) -> dict[str, Any] | None:
        """Return what a function is to be told, None when it asks for more than we have."""
        told = {}
        for name, kind in asked.items():
            if kind in self.by_type:
                told[name] = self.by_type[kind]
            elif name in self.by_name:
                told[name] = self.by_name[name]
            else:
                return None
        return told


def plain(value: object) -> str:
    """Return all that an answer holds, as text."""
    if isinstance(value, QuerySet):
        return plain(list(value.order_by(*value.query.order_by, "pk").values_list()[:MOST]))
    if isinstance(value, GeneratorType):
        return plain(list(islice(value, MOST)))
    return PASSING.sub("…", repr(value))


def all_answers(known: Answers) -> dict[str, str]:
    said = {}
    for name, function, asked in functions():
        told = known.fill(asked)
        if told is None or name in ABOUT_IMPORTS:
            continue
        assert isinstance(function, FunctionType)
        with transaction.atomic():
            try:
                with transaction.atomic():
                    said[name] = plain(function(**deepcopy(told)))  # who writes changes it
            except Exception as error:  # a refusal is an answer too
                said[name] = plain(error)
            transaction.set_rollback(True)
    return said


def all_documents(place: Organisation) -> dict[str, bytes | str]:
    said: dict[str, bytes | str] = {}
    for name, kind in KINDS.items():
        asked = Asked(command_line(place.pk), place, 2026, today(place), "fr")
        try:
            document = build(kind, asked)
        except Exception as error:
            said[name] = str(error)
            continue
        for suffix in sorted(set(kind.formats) - {"pdf", "odt"}):
            said[f"{name}.{suffix}"] = written(kind, document, suffix)
    return said


def test_nothing_reads_what_is_half_written(demonstration: Organisation) -> None:
    known = Answers(demonstration)
    before, documents = all_answers(known), all_documents(demonstration)
    again = all_answers(known)
    # What is not the same twice proves nothing: it is told, and is to stay rare.
    moving = {name for name in before if before[name] != again[name]}
    assert len(moving) < 10, moving
    assert half_written() > 300
    after = all_answers(known)
    assert [name for name in before if before[name] != after[name] and name not in moving] == []
    assert all_documents(demonstration) == documents
    # They were asked indeed, and most of them answered.
    assert len(before) > 150, len(before)
