"""What a directory finds wrong, in both languages (pure)."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind

NO_LIST = ProblemKind(
    "not-a-list",
    "error",
    fr="Il faut une liste\u00a0: un CSV « siren;nom;adresse », ou un tableau JSON de ces clés.",
    en="A list is needed: a CSV “siren;nom;adresse”, or a JSON array with these keys.",
)
BAD_ROW = ProblemKind(
    "row-not-read",
    "error",
    fr="« {name} »\u00a0: il faut un SIREN de neuf chiffres, une adresse, et s’il y en a une, une"
    " population en chiffres. La ligne n’est pas lue.",
    en="“{name}”: a SIREN of nine digits and an address are needed, and digits in the population"
    " if there is one. The row is not read.",
)
NOT_READ = ProblemKind(
    "address-not-read",
    "error",
    fr="{name} n’est pas là, ou ne peut pas être lu ({most} Mo au plus).",
    en="{name} is not there, or cannot be read ({most} MB at most).",
)
NOT_PUBLIC_DATA = ProblemKind(
    "not-public-data",
    "error",
    fr="{name} n’est ni une édition publique, ni un retour d’essai\u00a0: voyez « {path} ».",
    en="{name} is neither a public edition nor the lesson of a trial: see “{path}”.",
)
OTHER_BODY = ProblemKind(
    "another-organisation",
    "error",
    fr="{name} est de {found}, et la liste dit {wanted}\u00a0: rien n’en est pris.",
    en="{name} is of {found}, and the list says {wanted}: nothing of it is taken.",
)
SUM_DIFFERS = ProblemKind(
    "sum-differs",
    "error",
    fr="{name} n’est pas le fichier dont SHA256SUMS a la somme\u00a0: il a été changé.",
    en="{name} is not the file whose sum SHA256SUMS has: it was changed.",
)
SEAL_BROKEN = ProblemKind(
    "edition-seal-broken",
    "error",
    fr="Le sceau de l’édition {number} ne tient pas\u00a0: le fil dit {found}, et non {wanted}.",
    en="The seal of edition {number} does not hold: the feed says {found}, it gives {wanted}.",
)
SHARE_NOT_HELD = ProblemKind(
    "share-not-held",
    "error",
    fr="La part de {year} ne tient pas\u00a0: {reason}",
    en="The share of {year} does not hold: {reason}",
)
