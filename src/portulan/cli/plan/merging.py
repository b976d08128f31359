"""`portulan plan import DIR --merge`, and `portulan plan unmerge`: a folder into a plan of here."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from typing import Annotated, Any, NoReturn

import typer

from portulan.cli import django_start
from portulan.cli.given import OrgOption, PlanOption, plan_named
from portulan.cli.output import (
    UNUSABLE,
    WITH_ERRORS,
    JsonOption,
    LangOption,
    language,
    print_json,
    say,
    tell_judgement,
)
from portulan.core.say.text import Language, Text

NO_PLAN = Text("Aucun plan n’a l’adresse «\u00a0{}\u00a0».", "No plan has the address “{}”.")
NOTHING = Text("Rien n’a été écrit.", "Nothing was written.")
_SAME = Text("Le plan dit déjà tout ce que dit le dossier.", "The plan says all of it already.")
_MERGED = Text(
    "«\u00a0{}\u00a0»\u00a0: changements repris {}, valeurs d’ici gardées {}.",
    "“{}”: changes taken {}, values of here kept {}.",
)
_UNDONE = Text("La fusion est annulée\u00a0: valeurs remises comme avant {}.",
               "The merge is undone: values put back as before {}.")  # fmt: skip
_SINCE = Text(
    "Valeurs qui restent, changées depuis ou décidées\u00a0: {}.",
    "Values that stay, changed since or decided: {}.",
)
_WHICH = Text(
    "Dites quelle valeur reste\u00a0: --ours (celle d’ici), --theirs (celle du dossier), ou"
    " --take FICHIER:CHAMP pour l’une d’elles.",
    "Say which value stands: --ours (that of here), --theirs (that of the folder), or"
    " --take FILE:FIELD for one of them.",
)
_ASK = Text("Écrire ces changements\u00a0?", "Write these changes?")
_NOBODY = Text(
    "Personne n’est là pour répondre\u00a0: relisez, puis ajoutez --yes.",
    "Nobody is there to answer: read, then add --yes.",
)
_BOTH = Text("--ours ou --theirs, pas les deux.", "--ours or --theirs, not both.")


def merge(
    files: Mapping[str, bytes],
    found: Any,
    *,
    folder: str,
    org: str,
    plan: str,
    sides: tuple[bool, bool],
    take: Collection[str],
    yes: bool,
    dry_run: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Show what a folder changes in a plan, ask, and write it, all or nothing."""
    from portulan.core.merge.threeway import Side
    from portulan.publication.plan_files import telling
    from portulan.publication.plan_files.comparing import BASE, read_base
    from portulan.publication.plan_files.merges import Lineage, foresee, write
    from portulan.publication.plan_files.merging import every

    if all(sides):
        _stop(_BOTH, lang, UNUSABLE)
    side = Side.OURS if sides[0] else Side.THEIRS if sides[1] else None
    _organisation, actor = django_start.organisation_and_actor(org, lang)
    foreseen = foresee(
        actor,
        slug=plan or found.plan.slug,
        there=found,
        base=read_base(files.get(BASE, b"")),
        choose=every(side, take),
    )
    merged = foreseen.merged
    known = foreseen.lineage is not Lineage.NONE
    waiting = list(telling.problems(merged, files, known=known))
    writes = bool(merged.changes) and not waiting and not dry_run
    if not as_json:
        for sentence in telling.sentences(merged, lang):
            typer.echo(sentence)
    if writes:
        _ask(lang, yes=yes)
        write(actor, foreseen=foreseen)
    document = {
        "file": folder,
        "plan": foreseen.rows.plan.slug,
        "since": foreseen.lineage,
        "rows": telling.rows(merged, len(found.actions)),
        **telling.document(merged, files),
        "written": writes,
        "problems": [problem.as_json(lang) for problem in waiting],
    }
    asked = [_WHICH.say(lang)] if waiting else []
    tell_judgement(document, lang, as_json=as_json, asked=asked)
    if waiting:
        _stop(NOTHING, lang, WITH_ERRORS)
    if not as_json:
        say(_ended(foreseen, lang, written=writes))


def _ended(foreseen: Any, lang: Language, *, written: bool) -> str:
    merged = foreseen.merged
    if written:
        count = len(merged.changes), len(merged.kept) + len(merged.conflicts)
        return _MERGED.say(lang).format(foreseen.rows.plan.title, *count)
    return (NOTHING if merged.changes else _SAME).say(lang)


def _stop(text: Text, lang: Language, code: int) -> NoReturn:
    say(text.say(lang))
    raise typer.Exit(code)


def _ask(lang: Language, *, yes: bool) -> None:
    """Ask before anything is written. Exits with 2 where nobody can answer, or the answer is no."""
    if yes:
        return
    if not sys.stdin.isatty():
        say(_NOBODY.say(lang))
        _stop(NOTHING, lang, UNUSABLE)
    if not typer.confirm(_ASK.say(lang), err=True):
        _stop(NOTHING, lang, UNUSABLE)


def unmerge(
    org: OrgOption,
    plan: PlanOption,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Take back the last folder merged into a plan; what changed since stays, and is told."""
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from django.core.exceptions import ValidationError

    from portulan.core.errors import NotFoundError
    from portulan.publication.plan_files import merges, telling

    _organisation, actor = django_start.organisation_and_actor(org, spoken)
    plan = plan_named(actor, plan, spoken)
    try:
        foreseen = merges.unmerging(actor, slug=plan)
        if not dry_run:
            merges.unmerge(actor, foreseen=foreseen)
    except NotFoundError:
        say(NO_PLAN.say(spoken).format(plan))
        raise typer.Exit(UNUSABLE) from None
    except ValidationError as error:
        for message in error.messages:
            say(message)
        raise typer.Exit(UNUSABLE) from error
    merged = foreseen.merged
    if as_json:
        print_json({"plan": plan, **telling.document(merged, {}), "written": not dry_run})
    else:
        for sentence in telling.sentences(merged, spoken):
            typer.echo(sentence)
    if dry_run:
        _stop(NOTHING, spoken, 0)
    say(_UNDONE.say(spoken).format(len(merged.changes)))
    if merged.conflicts:
        say(_SINCE.say(spoken).format(len(merged.conflicts)))
