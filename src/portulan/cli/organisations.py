"""`portulan organisations`: which there are, by the names that other commands ask for."""

from __future__ import annotations

import typer

from portulan.cli import django_start
from portulan.cli.output import JsonOption, LangOption, language, print_json, say
from portulan.core.say.text import Text

_NONE = Text(
    "Il n’y a encore aucune organisation\u00a0: `portulan init` en crée une.",
    "There is no organisation yet: `portulan init` creates one.",
)
_PLANS = Text("plans\u00a0: {}", "plans: {}")


def organisations(as_json: JsonOption = False, lang: LangOption = None) -> None:
    """List the organisations: short name, name, SIREN, and the addresses of their plans."""
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from portulan.accounts.models import Organisation
    from portulan.plans.models import Plan

    plans: dict[int, list[str]] = {}
    for key, slug in Plan.objects.order_by("slug").values_list("organisation_id", "slug"):
        plans.setdefault(key, []).append(slug)
    found = [
        (one.slug, one.name, one.siren, plans.get(one.pk, []))
        for one in Organisation.objects.order_by("slug")
    ]
    if as_json:
        heads = ("slug", "name", "siren", "plans")
        print_json({"organisations": [dict(zip(heads, one, strict=True)) for one in found]})
        return
    for *names, its in found:
        told = [_PLANS.say(spoken).format(", ".join(its))] if its else []
        typer.echo(" · ".join([*filter(None, map(str, names)), *told]))
    if not found:
        say(_NONE.say(spoken))
