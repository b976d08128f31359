"""The `portulan` command. Each group of commands is a module; Django starts only when needed."""

from portulan.cli.app import main

__all__ = ["main"]
