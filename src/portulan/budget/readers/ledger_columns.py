"""Which column of a ledger is what: titles of finance tools in French and in English, or a person.

A title is compared once folded (no case, no accents) and cut of what says nothing of the field:
years, currency, tax basis, “montant”, “n°”. The first alias of a field that a title has wins; of an
amount a title only proposes its stage (`said_by`), and the arithmetic of `ledger_amounts` decides.

A debit and a credit are known together: what was spent is debit − credit and what was earned the
reverse, on the accounts of class 6 and 2, and 7, as in a FEC. “Crédit” alone stays a word of
budgets.

A mapping gives for each field (`account`, `realised`…) its column, by index from 0 or by title. It
is whole when it names codes or labels; else it answers for the amounts it names, `-` being none. It
may give as well the `sheet` by name, the `unit` of all amounts in euros (1000 for k€, 0.01 for
cents), the `year`, the `entity`, and the other answers of OPTIONS; and read the table `as` a ledger
or as `orders`, which detail lines and are not added to them. Titles are compared without case and
accents, and failing that without their numbers: `Mandaté 2025` is found where `Mandaté 2024` was
said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from portulan.budget.readers.lines import Flow
from portulan.core.folding import fold, remembered
from portulan.core.money import ZERO, TaxBasis
from portulan.core.say.text import ProblemKind, UnusableInputError

type Field = Literal[
    "account", "label", "chapter", "function", "operation", "service", "manager", "supplier",
    "order", "contract", "section", "flow", "budget",
    "voted", "opened", "committed", "realised", "carried_over", "debit", "credit",
]  # fmt: skip
AMOUNT_FIELDS: tuple[Field, ...] = ("voted", "opened", "committed", "realised", "carried_over")
SIDES: tuple[Field, Field] = ("debit", "credit")
MONEY_FIELDS = (*AMOUNT_FIELDS, *SIDES)


# In order of preference: “mandaté” is realised before “payé” is.
ALIASES: dict[Field, tuple[str, ...]] = {
    "account": (
        *("compte", "nature", "imputation", "article", "compte nature", "compte par nature"),
        *("nature comptable", "compte comptable", "compte budgetaire", "compte general"),
        *("imputation budgetaire", "imputation comptable", "code nature", "nature code", "cpte"),
        *(
            "compte ordonnateur",
            "code compte",
            "compte code",
            "code article",
            "article budgetaire",
            "article nature",
        ),
        *("account", "account code", "account number", "gl account", "general ledger account"),
    ),
    "label": (
        *("libelle", "objet", "designation", "intitule", "description", "label", "text", "texte"),
        *("libelle ligne", "libelle de la ligne", "objet de la depense", "libelle engagement"),
        *("nature libelle", "libelle nature", "libelle compte", "compte libelle"),
    ),
    "chapter": ("chapitre", "code chapitre", "chapitre code", "chapitre budgetaire", "chapter"),
    "function": ("fonction", "code fonction", "fonction code", "rubrique", "function"),
    "operation": (
        *("operation", "code operation", "programme", "projet", "autorisation de programme", "ap"),
        *("code projet", "project", "programme operation"),
    ),
    "service": (
        *("service", "code service", "service utilisateur", "direction", "centre de couts"),
        *("centre de cout", "centre de responsabilite", "uf", "code uf", "unite", "service code"),
        *("cost center", "cost centre", "department", "section analytique", "libelle service"),
    ),
    "manager": (
        *("gestionnaire", "code gestionnaire", "service gestionnaire", "gestionnaire code"),
        *("manager", "budget holder", "responsable"),
    ),
    "supplier": (
        *("fournisseur", "tiers", "nom fournisseur", "nom du fournisseur", "raison sociale"),
        *("nom du tiers", "nom tiers", "titulaire", "beneficiaire", "prestataire", "creancier"),
        *("supplier", "vendor", "supplier name", "vendor name"),
    ),
    "order": (
        *("no engagement", "numero engagement", "no commande", "bon de commande", "commande"),
        *("no bon de commande", "numero de commande", "numero commande", "ej", "no ej"),
        *("reference engagement", "code engagement", "purchase order", "po", "po number"),
        *("no piece", "order", "order number", "no commande ligne", "no bon", "bdc"),
    ),
    "contract": (
        *("marche", "no marche", "numero marche", "numero de marche", "contrat", "no contrat"),
        *("reference marche", "ref marche", "code marche", "contract", "contract number"),
    ),
    "section": ("section", "section budgetaire", "code section", "budget section", "f i"),
    "flow": (
        *("sens", "depense recette", "d r", "sens flux", "type de mouvement", "codrd", "flow"),
        *("expense revenue", "sens depense recette"),
    ),
    "voted": (
        *("vote", "budget vote", "vote bp", "budget primitif", "bp", "budget primitif vote"),
        *("budget initial", "prevu", "prevision", "previsions", "budget previsionnel"),
        *("voted", "voted budget", "initial budget", "original budget"),
    ),
    "opened": (
        *("ouvert", "ouverts", "total budget", "budget total", "budget ouvert", "total ouvert"),
        *("budget courant", "budget actuel", "budget autorise", "autorise", "budget modifie"),
        *("opened", "open", "revised budget", "current budget", "total budgete"),
    ),
    "committed": (
        *("engage", "total engage", "engage comptable", "engagements", "engagement"),
        *("committed", "commitments", "commitment", "encumbered", "encumbrances"),
    ),
    "realised": (
        *("mandate", "mandate liquide", "liquide mandate", "mandatements", "mandatement"),
        *("mandate net", "total mandate", "realise", "total realise", "realisations", "emis"),
        *("percu liquide", "percu", "liquide", "titre", "titres emis", "paye", "consomme"),
        "total consomme",
        *("facture", "realised", "realized", "actual", "actuals", "paid", "spent", "expenditure"),
    ),
    "carried_over": (
        *("restes a realiser", "reste a realiser", "rar", "rar 31 12"),
        *("carried over", "carry over", "carried forward", "carry forward"),
    ),
    # Known only as a pair: `_sides`.
    "debit": (),
    "credit": (),
}
GENERIC_AMOUNTS = frozenset(
    {"", "total", "valeur", "somme", "cout", "prix", "depense", "depenses", "amount", "value"}
)
REVENUE_WORDS = ("percu", "titre", "recette")
_NUMBER_SIGN = re.compile(r"\b(?:n\s?[°º]|no\.|num\.|numero d[e']\s?)\s*")
_UNIT_SIGN = re.compile(r"\b[km]?\s?€|\b[km] ?(?:eur|euros?)\b|\bd'euros?\b")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_NOISE = frozenset(
    {"montant", "montants", "mt", "mnt", "ttc", "ht", "eur", "euro", "euros", "e", "credits"}
    | {"credit", "cumul", "en", "amount", "keur", "meur", "milliers", "centimes"}
)
_DEBIT = frozenset({"debit", "debits", "debiteur"})
_OF_SIDES = frozenset({"mouvement", "mouvements", "total", "solde", "exercice"})
_UNITS = (
    (
        re.compile(
            r"\bk\s?€|\bk\s?(?:eur|euros?)\b|\bmilliers?\b|\bthousands?\b|\(['’]?000\)"
            r"|(?:[x×*] ?1[ .]?|(?<![0-9]) ?['’]?)(?<![0-9][ .,])000\b(?=\)?$| ?(?:€|eur))"
        ),
        Decimal(1000),
    ),
    (re.compile(r"\bm\s?€|\bm\s?(?:eur|euros?)\b|\bmillions?\b"), Decimal(1_000_000)),
    (re.compile(r"\bcentimes?\b|\bcents?\b"), Decimal("0.01")),
)
_SAYS_UNIT = r"\b(?:en|unites?\s*:|montants?\s*:|in)\s*(?:en\s+)?"
_UNITS_SAID = [
    (re.compile(f"{_SAYS_UNIT}(?:{pattern.pattern})"), factor) for pattern, factor in _UNITS
]


# “Dépense” does not say its stage and “dépensé” does: only the accent tells.
_SPENT = re.compile(r"d[ée]pensé", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}|n")


def _stem(word: str) -> str:
    """Return a word without the marks of gender and number: voté, votés, votées."""
    return word.rstrip("s").rstrip("e") or word


_FIELD_OF = {
    " ".join(_stem(word) for word in alias.split()): (field, rank)
    for field, names in ALIASES.items()
    for rank, alias in reversed(list(enumerate(names)))
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What a row of titles means: the column of each field, and what is unclear."""

    fields: dict[Field, int]
    doubles: dict[Field, list[str]]  # fields that two columns claim alike
    generic: str | None  # title of an amount that does not say its stage

    @property
    def amounts(self) -> bool:
        """Whether a column gives an amount of a stage."""
        return gives_amounts(self.fields)

    @property
    def score(self) -> int:
        """How much of a ledger the row explains; 0 when it cannot be its titles."""
        has_amount = gives_amounts(self.fields) or self.generic
        others = [field for field in self.fields if field not in MONEY_FIELDS]
        return len(self.fields) + bool(self.generic) if has_amount and others else 0

    @property
    def is_of_orders(self) -> bool:
        """Whether rows are orders: what was spent, with whom, and no credits, as a budget gives."""
        fields = set(self.fields)
        spent = bool(fields & {"committed", "realised"}) and not fields & {"voted", "opened"}
        return spent and fields >= {"order", "supplier", "account"}


