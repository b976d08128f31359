"""`portulan plan export | check | import`: a plan as a folder of texts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from portulan.cli import django_start
from portulan.cli.given import OrgOption, PlanOption, plan_named
from portulan.cli.output import (
    UNUSABLE,
    WITH_ERRORS,
    JsonOption,
    LangOption,
    exit_code,
    language,
    print_json,
    say,
    say_problem,
)
from portulan.cli.plan.merging import NO_PLAN, NOTHING, merge
from portulan.core.os_errors import refusal_of
from portulan.core.say.text import Language, Problem, Text, UnusableInputError

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the plan.")]
_OTHERS = Text(
    "«\u00a0{}\u00a0» contient autre chose qu’un plan\u00a0: donnez un dossier vide, ou celui d’un"
    " plan.",
    "“{}” holds something else than a plan: give an empty folder, or that of a plan.",
)
_NO_FOLDER = Text("«\u00a0{}\u00a0» n’est pas un dossier.", "“{}” is not a folder.")
_EXPORTED = Text("{} fichiers, sceau {}", "{} files, seal {}")
_SOUND = Text(
    "{title} ({first}–{last})\u00a0: {actions} actions, {indicators} indicateurs, {decisions}"
    " décisions, {readings} relevés. Sceau {seal}",
    "{title} ({first}–{last}): {actions} actions, {indicators} indicators, {decisions} decisions,"
    " {readings} readings. Seal {seal}",
)
_ENTERED = Text(
    "Le plan «\u00a0{}\u00a0» est entré, avec {} actions.", "The plan “{}” is in, with {} actions."
)


def export(
    folder: Folder,
    org: OrgOption,
    plan: PlanOption,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Write a plan as text files: the same plan gives the same bytes.

    Files of a plan that was there are replaced; all others are left.
    """
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from portulan.core.errors import NotFoundError
    from portulan.plans.files.document import seal
    from portulan.plans.files.reads import folder_of
    from portulan.publication.plan_files.comparing import BASE, base_text
    from portulan.publication.plan_files.merges import note_leaving
    from portulan.publication.plan_files.texts import texts

    _organisation, actor = django_start.organisation_and_actor(org, spoken)
    plan = plan_named(actor, plan, spoken)
    try:
        found = folder_of(actor, slug=plan)
    except NotFoundError:
        _refuse(NO_PLAN.say(spoken).format(plan))
    sealed = seal(found)
    files = texts(found) | {BASE: base_text(found, sealed)}
    try:
        _write(folder, files, spoken)
        note_leaving(actor, slug=plan, folder=found)
    except OSError as error:
        _refuse(f"{refusal_of(error, spoken, folder)}.")
    if as_json:
        print_json({"files": len(files), "seal": sealed})
    else:
        typer.echo(_EXPORTED.say(spoken).format(len(files), sealed))


def _refuse(sentence: str) -> NoReturn:
    say(sentence)
    raise typer.Exit(UNUSABLE)


def _write(folder: Path, files: Mapping[str, str], lang: Language) -> None:
    """Put the files in place; each is whole or absent, the head last: a plan is one that has it."""
    from portulan.publication.plan_files.texts import HEAD

    if folder.exists() and not folder.is_dir():
        _refuse(_NO_FOLDER.say(lang).format(folder))
    if folder.exists() and any(folder.iterdir()) and not (folder / HEAD).is_file():
        _refuse(_OTHERS.say(lang).format(folder))
    for path in sorted(files, key=lambda path: path == HEAD):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        staged = place.with_name(f".{place.name}.new")
        staged.write_text(files[path], encoding="utf-8", newline="")
        os.replace(staged, place)
    for place in _ours(folder):
        if place.relative_to(folder).as_posix() not in files:
            place.unlink()


def _ours(folder: Path) -> list[Path]:
    """Return the files of a folder that a plan is made of."""
    return [*folder.glob("*.yaml"), *folder.glob("actions/*.md"), *folder.glob("indicators/*.yaml")]


