"""`portulan plan export-table`: a plan as another tool reads it, and what it loses there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import django_start
from portulan.cli.given import OrgOption, plan_named
from portulan.cli.output import (
    UNUSABLE,
    JsonOption,
    LangOption,
    language,
    print_json,
    say,
    whole,
)
from portulan.cli.plan.merging import NO_PLAN
from portulan.core.os_errors import refusal_of
from portulan.core.say.text import Text, labelled

_WRITTEN = Text("{}, actions\u00a0: {}.", "{}, actions: {}.")
_NO_TOOL = Text("--to attend l’un de\u00a0: {}.", "--to wants one of: {}.")


def export_table(
    org: OrgOption,
    plan: Annotated[
        str,
        typer.Argument(
            metavar="[PLAN]",
            default_factory=str,
            show_default=False,
            help="Address of the plan; not needed where there is one.",
        ),
    ],
    to: Annotated[
        str, typer.Option("--to", metavar="TOOL", help="tet, gpc-onr, eco-clic or grist.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="The workbook (XLSX); by default PLAN-TOOL.xlsx, here."
        ),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Write a plan as the file that another tool reads, and say what it loses there.

    What is lost is told on standard error, field by field; the exit code is 0 all the same.
    """
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from portulan.accounts.reads import today
    from portulan.core.errors import NotFoundError
    from portulan.core.workbooks import write_xlsx_sheets
    from portulan.plans.tools.reads import departure_of
    from portulan.plans.tools.registry import TOOLS

    if to not in TOOLS:
        say(_NO_TOOL.say(spoken).format(", ".join(TOOLS)))
        raise typer.Exit(UNUSABLE)
    tool = TOOLS[to]
    organisation, actor = django_start.organisation_and_actor(org, spoken)
    plan = plan_named(actor, plan, spoken)
    file = out or Path(f"{plan}-{to}.xlsx")
    try:
        going = departure_of(actor, slug=plan, today=today(organisation), language=spoken)
        with whole(file) as made:
            write_xlsx_sheets(made, going.sheets(tool))
    except NotFoundError:
        say(NO_PLAN.say(spoken).format(plan))
        raise typer.Exit(UNUSABLE) from None
    except OSError as error:
        say(f"{refusal_of(error, spoken, file)}.")
        raise typer.Exit(UNUSABLE) from None
    losses = going.losses(tool)
    for one in losses:
        head = f"{one.name.say(spoken)} ({one.actions})"
        say(labelled(head, one.becomes.say(spoken), spoken))
    if as_json:
        print_json({"file": str(file), **going.report(tool)})
    else:
        typer.echo(_WRITTEN.say(spoken).format(file, len(going.out.folder.actions)))
