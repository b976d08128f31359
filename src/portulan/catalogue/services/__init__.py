"""Writing catalogues: editions, and what is said of their practices."""

from portulan.catalogue.services.editions import (
    digest_of,
    import_catalogue,
    install_builtin,
    remove_edition,
)
from portulan.catalogue.services.links import (
    link_practices,
    remove_link,
    restore_link,
    say_successor,
)

__all__ = [
    "digest_of",
    "import_catalogue",
    "install_builtin",
    "link_practices",
    "remove_edition",
    "remove_link",
    "restore_link",
    "say_successor",
]
