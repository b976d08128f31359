"""`portulan mail`: put what will leave this week, and send what is due, for cron."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import django_start
from portulan.cli.output import DONE, UNUSABLE, LangOption, language, say
from portulan.core.say.numbers import moment
from portulan.core.say.text import Text

_COUNTS = Text(
    "{sent} partis, {refused} refusés, {doubtful} peut-être envoyés, {put} mis pour la semaine.",
    "{sent} sent, {refused} refused, {doubtful} perhaps sent, {put} put for the week.",
)
_WEBHOOKS = Text(
    "Webhooks\u00a0: {delivered} messages reçus, {failed} à reprendre.",
    "Webhooks: {delivered} messages received, {failed} to be tried again.",
)
_NONE = Text("Aucun message n’attend.", "No message waits.")
_RETURNED = Text(
    "{reports} rapports lus\u00a0: {returned} messages revenus, {stopped} adresses où plus rien"
    " n’est envoyé, {unknown} messages qui ne sont pas d’ici.",
    "{reports} reports read: {returned} messages came back, {stopped} addresses that are written to"
    " no more, {unknown} messages that are not from here.",
)
_NO_REPORT = Text(
    "Aucun rapport de remise dans ce fichier\u00a0: il faut un message multipart/report"
    " (RFC 3464).",
    "No delivery report in this file: a multipart/report message (RFC 3464) is needed.",
)
_TOO_BIG = Text("Ce fichier dépasse 50 Mo.", "This file is over 50 MB.")
_MOST = 50_000_000
_NO_SERVER = Text(
    "Aucun serveur de courrier n’est réglé (PORTULAN_SMTP)\u00a0: rien ne partira.",
    "No mail server is set (PORTULAN_SMTP): nothing will leave.",
)


app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


@app.callback()
def mail(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would leave, and send nothing.")
    ] = False,
    lang: LangOption = None,
) -> None:
    """Put the messages of the week, and send those that are due, in the hours of the place.

    What webhooks are to be told leaves too, at any hour.
    """
    if context.invoked_subcommand is not None:
        return
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from portulan.accounts.writing import write_all
    from portulan.core import mail as outbox
    from portulan.core.models import Letter
    from portulan.core.words import LetterStatus
    from portulan.steering.mail.writes import plan_digests
    from portulan.steering.models import Webhook
    from portulan.steering.webhooks.delivering import deliver

    now = timezone.now()
    if not outbox.can_send():
        say(_NO_SERVER.say(spoken))
    if dry_run:
        waiting = Letter.objects.filter(status=LetterStatus.WAITING).order_by("due_at", "pk")
        for one in waiting:
            when = moment(timezone.localtime(one.due_at), spoken)
            typer.echo(f"{when}  {one.address}  {one.subject}")
        if not waiting:
            say(_NONE.say(spoken))
        raise typer.Exit(DONE)
    write_all(now)
    put = plan_digests(now)
    if Webhook.objects.exists():
        typer.echo(_WEBHOOKS.say(spoken).format(**deliver(now)))
    try:
        counts = {"sent": 0, "refused": 0, "doubtful": 0, **outbox.send_due(now)}
    except ValidationError as error:
        for message in error.messages:
            say(message)
        raise typer.Exit(UNUSABLE) from error
    typer.echo(_COUNTS.say(spoken).format(put=put, **counts))


@app.command()
def bounced(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A message, or an mbox; - reads standard input.")
    ],
    lang: LangOption = None,
) -> None:
    """Read the delivery reports of servers: what came back is noted, and not written to again."""
    spoken = language(lang)
    content = _content(file)
    if len(content) > _MOST:
        say(_TOO_BIG.say(spoken))
        raise typer.Exit(UNUSABLE)
    django_start.start()
    django_start.prepare(spoken)
    from django.utils import timezone

    from portulan.core.mail import receive

    counts = receive(content, now=timezone.now())
    if not counts["reports"]:
        say(_NO_REPORT.say(spoken))
        raise typer.Exit(UNUSABLE)
    typer.echo(_RETURNED.say(spoken).format(**counts))


def _content(file: str) -> bytes:
    """Return what is in a file or on standard input, and one byte more than it may have."""
    if file == "-":
        return sys.stdin.buffer.read(_MOST + 1)
    with Path(file).open("rb") as stream:
        return stream.read(_MOST + 1)
