"""`portulan doctor`: what is wrong here, and what it can mend itself."""

from __future__ import annotations

from typing import Annotated

import typer

from portulan.cli import django_start
from portulan.cli.output import DONE, WITH_ERRORS, JsonOption, LangOption, language, print_json, say
from portulan.core.say.text import Language, Text, colon

_MARKS = {"ok": "✓", "warning": "!", "error": "✗"}


def doctor(
    as_json: JsonOption = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend guards and sums, remove what nobody needs.")
    ] = False,
    lang: LangOption = None,
) -> None:
    """Check settings, versions, rights, disk, database, migrations, guards, sums and files."""
    spoken = language(lang)
    django_start.start()
    from portulan.cli.checks import State, run_checks

    if fix:
        _mend(spoken)
    found = run_checks(spoken)
    if as_json:
        checks = [
            {
                "code": check.code,
                "title": check.title.say(spoken),
                "state": finding.state.value,
                "ok": finding.state is not State.ERROR,
                "detail": finding.detail,
            }
            for check, finding in found
        ]
        print_json({"checks": checks})
    else:
        for check, finding in found:
            typer.echo(
                f"{_MARKS[finding.state]} {check.title.say(spoken)}{colon(spoken)}{finding.detail}"
            )
    wrong = any(finding.state is State.ERROR for _check, finding in found)
    raise typer.Exit(WITH_ERRORS if wrong else DONE)


def _mend(language: Language) -> None:
    """Do what is safe to do by itself; what cannot be done is found by the checks that follow."""
    from django.conf import settings
    from django.db import Error
    from django.utils import timezone

    from portulan.budget.imports.ahead import sweep
    from portulan.budget.imports.uploads import clear_leftovers
    from portulan.budget.lines.kept_sums import count_missing
    from portulan.budget.lines.recounting import recount
    from portulan.cli.backups.staging import clear_staging
    from portulan.cli.upgrade import tighten
    from portulan.core.journals import guards_laid

    try:
        laid = guards_laid.mend(guards_laid.MENDED)
        sweep()
        counted = count_missing() + recount()
        cleared = clear_leftovers(timezone.now())
        tighten(settings.DATA)
    except (Error, OSError):
        return
    abandoned = clear_staging()
    say(
        Text(
            f"{len(laid)} gardes reposées, {counted} imports comptés, "
            f"{len(cleared.previews)} aperçus et {len(cleared.files)} fichiers ôtés, "
            f"{abandoned} sauvegardes ou restaurations interrompues effacées.",
            f"{len(laid)} guards laid, {counted} imports added up, "
            f"{len(cleared.previews)} previews and {len(cleared.files)} files removed, "
            f"{abandoned} interrupted backups or restorations cleared.",
        ).say(language)
    )
