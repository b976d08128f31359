"""`portulan mail`: put what will leave this week, and send what is due, for cron."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import django_start
from portulan.cli.output import DONE, UNUSABLE, JsonOption, LangOption, language, print_json, say
from portulan.core.say.numbers import moment
from portulan.core.say.text import Text, colon

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
_AGAIN = Text("{} messages remis à partir.", "{} messages will leave again.")
_STANDING = Text(
    "{waiting} partiront, {again} remis à plus tard, {doubtful} peut-être envoyés,"
    " {refused} refusés",
    "{waiting} will leave, {again} put off, {doubtful} perhaps sent, {refused} refused",
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
    from portulan.core.schedule import done_by_name
    from portulan.core.words import LetterStatus
    from portulan.steering.models import Webhook

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
    put = done_by_name("digests", now).get("put", 0)
    if Webhook.objects.exists():
        counts = {"delivered": 0, "failed": 0, **done_by_name("webhooks", now)}
        typer.echo(_WEBHOOKS.say(spoken).format(**counts))
    try:
        counts = {"sent": 0, "refused": 0, "doubtful": 0, **outbox.send_due(now)}
    except ValidationError as error:
        for message in error.messages:
            say(message)
        raise typer.Exit(UNUSABLE) from error
    typer.echo(_COUNTS.say(spoken).format(put=put, **counts))


@app.command()
def again(
    organisation: Annotated[str, typer.Option(help="Of that one alone: its short name.")] = "",
    lang: LangOption = None,
) -> None:
    """Have leave again what was refused, or may not have left; not to addresses that came back."""
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from portulan.cli.duties import place_of
    from portulan.core.duties import clock
    from portulan.core.mail import resume_all, to_resume

    one = place_of(organisation, spoken) if organisation else None
    say(_AGAIN.say(spoken).format(resume_all(to_resume(one), now=clock())))


@app.command()
def status(as_json: JsonOption = False, lang: LangOption = None) -> None:
    """Say what waits, is tried again, was refused or may not have left, by organisation."""
    spoken = language(lang)
    django_start.start()
    from portulan.accounts.models import Organisation
    from portulan.core.mail import standing_by_organisation

    slugs = dict(Organisation.objects.values_list("pk", "slug"))
    found = {slugs.get(pk, str(pk)): counts for pk, counts in standing_by_organisation().items()}
    if as_json:
        print_json({"organisations": [{"slug": slug, **found[slug]} for slug in sorted(found)]})
        return
    for slug in sorted(found):
        typer.echo(f"{slug}{colon(spoken)}{_STANDING.say(spoken).format(**found[slug])}")
    if not found:
        say(_NONE.say(spoken))


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
