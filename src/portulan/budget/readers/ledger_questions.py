"""What is told and asked of a ledger, and what a person answers; an error waits for its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from portulan.budget.readers.ledger_columns import MONEY_FIELDS, Wanted
from portulan.budget.readers.ledger_mapping import NOT_READ, OPTIONS, TOGETHER, unit_asked
from portulan.core.say.text import ProblemKind, Text

AMBIGUOUS = ProblemKind(
    "ambiguous-columns",
    "error",
    fr="Plusieurs colonnes disent le même montant ({titles}). Dites laquelle lire en choisissant"
    " les colonnes.",
    en="Several columns say the same amount ({titles}). Say which to read by choosing the columns.",
)
NO_STAGE = ProblemKind(
    "no-stage",
    "error",
    fr="La colonne « {title} » ne dit pas si le montant est voté, ouvert, engagé ou mandaté."
    " Dites-le en choisissant les colonnes.",
    en="The column “{title}” does not say whether the amount is voted, opened, committed or"
    " realised. Say it by choosing the columns.",
)
UNEXPLAINED = ProblemKind(
    "unexplained-column",
    "error",
    fr="La colonne « {title} » a des montants que rien n’explique : ni son titre, ni les autres"
    " colonnes. Dites ce qu’elle est, ou qu’elle n’est pas lue.",
    en="The column “{title}” has amounts that nothing explains: neither its title nor the other"
    " columns. Say what it is, or that it is not read.",
)
SEVERAL_YEARS = ProblemKind(
    "several-years",
    "error",
    fr="Le fichier donne plusieurs exercices ({years}). Dites lequel lire.",
    en="The file gives several fiscal years ({years}). Say which one to read.",
)
ATTACHED = ProblemKind(
    "attached-charges",
    "error",
    fr="Rien ne dit si « {main} » contient « {part} ». Dites-le : à ajouter, ou compris.",
    en="Nothing tells whether “{main}” includes “{part}”. Say it: to be added, or included.",
)
TAX_BASIS = ProblemKind(
    "tax-basis",
    "error",
    fr="Le montant est donné HT et TTC ({titles}), et rien ne dit comment ce budget est tenu."
    " Choisissez la colonne.",
    en="The amount is given without and with tax ({titles}), and nothing tells how this budget is"
    " kept. Choose the column.",
)
ALL_THAT_IS_LEFT = ProblemKind(
    "all-that-is-left",
    "error",
    fr="« {title} » est partout ce qui a été ouvert et pas dépensé : des restes à réaliser le"
    " seraient pour des engagements. Dites ce qu’elle est.",
    en="“{title}” is everywhere what was opened and not spent: what is carried over would be so for"
    " commitments. Say what it is.",
)
NUMBERS = ProblemKind(
    "numbers-or-amounts",
    "error",
    fr="La colonne « {title} » a le titre d’un montant, mais des nombres entiers, comme des"
    " numéros de pièces ou des taux. Dites si ce sont des montants.",
    en="The column “{title}” has the title of an amount, but whole numbers, like numbers of"
    " pieces or rates. Say whether they are amounts.",
)
UNREADABLE = ProblemKind(
    "unreadable-column",
    "error",
    fr="La colonne « {title} » a des nombres entourés de mots (« {text} ») : aucun ne se lit"
    " comme un montant. Dites si ces nombres sont des montants.",
    en="The column “{title}” has numbers among words (“{text}”): none reads as an amount."
    " Say whether these numbers are amounts.",
)
KINDS = ProblemKind(
    "kinds-of-rows",
    "error",
    fr="La colonne « {title} » donne plusieurs lignes pour une même dépense ({words}) : les"
    " additionner la compterait deux fois. Dites lesquelles lire.",
    en="The column “{title}” gives several rows for one expense ({words}): adding them would"
    " count it twice. Say which to read.",
)
SHORT_ROWS = ProblemKind(
    "short-row",
    "error",
    fr="Des lignes ({count}) ont moins de cellules que les titres ({found} pour {expected}) : des"
    " montants ont pu glisser ou manquer. Refaites l’export, ou dites si elles sont à leur place ;"
    " celle-ci est la première.",
    en="Some rows ({count}) have fewer cells than the titles ({found} of {expected}): amounts may"
    " have moved or be missing. Export it again, or say whether they are in their places; this is"
    " the first.",
)
CUT = ProblemKind(
    "cut-file",
    "error",
    fr="Le fichier s’arrête au milieu de sa dernière ligne (« {text} ») : la suite manque"
    " peut-être. Refaites l’export, ou dites qu’il est entier.",
    en="The file stops in the middle of its last line (“{text}”): what follows may be missing."
    " Export it again, or say that it is whole.",
)
RUNNING = ProblemKind(
    "running-sums",
    "error",
    fr="« {title} » ne baisse jamais d’une ligne à la suivante, comme un cumul ligne après ligne :"
    " l’additionner compterait tout plusieurs fois. Dites ce qu’elle est.",
    en="“{title}” never falls from one row to the next, as a sum that runs line by line: adding it"
    " up would count all several times. Say what it is.",
)
TWO_PARTS = ProblemKind(
    "two-parts",
    "error",
    fr="Les lignes avant celle-ci ont le même total que celle-ci et les suivantes, à chaque"
    " stade : les unes résument sans doute les autres. Dites lesquelles lire.",
    en="The rows before this one have the same total as this one and the next, at every"
    " stage: some no doubt sum up the others. Say which to read.",
)
AFTER_TOTAL = ProblemKind(
    "after-total",
    "error",
    fr="Des lignes ({count}) viennent après le total de toutes celles du dessus (ligne {total}) :"
    " rien ne dit si elles comptent. Dites-le ; celle-ci est la première.",
    en="Some rows ({count}) come after the total of all those above (line {total}): nothing tells"
    " whether they count. Say it; this is the first.",
)
BASIS_CONTRADICTED = ProblemKind(
    "basis-contradicted",
    "error",
    fr="Le fichier porte {above} au-dessus de ses titres, et la colonne « {title} » le"
    " contredit. Dites si les montants sont HT ou TTC.",
    en="The file has {above} above its titles, and the column “{title}” contradicts it. Say"
    " whether the amounts are with or without tax.",
)
MARK_UNSURE = ProblemKind(
    "thousands-or-decimals",
    "error",
    fr="« {text} » peut avoir des milliers ou trois décimales, et tous les montants sont"
    " écrits ainsi. Dites lequel des deux.",
    en="“{text}” may have thousands or three decimals, and all amounts are written so. Say which.",
)
REMAINING = ProblemKind(
    "remaining-commitments",
    "error",
    fr="« {title} » est engagé et pas encore mandaté, et aucune colonne ne donne tout"
    " l’engagé. Dites s’il est la somme du mandaté et de cette colonne.",
    en="“{title}” is committed and not realised yet, and no column gives the whole committed"
    " amount. Say whether it is the realised amount plus this column.",
)
UNDONE_APART = ProblemKind(
    "undone-apart",
    "error",
    fr="Des annulations ont leur propre colonne, et rien n’indique si le montant est net"
    " ({titles}). Dites s’il l’est.",
    en="Cancellations have a column of their own, and nothing shows whether the amount is"
    " net of them ({titles}). Say whether it is.",
)
TAX_APART = ProblemKind(
    "tax-apart",
    "error",
    fr="« {title} » est hors taxes, « {tax} » est sa taxe, et rien ne dit si ce budget est tenu HT"
    " ou TTC. Dites-le.",
    en="“{title}” is without tax, “{tax}” is its tax, and nothing tells whether this budget is kept"
    " without or with it. Say it.",
)
TAXED_TWICE = ProblemKind(
    "two-tax-bases",
    "error",
    fr="Des montants sont HT et d’autres TTC ({titles}) : ils ne se comparent pas. Dites lesquels"
    " lire.",
    en="Some amounts are without tax and others with it ({titles}): they do not compare. Say which"
    " to read.",
)
LEFT = ProblemKind(
    "column-left",
    "warning",
    fr="La colonne « {title} » n’est pas lue : {reason:fr}.",
    en="The column “{title}” is not read: {reason:en}.",
)
ADDED = ProblemKind(
    "columns-added",
    "warning",
    fr="« {titles} » sont ajoutées : ensemble, elles sont le montant {stage:fr}.",
    en="“{titles}” are added: together they are the amount {stage:en}.",
)
NO_STAGE_OF_MONTHS = ProblemKind(
    "months",
    "error",
    fr="Les mois ({titles}) n’ont pas de colonne de total. Dites quelle colonne lire.",
    en="The months ({titles}) have no column of their total. Say which column to read.",
)
IN_UNITS = ProblemKind(
    "in-units",
    "warning",
    fr="La colonne « {title} » n’est pas en euros : ses montants ont été multipliés par {factor}.",
    en="The column “{title}” is not in euros: its amounts were multiplied by {factor}.",
)
SUBTOTAL = ProblemKind(
    "subtotal",
    "warning",
    fr="« {code} » est la somme des lignes voisines, à chaque stade : c’est un sous-total, la ligne"
    " n’est pas comptée.",
    en="“{code}” is the sum of the lines beside it, at every stage: it is a subtotal, the row is"
    " not counted.",
)
CONTRADICTED = ProblemKind(
    "contradicted-total",
    "error",
    fr="Le fichier imprime {printed:fr} et ses lignes font {read:fr} ({stage:fr}) : une ligne"
    " manque, est en trop, ou ce total n’en est pas un. Refaites l’export, ou dites que les lignes"
    " font foi.",
    en="The file prints {printed:en} and its lines add up to {read:en} ({stage:en}): a line is"
    " missing, is there twice, or this is no total. Export it again, or say that the lines are"
    " right.",
)
TWINS = ProblemKind(
    "identical-rows",
    "error",
    fr="{count} lignes sont écrites deux fois à l’identique, et aucun total ne dit si elles"
    " comptent deux fois. Dites-le ; celle-ci est la première.",
    en="{count} rows are written twice alike, and no total tells whether they count twice. Say it;"
    " this is the first.",
)
TWINS_LEFT = ProblemKind(
    "rows-twice",
    "warning",
    fr="{count} lignes écrites deux fois ne sont comptées qu’une : le total du fichier le dit.",
    en="{count} rows written twice are counted once: the total of the file says so.",
)
PARENTS = ProblemKind(
    "parent-account",
    "error",
    fr="« {code} » commence les comptes des lignes voisines sans en être la somme : rien ne dit"
    " s’il les contient. Dites-le.",
    en="“{code}” begins the accounts of the lines beside it and is not their sum: nothing tells"
    " whether it holds them. Say it.",
)
UNKNOWN_SIGN = ProblemKind(
    "unknown-sign",
    "error",
    fr="La colonne « {title} » dit {words} : rien ne dit lesquels se retranchent. Dites-le.",
    en="The column “{title}” says {words}: nothing tells which are taken away. Say it.",
)
UNDONE = ProblemKind(
    "amounts-taken-away",
    "warning",
    fr="Les lignes « {words} » (« {title} ») sont retranchées.",
    en="The rows “{words}” (“{title}”) are taken away.",
)
IMPOSSIBLE = ProblemKind(
    "impossible-order",
    "error",
    fr="Il y a moins d’engagé ({committed:fr}) que de mandaté ({realised:fr}) : l’une des deux"
    " colonnes n’est pas ce que dit son titre. Dites laquelle lire.",
    en="Less is committed ({committed:en}) than realised ({realised:en}): one of both columns"
    " is not what its title says. Say which to read.",
)
DEBT_UNSAID = ProblemKind(
    "unsaid-flow",
    "error",
    fr="Lignes de la classe 1 (dotations, emprunts) dont rien ne dit si ce sont des dépenses ou des"
    " recettes ({count}). Dites-le, ou écartez-les ; celle-ci est la première.",
    en="Lines of class 1 (endowments, loans) that nothing says to be expenses or revenue ({count})."
    " Say it, or leave them out; this is the first.",
)
UNEXPLAINED_ROW = ProblemKind(
    "unexplained-amount",
    "error",
    fr="Des lignes ({count}) ont des montants qui ne sont ni d’un compte, ni un total : « {text} »"
    " est la première. Dites si elles comptent.",
    en="Some rows ({count}) have amounts that are of no account and no total: “{text}” is the"
    " first. Say whether they count.",
)
OF_WHICH = ProblemKind(
    "of-which",
    "warning",
    fr="{count} lignes disent « dont » : elles sont comprises dans celle du dessus et ne comptent"
    " pas ; celle-ci est la première.",
    en="{count} rows say “of which”: they are within the one above and do not count; this is the"
    " first.",
)
PARTS_REPEATED = ProblemKind(
    "parts-repeated",
    "warning",
    fr="{count} lignes redisent le compte de celle du dessus, et les totaux ne tiennent que sans"
    " elles : elles y sont comprises et ne comptent pas ; celle-ci est la première.",
    en="{count} rows say the account of the one above again, and the totals hold without them"
    " alone: they are within it and do not count; this is the first.",
)
OTHER_TITLES = ProblemKind(
    "other-titles",
    "error",
    fr="La ligne porte des titres qui rangent les montants autrement que les premiers : ce sont"
    " deux tableaux. Enregistrez-les dans deux fichiers ou deux feuilles.",
    en="The row has titles that put the amounts elsewhere than the first ones: these are two"
    " tables. Save them in two files or two sheets.",
)
ALL_NEGATIVE = ProblemKind(
    "negative-expenses",
    "error",
    fr="{count} dépenses sur {lines} sont négatives : dites si cet outil écrit ainsi ce qui est"
    " dépensé, ou si ce sont bien des avoirs.",
    en="{count} expenses of {lines} are negative: say whether this tool writes so what is spent, or"
    " whether these are credit notes.",
)
NOT_AN_ACCOUNT = ProblemKind(
    "not-an-account",
    "warning",
    fr="« {text} » n’est pas un compte : la ligne n’a pas été lue.",
    en="“{text}” is not an account: the line was not read.",
)
OTHER_SHEETS = ProblemKind(
    "which-sheet",
    "error",
    fr="Plusieurs feuilles se lisent ({sheets}) et rien ne dit si elles s’ajoutent. Dites"
    " lesquelles lire : celles que vous choisissez s’ajoutent.",
    en="Several sheets can be read ({sheets}) and nothing tells whether they add up. Say which to"
    " read: those that you choose add up.",
)
SHEETS_ADDED = ProblemKind(
    "sheets-added",
    "warning",
    fr="Les feuilles {sheets} sont les morceaux d’un même compte : elles sont lues ensemble.",
    en="The sheets {sheets} are pieces of one account: they are read together.",
)
SUMMARY = ProblemKind(
    "summary-sheet",
    "warning",
    fr="La feuille « {sheet} » récapitule les autres : elle n’est pas lue.",
    en="The sheet “{sheet}” sums up the others: it is not read.",
)


REASONS = {
    "ratio": Text("c’est un rapport entre deux autres", "it is a ratio of two others"),
    "difference": Text("c’est ce qui reste entre d’autres", "it is what is left between others"),
    "tax": Text("c’est la taxe", "it is the tax"),
    "year": Text("elle est d’un autre exercice", "it is of another fiscal year"),
    "identifier": Text("ce sont des numéros", "these are numbers of pieces"),
    "part": Text("elle est une part d’une autre", "it is a part of another"),
    "running": Text("c’est un cumul ligne après ligne", "it is a sum that runs line by line"),
    "same": Text("une autre donne ce montant", "another gives this amount"),
    "code": Text("ce sont des codes", "these are codes"),
    "count": Text("ce n’est pas un montant", "it is no amount"),
    "right": Text("elle autorise à engager sur plusieurs années", "it allows several years"),
    "remaining": Text(
        "ce qui est engagé sans être mandaté n’est pas un stade",
        "what is committed and not realised is no stage",
    ),
    "currency": Text("elle est dans une autre monnaie", "it is in another currency"),
    "asked": Text("vous l’avez écartée", "you left it out"),
}


STAGES: dict[str, Text] = {
    "voted": Text("voté", "voted"),
    "opened": Text("ouvert", "opened"),
    "committed": Text("engagé", "committed"),
    "realised": Text("mandaté", "realised"),
    "carried_over": Text("restant à réaliser", "carried over"),
}


@dataclass(slots=True)
class Asked:
    """What a person says of a ledger: its columns, all or some, and the answers to questions."""

    fields: dict[str, int | str] = field(default_factory=dict)
    is_whole: bool = False  # the columns said are all that is to be read
    sheets: tuple[str, ...] = ()  # those to read, which add up; none where none is said
    unit: Decimal | None = None
    year: int | None = None
    insists: bool = False  # on the year, whatever the file says
    entity: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    owners: dict[int, tuple[str, str]] | None = None  # whose each row is, where it is to be told

    @classmethod
    def of(cls, mapping: Wanted, year: int | None) -> Asked:
        """Return what a mapping says; `year` is the one that the file is read for."""
        given = {name: column for name, column in mapping.items() if name != "as"}
        unit = unit_asked(given)
        sheets = str(given.pop("sheet", "")).split(TOGETHER["sheet"])
        said = given.pop("year", year)
        entity = str(given.pop("entity", ""))
        answers = {name: str(given.pop(name)) for name in OPTIONS & given.keys()}
        return cls(
            fields=given,
            is_whole=any(
                name not in MONEY_FIELDS and column != NOT_READ for name, column in given.items()
            ),
            sheets=tuple(dict.fromkeys(filter(None, sheets))),
            unit=unit,
            year=None if said is None else int(said),
            insists="year" in mapping,
            entity=tuple(filter(None, entity.split(TOGETHER["entity"]))),
            answers=answers,
        )

    @property
    def names(self) -> list[str]:
        """The titles of columns that are said."""
        return [
            column
            for column in self.fields.values()
            if isinstance(column, str) and column != NOT_READ
        ]
