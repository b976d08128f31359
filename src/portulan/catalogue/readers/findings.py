"""The kinds of problem that readers of catalogues report, in French and in English."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind

# --- nothing can be read: exit code 2 -------------------------------------------------------

NOT_FOUND = ProblemKind(
    "not-found",
    "error",
    fr="«\u00a0{path}\u00a0» n’existe pas. Vérifiez le chemin.",
    en="“{path}” does not exist. Check the path.",
)
NO_FORMAT = ProblemKind(
    "unknown-format",
    "error",
    fr="«\u00a0{path}\u00a0» n’est dans aucun format de référentiel connu ({formats}).",
    en="“{path}” is in no known format of catalogue ({formats}).",
)
NO_PRACTICE = ProblemKind(
    "no-practice",
    "error",
    fr="«\u00a0{path}\u00a0» ne contient aucune bonne pratique. Donnez le dossier qui contient "
    "les dossiers des thématiques.",
    en="“{path}” holds no practice. Give the folder that holds the folders of themes.",
)
TOO_MANY_FILES = ProblemKind(
    "too-many-files",
    "error",
    fr="«\u00a0{path}\u00a0» contient plus de {limit} fichiers. Donnez un dossier plus précis.",
    en="“{path}” holds more than {limit} files. Give a narrower folder.",
)
FOLDER_UNREADABLE = ProblemKind(
    "folder-unreadable",
    "error",
    fr="Ce dossier ne peut pas être lu. Vérifiez vos droits d’accès.",
    en="This folder cannot be read. Check your access rights.",
)

# --- one file cannot be read: the others are -----------------------------------------------

UNREADABLE = ProblemKind(
    "file-unreadable",
    "error",
    fr="Ce fichier ne peut pas être ouvert. Vérifiez vos droits d’accès.",
    en="This file cannot be opened. Check your access rights.",
)
TOO_BIG = ProblemKind(
    "file-too-big",
    "error",
    fr="Ce fichier dépasse {limit} octets\u00a0: il n’a pas été lu.",
    en="This file exceeds {limit} bytes: it was not read.",
)
NOT_TEXT = ProblemKind(
    "not-utf8",
    "error",
    fr="Ce fichier n’est pas un texte en UTF-8. Enregistrez-le dans cet encodage.",
    en="This file is not a text in UTF-8. Save it in that encoding.",
)
LINK_OUTSIDE = ProblemKind(
    "link-not-followed",
    "warning",
    fr="Ce lien symbolique n’a pas été suivi.",
    en="This symbolic link was not followed.",
)
NOT_REGULAR = ProblemKind(
    "not-a-file",
    "warning",
    fr="Ceci n’est pas un fichier ordinaire\u00a0: il n’a pas été lu.",
    en="This is not an ordinary file: it was not read.",
)
MERGE_CONFLICT = ProblemKind(
    "merge-conflict",
    "error",
    fr="Une fusion est restée inachevée dans l’en-tête (marques «\u00a0<<<<<<<\u00a0»). "
    "Choisissez une des deux versions.",
    en="A merge was left unresolved in the front matter (“<<<<<<<” marks). "
    "Keep one of the two versions.",
)
MERGE_IN_BODY = ProblemKind(
    "merge-conflict-in-text",
    "warning",
    fr="Une fusion est restée inachevée dans le texte (marques «\u00a0<<<<<<<\u00a0»).",
    en="A merge was left unresolved in the text (“<<<<<<<” marks).",
)
FRONT_MATTER_OPEN = ProblemKind(
    "front-matter-open",
    "error",
    fr="L’en-tête n’est pas fermé\u00a0: il manque une ligne «\u00a0---\u00a0» avant le texte.",
    en="The front matter is not closed: a line “---” is missing before the text.",
)
FRONT_MATTER_BIG = ProblemKind(
    "front-matter-too-big",
    "error",
    fr="L’en-tête dépasse {limit} caractères\u00a0: le fichier n’a pas été lu.",
    en="The front matter exceeds {limit} characters: the file was not read.",
)
FRONT_MATTER_SHAPE = ProblemKind(
    "front-matter-shape",
    "error",
    fr="L’en-tête n’est pas une liste de «\u00a0clé\u00a0: valeur\u00a0».",
    en="The front matter is not a list of “key: value”.",
)

# --- YAML -----------------------------------------------------------------------------------

YAML_INVALID = ProblemKind(
    "yaml-invalid",
    "error",
    fr="Le YAML est mal formé à cet endroit. Vérifiez les retraits et les guillemets.",
    en="The YAML is malformed here. Check indentation and quotes.",
)
YAML_TAB = ProblemKind(
    "yaml-tab",
    "error",
    fr="Une tabulation rend ce YAML illisible. Remplacez-la par des espaces.",
    en="A tabulation makes this YAML unreadable. Replace it with spaces.",
)
YAML_PERCENT = ProblemKind(
    "yaml-percent",
    "error",
    fr="Un texte qui commence par «\u00a0%\u00a0» doit être entre guillemets.",
    en="A text that starts with “%” must stand between quotes.",
)
YAML_RESERVED = ProblemKind(
    "yaml-reserved",
    "error",
    fr="Un texte qui commence par «\u00a0@\u00a0» ou par un accent grave doit être "
    "entre guillemets.",
    en="A text that starts with “@” or a backquote must stand between quotes.",
)
YAML_AFTER_VALUE = ProblemKind(
    "yaml-after-value",
    "error",
    fr="Du texte suit une valeur déjà finie\u00a0: un guillemet est fermé trop tôt, "
    "ou une clé est mal alignée.",
    en="Text follows a value already ended: a quote closes too early, or a key is misaligned.",
)
YAML_COLON = ProblemKind(
    "yaml-colon",
    "error",
    fr="Un deux-points suivi d’une espace se trouve dans un texte sans guillemets, "
    "ou une clé est mal alignée.",
    en="A colon followed by a space stands in an unquoted text, or a key is misaligned.",
)
YAML_OPEN_QUOTE = ProblemKind(
    "yaml-open-quote",
    "error",
    fr="Un guillemet ouvert n’est pas fermé, ou une barre oblique inverse est mal placée.",
    en="An opened quote is not closed, or a backslash is misplaced.",
)
YAML_CONTROL = ProblemKind(
    "yaml-control",
    "error",
    fr="Un caractère de contrôle, invisible, rend ce YAML illisible.",
    en="An invisible control character makes this YAML unreadable.",
)
YAML_ALIAS = ProblemKind(
    "yaml-alias",
    "error",
    fr="Les renvois du YAML (ancres «\u00a0&\u00a0» et alias «\u00a0*\u00a0») ne sont pas "
    "acceptés. Un texte qui commence par «\u00a0*\u00a0» doit être entre guillemets.",
    en="YAML references (“&” anchors and “*” aliases) are not accepted. "
    "A text that starts with “*” must stand between quotes.",
)
YAML_BIG = ProblemKind(
    "yaml-too-big",
    "error",
    fr="Ce YAML a plus de {limit} valeurs\u00a0: aucune édition n’en a tant.",
    en="This YAML has more than {limit} values: no edition has so many.",
)
YAML_DEPTH = ProblemKind(
    "yaml-depth",
    "error",
    fr="Le YAML est trop profondément emboîté.",
    en="The YAML is nested too deeply.",
)
YAML_KEY = ProblemKind(
    "yaml-key",
    "error",
    fr="Une clé du YAML n’est pas un mot.",
    en="A key of the YAML is not a word.",
)
YAML_TWICE = ProblemKind(
    "yaml-key-twice",
    "error",
    fr="La clé «\u00a0{key}\u00a0» est écrite deux fois.",
    en="The key “{key}” is written twice.",
)

# --- what a practice or a theme says --------------------------------------------------------

NO_CODE = ProblemKind(
    "practice-without-code",
    "error",
    fr="Cette bonne pratique n’a pas de code (clé «\u00a0idbp\u00a0»)\u00a0: elle a été laissée.",
    en="This practice has no code (key “idbp”): it was left out.",
)
BAD_CODE = ProblemKind(
    "practice-code-invalid",
    "error",
    fr="Le code «\u00a0{code}\u00a0» n’est pas valable\u00a0: la bonne pratique a été laissée. "
    "Un code est fait de lettres, de chiffres et de points.",
    en="The code “{code}” is not valid: the practice was left out. "
    "A code is made of letters, digits and dots.",
)
NO_TITLE = ProblemKind(
    "no-title",
    "error",
    fr="Il n’y a pas de titre (clé «\u00a0title\u00a0»)\u00a0: le nom du fichier en tient lieu.",
    en="There is no title (key “title”): the file’s name stands for it.",
)
MISSING_KEY = ProblemKind(
    "key-missing",
    "warning",
    fr="La bonne pratique {code} ne dit rien de «\u00a0{key}\u00a0».",
    en="Practice {code} says nothing of “{key}”.",
)
WRONG_SHAPE = ProblemKind(
    "key-shape",
    "warning",
    fr="La valeur de «\u00a0{key}\u00a0» n’est pas un texte ou une liste de textes\u00a0: "
    "elle a été laissée.",
    en="The value of “{key}” is not a text or a list of texts: it was left out.",
)
STRAY_QUOTE = ProblemKind(
    "stray-quote",
    "warning",
    fr="Un guillemet isolé a été ôté de «\u00a0{text}\u00a0».",
    en="A stray quote was removed from “{text}”.",
)
TOO_LONG = ProblemKind(
    "text-too-long",
    "warning",
    fr="Le texte de «\u00a0{key}\u00a0» dépasse {limit} caractères\u00a0: il a été coupé.",
    en="The text of “{key}” exceeds {limit} characters: it was cut.",
)
DUPLICATE_CODE = ProblemKind(
    "duplicate-code",
    "error",
    fr="Le code {code} est déjà celui de «\u00a0{other}\u00a0»\u00a0: "
    "cette bonne pratique a été laissée.",
    en="Code {code} is already that of “{other}”: this practice was left out.",
)
DUPLICATE_SLUG = ProblemKind(
    "duplicate-slug",
    "warning",
    fr="Le nom «\u00a0{slug}\u00a0» est déjà celui d’une autre bonne pratique.",
    en="The name “{slug}” is already that of another practice.",
)
NO_THEME = ProblemKind(
    "practice-without-theme",
    "error",
    fr="La bonne pratique {code} n’est dans le dossier d’aucune thématique\u00a0: "
    "elle a été laissée.",
    en="Practice {code} is in the folder of no theme: it was left out.",
)
UNKNOWN_FOLDER = ProblemKind(
    "folder-without-index",
    "warning",
    fr="Ce dossier n’a pas de fichier index.md lisible\u00a0: le nom du dossier tient lieu "
    "de titre à la thématique.",
    en="This folder has no readable index.md: the folder’s name stands for the theme’s title.",
)
THEME_CODE_TWICE = ProblemKind(
    "duplicate-theme",
    "error",
    fr="Le code de thématique {code} est déjà celui de «\u00a0{other}\u00a0»\u00a0: "
    "le nom du dossier a été pris.",
    en="Theme code {code} is already that of “{other}”: the folder’s name was taken.",
)
FOREIGN_CODE = ProblemKind(
    "code-outside-theme",
    "warning",
    fr="Le code {code} ne commence pas comme celui de sa thématique, {theme}.",
    en="Code {code} does not start as that of its theme, {theme}.",
)

# --- formats in JSON ------------------------------------------------------------------------

JSON_INVALID = ProblemKind(
    "json-invalid",
    "error",
    fr="Ce fichier n’est pas du JSON bien formé.",
    en="This file is not well-formed JSON.",
)
JSON_SHAPE = ProblemKind(
    "json-shape",
    "error",
    fr="L’élément {rank} n’est pas un critère\u00a0: il a été laissé.",
    en="Item {rank} is not a criterion: it was left out.",
)
ITEM_WITHOUT = ProblemKind(
    "item-incomplete",
    "error",
    fr="L’élément {rank} n’a pas de «\u00a0{key}\u00a0» valable\u00a0: il a été laissé.",
    en="Item {rank} has no valid “{key}”: it was left out.",
)
