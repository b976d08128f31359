"""Write what Portulan declares of itself, from what its tests hold: accessibility and eco-design.

python tools/declarations.py     write docs/fr and docs/en; a test holds that they are current
"""

from __future__ import annotations

from pathlib import Path

from portulan.core.say.numbers import number
from portulan.core.say.text import Language, Text
from portulan.publication.conformity import rgaa, rgesn
from portulan.publication.services.criteria import ANSWERS, THEMES, Answer, of_theme

DOCS = Path(__file__).resolve().parent.parent / "docs"
_MADE = "<!-- By tools/declarations.py: change src/portulan/publication/conformity instead. -->"
_RGAA_TITLE = Text("Accessibilité : critère par critère", "Accessibility: criterion by criterion")
_RGAA_LEDE = Text(
    "Portulan n’a pas encore été audité par une personne dont c’est le métier : sa déclaration "
    "est donc « non conforme », ce que la page **Déclaration d’accessibilité** de chaque "
    "installation dit, avec qui contacter. Un essai sans faute n’est pas un audit et ne donne "
    "aucun taux. Cette page dit ce que chaque changement éprouve déjà, et ce qu’il reste à "
    "faire regarder.",
    "Nobody whose trade it is has audited Portulan yet: its declaration is therefore “not "
    "compliant”, which the page **Accessibility statement** of each installation says, with "
    "whom to write to. A trial without fault is no audit and gives no rate. This page says what"
    " each change already tries, and what is left to be looked at.",
)
_RGAA_AUDIT = Text(
    "Une fois l’audit fait, qui exploite le dit par `PORTULAN_ACCESSIBILITY_AUDIT` (« "
    "2026-11-27 82,5 Cabinet ») et donne un contact par `PORTULAN_ACCESSIBILITY_CONTACT` "
    "([réglages](../../docs/reference/settings.md), en anglais) : le pied de chaque page porte "
    "alors l’état que la loi demande, pendant trois ans.",
    "Once the audit is made, who operates says it in `PORTULAN_ACCESSIBILITY_AUDIT` "
    "(“2026-11-27 82.5 Firm”) and gives a contact in `PORTULAN_ACCESSIBILITY_CONTACT` "
    "([settings](../../docs/reference/settings.md)): the foot of each page then bears the state "
    "that the law asks for, for three years.",
)
_RGESN_TITLE = Text("Écoconception : critère par critère", "Eco-design: criterion by criterion")
_RGESN_LEDE = Text(
    "Face au RGESN 2024, ce que Portulan valide, ne valide pas, ou n’a pas encore évalué, et ce"
    " qui le montre. Score : {} %, où ce qui reste à évaluer compte comme non validé. "
    "L’hébergement (8.1 à 8.7) dépend de qui exploite.",
    "Against the RGESN 2024, what Portulan meets, does not meet, or has not assessed yet, and "
    "what shows it. Score: {}%, where what is to be assessed counts as not met. Hosting "
    "(8.1 to 8.7) depends on who operates.",
)
_OTHER = {"fr": "English", "en": "Français"}
PAGES: dict[str, dict[Language, str]] = {
    "rgaa": {"fr": "accessibilite.md", "en": "accessibility.md"},
    "rgesn": {"fr": "ecoconception.md", "en": "eco-design.md"},
}


def pages() -> dict[Path, str]:

    written = {"rgaa": _accessibility, "rgesn": _ecodesign}
    return {
        DOCS / language / file: written[name](language)
        for name, files in PAGES.items()
        for language, file in files.items()
    }


def _head(name: str, title: Text, language: Language) -> list[str]:
    other: Language = "en" if language == "fr" else "fr"
    link = f"[{_OTHER[language]}](../{other}/{PAGES[name][other]})"
    return [f"# {title.say(language)}", "", _MADE, "", link, ""]


def _accessibility(language: Language) -> str:
    lines = _head("rgaa", _RGAA_TITLE, language)
    lines += [_RGAA_LEDE.say(language), "", _RGAA_AUDIT.say(language), ""]
    heads = Text("ce qu’on en sait | combien", "what is known | how many").say(language)
    lines += [f"| {heads} |", "|---|---|"]
    counts = rgaa.counts()
    lines += [f"| {words.say(language)} | {counts[known]} |" for known, words in rgaa.WORDS.items()]
    found = rgaa.criteria()
    for number_, (title, count) in enumerate(rgaa.THEMES, 1):
        heads = Text("critère | ce qu’on en sait | essai", "criterion | what is known | trial")
        lines += ["", f"## {number_}. {title.say(language)}", ""]
        lines += [f"| {heads.say(language)} |", "|---|---|---|"]
        for place in range(1, count + 1):
            criterion = f"{number_}.{place}"
            known, test = found[criterion]
            link = f"[{criterion}]({rgaa.CRITERIA}#{criterion})"
            lines.append(f"| {link} | {rgaa.WORDS[known].say(language)} | {_shown(test)} |")
    return "\n".join(lines) + "\n"


def _ecodesign(language: Language) -> str:
    lines = _head("rgesn", _RGESN_TITLE, language)
    lines += [_RGESN_LEDE.say(language).format(number(rgesn.score(), language)), ""]
    heads = Text("évaluation | critères", "assessment | criteria").say(language)
    lines += [f"| {heads} |", "|---|---|"]
    for answer, words in ANSWERS.items():
        if answer is Answer.GOING:
            continue  # a version is what it is
        lines.append(f"| {words.say(language)} | {', '.join(rgesn.answered(answer))} |")
    heads = Text(
        "critère | priorité | réponse | pourquoi | ce qui le montre",
        "criterion | priority | answer | why | what shows it",
    ).say(language)
    for place, title in enumerate(THEMES, 1):
        lines += [
            "",
            f"## {place}. {title.say(language)}",
            "",
            f"| {heads} |",
            "|---|---|---|---|---|",
        ]
        for one in of_theme(place):
            said = rgesn.SAID[one.number]
            answer, why = ANSWERS[said.answer].say(language), said.why.say(language)
            cells = (one.number, one.priority, answer, why, _shown(said.proof))
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _shown(proof: str) -> str:
    return f"`{proof}`" if proof else ""


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")
