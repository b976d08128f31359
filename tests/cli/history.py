"""Run in an empty place of the command line: its tables come from every migration, one by one."""

# ruff: noqa: E402, Django starts before what rests on it is imported
from __future__ import annotations

import django

django.setup()

from django.core.management import call_command
from django.core.management.commands import migrate

from portulan.core import guards

with guards.lifted():
    call_command(migrate.Command(), verbosity=0, interactive=False)
