"""`portulan plan export | check | import`: a plan as a folder of texts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from portulan.cli import django_start
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
from portulan.core.os_errors import reason_of
from portulan.core.say.text import Language, Problem, Text, UnusableInputError, colon

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the plan.")]
Org = Annotated[str, typer.Option("--org", help="Short name of the organisation.")]
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
_NOTHING = Text("Rien n’a été écrit.", "Nothing was written.")


def export(
    folder: Folder,
    org: Org,
    plan: Annotated[str, typer.Option("--plan", help="Address of the plan.")],
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
    from portulan.publication.plan_files.texts import texts

    _organisation, actor = django_start.organisation_and_actor(org, spoken)
    try:
        found = folder_of(actor, slug=plan)
    except NotFoundError:
        _refuse(_NO_PLAN.say(spoken).format(plan))
    files = texts(found)
    try:
        _write(folder, files, spoken)
    except OSError as error:
        _refuse(f"{error.filename}{colon(spoken)}{reason_of(error).say(spoken)}.")
    if as_json:
        print_json({"files": len(files), "seal": seal(found)})
    else:
        typer.echo(_EXPORTED.say(spoken).format(len(files), seal(found)))


_NO_PLAN = Text("Aucun plan n’a l’adresse «\u00a0{}\u00a0».", "No plan has the address “{}”.")


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
            for pattern in ("*.yaml", "actions/*", "indicators/*")
            for place in sorted(folder.glob(pattern))
            if place.is_file() and not place.name.startswith(".")
        }
    except OSError as error:
        _refuse(f"{error.filename}{colon(lang)}{reason_of(error).say(lang)}.")


def import_(
    folder: Folder,
    org: Org,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")
    ] = False,
    lang: LangOption = None,
) -> None:
    """Make a plan of a folder of texts, whole or not at all; one that exists is refused."""
    spoken = language(lang)
    files = _read(folder, spoken)
    django_start.start()
    django_start.prepare(spoken)
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from portulan.publication.plan_files.entering import enter
    from portulan.publication.plan_files.reading import read

    _organisation, actor = django_start.organisation_and_actor(org, spoken)
    try:
        found, problems = read(files)
        _tell(problems.told(), spoken)
        if found is None:
            say(_NOTHING.say(spoken))
            raise typer.Exit(WITH_ERRORS)
        with transaction.atomic():
            enter(actor, folder=found)
            transaction.set_rollback(dry_run)
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    except ValidationError as error:
        for message in error.messages:
            say(message)
        raise typer.Exit(UNUSABLE) from error
    typer.echo(_ENTERED.say(spoken).format(found.plan.title, len(found.actions)))
    if dry_run:
        say(_NOTHING.say(spoken))