def guess_fields(titles: Sequence[str]) -> Guess:
    """Return what each title of a row stands for."""
    ranks: dict[Field, int] = {}
    fields: dict[Field, int] = {}
    doubles: dict[Field, list[str]] = {}
    generic = None
    for index, title in enumerate(titles):
        phrase = phrase_of(title)
        if phrase is None:
            continue
        if phrase in GENERIC_AMOUNTS and _speaks_of_money(title):
            generic = generic or title
        found = _FIELD_OF.get(" ".join(_stem(word) for word in phrase.split()))
        if found is None or found[0] in AMOUNT_FIELDS:
            said = said_by(title)
            if said.stage is None or said.kind != "stage" or said.part:
                speaks = said.kind in ("credit", "month") or said.part == "period"
                generic = generic or (title if speaks else None)
                continue
            found = said.stage, said.rank
        field, rank = found
        if field not in fields or rank < ranks[field]:
            fields[field], ranks[field] = index, rank
            doubles.pop(field, None)
        elif rank == ranks[field]:
            doubles.setdefault(field, [titles[fields[field]]]).append(title)
    if "realised" not in fields:
        fields |= _sides(titles)
    return Guess(fields, doubles, None if gives_amounts(fields) else generic)


type Kind = Literal[
    "stage", "part", "difference", "ratio", "tax", "month", "count", "right", "credit"
]


