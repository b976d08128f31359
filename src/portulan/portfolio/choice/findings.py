"""What may be wrong with a Pabulib file, in sentences of both languages."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind


def _kind(code: str, fr: str, en: str, severity: str = "error") -> ProblemKind:
    spaced = fr.replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    return ProblemKind(code, "warning" if severity == "warning" else "error", fr=spaced, en=en)


NOT_CSV = _kind(
    "not-csv",
    "Cette ligne ne se lit pas comme du CSV. Regardez ses guillemets.",
    "This line cannot be read as CSV. Look at its quotation marks.",
)
NO_SECTION = _kind(
    "no-section",
    "La section « {section} » manque. Un fichier Pabulib a META, PROJECTS et VOTES.",
    "The section “{section}” is missing. A Pabulib file has META, PROJECTS and VOTES.",
)
SECTION_TWICE = _kind(
    "section-twice",
    "La section « {section} » est écrite deux fois. Gardez-en une.",
    "The section “{section}” is written twice. Keep one.",
)
NO_COLUMN = _kind(
    "no-column",
    "La section « {section} » n’a pas de colonne « {column} ». Ajoutez-la à sa première ligne.",
    "The section “{section}” has no column “{column}”. Add it to its first line.",
)
STRAY = _kind(
    "before-sections",
    "« {text} » vient avant toute section. Le fichier commence par META.",
    "“{text}” comes before any section. The file begins with META.",
)
NO_BUDGET = _kind(
    "no-budget",
    "« {text} » n’est pas un budget. Donnez un nombre positif à « budget », dans META.",
    "“{text}” is no budget. Give a positive number to “budget”, in META.",
)
UNKNOWN_VOTES = _kind(
    "vote-type",
    "Les votes de type « {text} » ne sont pas comptés ici. Sont lus : {known}.",
    "Votes of type “{text}” are not counted here. Read are: {known}.",
)
NO_PROJECT = _kind(
    "no-project",
    "Le fichier n’a aucun projet. Ajoutez-en à PROJECTS.",
    "The file has no project. Add some to PROJECTS.",
)
NO_VOTE = _kind(
    "no-vote",
    "Le fichier n’a aucun vote qui se lise. Ajoutez-en à VOTES.",
    "The file has no vote that can be read. Add some to VOTES.",
)
NO_ID = _kind(
    "no-id",
    "Ce projet n’a pas d’identifiant, ou il contient une virgule. Donnez-lui-en un.",
    "This project has no identifier, or one with a comma. Give it one.",
)
TWICE = _kind(
    "project-twice",
    "Le projet « {project} » est écrit deux fois. Gardez une ligne.",
    "The project “{project}” is written twice. Keep one line.",
)
BAD_COST = _kind(
    "bad-cost",
    "Le coût du projet « {project} », « {text} », n’est pas un nombre positif ou nul.",
    "The cost of the project “{project}”, “{text}”, is no number from 0 up.",
)
UNKNOWN_PROJECT = _kind(
    "unknown-project",
    "Ce vote nomme le projet « {project} », que PROJECTS n’a pas. Il n’est pas compté.",
    "This vote names the project “{project}”, which PROJECTS lacks. It is not counted.",
)
NAMED_TWICE = _kind(
    "named-twice",
    "Ce vote nomme deux fois le projet « {project} ». Il n’est pas compté.",
    "This vote names the project “{project}” twice. It is not counted.",
)
VOTER_TWICE = _kind(
    "voter-twice",
    "« {voter} » a déjà voté plus haut. Ce vote n’est pas compté.",
    "“{voter}” voted above already. This vote is not counted.",
)
BAD_POINTS = _kind(
    "bad-points",
    "Ce vote a {projects} projets et {points} nombres de points. Il n’est pas compté.",
    "This vote has {projects} projects and {points} numbers of points. It is not counted.",
)
BAD_POINT = _kind(
    "bad-point",
    "« {text} » n’est pas un nombre de points positif ou nul. Ce vote n’est pas compté.",
    "“{text}” is no number of points from 0 up. This vote is not counted.",
)
OVER_THE_RULE = _kind(
    "over-the-rule",
    "Ce vote a {found} pour « {rule} » : {most} au plus. Il est compté tel quel.",
    "This vote has {found} for “{rule}”: {most} at most. It is counted as it is.",
    "warning",
)
OTHER_COUNT = _kind(
    "other-count",
    "META dit {said} pour « {name} », le fichier en a {found}. C’est le fichier qui compte.",
    "META says {said} for “{name}”, the file has {found}. The file is what counts.",
    "warning",
)
