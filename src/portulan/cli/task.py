"""The process of one task: `python -m portulan.cli.task ID LANGUAGE`, started by `core.tasks`."""

from __future__ import annotations

import sys

from portulan.cli import django_start
from portulan.core.processes import step_aside


def main(task_id: str, language: str) -> None:
    """Do the work of a task; its row says how it ended."""
    step_aside()
    django_start.start()
    from django.utils import translation

    from portulan.core.tasks import run

    translation.activate(language)
    run(int(task_id))


if __name__ == "__main__":
    main(*sys.argv[1:])