@dataclass(frozen=True, slots=True)
class Said:
    """What the words of a title say of a column of amounts; its arithmetic decides.

    `part` is what of its stage: `amended` (DM, BS), `carried_in` (reports of the year before),
    `attached` (rattachements), `remaining` (committed, not realised yet), `undone` (annulations),
    `period` (a month alone). `year` is a year, or 0 for N and -1 for N-1.
    """

    kind: Kind | None = None
    stage: Field | None = None
    part: str | None = None
    year: int | None = None
    basis: str | None = None  # ht, tva or ttc
    rank: int = 99


_ASIDE = re.compile(r"\([^)]*\)?")
_PART_WORDS: tuple[tuple[str, Kind, Field | None, str | None], ...] = (
    (
        r"%|\btaux\b|\bratio|\bpourcent|\bpct\b|\bpercent|\brate\b",
        "ratio", None, None,
    ),
    (
        r"\btva\b|\bvat\b|\btaxes?\b",
        "tax", None, None,
    ),
    (
        (
            r"\bap\b|\bae\b(?!.*(?:engag|consomm|execut))"
            r"|\bautorisations? (?:de programme|d.engagement)"
        ),
        "right", None, None,
    ),
    (
        r"\bpre-?encumb|\bpre-?engage",
        "right", None, None,
    ),
    (
        r"\b(?:bp|vot\w*|primitif|initial) ?(?:\+|et) ?(?:dm|reports?|rar)\b",
        "stage", "opened", None,
    ),
    (
        (
            r"\b(?:rar|restes? a realiser|reports?)\b.*(?:n ?- ?1\b|anterieur|precedent)"
            r"|\breport(?:s|es?|ee?s)?\b(?! a\b)|\bbrought forward\b"
        ),
        "part", "opened", "carried_in",
    ),
    (
        r"\brar\b|\brestes? a realiser\b|\bcarr(?:y|ied) ?(?:over|forward)\b",
        "stage", "carried_over", None,
    ),
    (
        (
            r"\brestes? (?:engage|sur engage)|\breste[rs]? a (?:mandater|payer|liquider)\b"
            r"|\bengage\w* (?:non|restant)|\bnon (?:mandate|solde|liquide)|\brestant engage"
            r"|\bopen (?:commitments|orders)|\bengagements? en cours\b"
        ),
        "part", "committed", "remaining",
    ),
    (
        (
            r"\bdispo|\bsoldes?\b|\brest(?:e|es|ant)\b|\becarts?\b|\bvariation|\bevolution"
            r"|\bdifference|\bannules?\b.*\bcredit|\bcredits? annules?\b|\bavailable\b"
            r"|\bremaining\b|\bbalance\b|\bvariance\b|\bunspent\b|\bnon consomme"
            r"|\beconomies?\b"
        ),
        "difference", None, None,
    ),
    (
        r"\brattach\w*\b(?! (?:compris|inclus))|\baccru",
        "part", "realised", "attached",
    ),
    (
        r"\bannul|\breduction|\bavoirs?\b|\brejet",
        "part", "realised", "undone",
    ),
    (
        (
            r"\bdm ?\d*\b|\bdecisions? modificative|\bbs\b|\bbudget supplementaire\b"
            r"|\bvirements?\b|\bajustement|\btransfers?\b|\bamend"
        ),
        "part", "opened", "amended",
    ),
    (
        (
            r"\b(?:du|au cours du) mois\b|\bmensuel|\bperiode\b"
        ),
        "part", "realised", "period",
    ),
    (
        (
            r"\b(?:[1-4](?:er|e|eme)? )?trimestre\b|\b[tqs][1-4]\b"
            r"|\b(?:[12](?:er|e|nd|d|eme)? )?semestre\b|\b(?:0?[1-9]|1[0-2])/(?:20)?[0-9]{2}\b"
            r"|\b(?:janv(?:ier)?|fevr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|aout|sept?(?:embre)?|oct(?:obre)?|nov(?:embre)?|dec(?:embre)?|january|february|march|april|may|june|july|august|september|october|november|december)\b"
        ),
        "month", "realised", None,
    ),
    (
        (
            r"\bquantit|\bqte\b|\bnombre\b|\bnb\b|\beffectif|\betp\b|\bduree\b"
            r"|\bprix unitaire|\bp\.? ?u\b|\bunit price|\bquantity\b|\bpoids\b|\bdate\b"
        ),
        "count", None, None,
    ),
)  # fmt: skip
_PARTS = [(re.compile(words), Said(kind, stage, part)) for words, kind, stage, part in _PART_WORDS]


