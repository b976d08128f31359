"""From the problems of the pure rules to a refusal, each said at its field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError

from portulan.core.language import spoken_language
from portulan.core.problems import Problem
from portulan.plans.refusals import FIELDS


def refuse(problems: Iterable[Problem]) -> None:
    """Raise a ValidationError with the problems that are errors, each at its field."""
    language = spoken_language()
    found: defaultdict[str, list[ValidationError]] = defaultdict(list)
    for problem in problems:
        if problem.is_error:
            code = problem.kind.code
            error = ValidationError(problem.message(language), code=code)
            found[FIELDS.get(code, "__all__")].append(error)
    if found:
        raise ValidationError(dict(found))
