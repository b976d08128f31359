"""`portulan plan sealed`, `portulan verify`: a sealed plan leaves, and proves itself anywhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from portulan.cli import django_start
from portulan.cli.given import OrgOption, PlanOption, given_file, plan_named
from portulan.cli.output import (
    DONE,
    UNUSABLE,
    WITH_ERRORS,
    JsonOption,
    LangOption,
    exit_code,
    language,
    print_documents,
    say,
    say_problem,
)
from portulan.cli.plan.figures import document_of, figure_in, tell
from portulan.core.documents import UNREADABLE
from portulan.core.os_errors import refusal_of
from portulan.core.say import numbers
from portulan.core.say.text import Language, Problem, Text, UnusableInputError

_NO_PLAN = Text("Aucun plan n’a l’adresse «\u00a0{}\u00a0».", "No plan has the address “{}”.")
_NO_SEAL = Text("Ce plan n’était pas encore scellé.", "This plan was not sealed yet.")
_NOT_A_DAY = Text(
    "«\u00a0{}\u00a0» n’est pas un jour\u00a0: écrivez AAAA-MM-JJ.",
    "“{}” is no day: write YYYY-MM-DD.",
)
_LEFT = Text("Sceau n°\u00a0{} du {}\u00a0: {}", "Seal {} of {}: {}")
_HOLDS = Text(
    "Rien n’a bougé\u00a0: sceau n°\u00a0{number} du {day}, {plan}, {actions} actions. {seal}",
    "Nothing moved: seal {number} of {day}, {plan}, {actions} actions. {seal}",
)
_UNDATED = Text(
    "Un sceau montre que rien n’a bougé depuis\u00a0; il ne prouve pas sa date à un tiers.",
    "A seal shows that nothing moved since; it does not prove its date to a third party.",
)


def sealed(
    org: OrgOption,
    plan: PlanOption,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    on: Annotated[
        str | None, typer.Option("--on", help="The seal in force on that day (YYYY-MM-DD).")
    ] = None,
    lang: LangOption = None,
) -> None:
    """Write a sealed plan as one file, which anybody can verify: the last, or that of a day."""
    spoken = language(lang)
    try:
        day = date.fromisoformat(on) if on else None
    except ValueError:
        say(_NOT_A_DAY.say(spoken).format(on))
        raise typer.Exit(UNUSABLE) from None
    django_start.start()
    django_start.prepare(spoken)
    from portulan.core.errors import NotFoundError
    from portulan.steering.sealed.reads import file_of, sealed_on

    _organisation, actor = django_start.organisation_and_actor(org, spoken)
    plan = plan_named(actor, plan, spoken)
    try:
        found = sealed_on(actor=actor, plan_slug=plan, day=day)
    except NotFoundError:
        say(_NO_PLAN.say(spoken).format(plan))
        raise typer.Exit(UNUSABLE) from None
    if found is None:
        say(_NO_SEAL.say(spoken))
        raise typer.Exit(UNUSABLE)
    try:
        output.write_bytes(file_of(found))
    except OSError as error:
        say(f"{refusal_of(error, spoken, output)}.")
        raise typer.Exit(UNUSABLE) from error
    shown = numbers.date(found.sealed_on, spoken)
    typer.echo(_LEFT.say(spoken).format(found.number, shown, found.seal))


def verify(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            parser=given_file,
            help="Sealed plans, published shares.",
        ),
    ],
    authority: Annotated[
        list[Path] | None,
        typer.Option(
            "--authority", help="Certificate (PEM) of a time-stamping authority (may be repeated)."
        ),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Say whether sealed plans are what was sealed, and published shares what their lines give.

    It needs no database. Exit code 1 names all that does not hold, 2 is for what is no JSON.
    """
    from portulan.steering.sealed.verifying import verify_chain

    spoken = language(lang)
    try:
        trusted = [path.read_bytes() for path in authority or ()]
    except OSError as error:
        say(f"{refusal_of(error, spoken)}.")
        raise typer.Exit(UNUSABLE) from error
    figures = {path: found for path in files if (found := _figure(path)) is not None}
    looked = [(str(path), *_look(path, trusted)) for path in files if path not in figures]
    chains = verify_chain([(name, found) for name, found, _problems in looked if found])
    codes, documents = [], []
    for path, figure in figures.items():
        codes.append(exit_code(figure.problems))
        documents.append(document_of(str(path), figure, spoken))
        if not as_json:
            tell(str(path), figure, spoken)
    for name, found, problems in looked:
        told = [*problems, *chains.get(name, ())]
        codes.append(UNUSABLE if found is None else exit_code(told))
        documents.append(_document(name, found, told, spoken))
        if not as_json:
            _tell(name, found, told, spoken)
    if as_json:
        print_documents(documents)
    raise typer.Exit(max(codes, default=DONE))


def _figure(path: Path) -> Any:
    """Return what holds of the file of a published share; None for any other file."""
    try:
        return figure_in(path.read_bytes())
    except OSError:
        return None


def _look(path: Path, trusted: list[bytes]) -> tuple[Any, list[Problem]]:
    """Return what a file holds and what does not hold of it; None for what cannot be read."""
    from portulan.steering.sealed.stamping import stamp_problems
    from portulan.steering.sealed.verifying import verify as look

    try:
        found = look(path.read_bytes())
    except OSError:
        return None, [UNREADABLE.at()]
    except UnusableInputError as error:
        return None, [error.problem]
    problems = list(found.problems)
    if found.sealed is not None and found.sealed.timestamp:
        problems += stamp_problems(found.sealed.timestamp, found.seal, trusted)
    return found, problems


def _document(name: str, found: Any, problems: list[Problem], lang: Language) -> dict[str, Any]:
    sealed = found.sealed if found else None
    return {
        "file": name,
        "seal": found.seal if found else None,
        "number": sealed.content.chain.number if sealed else None,
        "sealed_on": sealed.content.sealed_on.isoformat() if sealed else None,
        "plan": sealed.content.plan.title if sealed else None,
        "holds": found is not None and exit_code(problems) != WITH_ERRORS,
        "problems": [problem.as_json(lang) | {"file": name} for problem in problems],
    }


def _tell(name: str, found: Any, problems: list[Problem], lang: Language) -> None:
    for problem in problems:
        say_problem(Problem(problem.kind, problem.line, name, problem.values), lang)
    if found is None or found.sealed is None or exit_code(problems) == WITH_ERRORS:
        return
    content = found.sealed.content
    typer.echo(
        _HOLDS.say(lang).format(
            number=content.chain.number,
            day=numbers.date(content.sealed_on, lang),
            plan=content.plan.title,
            actions=len(content.actions),
            seal=found.seal,
        )
    )
    if not found.sealed.timestamp:
        typer.echo(_UNDATED.say(lang))