# One word of a title is enough where no whole phrase is known: “Dépenses mandatées nettes (€)”.
_STAGE_WORDS: tuple[tuple[str, Field], ...] = (
    (
        (
            r"\bengage(?:e?s|e|ments?)?\b|\bcommitted\b|\bcommitments?\b|\bencumb\w*"
            r"|\bcommandes?\b"
        ),
        "committed",
    ),
    (
        (
            r"\bmandat(?:e|e?es|es|ements?)\b|\bmandats? emis\b"
            r"|\brealis(?:e|e?es|es|ations?)\b|\bliquid(?:e|e?es|es|ations?)\b"
            r"|\bpay(?:e|e?es|es)\b|\bpaiements?\b|\bemis\b|\bconsomm(?:e|e?es|es|ations?)\b"
            r"|\bfactur(?:e|e?es|es|ations?)\b|\bexecut(?:e|e?es|es|ions?|ed)\b|\bca\b"
            r"|\bcfu\b|\breel(?:le)?s?\b|\bordonnance(?:e?s|e)?\b|\bactuals?\b|\bpaid\b|\bspent\b|\bspend\b|\binvoiced\b"
            r"|\bexpend(?:itures?|ed)\b|\bcompte (?:administratif|financier)\b"
        ),
        "realised",
    ),
    (
        (
            r"\bouvert\w*|\bautoris(?:e|e?es|es)\b|\bbudget total\b|\btotal budget\b"
            r"|\brevised\b|\bcurrent budget\b|\bbudget (?:courant|actuel|modifie|apres dm)\b"
            r"|\btotal (?:des )?credits\b"
        ),
        "opened",
    ),
    (
        (
            r"\bvot(?:e|e?es|es|ed)\b|\bprimitif\b|\bbp\b|\binitial(?:e|es)?\b|\binitiaux\b"
            r"|\bprevus?\b|\bprevisions?\b|\bprevisionnel\b|\badopt(?:e|es|ed)\b"
            r"|\boriginal\b|\bapproved\b"
        ),
        "voted",
    ),
)
_OF_STAGES = [(re.compile(words), stage) for words, stage in _STAGE_WORDS]
_WHOLE = re.compile(r"(?:sous-?)?total\b|cumul\b")
_CREDIT = re.compile(r"\b(?:budgets?|credits?|dotations?|cp)\b")
_YEAR_SAID = re.compile(r"\b(?:(?:19|20)[0-9]{2}|fy ?(?:20)?[0-9]{2})\b")
_RELATIVE = re.compile(r"\bn ?([-+]) ?([1-9])\b")
_THIS_YEAR = re.compile(r"\bn\b(?! ?[°º])")
_YEAR_BEFORE = re.compile(
    r"\b(?:exercice|annee|an) (?:precedent|anterieur)|\banterieurs?\b|\bprior\b|\bprevious\b"
    r"|\blast year\b|\b(?:avant|before)\b"
)


