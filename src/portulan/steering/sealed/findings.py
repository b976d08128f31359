"""What does not hold in a sealed plan, in French and in English (pure)."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind

NOT_SEALED = ProblemKind(
    "not-a-sealed-plan",
    "error",
    fr="Ce n’est pas un plan scellé\u00a0: son format devrait être « {wanted} ».",
    en="This is not a sealed plan: its format should be “{wanted}”.",
)
TWICE = ProblemKind(
    "key-twice",
    "error",
    fr="La clé « {key} » est écrite deux fois\u00a0: un lecteur prendrait l’une ou l’autre.",
    en="The key “{key}” is written twice: a reader would take either.",
)
FLOAT = ProblemKind(
    "float",
    "error",
    fr="Le nombre {text} n’est pas entier\u00a0: un montant scellé est un texte, que rien"
    " n’arrondit.",
    en="The number {text} is not whole: a sealed amount is a text, which nothing rounds.",
)
TOO_LARGE = ProblemKind(
    "number-too-large",
    "error",
    fr="Le nombre {text} dépasse ce que JSON porte exactement (2⁵³).",
    en="The number {text} is beyond what JSON holds exactly (2⁵³).",
)
NOT_CANONICAL = ProblemKind(
    "not-canonical",
    "error",
    fr="Le fichier n’est plus sous sa forme canonique (RFC 8785) dès l’octet {byte}\u00a0: il a été"
    " réécrit.",
    en="The file is no longer in its canonical form (RFC 8785) from byte {byte} on: it was"
    " written again.",
)
EXTRA = ProblemKind(
    "extra-member",
    "error",
    fr="« {path} » est en trop\u00a0: ce qui a été scellé ne l’a pas.",
    en="“{path}” should not be there: what was sealed does not have it.",
)
MISSING = ProblemKind(
    "missing-member",
    "error",
    fr="« {path} » manque\u00a0: ce qui a été scellé l’a.",
    en="“{path}” is missing: what was sealed has it.",
)
BROKEN = ProblemKind(
    "broken-member",
    "error",
    fr="« {path} » n’est plus ce qui a été scellé.",
    en="“{path}” is no longer what was sealed.",
)
SEAL_BROKEN = ProblemKind(
    "seal-broken",
    "error",
    fr="Le sceau n’est pas celui du contenu\u00a0: {found} est écrit, {wanted} est calculé.",
    en="The seal is not that of the content: {found} is written, {wanted} is computed.",
)
MARK_BROKEN = ProblemKind(
    "mark-broken",
    "error",
    fr="Le repère « {path} » a été changé\u00a0; le contenu, lui, est celui qui a été scellé.",
    en="The mark “{path}” was changed; the content is what was sealed.",
)
WRONG_SHAPE = ProblemKind(
    "wrong-shape",
    "error",
    fr="« {path} » n’est pas de la forme attendue ({code}).",
    en="“{path}” is not of the expected shape ({code}).",
)
CHAIN_OF_FIRST = ProblemKind(
    "chain-of-first",
    "error",
    fr="Le sceau n°\u00a0{number} dit mal sa place\u00a0: le premier n’a pas de précédent, les"
    " autres en ont un.",
    en="Seal {number} tells its place wrongly: the first has none before it, the others have one.",
)
CHAIN_BROKEN = ProblemKind(
    "chain-broken",
    "error",
    fr="La chaîne est rompue\u00a0: le sceau n°\u00a0{number} suit {found}, et le"
    " n°\u00a0{before} est {wanted}.",
    en="The chain is broken: seal {number} follows {found}, and seal {before} is {wanted}.",
)
OTHER_CHAIN = ProblemKind(
    "other-chain",
    "error",
    fr="Ce sceau est d’une autre chaîne\u00a0: le premier de la sienne est {found}, et non"
    " {wanted}.",
    en="This seal is of another chain: the first of its own is {found}, and not {wanted}.",
)
SAME_PLACE = ProblemKind(
    "same-place",
    "error",
    fr="Deux sceaux ont le n°\u00a0{number} de la même chaîne, et disent autre chose.",
    en="Two seals have number {number} of the same chain, and say different things.",
)
STAMP_UNREADABLE = ProblemKind(
    "timestamp-unreadable",
    "error",
    fr="L’horodatage n’est pas une réponse RFC 3161 lisible.",
    en="The time-stamp is no readable RFC 3161 answer.",
)
STAMP_OF_ANOTHER = ProblemKind(
    "timestamp-of-another",
    "error",
    fr="L’horodatage est celui d’un autre sceau.",
    en="The time-stamp is that of another seal.",
)
STAMP_NOT_TRUSTED = ProblemKind(
    "timestamp-not-trusted",
    "error",
    fr="L’horodatage n’est pas signé par l’autorité donnée.",
    en="The time-stamp is not signed by the authority given.",
)
STAMP_UNTRIED = ProblemKind(
    "timestamp-untried",
    "warning",
    fr="L’horodatage du {day:fr} est bien de ce sceau, mais sa signature n’a pas été vérifiée\u00a0"
    ": donnez le certificat de l’autorité (--authority).",
    en="The time-stamp of {day:en} is of this seal; its signature was not checked: give the"
    " certificate of the authority (--authority).",
)
STAMP_NO_READER = ProblemKind(
    "timestamp-no-reader",
    "warning",
    fr="L’horodatage n’a pas été lu\u00a0: installez portulan[timestamp].",
    en="The time-stamp was not read: install portulan[timestamp].",
)
