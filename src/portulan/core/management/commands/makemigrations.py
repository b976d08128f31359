"""`makemigrations` that writes values, not the names of our enums: a migration outlives them."""

from __future__ import annotations

from enum import Enum
from typing import Any

from django.core.management.commands import makemigrations
from django.db.migrations.serializer import ChoicesSerializer
from django.db.migrations.writer import MigrationWriter


class Command(makemigrations.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        MigrationWriter.register_serializer(Enum, ChoicesSerializer)
        super().handle(*args, **options)