@remembered(4096)
def said_by(title: str) -> Said:
    """Return what a title says of an amount: nothing certain before its arithmetic."""
    if len(title) > 80:
        return Said()
    whole = fold(_SPENT.sub("consommé", title)).replace("_", " ")
    bare = _ASIDE.sub(" ", whole).strip() or whole
    basis = next((word for word in ("tva", "ttc", "ht") if re.search(rf"\b{word}\b", whole)), None)
    year = _year_of(bare)
    if "/" in bare and len({stage for side in bare.split("/") for stage in _stages(side)}) > 1:
        return Said("ratio", year=year, basis=basis)
    part_of = "of " if bare.startswith(("dont ", "of which ")) else ""
    if part_of and not _stages(bare) and not any(words.search(bare) for words, _ in _PARTS):
        return Said("part", None, "of which", year, basis)
    said = next((said for words, said in _PARTS if words.search(bare)), None)
    # A total that names a part holds it: “Total mandaté, rattachements compris”.
    if said is not None and not (said.kind == "part" and _WHOLE.match(bare)):
        part = f"{part_of}{said.part}" if said.part else None
        in_year = None if said.part == "carried_in" else year
        return replace(said, part=part, year=in_year, basis=basis)
    phrase = phrase_of(_ASIDE.sub(" ", title).strip() or title)
    known = _FIELD_OF.get(" ".join(_stem(word) for word in (phrase or "").split()))
    if known is not None and known[0] in AMOUNT_FIELDS:
        return Said("stage", known[0], None, year, basis, known[1])
    if stages := _stages(bare):
        return Said("stage", stages[0], part_of.strip() or None, year, basis)
    if _CREDIT.search(bare):
        return Said("credit", None, None, year, basis)
    return Said(None, None, None, year, basis)


def _stages(words: str) -> list[Field]:
    return [stage for pattern, stage in _OF_STAGES if pattern.search(words)]


def stages_named(title: str) -> list[Field]:
    """Return the stages that words of a title name, in the order that they are looked for."""
    return _stages(fold(title[:80]))


def _year_of(words: str) -> int | None:
    """Return the year that a title says, 0 for N and -1 for N-1; the last of several."""
    if _YEAR_BEFORE.search(words):
        return -1
    if relative := _RELATIVE.search(words):
        return int(f"{relative[1]}{relative[2]}")
    if said := _YEAR_SAID.findall(words):
        digits = said[-1].removeprefix("fy").strip()
        return int(digits) if len(digits) == 4 else 2000 + int(digits)
    return 0 if _THIS_YEAR.search(words) else None


def gives_amounts(fields: Collection[str]) -> bool:
    """Return whether one field at least is an amount, or two are the sides of one."""
    return any(name in fields for name in AMOUNT_FIELDS) or all(name in fields for name in SIDES)


def _sides(titles: Sequence[str]) -> dict[Field, int]:
    """Return the columns of the debit and of the credit: two titles equal but for that word."""
    folded = [fold(title[:80]) for title in titles]
    debits = [at for at, title in enumerate(folded) if _is_debit(title)]
    pairs = [
        (at, folded.index(credit))
        for at in debits
        if (credit := folded[at].replace("debit", "credit")) in folded
    ]
    return dict(zip(SIDES, pairs[0], strict=True)) if len(pairs) == 1 else {}


