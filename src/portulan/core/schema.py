"""Which databases this program opens: those whose migrations it knows, all of them.

A migration is known by its name: it is on the disk, or replaced by one that is, or in `EARLIER`,
the names of all those that once were on the disk. A database that had another one was made by a
newer program.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from portulan.core.folders import make_private
from portulan.core.say.text import Problem, ProblemKind, UnusableInputError

type Names = set[tuple[str, str]]

# Never taken away from, nor given to another migration: a name here is one that somebody's database
# may have. Squashing adds to it.
EARLIER = """
accounts 0001_initial 0002_headcount
axes 0001_initial 0002_auto_20151217_2044 0003_auto_20160322_0929 0004_auto_20181024_1538
axes 0005_remove_accessattempt_trusted 0006_remove_accesslog_trusted
axes 0007_alter_accessattempt_unique_together 0008_accessfailurelog 0009_add_session_hash
axes 0010_accessattemptexpiration
budget 0001_initial 0002_guards 0003_column_mapping 0004_orders 0005_stored_sums 0006_acts
budget 0007_envelopes 0008_sums_of_days 0009_posts_and_runs 0010_adjustments 0011_programmes
budget 0012_attribution_rules 0013_verdicts_together 0014_prices 0015_beside_the_budget
budget 0016_costing_policy 0017_internal_refunds 0018_orders_are_found_at_once
catalogue 0001_initial 0002_links_and_titles 0003_link_by_nobody
core 0001_initial 0002_guards 0003_task
impact 0001_initial 0002_guards
plans 0001_initial 0002_guards 0003_seen_edition 0004_decision_corrections
portfolio 0001_initial 0002_guards 0003_scenario_envelope 0004_application 0005_origins
portfolio 0006_rule_origin 0007_obligations_by_law 0008_explanation_parts
portfolio 0009_application_status_before
"""
NEWER = ProblemKind(
    "newer-database",
    "error",
    fr="Cette base vient d’un Portulan plus récent ({names})\u00a0: mettez celui-ci à jour.",
    en="This database comes from a newer Portulan ({names}): update this one.",
)
GONE = ProblemKind(
    "database-gone",
    "error",
    fr="Le dossier {folder} a servi, et sa base est absente ou vide\u00a0: remettez-la à sa place "
    "(portulan.sqlite3, ou DATABASE_URL), restaurez une sauvegarde, ou donnez un autre dossier.",
    en="The folder {folder} was used, and its database is absent or empty: put it back "
    "(portulan.sqlite3, or DATABASE_URL), restore a backup, or give another folder.",
)
HALF_WAY = ProblemKind(
    "database-half-way",
    "error",
    fr="Cette base s’est arrêtée en chemin, il lui manque {names}\u00a0: lancez d’abord "
    "`portulan serve` de la version qui l’a faite, ou restaurez une sauvegarde.",
    en="This database stopped on its way, it lacks {names}: first run `portulan serve` of the "
    "version that made it, or restore a backup.",
)
UNFINISHED = ProblemKind(
    "move-unfinished",
    "error",
    fr="Un déménagement vers cet endroit s’est arrêté en chemin\u00a0: recommencez "
    "`portulan move`, ou servez-vous de l’endroit d’où il partait, qui est intact.",
    en="A move to this place stopped on its way: run `portulan move` again, or use the place that "
    "it left, which is intact.",
)
MOVING = "portulan_moving"  # a table that is there as long as a move to PostgreSQL is not whole


def earlier() -> Names:
    """Return the names of the migrations of before, by app."""
    lines = (line.split() for line in EARLIER.split("\n") if line)
    return {(app, name) for app, *names in lines for name in names}


def unfinished() -> Problem | None:
    """Return what there is to say of a place that everything has not been moved to yet."""
    if connection.vendor == "sqlite":
        base = Path(connection.settings_dict["NAME"])
        there = base.with_name(f"{base.name}.moving").exists()
    else:
        there = MOVING in connection.introspection.table_names()
    return UNFINISHED.at() if there else None


def say_unfinished() -> None:
    """Have a PostgreSQL database say that a move to it is not whole."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {MOVING} (begun timestamptz)")


def say_finished() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {MOVING}")


def require_database() -> None:
    """Raise UnusableInputError when a folder that was used has lost its database.

    A new one, empty, would pass for what was there, and the files received for files of nobody. So
    it is of a place where a move stopped on its way.
    """
    if problem := unfinished():
        raise UnusableInputError(problem)
    received = any(Path(settings.UPLOADS).glob("[0-9a-f][0-9a-f]/*"))
    if connection.vendor != "sqlite":
        gone = received and not MigrationRecorder(connection).has_table()
    else:
        base = Path(connection.settings_dict["NAME"])
        gone = (received or Path(settings.STATIC_ROOT).exists()) and not any(
            path.exists() and path.stat().st_size for path in (base, Path(f"{base}-wal"))
        )
        if not gone:
            make_private(base)
    if gone:
        raise UnusableInputError(GONE.at(folder=str(settings.DATA)))


def refusal(applied: Iterable[tuple[str, str]]) -> Problem | None:
    """Return why a database with these migrations is not opened: it would be damaged."""
    found = set(applied)
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    replaced = [set(migration.replaces) for migration in disk.values()]
    if newer := found - set(disk) - set().union(*replaced) - earlier():
        return NEWER.at(names=_said(newer))
    for names in replaced:
        if found & names and (lacking := names - found - set(disk)):
            return HALF_WAY.at(names=_said(lacking))
    return None


def require_known() -> None:
    """Refuse a database that this program would damage. Raises: UnusableInputError."""
    if problem := refusal(MigrationRecorder(connection).applied_migrations()):
        raise UnusableInputError(problem)


def _said(names: Names) -> str:
    return ", ".join(".".join(name) for name in sorted(names)[:3])
