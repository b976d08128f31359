"""`portulan mail`: put what will leave this week, and send what is due, for cron."""

from __future__ import annotations

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
_NO_SERVER = Text(
    "Aucun serveur de courrier n’est réglé (PORTULAN_SMTP)\u00a0: rien ne partira.",
    "No mail server is set (PORTULAN_SMTP): nothing will leave.",
)


def mail(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would leave, and send nothing.")
    ] = False,
    lang: LangOption = None,
) -> None:
    """Put the messages of the week, and send those that are due, in the hours of the place.

    What webhooks are to be told leaves too, at any hour.
    """
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from django.core.exceptions import ValidationError
    from django.utils import timezone

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
    put = plan_digests(now)
    try:
        counts = {"sent": 0, "refused": 0, "doubtful": 0, **outbox.send_due(now)}
    except ValidationError as error:
        for message in error.messages:
            say(message)
        raise typer.Exit(UNUSABLE) from error
    typer.echo(_COUNTS.say(spoken).format(put=put, **counts))
    if Webhook.objects.exists():
        typer.echo(_WEBHOOKS.say(spoken).format(**deliver(now)))
