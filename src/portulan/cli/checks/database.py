"""The database, what must stand in it, and the files that it refers to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from portulan.accounts.models import Organisation, Person
from portulan.accounts.sirens import said_twice
from portulan.budget.imports.uploads import find_leftovers
from portulan.budget.lines.kept_sums import without_sums
from portulan.budget.lines.recounting import stale_imports
from portulan.cli.backups.postgresql import tool_of
from portulan.cli.checks.finding import Finding, State
from portulan.core import by_organisation, guards, schedule, schema, shared_folder
from portulan.core.duties import clock
from portulan.core.duties import duties as known_duties
from portulan.core.journals.findings import GUARDS_FOUND
from portulan.core.journals.verifying import verify
from portulan.core.models import JournalHead
from portulan.core.retention import PURGE, WILL_TAKE
from portulan.core.say import numbers
from portulan.core.say.numbers import moment
from portulan.core.say.text import Language, Text, UnusableInputError, colon
from portulan.core.uploads import known, upload_path
from portulan.core.words import TaskStatus
from portulan.sources.outcomes import Failure
from portulan.sources.reads import every_source, standing_of
from portulan.steering.orphaned_plans import unattended

LATE = timedelta(days=1)
_SHOWN = 5  # of what failed, in one sentence


def database(language: Language) -> Finding:
    """Ask SQLite to check its file, or PostgreSQL who it is and whether tables may be made."""
    return (_sqlite if connection.vendor == "sqlite" else _postgresql)(language)


def _sqlite(language: Language) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(5)")
        answers = [row[0] for row in cursor.fetchall()]
        if answers != ["ok"]:
            return Finding(State.ERROR, f"SQLite: {'; '.join(answers)}")
        cursor.execute("PRAGMA foreign_key_check")
        if orphans := cursor.fetchall():
            words = Text("lignes ne renvoient à rien", "rows refer to nothing").say(language)
            return Finding(State.ERROR, f"SQLite: {len(orphans)} {words} ({orphans[0][0]})")
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    if mode != "wal":
        words = Text("dossier sur le réseau ?", "is the data folder on a network share?").say(
            language
        )
        return Finding(State.ERROR, f"SQLite: journal_mode={mode}, {words}")
    return Finding(State.OK, "SQLite, WAL, ok")


def _postgresql(language: Language) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('server_encoding'),"
            " current_schema(), has_schema_privilege(current_schema(), 'CREATE')"
        )
        version, encoding, schema, may_create = cursor.fetchone()
    if encoding != "UTF8":
        words = Text("la base doit être en UTF8", "the database must be in UTF8").say(language)
        return Finding(State.ERROR, f"PostgreSQL {version}: {words} ({encoding})")
    if not may_create:
        words = Text("pas le droit de créer des tables\u00a0:", "no right to create tables in").say(
            language
        )
        return Finding(State.ERROR, f"PostgreSQL {version}: {words} {schema}")
    return Finding(State.OK, f"PostgreSQL {version}, {encoding}")


def migrations(language: Language) -> Finding:
    """Look for what the database lacks, and for what a newer program did to it."""
    if problem := schema.unfinished():
        return Finding(State.ERROR, problem.message(language))
    if problem := schema.refusal(MigrationRecorder(connection).applied_migrations()):
        return Finding(State.ERROR, problem.message(language))
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not pending:
        return Finding(State.OK, Text("à jour", "up to date").say(language))
    words = Text("en attente\u00a0: lancez `portulan serve`", "pending: run `portulan serve`").say(
        language
    )
    return Finding(State.ERROR, f"{len(pending)} {words}")


def folder(language: Language) -> Finding:
    """Compare the mark of the folder with that of the database, where the two are apart."""
    if problem := shared_folder.difference():
        return Finding(State.ERROR, problem.message(language))
    return Finding(State.OK, str(settings.DATA))


def _nothing_yet(language: Language) -> Finding | None:
    """Return what there is to say of a place where nothing was ever made."""
    if MigrationRecorder(connection).applied_migrations():
        return None
    words = Text("rien encore\u00a0: `portulan init`", "nothing here yet: `portulan init`").say(
        language
    )
    return Finding(State.WARNING, words)


def guards_stand(language: Language) -> Finding:
    if nothing := _nothing_yet(language):
        return nothing
    if missing := guards.missing():
        words = Text("absentes\u00a0: `--fix` les repose", "missing: `portulan doctor --fix`").say(
            language
        )
        return Finding(State.ERROR, f"{words} ({', '.join(missing)})")
    if strangers := guards.strangers():
        words = Text("déclencheurs d’ailleurs", "triggers that are not Portulan’s").say(language)
        return Finding(State.WARNING, f"{words} ({', '.join(strangers)})")
    return Finding(State.OK, str(len(guards.expected())))


def journals(language: Language) -> Finding:
    """Read both journals again: a gap, a rewritten entry, guards laid again (`core.journals`)."""
    if nothing := _nothing_yet(language):
        return nothing
    if JournalHead._meta.db_table not in connection.introspection.table_names():
        words = Text("pas encore chaînés\u00a0: lancez `portulan serve`", "not chained yet")
        return Finding(State.ERROR, words.say(language))
    standing = set(Person.objects.filter(erased_at=None).values_list("pk", flat=True))
    found = verify(standing=standing)
    if found.problems:
        told = " ".join(one.message(language) for one in found.problems[:_SHOWN])
        only = {one.kind for one in found.problems} <= {GUARDS_FOUND}
        return Finding(State.WARNING if only else State.ERROR, told)
    count, last = sum(found.entries.values()), found.last_head
    told = Text("lignes chaînées", "chained entries").say(language)
    head = Text("pas encore de tête scellée", "no sealed head yet").say(language)
    if last is not None:
        sealed = Text("tête scellée le", "head sealed on").say(language)
        head = f"{sealed} {moment(timezone.localtime(last), language)}"
    return Finding(State.OK, f"{count} {told}, {head}")


def sums(language: Language) -> Finding:
    """Look for the imports whose sums are missing, or are not those of their lines."""
    if nothing := _nothing_yet(language):
        return nothing
    if count := without_sums().count():
        words = Text(
            "imports n’ont pas leurs sommes\u00a0: `--fix` les compte",
            "imports are not added up: `portulan doctor --fix`",
        ).say(language)
        return Finding(State.ERROR, f"{count} {words}")
    if stale := [f"{batch.file_name} ({batch.fiscal_year})" for batch in stale_imports()]:
        words = Text(
            "les sommes gardées ne sont pas celles des lignes : `--fix` les recompte",
            "the sums kept are not those of the lines: `portulan doctor --fix`",
        ).say(language)
        return Finding(State.ERROR, f"{words} ({', '.join(stale)})")
    return Finding(State.OK, Text("à jour", "up to date").say(language))


def files(language: Language) -> Finding:
    """Look for the files of imports that are no longer there, and for those nobody needs."""
    if nothing := _nothing_yet(language):
        return nothing
    names = known()
    if absent := [name for name in sorted(names) if not upload_path(name).is_file()]:
        words = Text("absents", "missing").say(language)
        return Finding(State.ERROR, f"{len(absent)} {words} ({absent[0]}…)")
    if damaged := [name for name in sorted(names) if not _is_sound(name)]:
        words = Text("abîmés", "damaged").say(language)
        return Finding(State.ERROR, f"{len(damaged)} {words} ({damaged[0]}…)")
    found = find_leftovers(timezone.now())
    if found.previews or found.files:
        words = Text(
            f"{len(found.previews)} vieux aperçus et {len(found.files)} fichiers inutiles"
            "\u00a0: `--fix` les ôte",
            f"{len(found.previews)} old previews and {len(found.files)} files of no use: `--fix`",
        ).say(language)
        return Finding(State.WARNING, words)
    return Finding(State.OK, str(len(names)))


def _is_sound(name: str) -> bool:
    """Tell whether a file received is the one whose name it bears."""
    with upload_path(name).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == name


def sources(language: Language) -> Finding:
    """Look for sources that are late, stopped or failing: others go on, their figures grow old."""
    if nothing := _nothing_yet(language):
        return nothing
    today, count = timezone.localdate(), 0
    ill: list[str] = []
    ahead: list[str] = []
    for one in every_source():
        count += 1
        standing = standing_of(one, today)
        if not standing.is_well:
            found = ahead if standing.failure == Failure.AHEAD else ill
            found.append(f"{one.organisation.slug}: {one.name}")
    if ill:
        words = Text("attendent un geste", "ask for a gesture").say(language)
        return Finding(State.WARNING, f"{len(ill)} {words} ({', '.join(ill[:5])})")
    if ahead:
        words = Text(
            "daté d’un jour à venir\u00a0: une horloge s’est trompée, à relire",
            "dated in the future: a clock was wrong, to be read again",
        ).say(language)
        return Finding(State.WARNING, f"{', '.join(ahead[:5])} {words}")
    return Finding(State.OK, str(count))


def duties(language: Language) -> Finding:
    """Look for regular work that failed, and for what nobody has done for long."""
    if nothing := _nothing_yet(language):
        return nothing
    last, now = schedule.runs(), clock()
    failed = [
        f"{run.name} ({run.failure})" for run in last.values() if run.status == TaskStatus.FAILED
    ]
    if failed:
        words = Text("n’a pas pu être fait", "could not be done").say(language)
        return Finding(State.ERROR, f"{words}{colon(language)}{', '.join(sorted(failed))}")
    if found := _of_organisations(language):
        return found
    if ahead := [run.name for run in last.values() if schedule.is_ahead(run, now)]:
        words = Text(
            "daté d’un jour à venir\u00a0: une horloge s’est trompée, ce sera refait",
            "dated in the future: a clock was wrong, it will be done again",
        ).say(language)
        return Finding(State.WARNING, f"{', '.join(sorted(ahead))} {words}")
    late = [
        duty.name
        for duty in known_duties()
        if (at := schedule.due_at(duty, last.get(duty.name), now))
        and now - at > max(LATE, duty.every)
    ]
    if late:
        words = Text(
            "attend depuis plus d’un jour `portulan serve`, ou `portulan duties --run`",
            "has waited more than a day for `portulan serve`, or `portulan duties --run`",
        ).say(language)
        return Finding(State.WARNING, f"{', '.join(late)} {words}")
    if (purge := last.get(PURGE)) and (taken := _will_take(purge.counts)):
        words = Text(
            "la purge attend un jour après une mise à niveau ou une restauration, puis ôtera",
            "the purge waits a day after an upgrade or a restoration, then will take away",
        ).say(language)
        return Finding(State.WARNING, f"{words}{colon(language)}{taken}")
    done = [run.begun_at for run in last.values() if run.status == TaskStatus.DONE]
    if not done:
        return Finding(State.OK, Text("rien de fait encore", "nothing done yet").say(language))
    words = Text("le dernier le", "last on").say(language)
    return Finding(State.OK, f"{words} {moment(timezone.localtime(max(done)), language)}")


def _will_take(counts: Mapping[str, int]) -> str:
    told = ((name.removeprefix(WILL_TAKE), n) for name, n in counts.items() if WILL_TAKE in name)
    return ", ".join(f"{name} {count}" for name, count in told)


def _of_organisations(language: Language) -> Finding | None:
    """Name what was set aside after too many failures, else what failed and waits."""
    aside = list(by_organisation.set_aside())
    rows = aside or list(by_organisation.failing())
    if not rows:
        return None
    places = {one.organisation_id for one in rows}
    slugs = dict(Organisation.objects.filter(pk__in=places).values_list("pk", "slug"))
    told = [
        f"{one.name} {slugs.get(one.organisation_id, one.organisation_id)} ({one.failure})"
        for one in rows[:_SHOWN]
    ]
    told += ["…"] if len(rows) > _SHOWN else []
    if aside:
        words = Text(
            f"mis de côté après trop d’échecs, `portulan duties --again` les reprend ({len(rows)})",
            f"set aside after too many failures: `portulan duties --again` ({len(rows)})",
        )
        return Finding(State.ERROR, f"{words.say(language)}{colon(language)}{', '.join(told)}")
    words = Text("en échec, sera repris", "failed, will be tried again")
    return Finding(State.WARNING, f"{words.say(language)}{colon(language)}{', '.join(told)}")


def administrators(language: Language) -> Finding:
    """Look for plans that nobody administers for thirty days: nobody else can act on it."""
    if nothing := _nothing_yet(language):
        return nothing
    found = list(unattended(timezone.localdate()))
    if not found:
        return Finding(State.OK, Text("chaque plan en a", "each plan has one").say(language))
    words = Text("aucune depuis trente jours ou plus", "none for thirty days or more").say(language)
    places = [
        f"{one.organisation.slug} ({numbers.date(one.since, language)})"
        if one.since
        else one.organisation.slug
        for one in found
    ]
    return Finding(State.WARNING, f"{words}{colon(language)}{', '.join(places)}")


def backup_tools(language: Language) -> Finding:
    """Look for the programs without which PostgreSQL is neither saved nor restored."""
    if connection.vendor == "sqlite":
        return Finding(State.OK, "portulan backup")
    try:
        tools = [tool_of(name) for name in ("pg_dump", "pg_restore")]
    except UnusableInputError as error:
        return Finding(State.WARNING, error.problem.message(language))
    return Finding(State.OK, ", ".join(f"{tool.name} {tool.major}" for tool in tools))


def sirens(language: Language) -> Finding:
    """Tell which SIREN several organisations say: one at most proves it, none is summed."""
    twice = said_twice()
    if not twice:
        return Finding(State.OK, Text("chacun dit une fois", "each claimed once").say(language))
    slugs = (", ".join(one.slug for one in several) for several in twice.values())
    named = "; ".join(f"{siren} ({said})" for siren, said in zip(twice, slugs, strict=True))
    words = Text("plusieurs organisations disent\u00a0:", "several organisations claim")
    return Finding(State.WARNING, f"{words.say(language)} {named}")