def check(folder: Folder, as_json: JsonOption = False, lang: LangOption = None) -> None:
    """Say whether a folder is a plan, and all that is wrong with it (needs no database)."""
    spoken = language(lang)
    files = _read(folder, spoken)
    from portulan.plans.files.document import seal
    from portulan.publication.plan_files.reading import read

    try:
        found, problems = read(files)
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    told = problems.told()
    document: dict[str, Any] = {"plan": None, "counts": None, "seal": None}
    if found is not None:
        head = found.plan
        document = {
            "plan": {
                "slug": head.slug,
                "title": head.title,
                "years": [head.first_year, head.last_year],
            },
            "counts": {
                "actions": len(found.actions),
                "indicators": len(found.indicators),
                "decisions": sum(len(one.decisions) for one in found.actions),
                "readings": sum(len(one.readings) for one in found.indicators.values()),
            },
            "seal": seal(found),
        }
    if as_json:
        from portulan.plans.files.document import NAME

        problems_said = [problem.as_json(spoken) for problem in told]
        print_json({"format": NAME, **document, "problems": problems_said})
    else:
        _tell(told, spoken)
        if found is not None:
            typer.echo(
                _SOUND.say(spoken).format(
                    title=found.plan.title,
                    first=found.plan.first_year,
                    last=found.plan.last_year,
                    seal=document["seal"],
                    **document["counts"],
                )
            )
    raise typer.Exit(exit_code(told))


def _tell(problems: Iterable[Problem], lang: Language) -> None:
    for problem in problems:
        say_problem(problem, lang)


def _read(folder: Path, lang: Language) -> dict[str, bytes]:
    """Return the files of a folder that a plan may be made of; exit 2 for what is no folder."""
    if not folder.is_dir():
        _refuse(_NO_FOLDER.say(lang).format(folder))
    try:
        return {
            place.relative_to(folder).as_posix(): place.read_bytes()
            for pattern in ("*.yaml", "base.txt", "actions/*", "indicators/*")
            for place in sorted(folder.glob(pattern))
            if place.is_file() and not place.name.startswith(".")
        }
    except OSError as error:
        _refuse(f"{refusal_of(error, lang, folder)}.")


def import_(
    folder: Folder,
    org: OrgOption,
    together: Annotated[
        bool, typer.Option("--merge", help="Into a plan that exists: what differs is shown first.")
    ] = False,
    plan: Annotated[
        str, typer.Option("--plan", help="With --merge, its address if the folder has another.")
    ] = "",
    ours: Annotated[
        bool, typer.Option("--ours", help="Of a conflict, the value of here stands.")
    ] = False,
    theirs: Annotated[
        bool, typer.Option("--theirs", help="Of a conflict, the value of the folder is taken.")
    ] = False,
    take: Annotated[
        list[str] | None,
        typer.Option("--take", metavar="FILE:FIELD", help="Take the folder’s value of this one."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Make a plan of a folder of texts, whole or not at all.

    A plan that exists is refused, unless it is merged into.
    """
    spoken = language(lang)
    files = _read(folder, spoken)
    django_start.start()
    django_start.prepare(spoken)
    from django.core.exceptions import ValidationError

    from portulan.core.errors import NotFoundError
    from portulan.publication.plan_files.reading import read

    try:
        found, problems = read(files)
        _tell(problems.told(), spoken)
        if found is None:
            say(NOTHING.say(spoken))
            raise typer.Exit(WITH_ERRORS)
        if together:
            merge(
                files,
                found,
                folder=str(folder),
                org=org,
                plan=plan,
                sides=(ours, theirs),
                take=take or (),
                yes=yes,
                dry_run=dry_run,
                as_json=as_json,
                lang=spoken,
            )
        else:
            _enter(found, org, dry_run=dry_run, as_json=as_json, lang=spoken)
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    except NotFoundError:
        _refuse(NO_PLAN.say(spoken).format(plan or found.plan.slug if found else plan))
    except ValidationError as error:
        for message in error.messages:
            say(message)
        raise typer.Exit(UNUSABLE) from error


def _enter(found: Any, org: str, *, dry_run: bool, as_json: bool, lang: Language) -> None:
    from django.db import transaction

    from portulan.publication.plan_files.entering import enter

    _organisation, actor = django_start.organisation_and_actor(org, lang)
    with transaction.atomic():
        enter(actor, folder=found)
        transaction.set_rollback(dry_run)
    if as_json:
        print_json({"plan": found.plan.slug, "actions": len(found.actions), "written": not dry_run})
    else:
        typer.echo(_ENTERED.say(lang).format(found.plan.title, len(found.actions)))
    if dry_run:
        say(NOTHING.say(lang))
