"""The lessons of a plan as documents of `portulan-lesson/1`, without a name of a person."""

from __future__ import annotations

from portulan.core.contracts import to_json
from portulan.core.spreadsheet import digits
from portulan.indicators.reads import IndicatorLine
from portulan.indicators.series import Reading, Series
from portulan.plans.words import CommitmentLevel
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.lesson import learnt, plan_asked, without_names
from portulan.publication.documents.lesson_format import (
    NAME,
    LessonText,
    MeasureLine,
    PracticeLine,
)
from portulan.publication.public.permalinks import house_of


def lesson_documents(asked: Asked) -> list[dict[str, object]]:
    """Return the lessons asked for, each deliverable one document, without a name of a person.

    Raises UnusableInputError where nothing was learnt yet.
    """
    said, house, plan = without_names(asked), house_of(asked.organisation), plan_asked(asked)
    found = []
    for one in learnt(plan, asked):
        action = one.action
        level = CommitmentLevel(action.level).name.lower()
        practices = action.practices.select_related("version__catalogue").order_by("pk")
        for handed in one.handed:
            assert handed.delivered_on is not None  # noqa: S101 - those alone are read
            text = LessonText(
                organisation=house,
                plan=plan.title,
                action=action.number,
                title=said(action.title),
                level=level,  # type: ignore[arg-type]
                pilot=said(action.pilot_function),
                practices=tuple(
                    PracticeLine(
                        f"{each.version.catalogue.slug}/{each.version.version}/{each.code}",
                        each.title,
                    )
                    for each in practices
                ),
                question=said(handed.title),
                protocol=said(action.protocol),
                compared_with=said(action.compared_with),
                starts_on=action.starts_on,
                delivered_on=handed.delivered_on,
                approach=said(handed.approach),
                consulted=said(handed.consulted),
                result=said(handed.result),
                reference=said(handed.reference),
                measures=tuple(_measure(line, series) for line, series in one.followed),
            )
            found.append({"format": NAME, **to_json(text)})
    return found


def _measure(line: IndicatorLine, series: Series) -> MeasureLine:
    first = series.baseline
    last = series.last if series.last is not first else None
    target = series.target
    return MeasureLine(
        line.name,
        line.unit,
        _value(first),
        first.on if first else None,
        _value(last),
        last.on if last else None,
        (target.text or (None if target.value is None else digits(target.value)))
        if target
        else None,
    )


def _value(reading: Reading | None) -> str | None:
    if reading is None:
        return None
    return reading.text or (None if reading.value is None else digits(reading.value))
