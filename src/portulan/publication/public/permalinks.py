"""The figures that finance published, with what makes them, as everybody may read them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation, Person
from portulan.budget.indicator.frozen import Row, rows_of
from portulan.budget.models import BudgetLine, IndicatorRun, Order, PerimeterRule
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.publication.models import PublicFigure
from portulan.publication.public.edition import HouseLine, digest
from portulan.publication.public.figure import (
    UNSAID,
    FigureContent,
    Original,
    RuleLine,
    grouped,
    kept,
    line_digest,
    line_of,
    recomputed,
    salt_of,
    terms_of,
)
from portulan.steering.sealed.document import exact
from portulan.steering.sealed.naming import named_in

_SHORTEST = 4  # letters of a supplier’s name that texts are searched for


def house_of(organisation: Organisation) -> HouseLine:
    french = organisation.country == "FRA"
    article = organisation.article
    glue = "" if not article or article.endswith("’") else " "
    return HouseLine(
        name=organisation.name,
        said=f"{article}{glue}{organisation.name}",
        number=organisation.siren if french else organisation.body_number,
        country=organisation.country,
        currency=organisation.currency,
        fictional=organisation.fictional,
    )


def last_published_runs(organisation_id: int) -> list[IndicatorRun]:
    """Return the run last published of each year, the oldest year first (one query)."""
    runs = (
        IndicatorRun.objects.filter(
            fiscal_year__organisation_id=organisation_id, published_at__isnull=False
        )
        .select_related("fiscal_year__judged_under", "perimeter", "frozen")
        .order_by("fiscal_year__year", "published_at", "pk")
    )
    return list({run.fiscal_year_id: run for run in runs}.values())


def figure_for(organisation: Organisation, run: IndicatorRun) -> PublicFigure | None:
    """Return the public figure of a published run, not written yet when it is the first time.

    None for a run of before lines were kept. Raises ValidationError when the lines kept with it do
    not give it.
    """
    found = PublicFigure.objects.filter(run=run).first()
    frozen = None if found else rows_of(run)
    if found is not None or frozen is None:
        return found
    rows, complete = frozen
    # Not drawn by chance: what is previewed and what is published have the same seal.
    secret = salted_hmac("portulan.figure", str(run.pk), algorithm="sha256").hexdigest()
    text = kept(_content(organisation, run, rows, complete=complete, secret=secret))
    return PublicFigure(
        organisation=organisation,
        run=run,
        seal=digest(text),
        content=text,
        secret=secret,
        published_at=timezone.now(),
    )


def keep_figures(organisation: Organisation, seals: set[str]) -> None:
    """Write the figures of these seals that are not yet."""
    for run in last_published_runs(organisation.pk):
        figure = figure_for(organisation, run)
        if figure is not None and figure.pk is None and figure.seal in seals:
            store(figure)


def _content(
    organisation: Organisation, run: IndicatorRun, rows: list[Row], *, complete: bool, secret: str
) -> FigureContent:
    rules = list(PerimeterRule.objects.filter(perimeter=run.perimeter).order_by("order"))
    reasons = [reason for row in rows for reason in row.reasons]
    unsaid = _unsaid(organisation, run, [*reasons, *(rule.reason for rule in rules)])
    lines, group = grouped(
        [line_of(row, salt_of(secret, place), unsaid) for place, row in enumerate(rows)]
    )
    published, value = run.published_at, run.value
    if published is None or value is None:
        raise ValidationError(_("Cette part n’est pas publiée."))
    content = FigureContent(
        organisation=house_of(organisation),
        year=run.fiscal_year.year,
        stage=run.stage,
        basis=run.basis,
        perimeter=run.perimeter.edition,
        published_on=timezone.localdate(published),
        value=exact(value),
        lower=_exact(run.lower),
        upper=_exact(run.upper),
        coverage=_exact(run.coverage),
        numerator=exact(run.numerator),
        denominator=exact(run.denominator),
        inputs=run.inputs_hash,
        rules=tuple(_rules(rules, unsaid)),
        lines=lines,
        group=group,
    )
    if not complete:
        rest = run.denominator - terms_of(content).it
        content = replace(content, complete=False, rest=exact(rest))
    if any(getattr(run, name) != value for name, value in recomputed(content).items()):
        words = _(
            "Les lignes gardées avec la part de %(year)s ne la donnent pas : calculez-la de"
            " nouveau, et publiez-la."
        )
        raise ValidationError(words % {"year": content.year})
    return content


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else exact(value)


def _unsaid(organisation: Organisation, run: IndicatorRun, texts: Iterable[str]) -> set[str]:
    """Return the texts that name a supplier, or somebody.

    Nobody reads the reasons of thousands of lines before they are public: none of them may name.
    """
    suppliers = {name.casefold() for name in suppliers_of(organisation.pk, run.fiscal_year_id)}
    people = Person.objects.filter(organisation=organisation).values_list("name", flat=True)
    said = set(texts)
    named = {one.text for one in named_in(((text, text) for text in said), people)}
    return named | {text for text in said if any(one in text.casefold() for one in suppliers)}


def _rules(rules: Iterable[PerimeterRule], unsaid: Collection[str]) -> Iterator[RuleLine]:
    """Yield the rules of an edition; what names a supplier or a label is only said to be there."""
    for rule in rules:
        hidden = bool(rule.supplier or rule.label or rule.operation)
        yield RuleLine(
            order=rule.order,
            verdict=rule.verdict,
            share=_exact(rule.share),
            account=rule.nature_prefix,
            function=rule.function,
            service=rule.service,
            hidden=hidden,
            reason="" if hidden else UNSAID if rule.reason in unsaid else rule.reason,
        )


def suppliers_of(organisation_id: int, fiscal_year_id: int | None = None) -> set[str]:
    """Return the names of suppliers of a year, or of all, that are long enough to be told."""
    found: set[str] = set()
    owners = {BudgetLine: "organisation", Order: "fiscal_year__organisation"}
    for model, owner in owners.items():
        rows = model._default_manager.filter(**{owner: organisation_id}).exclude(supplier="")
        if fiscal_year_id is not None:
            rows = rows.filter(fiscal_year_id=fiscal_year_id)
        found.update(rows.order_by().values_list("supplier", flat=True).distinct())
    return {name.strip() for name in found if len(name.strip()) >= _SHORTEST}


def originals_of(actor: Actor, figure: PublicFigure) -> Iterator[Original]:
    """Yield what each line was, for who may read originals. Raises DeniedError, NotFoundError."""
    actor.require(Operation.READ_ORIGINALS)
    frozen = rows_of(figure.run)
    if figure.organisation_id != actor.organisation_id or frozen is None:
        raise NotFoundError(figure.seal)
    supplied: Mapping[tuple[str, int], str] = {
        (file, row): supplier
        for file, row, supplier in BudgetLine.objects.filter(
            fiscal_year=figure.run.fiscal_year
        ).values_list("batch__file_name", "row", "supplier")
    }
    for place, row in enumerate(frozen[0]):
        salt = salt_of(figure.secret, place)
        yield Original(
            digest=line_digest(row, salt),
            salt=salt,
            row=tuple(row[:11]),
            supplier=supplied.get((row.file, row.row), ""),
        )


def content_in(figure: PublicFigure) -> dict[str, object]:
    """Return what a figure is made of, as JSON has it."""
    found: dict[str, object] = json.loads(figure.content)
    return found
