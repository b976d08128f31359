"""`portulan backup` and `portulan restore`: all of it in one archive, and back."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portulan import __version__
from portulan.cli import django_start
from portulan.cli.address import address_of
from portulan.cli.failures import reason_of_sqlite
from portulan.cli.output import DONE, UNUSABLE, WITH_ERRORS, LangOption, language, say, say_problem
from portulan.core.os_errors import refusal_of
from portulan.core.say.text import Language, Problem, Text, UnusableInputError

if TYPE_CHECKING:
    from portulan.cli.backups.archive import Archive, SavedDatabase, Writing


MEGABYTE = 1024 * 1024
SPARE = 50 * MEGABYTE
LONG = 100 * MEGABYTE
ArchiveArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The archive.")]


def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The archive, or the folder where it goes.")
    ],
    lang: LangOption = None,
) -> None:
    """Write the database and the files received in one archive, while the server runs.

    In a folder, under the date: it is read again, the oldest go (PORTULAN_BACKUP_KEEP), and
    PORTULAN_BACKUP_COMMAND takes it away.
    """
    spoken = language(lang)
    django_start.start()
    with refusals(spoken, file):
        if file.is_dir():
            from portulan.cli.backups.rotating import rotate

            file, problems = rotate(file, teller(spoken), save)
        else:
            problems = save(file, teller(spoken))
    for problem in problems:
        say_problem(problem, spoken)
    size = max(1, file.stat().st_size // MEGABYTE)
    say(
        Text(f"Sauvegardé\u00a0: {file} ({size}\u00a0Mo).", f"Saved: {file} ({size} MB).").say(
            spoken
        )
    )
    raise typer.Exit(WITH_ERRORS if problems else DONE)


def declare_backups() -> None:
    """Declare the duty that makes backups, where the settings say a folder."""
    from django.conf import settings

    if settings.BACKUP_FOLDER:
        from portulan.cli.backups.rotating import declare

        declare(save)


def restore(
    file: ArchiveArgument,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what is here, which is kept aside.")
    ] = False,
    keep_tokens: Annotated[
        bool,
        typer.Option(
            "--keep-tokens", help="Leave the tokens, links, invitations and codes it holds."
        ),
    ] = False,
    org: Annotated[
        str,
        typer.Option(help="That organisation alone, here; FILE may be the folder of its export."),
    ] = "",
    into: Annotated[
        str, typer.Option(help="With --org: an empty PostgreSQL database, to read a backup of one.")
    ] = "",
    lang: LangOption = None,
) -> None:
    """Put back what an archive holds, once all of it is verified, and revoke what opened then."""
    spoken = language(lang)
    if org:
        _put_one_back(file.absolute(), org, into, spoken, replace=replace)
        return
    django_start.start()
    from django.conf import settings

    with refusals(spoken, settings.DATA):
        aside = restored(file, spoken, replace=replace, keep_tokens=keep_tokens)
    if not keep_tokens:
        _close_what_opened(spoken)
    _tell_of_another_key(spoken)
    if aside:
        say(Text(f"Ce qui était ici est dans {aside}", f"What was here is in {aside}").say(spoken))
    say(
        Text(
            "Restauré. Chacun se connecte de nouveau\u00a0; `portulan doctor` vérifie le reste.",
            "Restored. Everybody signs in again; `portulan doctor` checks the rest.",
        ).say(spoken)
    )


def _put_one_back(file: Path, org: str, into: str, spoken: Language, *, replace: bool) -> None:
    """Put one organisation back among those that live here, once what is here is kept aside."""
    with tempfile.TemporaryDirectory(prefix="portulan-one-") as name:
        beside = Path(name)
        os.environ |= {"PORTULAN_MOVE_FROM": name, "PORTULAN_MOVE_URL": into}
        django_start.start()
        django_start.prepare(spoken)
        from portulan.accounts.actors import command_line
        from portulan.accounts.links import make_link
        from portulan.accounts.models import Organisation
        from portulan.accounts.trail import record
        from portulan.accounts.verbs import Verb
        from portulan.accounts.writes import let_in
        from portulan.cli.backups import one

        with refusals(spoken, file):
            if Organisation.objects.filter(slug=org).exists() and not replace:
                _confirm(spoken)
            kept: one.Kept
            if file.is_dir():
                kept = one.InExport(org, file)
            else:
                one.restore_beside(file, beside, into=into)
                kept = one.InDatabase(org, beside)
            aside = _set_aside()
            try:
                done = one.put_one_back(kept, taken=file)
            except UnusableInputError:
                aside.unlink()  # nothing was changed
                raise
        told = {"rows": (None, done.rows), "files": (None, done.files)}
        record(
            command_line(done.organisation.pk), done.organisation, Verb.ORGANISATION_RESTORED, told
        )
        links = [make_link(user=one) for one in let_in(done.organisation)]
    _tell(
        spoken,
        f"{done.organisation.name}: {done.rows} rows and {done.files} files are back."
        f" {done.unlinked} people have to be invited again. What was here is in {aside}",
        f"{done.organisation.name}\u00a0: {done.rows} lignes et {done.files} fichiers sont revenus."
        f" {done.unlinked} personnes sont à inviter de nouveau. Ce qui était ici est dans {aside}",
    )
    if links:
        _tell(
            spoken,
            "Nobody of it has an account here: each administrator enters once, by a link.",
            "Personne d’elle n’a de compte ici\u00a0: chaque administratrice entre une fois, "
            "par un lien.",
        )
    address = address_of("", None, spoken) if links else ""
    for token in links:
        typer.echo(f"{address}/sign-in/{token}/")


def _set_aside() -> Path:
    """Save the database as it is before one organisation comes back; return where."""
    from django.conf import settings
    from django.utils import timezone

    place = Path(settings.DATA) / f"before-one-{timezone.localtime():%Y%m%d_%H%M%S}.zip"
    save(place, lambda _sentence: None, files=False)
    return place


def _close_what_opened(spoken: Language) -> None:
    """Take away the tokens and links of the archive, and tell it: they open nothing already."""
    from portulan.accounts.tidying import close_what_opened
    from portulan.steering.calendars.addresses import close_every_address
    from portulan.steering.campaigns.links import give_all_anew

    tokens, links, accounts = close_what_opened()
    links += close_every_address()
    replies = give_all_anew()
    if tokens or links:
        _tell(
            spoken,
            f"Revoked: {tokens} tokens, {links} sign-in links, invitations or calendar addresses"
            " that the backup held (--keep-tokens leaves them).",
            f"Révoqués\u00a0: {tokens} accès de logiciels, {links} liens de connexion,"
            " invitations ou adresses d’agenda que la sauvegarde contenait (--keep-tokens les"
            " laisse).",
        )
    if accounts:
        _tell(
            spoken,
            f"{accounts} accounts have no recovery code any more: some may have served since. Each"
            " makes others, on the page of their second factor.",
            f"{accounts} comptes n’ont plus de codes de secours\u00a0: certains ont pu servir"
            " depuis. Chacun en refait, à la page de son second facteur.",
        )
    if replies:
        _tell(
            spoken,
            f"{replies} links of pilots are new: the page of the campaign shows them, a reminder"
            " sends them.",
            f"{replies} liens de pilotes sont nouveaux\u00a0: la page de la campagne les montre,"
            " une relance les envoie.",
        )
    _tell(
        spoken,
        "Passwords, second factors, roles and departures are those of that day: what was changed"
        " since the backup, because somebody else knew it or left, has to be changed again.",
        "Mots de passe, seconds facteurs, rôles et départs sont ceux de ce jour-là\u00a0: ce qui"
        " fut changé depuis la sauvegarde, parce qu’un autre le connaissait ou qu’on est parti,"
        " est à changer de nouveau.",
    )


def _tell_of_another_key(spoken: Language) -> None:
    """Say who cannot enter by their second factor, as the secret key stays out of archives."""
    from portulan.accounts.factors import count_unreadable

    if unreadable := count_unreadable():
        _tell(
            spoken,
            f"{unreadable} accounts have an application of codes that the secret key here does not"
            " read: put the former secret.key back, or take it away for who asks, by"
            " `portulan factors ADDRESS --remove`.",
            f"{unreadable} comptes ont une application de codes que la clé secrète d’ici ne lit"
            " pas\u00a0: remettez l’ancien secret.key, ou ôtez-la à qui le demande, par"
            " `portulan factors ADRESSE --remove`.",
        )


@contextmanager
def refusals(spoken: Language, place: Path) -> Iterator[None]:
    try:
        yield
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    except sqlite3.Error as error:
        reason = reason_of_sqlite(error, spoken)
        say(
            Text(
                f"SQLite ne peut pas lire ou écrire la base\u00a0: {reason}.",
                f"SQLite cannot read or write the database: {reason}.",
            ).say(spoken)
        )
        raise typer.Exit(UNUSABLE) from error
    except OSError as error:
        reason = refusal_of(error, spoken, place)
        say(
            Text(
                f"Impossible de lire ou d’écrire ce qu’il faut\u00a0: {reason}.",
                f"What is needed cannot be read or written: {reason}.",
            ).say(spoken)
        )
        raise typer.Exit(UNUSABLE) from error


def teller(spoken: Language) -> Callable[[Text], None]:
    return lambda sentence: say(sentence.say(spoken))


def _tell(spoken: Language, english: str, french: str) -> None:
    say(english if spoken == "en" else french)


def _progress(total: int) -> Callable[[int], None]:
    """Return what tells each tenth of a long work, given the bytes done since the last call."""
    done = told = 0

    def add(size: int) -> None:
        nonlocal done, told
        done += size
        if total > LONG and done * 10 // total > told:
            told = done * 10 // total
            say(f"  {told * 10} %")

    return add


def save(file: Path, tell: Callable[[Text], None], *, files: bool = True) -> list[Problem]:
    """Write the archive: the database first, then every file that it may refer to.

    Without `files`, of the database alone: what was received stays where it is.
    """
    from django.utils import timezone

    from portulan.cli.backups.archive import DATABASES, Manifest, refusal, writing
    from portulan.cli.backups.problems import NOTHING_TO_KEEP
    from portulan.cli.backups.staging import staging
    from portulan.core.journals.heads import kept

    migrations = applied()
    if not migrations:
        raise refusal(NOTHING_TO_KEEP)
    with writing(file) as archive, staging() as folder:
        tell(Text("La base…", "The database…"))
        staged = folder / "database"
        head = kept(timezone.now())  # first: what is saved holds it
        database = _save_database(staged, migrations)
        archive.add(DATABASES[database.engine], staged)
        problems = []
        if files:
            tell(Text("Les fichiers reçus…", "The files received…"))
            problems = _save_uploads(archive)
        made_at = timezone.now().isoformat(timespec="seconds")
        told = Manifest(__version__, made_at, database, archive.members, journal=head)
        archive.finish(told)
    return problems


def applied() -> tuple[str, ...]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    applied = MigrationRecorder(connection).applied_migrations()
    return tuple(sorted(".".join(key) for key in applied))


def _save_database(staged: Path, migrations: tuple[str, ...]) -> SavedDatabase:
    from django.db import connection

    from portulan.cli.backups import postgresql, sqlite

    if connection.vendor == "sqlite":
        return sqlite.save(staged, migrations)
    return postgresql.save(staged, migrations)


def _save_uploads(archive: Writing) -> list[Problem]:
    """Add the files received that are what their name says; return what is wrong with others."""
    from portulan.cli.backups.backup import sha256_of
    from portulan.cli.backups.problems import UPLOAD_DAMAGED, UPLOAD_MISSING
    from portulan.core.uploads import kept_uploads, known

    wanted = known()
    problems = []
    kept = list(kept_uploads())
    progress = _progress(sum(path.stat().st_size for path in kept))
    for path in kept:
        progress(path.stat().st_size)
        wanted.discard(path.name)
        if sha256_of(path) == path.name:
            archive.add(f"uploads/{path.name}", path)
        else:
            problems.append(UPLOAD_DAMAGED.at(name=path.name))
    return problems + [UPLOAD_MISSING.at(name=name) for name in sorted(wanted)]


def restored(file: Path, spoken: Language, *, replace: bool, keep_tokens: bool) -> str:
    """Verify, ask, then put the files and the database back; return where the former ones are."""
    from portulan.cli.backups.archive import reading

    tell = teller(spoken)
    with reading(file) as archive:
        _require_fit(archive)
        tell(Text("Je vérifie l’archive…", "Verifying the archive…"))
        archive.verify(_progress(archive.manifest.size))
        full = _is_full()
        if full and not replace:
            _confirm(spoken)
        return put_back(archive, tell, keep=full, keep_tokens=keep_tokens)


def _require_fit(archive: Archive) -> None:
    """Raise UnusableInputError unless this program, its database and its disk can hold it."""
    from django.conf import settings
    from django.db import connection

    from portulan.cli.backups.archive import refusal
    from portulan.cli.backups.problems import NO_ROOM, OTHER_DATABASE

    manifest = archive.manifest
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    settings.DATA.mkdir(parents=True, exist_ok=True)
    if manifest.database.engine != connection.vendor:
        saved, here = names[manifest.database.engine], names[connection.vendor]
        raise refusal(OTHER_DATABASE, archive.path, saved=saved, here=here)
    _require_known(archive, set(manifest.database.migrations))
    # Once waiting, once in place, and what is set aside.
    needed = 2 * manifest.size + SPARE
    free = shutil.disk_usage(settings.DATA).free
    if needed > free:
        raise refusal(NO_ROOM, archive.path, needed=-(-needed // MEGABYTE), free=free // MEGABYTE)


def _require_known(archive: Archive, migrations: set[str]) -> None:
    from portulan.cli.backups.archive import refusal
    from portulan.core import schema

    applied = ((app, name) for app, _dot, name in (each.partition(".") for each in migrations))
    if problem := schema.refusal(applied):
        raise refusal(problem.kind, archive.path, **problem.values)


def _is_full() -> bool:
    """Tell whether there is something here that a restoration would replace."""
    from django.db import DatabaseError, connection

    from portulan.accounts.models import Organisation

    try:
        return bool(applied()) and Organisation.objects.exists()
    except DatabaseError:
        # A file that SQLite cannot read any more is the day for which there are backups.
        if connection.vendor != "sqlite":
            raise
        return True


def _confirm(spoken: Language) -> None:
    from django.conf import settings

    from portulan.cli.backups.archive import refusal
    from portulan.cli.backups.problems import NOT_EMPTY

    question = Text(
        f"{settings.DATA} contient déjà des données. Les remplacer (elles restent de côté)\u202f?",
        f"{settings.DATA} holds data already. Replace them (they are kept aside)?",
    ).say(spoken)
    if not sys.stdin.isatty() or not typer.confirm(question, err=True):
        raise refusal(NOT_EMPTY, place=settings.DATA)


def put_back(
    archive: Archive,
    tell: Callable[[Text], None],
    *,
    keep: bool,
    keep_tokens: bool,
    as_it_was: bool = False,
) -> str:
    """Files first: those that nothing refers to yet harm nobody; then the database, at once.

    `as_it_was`: for the program that made it, and not brought up to this one.
    """
    from django.db import connection
    from django.utils import timezone

    from portulan.cli.backups import postgresql, sqlite
    from portulan.cli.backups.archive import DATABASES
    from portulan.cli.backups.staging import clear_staging, staging
    from portulan.core import shared_folder
    from portulan.core.journals import guards_laid

    saved, stamp = archive.manifest.database, timezone.localtime().strftime("%Y%m%d_%H%M%S")
    clear_staging()
    with staging() as folder:
        staged = folder / "database"
        archive.extract(DATABASES[saved.engine], staged)
        if saved.engine == "sqlite":
            sqlite.check(staged)
            _require_known(archive, sqlite.migrations_of(staged))
        tell(Text("Les fichiers reçus…", "The files received…"))
        _put_uploads_back(archive, folder)
        tell(Text("La base…", "The database…"))
        connection.close()
        if saved.engine == "sqlite":
            if not keep_tokens:
                sqlite.close_what_opens(staged)
            aside = sqlite.load(staged, aside=stamp if keep else "")
        else:
            aside = postgresql.load(staged, saved, stamp=stamp, keep=keep, keep_tokens=keep_tokens)
    if as_it_was:
        guards_laid.note_restored()
        return aside
    django_start.bring_up_to_date(restored=True)
    shared_folder.adopt()
    return aside


def _put_uploads_back(archive: Archive, folder: Path) -> None:
    from portulan.cli.backups.archive import UPLOAD
    from portulan.core.folders import put_in_place
    from portulan.core.uploads import upload_path

    progress = _progress(archive.manifest.size)
    for name, member in archive.manifest.members.items():
        progress(member.size)
        upload = UPLOAD.fullmatch(name)
        if upload is None:
            continue
        place, waiting = upload_path(upload[1]), folder / "upload"
        archive.extract(name, waiting)
        place.parent.mkdir(parents=True, exist_ok=True)
        put_in_place(waiting, place)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