def _is_debit(title: str) -> bool:
    words = _NOT_WORD.sub(" ", _UNIT_SIGN.sub(" ", title)).split()
    kept = {word for word in words if word not in _NOISE and not _YEAR.fullmatch(word)}
    return not kept.isdisjoint(_DEBIT) and kept <= _DEBIT | _OF_SIDES


def is_known(title: str) -> bool:
    """Return whether a title names a field, or a side."""
    phrase = phrase_of(title)
    known = phrase is not None and " ".join(map(_stem, phrase.split())) in _FIELD_OF
    return known or fold(title) in SIDES


def says_only_unit(title: str) -> bool:
    """Return whether the words of a cell say a currency, a unit or a tax basis, and no more."""
    words = _NOT_WORD.sub(" ", _UNIT_SIGN.sub(" ", fold(title))).split()
    return bool(title.strip()) and all(word in _NOISE for word in words)


def unit_said(text: str) -> Decimal | None:
    """Return the unit that a sentence above the titles says of all amounts: en milliers d’euros."""
    words = fold(text)
    return next((factor for said, factor in _UNITS_SAID if said.search(words)), None)


@remembered(4096)
def phrase_of(title: str) -> str | None:
    """Return the words of a title that say its field; None for a cell without a word."""
    if len(title) > 80:
        return None
    bare = _NUMBER_SIGN.sub("no ", _UNIT_SIGN.sub(" ", fold(_SPENT.sub("consommé", title))))
    words = _NOT_WORD.sub(" ", bare).split()
    if not words or not any(char.isalpha() for char in bare):
        return None
    kept = [word for word in words if word not in _NOISE and not _YEAR.fullmatch(word)]
    return " ".join(kept)


def unit_of(title: str) -> Decimal:
    """Return what an amount under this title is to be multiplied by to be in euros."""
    words = fold(title)
    return next((factor for pattern, factor in _UNITS if pattern.search(words)), Decimal(1))


def tax_basis_of(titles: Sequence[str]) -> TaxBasis | None:
    """Return the tax basis the titles of amounts state, None when none or two are stated."""
    words = {word for title in titles for word in _NOT_WORD.sub(" ", fold(title)).split()}
    stated = [basis for basis in TaxBasis if basis.value.lower() in words]
    return stated[0] if len(stated) == 1 else None


def _speaks_of_money(title: str) -> bool:
    words = set(_NOT_WORD.sub(" ", fold(title)).split())
    return "€" in title or bool(words & (_NOISE | GENERIC_AMOUNTS) - {"e", "en", "n"})


NETTED = ProblemKind(
    "debit-and-credit",
    "warning",
    fr="« {debit} » et « {credit} » sont lus comme du mandaté : débit − crédit pour une dépense"
    " (comptes 2 et 6), l’inverse pour une recette. Les à-nouveaux et les écritures de clôture ne"
    " s’y reconnaissent pas : ôtez-les s’il y en a.",
    en="“{debit}” and “{credit}” are read as realised: debit − credit for an expense (accounts 2"
    " and 6), the reverse for revenue. Opening and closing entries cannot be told apart there:"
    " take them out if there are any.",
)
ONE_SIDE = ProblemKind(
    "one-side",
    "error",
    fr="Le débit et le crédit se choisissent ensemble, et sans colonne de montant mandaté.",
    en="Debit and credit are chosen together, and without a column of realised amounts.",
)
_OF_BUDGET = ("2", "6", "7")
_WORN = ("28", "29")  # what assets have lost
_REALISED = AMOUNT_FIELDS.index("realised")


def check_sides(fields: Collection[Field]) -> None:
    """Raise UnusableInputError for a side without the other, or beside realised amounts."""
    sides = [name for name in SIDES if name in fields]
    if sides and (len(sides) < len(SIDES) or "realised" in fields):
        raise UnusableInputError(ONE_SIDE.at())


def is_of_budget(account: str) -> bool:
    """Return whether an account is of spending or revenue, as a row without one is taken to be."""
    return not account or (account.startswith(_OF_BUDGET) and not account.startswith(_WORN))


def netted(amounts: Sequence[Decimal | None], flow: Flow) -> list[Decimal | None]:
    """Return the amounts by stage, of amounts by stage then a debit and a credit."""
    *stages, debit, credit = amounts
    if debit is not None or credit is not None:
        net = (debit or ZERO) - (credit or ZERO)
        stages[_REALISED] = net if flow == "expense" else ZERO - net
    return stages


type Wanted = Mapping[str, int | str]
