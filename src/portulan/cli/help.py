"""The help of commands in French: the code says it in English, a test that none is missing."""

# ruff: noqa: E501, a sentence stays on its line

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from portulan.core.say.text import Language

FRENCH = {
    "A head of journals, or a backup that keeps one (may be repeated).": "Une tête de journaux, ou une sauvegarde qui en garde une (répétable).",
    "Bring the database up to this program: a verified copy first, then every step or none. Run again, it goes on from where it stopped. Stop the server first.": "Mettre la base à niveau : une copie vérifiée d’abord, puis toutes les étapes ou aucune.\n\nRelancée, elle reprend où elle s’est arrêtée. Arrêtez d’abord le serveur.",
    "Empty PostgreSQL database, for an archive of one.": "Base PostgreSQL vide, pour une archive de PostgreSQL.",
    "Note that what is said of guards has been seen.": "Noter que ce qui est dit des gardes a été vu.",
    "Put back the database of before the last upgrade.": "Remettre la base d’avant la dernière mise à niveau.",
    "Restore a backup in a place apart, verify it, open its pages, and say RPO and RTO. Nothing here is read or changed. Exit code 1 when something is wrong in what came back.": "Restaurer une sauvegarde à part, la vérifier, ouvrir ses pages, et dire RPO et RTO.\n\nRien d’ici n’est lu ni changé. Le code de sortie 1 dit que quelque chose ne va pas dans ce qui est revenu.",
    "Say what it asks (room, time), and do nothing.": "Dire ce qu’elle demande (place, temps), et ne rien faire.",
    "Say whether sealed plans are what was sealed, and published shares what their lines give. It needs no database. Exit code 1 names all that does not hold, 2 is for what is no JSON. With --journal, whether the journals here are what was written: gaps, rewritten entries, guards.": "Dire si des plans scellés sont bien ce qui a été scellé, et des parts publiées ce que donnent leurs lignes (sans base).\n\nLe code de sortie 1 nomme tout ce qui ne tient pas, 2 est pour ce qui n’est pas du JSON. Avec --journal, si les journaux d’ici sont ce qui fut écrit : trous, lignes réécrites, gardes.",
    "That organisation alone, here; FILE may be the folder of its export.": "Cette organisation seule, ici ; FILE peut être le dossier de son export.",
    "The archive, or the folder where it goes.": "L’archive, ou le dossier où elle va.",
    "The journals of this database, and no file.": "Les journaux de cette base, et aucun fichier.",
    "The page to sign (Markdown).": "La page à signer (Markdown).",
    "The page to write (Markdown).": "La page à écrire (Markdown).",
    "With --org: an empty PostgreSQL database, to read a backup of one.": "Avec --org : une base PostgreSQL vide, où lire une sauvegarde de PostgreSQL.",
    "With --undo: lose what was changed since.": "Avec --undo : perdre ce qui fut changé depuis.",
    "Write the database and the files received in one archive, while the server runs. In a folder, under the date: it is read again, the oldest go (PORTULAN_BACKUP_KEEP), and PORTULAN_BACKUP_COMMAND takes it away.": "Écrire la base et les fichiers reçus dans une archive, pendant que le serveur tourne.\n\nDans un dossier, sous la date : elle est relue, les plus anciennes s’en vont (PORTULAN_BACKUP_KEEP), et PORTULAN_BACKUP_COMMAND l’emporte.",
    "Write what a security approval, a register and a privacy page need, of this very server. From its routes, settings in force, retentions and models; nothing is typed by hand.": "Écrire ce que demandent une homologation, un registre et une page de vie privée, de ce serveur même.\n\nD’après ses routes, ses réglages en vigueur, ses durées et ses tables ; rien n’est tapé à la main.",
    "Of a conflict, the value of the sheet is taken.": "D’un conflit, la valeur de la feuille est prise.",
    "Contracts: those that end, and what they say of the environment.": "Marchés : ceux qui finissent, et ce qu’ils disent de l’environnement.",
    "Public data (DECP), GLPI, or a table.": "Données essentielles (DECP), GLPI, ou un tableau.",
    "Day looked at (today).": "Jour regardé (aujourd’hui).",
    "Months looked at (24).": "Mois regardés (24).",
    "Say which IT contracts are in force and end, and when to begin the next consultation. Exit code 2 when a file is unusable.": "Dire quels marchés du numérique sont en cours et finissent, et quand ouvrir la consultation suivante.\n\nLe code de sortie 2 dit un fichier inutilisable.",
    "Sources: what an export of GLPI, a meter or an audit says.": "Sources : ce que dit un export de GLPI, d’un compteur ou d’un audit.",
    "Say what the exports of a tool hold: devices, words, indicators with their coverage. Exit code 1 when errors are found in the input, 2 when it is unusable.": "Dire ce que contiennent les exports d’un outil : équipements, mots, indicateurs et leur couverture.\n\nLe code de sortie 1 dit des erreurs dans l’entrée, 2 qu’elle est inutilisable.",
    "List the sources of an organisation: the day of the last snapshot, and what is late.": "Lister les sources d’une organisation : le jour de la dernière photographie, et ce qui est en retard.",
    "Give files to a source, or read its address: a snapshot is kept, readings are proposed. Exit code 2 when nothing usable came: no snapshot is written then.": "Donner des fichiers à une source, ou lire son adresse : une photographie est gardée, des relevés sont proposés.\n\nLe code de sortie 2 dit que rien d’utilisable n’est venu : aucune photographie n’est alors écrite.",
    "Name of the source, as its page says it.": "Nom de la source, comme sa page le dit.",
    "Exports of one tool, or the folder that holds them; none: its address is read.": "Exports d’un seul outil, ou le dossier qui les contient ; aucun : son adresse est lue.",
    "Exports of one tool: several make one snapshot.": "Exports d’un seul outil : plusieurs font une photographie.",
    "The tool it must be: glpi, ecoindex…": "L’outil attendu : glpi, ecoindex…",
    "Meanings of the words of the tool, as JSON.": "Sens des mots de l’outil, en JSON.",
    "Day of the reading (today).": "Jour du relevé (aujourd’hui).",
    "Year of flows (the last whole one).": "Année des flux (la dernière entière).",
    "Complete name of the entity to count; empty for all.": "Nom complet de l’entité à compter ; vide pour toutes.",
    "Make a plan of a folder of texts, whole or not at all. A plan that exists is refused, unless it is merged into.": "Faire un plan d’un dossier de textes, en entier ou pas du tout.\n\nUn plan qui existe est refusé, sauf si l’on y fusionne le dossier.",
    "Into a plan that exists: what differs is shown first.": "Dans un plan qui existe : ce qui diffère est montré d’abord.",
    "With --merge, its address if the folder has another.": "Avec --merge, son adresse si le dossier en a une autre.",
    "Of a conflict, the value of here stands.": "D’un conflit, la valeur d’ici reste.",
    "Of a conflict, the value of the folder is taken.": "D’un conflit, la valeur du dossier est prise.",
    "Take the folder’s value of this one.": "Prendre la valeur du dossier pour celui-là.",
    "Write without asking.": "Écrire sans demander.",
    "Where nothing shows which is the later, take what is in the sheet.": "Là où rien"
                                                                          " n’indique ce qui"
                                                                          " est le plus"
                                                                          " récent, prendre"
                                                                          " ce qui est dans"
                                                                          " la feuille.",
    "Take back the last folder merged into a plan; what changed since stays, and is told.": "Annuler la dernière fusion d’un dossier ; ce qui a changé depuis reste, et est dit.",
    "Write the contract of the API, as OpenAPI 3.1.": "Écrire le contrat de l’API, en OpenAPI 3.1.",
    "Answer an assistant on standard input and output (MCP), with a reader's rights.": "Répondre à un assistant sur l’entrée et la sortie standard (MCP), avec les droits d’un lecteur.",
    "Put the messages of the week, and send those that are due, in the hours of the place. What webhooks are to be told leaves too, at any hour.": "Mettre les messages de la semaine, et envoyer ceux qui sont dus, aux heures d’ici. Ce que les webhooks doivent savoir part aussi, à toute heure.",
    "Of rgesn: the short name of one digital service; else all of them.": "Pour rgesn : le nom court d’un service numérique, sinon tous.",
    "Read the delivery reports of servers: what came back is noted, and not written to again.": "Lire les rapports de remise des serveurs : ce qui est revenu est noté, et plus rien n’y part.",
    "A message, or an mbox; - reads standard input.": "Un message, ou une boîte mbox ; - le lit sur l’entrée standard.",
    "Say what would leave, and send nothing.": "Dire ce qui partirait, et ne rien envoyer.",
    "Sealed plans, published shares.": "Des plans scellés, des parts publiées.",
    "Read what organisations publish, check its seals, and write a light site of it. It needs no database. Exit code 1 when something cannot be read or does not hold: the site says what and why; 2 when the list is unusable, and nothing is written.": "Lire ce que des organisations publient, vérifier ses sceaux, et en écrire un site léger.\n\nSans base. Le code de sortie 1 dit que quelque chose ne peut pas être lu ou ne tient pas : le site dit quoi et pourquoi ; 2, que la liste est inutilisable, et rien n’est écrit.",
    "List: siren;nom;adresse, or JSON.": "La liste : siren;nom;adresse, ou JSON.",
    "Write what is public as static files, with their checksums; exit code 2 when nothing is.": "Écrire ce qui est public en fichiers, avec leurs sommes de contrôle ; code de sortie 2 quand rien ne l’est.",
    "Write all that an organisation owns: plans, accounts, files, trail, documents, checksums. The names of people are in it. The folder is whole, or is not there.": "Écrire tout ce qu’une organisation possède : plans, comptes, fichiers, journal, documents, sommes de contrôle.\n\nLes noms des personnes y sont. Le dossier est entier, ou n’est pas là.",
    "The folder to write, empty.": "Le dossier à écrire, vide.",
    "Of a label: your own list of criteria, as CSV.": "D’un label : votre propre liste de critères, en CSV.",
    "Of lesson: the number of one action; else all that taught something.": "Pour lesson : le numéro d’une action, sinon toutes celles qui ont appris quelque chose.",
    "Of lesson: the short name of its plan; else that of the year.": "Pour lesson : le nom court de son plan, sinon celui de l’année.",
    "The folder to write.": "Le dossier à écrire.",
    "Where the site will be: data portals are told of it (https://…).": "Où le site sera : les portails de données en sont informés (https://…).",
    "Write a sealed plan as one file, which anybody can verify: the last, or that of a day.": "Écrire un plan scellé en un fichier, que chacun peut vérifier : le dernier, ou celui d’un jour.",
    "Certificate (PEM) of a time-stamping authority (may be repeated).": "Certificat (PEM) d’une autorité d’horodatage (répétable).",
    "The seal in force on that day (YYYY-MM-DD).": "Le sceau en vigueur ce jour-là (AAAA-MM-JJ).",
    "The file to write.": "Le fichier à écrire.",
    "Build, fund and steer a responsible digital action plan.": "Construire, financer et suivre un plan d’action numérique responsable.",
    "Print it.": "L’afficher.",
    "Build the demonstration organisation if it is absent, print a sign-in link, and serve.": "Construire l’organisation de démonstration si elle manque, donner un lien de connexion, et servir.",
    "Port to listen on (PORT, else 8000).": "Port à écouter (PORT, sinon 8000).",
    "Build it and stop.": "La construire et s’arrêter.",
    "Folder of the database and files (PORTULAN_DATA, else yours).": "Dossier de la base et des fichiers (PORTULAN_DATA, sinon le vôtre).",
    "Build it again from the beginning.": "La refaire depuis le début.",
    "Language of messages.": "Langue des messages.",
    "Create an organisation, its first administrator, and their sign-in link.": "Créer une organisation, sa première administratrice, et son lien de connexion.",
    "Its full name (asked for).": "Son nom entier (demandé).",
    "Your address (asked for).": "Votre adresse (demandée).",
    "Its short name in addresses.": "Son nom court dans les adresses.",
    "Legal form: laws depend on it.": "Forme juridique : des lois en dépendent.",
    "Nine digits; files are checked against it.": "Neuf chiffres ; les fichiers y sont comparés.",
    "Inhabitants.": "Habitants.",
    "Staff, in full-time equivalents.": "Agents, en équivalents temps plein.",
    "Address people will use (else this machine, at the port of `serve`).": "Adresse que les gens utiliseront (sinon cette machine, au port de `serve`).",
    "Bring the database up to date, make the first organisation if there is none, then serve.": "Mettre la base à jour, créer la première organisation s’il n’y en a pas, puis servir.",
    "Address to listen on.": "Adresse à écouter.",
    "Server processes.": "Processus du serveur.",
    "Make a one-time sign-in link that opens all of an account: for who lost their password.": "Faire un lien de connexion à usage unique qui ouvre tout un compte : pour qui a perdu son mot de passe.",
    "Address of the account.": "Adresse du compte.",
    "Give an account another address, once you know that it is its owner's.": "Donner une autre adresse à un compte, une fois sûr qu’elle est à son titulaire.",
    "Its address from now on.": "Son adresse désormais.",
    "Say how many second factors an account has, or take them all away.": "Dire combien de seconds facteurs a un compte, ou les ôter tous.",
    "Take them away, once you know who asks.": "Les ôter, une fois sûr de qui le demande.",
    "Say which organisations proved their SIREN, and prove those that you know.": "Dire quelles organisations ont prouvé leur SIREN, et prouver ceux que vous connaissez.",
    "Prove it, once you know that it is theirs.": "Le prouver, une fois sûr qu’il est à elle.",
    "Prove each one that a single organisation says.": "Prouver chacun de ceux qu’une seule organisation dit.",
    "Write there the code that proves it.": "Y écrire le code qui le prouve.",
    "Make it a claim again.": "En refaire un SIREN dit, sans preuve.",
    "Print the security journal, one line of JSON for each entry, from the oldest.": "Afficher le journal de sécurité, une ligne de JSON par entrée, de la plus ancienne.",
    "Short name of one organisation.": "Nom court d’une organisation.",
    "From that day on.": "À partir de ce jour.",
    "Check settings, versions, rights, disk, database, migrations, guards, sums and files.": "Vérifier réglages, versions, droits, disque, base, migrations, gardes, sommes et fichiers.",
    "Say when regular work was last done and is next due; do it, where `serve` does not. Exit code 1 when the last run of one of them failed, or when some is set aside.": "Dire quand les travaux réguliers ont été faits et quand ils le seront ; les faire, là où `serve` ne le fait pas.\n\nCode de sortie 1 si le dernier passage de l’un d’eux a échoué, ou si un travail est mis de côté.",
    "Do what is due.": "Faire ce qui est dû.",
    "Try again what was set aside (--organisation, or all).": "Reprendre ce qui est mis de côté (--organisation, ou tout).",
    "Its short name.": "Son nom court.",
    "Of that one alone: its short name.": "De celle-là seule : son nom court.",
    "Have leave again what was refused, or may not have left; not to addresses that came back.": "Faire repartir ce qui a été refusé ou n’est peut-être pas parti ; pas aux adresses d’où un message est revenu.",
    "Say what waits, is tried again, was refused or may not have left, by organisation.": "Dire ce qui attend, sera repris, a été refusé ou n’est peut-être pas parti, par organisation.",
    "Do that one alone, due or not.": "Faire celui-là seul, dû ou non.",
    "Print one JSON document.": "Afficher un document JSON.",
    "Mend guards and sums, remove what nobody needs.": "Réparer gardes et sommes, ôter ce qui ne sert à personne.",
    "The archive.": "L’archive.",
    "Put back what an archive holds, once all of it is verified, and revoke what opened then.": "Remettre ce qu’une archive contient, une fois tout vérifié, et révoquer ce qui ouvrait alors.",
    "Leave the tokens, links, invitations and codes it holds.": "Laisser les accès de logiciels, les liens, les invitations et les codes qu’elle contient.",
    "Replace what is here, which is kept aside.": "Remplacer ce qui est ici, qui reste de côté.",
    "Take everything into an empty place, and compare it row by row; stop the server first.": "Tout emporter dans un endroit vide, et le comparer ligne à ligne ; arrêtez d’abord le serveur.",
    "postgresql://… or sqlite:///FOLDER, empty.": "postgresql://… ou sqlite:///DOSSIER, vide.",
    "Folder of the files of a PostgreSQL place (else the one of here).": "Dossier des fichiers d’un endroit sur PostgreSQL (sinon celui d’ici).",
    "Accounts: inspect a file, import it, the indicator.": "Les comptes : inspecter un fichier, l’importer, l’indicateur.",
    "Say what files of accounts hold: entity, year, totals, certain IT accounts, problems. Exit code 1 when errors are found in the input, 2 when a file is unusable: alone, it prints nothing on standard output; among several, it has a document with nothing but its problem.": "Dire ce que des fichiers de comptes contiennent : organisme, exercice, totaux, comptes informatiques certains, problèmes.\n\nCode de sortie 1 si des erreurs sont trouvées, 2 si un fichier est inutilisable : seul, il n’affiche rien sur la sortie standard ; parmi d’autres, il a un document qui ne dit que son problème.",
    "TotEM, SCDL, or the IT department’s table.": "TotEM, SCDL, ou le tableau de la DSI.",
    "Column of a ledger, by title or by index from 0, as realised=Mandaté or sheet=DSI; unit=1000 for k€; the answer to a question, as it shows it.": "Colonne d’un grand livre, par son titre ou son rang depuis 0, comme realised=Mandaté ou sheet=DSI ; unit=1000 pour des k€ ; la réponse à une question, comme elle la montre.",
    "Whose lines to read, in a file of several bodies or budgets (may be repeated).": "De qui lire les lignes, dans un fichier de plusieurs organismes ou budgets (répétable).",
    "Fiscal year to read, of several.": "Exercice à lire, s’il y en a plusieurs.",
    "Import a file of accounts into a fiscal year, whole or not at all. The year is opened if it is not. Exit code 1 when lines of the file could not be read, or wait for an answer: then nothing is imported.": "Importer un fichier de comptes dans un exercice, en entier ou pas du tout.\n\nL’exercice est ouvert s’il ne l’est pas. Code de sortie 1 si des lignes ne se lisent pas, ou attendent une réponse : rien n’est alors importé.",
    "Short name of the organisation; not needed where there is one.": "Nom court de l’organisation ; inutile s’il n’y en a qu’une.",
    "List the organisations: short name, name, SIREN, and the addresses of their plans.": "Lister les organisations : nom court, nom, SIREN, et adresses de leurs plans.",
    "Install completion for the current shell.": "Installer la complétion dans l’interpréteur de commandes actuel.",
    "Show completion for the current shell, to copy it or customize the installation.": "Afficher la complétion de l’interpréteur actuel, pour la copier ou l’adapter.",
    "Fiscal year.": "Exercice.",
    "Say what it would change in the account that it replaces, and write nothing.": "Dire ce qu’il changerait dans le compte qu’il remplace, sans rien écrire.",
    "Of one budget, main or annex, as its lines name it.": "D’un seul budget, principal ou annexe, nommé comme sur ses lignes.",
    "Add several organisations up, what a member pays to a provider among them counted once.": "Additionner plusieurs organisations ; ce qu’un membre paie à un prestataire parmi elles n’y est qu’une fois.",
    "Short name of an organisation; may be repeated.": "Nom court d’une organisation ; peut être répété.",
    "A provider’s share: its file, out and in.": "La part d’un prestataire : son fichier, donné et reçu.",
    "The file, in .json.": "Le fichier, en .json.",
    "Write what was last said to the members, as the file that those elsewhere drop.": "Écrire ce qui fut dit aux membres, dans le fichier que déposent ceux qui sont ailleurs.",
    "Keep the copy of a provider's share, for the organisation that the file names.": "Garder la copie de la part d’un prestataire, pour l’organisation que le fichier nomme.",
    "Add the file to those that give the same stages: a piece of one account.": "Ajouter le fichier à ceux qui donnent les mêmes stades : un morceau d’un même compte.",
    "Each body of the file (or each --entity) in its own organisation.": "Chaque organisme du fichier (ou chaque --entity) dans sa propre organisation.",
    "Refuse the file unless it gives this stage (may be repeated).": "Refuser le fichier s’il ne donne pas ce stade (répétable).",
    "Roll back the import that gives the same stages.": "Annuler l’import qui donne les mêmes stades.",
    "Import amounts that look like cents or thousands.": "Importer des montants qui ressemblent à des centimes ou à des milliers.",
    "Keep these columns for the next file of the same titles, under this name.": "Retenir ces colonnes pour le prochain fichier aux mêmes titres, sous ce nom.",
    "Compute the share of the IT budget dedicated to NR (nothing is written).": "Calculer la part du budget de la DSI dédiée au NR (rien n’est écrit).",
    "Stage of the amounts.": "Stade des montants.",
    "As it was known at the end of that day (YYYY-MM-DD).": "Telle qu’on la connaissait à la fin de ce jour (AAAA-MM-JJ).",
    "Decisions on lines: a sheet leaves and comes back.": "Les décisions sur des lignes : une feuille part et revient.",
    "Write the register of attributions, and what waits, as a sheet to fill in.": "Écrire le registre des fléchages, et ce qui attend, en une feuille à remplir.",
    "The sheet: .xlsx, .ods or .csv.": "La feuille : .xlsx, .ods ou .csv.",
    "Only the lines that wait for somebody.": "Seulement les lignes qui attendent quelqu’un.",
    "With the names of suppliers.": "Avec le nom des fournisseurs.",
    "Take back the decisions of a sheet, all or none. Exit code 1 when rows are refused, ask or are in conflict: then nothing is written.": "Reprendre les décisions d’une feuille, toutes ou aucune.\n\nCode de sortie 1 si des lignes sont refusées, interrogent ou sont en conflit : rien n’est alors écrit.",
    "Say what it would do.": "Dire ce qui serait fait.",
    "Which line a row is about, where its key fits several (may be repeated).": "De quelle ligne il s’agit, là où une clé convient à plusieurs (répétable).",
    "Twin attributions are meant.": "Les fléchages jumeaux sont voulus.",
    "Leave as they stand the lines changed since.": "Laisser telles quelles les lignes changées depuis.",
    "Catalogues of practices: inspect, compare, import, export.": "Les référentiels de bonnes pratiques : inspecter, comparer, importer, exporter.",
    "Say what a catalogue holds: themes, practices, indicators with their likely kind, problems. Exit code 1 when errors are found in the input, 2 when nothing can be read there: then nothing is printed on standard output.": "Dire ce qu’un référentiel contient : thématiques, bonnes pratiques, indicateurs et leur genre probable, problèmes.\n\nCode de sortie 1 si des erreurs sont trouvées, 2 si rien ne s’y lit : rien n’est alors affiché sur la sortie standard.",
    "The guide's folder, or a file of a catalogue.": "Le dossier du guide, ou le fichier d’un référentiel.",
    "Import a catalogue as a new edition of the organisation's own. Exit code 1 when files with errors were left out, 2 when nothing could be imported: then nothing is written.": "Importer un référentiel comme nouvelle édition de l’organisation.\n\nCode de sortie 1 si des fichiers fautifs ont été laissés, 2 si rien n’a pu être importé : rien n’est alors écrit.",
    "Put it in place of the same edition, if nothing uses that yet.": "La mettre à la place de la même édition, si rien ne s’en sert encore.",
    "Say what a newer edition adds, removes, renames, rates again or moves; no database needed. The successors that the newer file gives are followed, and codes where it gives none.": "Dire ce qu’une édition plus récente ajoute, retire, renomme, cote à nouveau ou déplace ; sans base.\n\nLes successions que donne le fichier récent sont suivies, et les codes là où il n’en donne pas.",
    "Write an edition in our own YAML, with its links and successors. Exit code 2 when there is no such edition, or the file cannot be written.": "Écrire une édition dans notre YAML, avec ses liens et ses successions.\n\nCode de sortie 2 si cette édition n’existe pas, ou si le fichier ne peut être écrit.",
    "Short name of the catalogue.": "Nom court du référentiel.",
    "The edition; else the one imported last.": "L’édition ; sinon la dernière importée.",
    "The file; else standard output.": "Le fichier ; sinon la sortie standard.",
    "Environmental impact of actions: estimate, factors.": "L’impact environnemental des actions : estimation, facteurs.",
    "Say what each action of a request spares, how it was found, and what overlaps. Exit code 2 when anything in the request is wrong: every fault is told with its field, and nothing is printed on standard output.": "Dire ce que chaque action d’une demande épargne, comment c’est trouvé, et ce qui se recouvre.\n\nCode de sortie 2 si quoi que ce soit est faux dans la demande : chaque faute est dite avec son champ, et rien n’est affiché sur la sortie standard.",
    "A request in JSON, portulan-impact/1.": "Une demande en JSON, portulan-impact/1.",
    "Say which figures files hold, and which factor each could replace; they are read together. Exit code 1 when some lines are faulty, 2 when no figure can be read. `factors` of the document goes as it is into a request.": "Dire quels chiffres des fichiers contiennent, et quel facteur chacun remplacerait ; ils sont lus ensemble.\n\nCode de sortie 1 si des lignes sont fautives, 2 si aucun chiffre ne se lit. `factors` du document entre tel quel dans une demande.",
    "The Base Carbone, or reference tables of NumEcoEval (CSV).": "La Base Carbone, ou des tables de référence de NumEcoEval (CSV).",
    "Write a plan as the file that another tool reads, and say what it loses there. What is lost is told on standard error, field by field; the exit code is 0 all the same.": "Écrire un plan dans le fichier qu’un autre outil lit, et dire ce qu’il y perd.\n\nCe qui se perd est dit sur la sortie d’erreur, champ par champ ; le code de sortie reste 0.",
    "tet, gpc-onr, eco-clic or grist.": "tet, gpc-onr, eco-clic ou grist.",
    "The workbook (XLSX); by default PLAN-TOOL.xlsx, here.": "Le classeur (XLSX) ; à défaut PLAN-OUTIL.xlsx, ici.",
    "The plan: tables that come in, and its text files.": "Le plan : les tableaux qui y entrent, et ses fichiers texte.",
    "Import a table of actions into a plan, whole or not at all. Exit code 1 when rows are refused: then nothing is written.": "Importer un tableau d’actions dans un plan, en entier ou pas du tout.\n\nCode de sortie 1 si des lignes sont refusées : rien n’est alors écrit.",
    "Excel (XLSX), ODS or CSV; a file of another tool.": "Excel (XLSX), ODS ou CSV ; un fichier d’un autre outil.",
    "Address of the plan, made if there is none; not needed where there is one.": "Adresse du plan, créé s’il n’existe pas ; inutile s’il n’y en a qu’un.",
    "Say which column is which (may be repeated); FIELD= leaves one unread.": "Dire quelle colonne est quoi (répétable) ; FIELD= en laisse une non lue.",
    "Say what would be done, and write nothing.": "Dire ce qui serait fait, et ne rien écrire.",
    "Write a plan as text files: the same plan gives the same bytes. Files of a plan that was there are replaced; all others are left.": "Écrire un plan en fichiers texte : le même plan donne les mêmes octets.\n\nLes fichiers d’un plan qui était là sont remplacés ; tous les autres restent.",
    "The folder of the plan.": "Le dossier du plan.",
    "Address of the plan; not needed where there is one.": "Adresse du plan ; inutile s’il n’y en a qu’un.",
    "Say whether a folder is a plan, and all that is wrong with it (needs no database).": "Dire si un dossier est un plan, et tout ce qui n’y va pas (sans base).",
    "The sheet of purchases: .csv, .xlsx or .ods.": "La feuille des achats : .csv, .xlsx ou .ods.",
    "Say what lines bought, from the sheet of purchases, all or nothing. A line that the sheet names has the parts that the sheet says, in place of its own. Exit code 1 when rows are refused: then nothing is written.": "Dire ce que des lignes ont acheté, d’après la feuille des achats, tout ou rien. Une ligne que la feuille nomme a les parts que dit la feuille, à la place des siennes. Code de sortie 1 quand des rangs sont refusés : rien n’est alors écrit.",
    "A declaration of purchases, in CSV.": "Une déclaration d’achats, en CSV.",
    "Say what is wrong with a declaration: by its public schema, then by good sense. No database is needed. Exit code 1 when errors are found, 2 when the file is no CSV.": "Dire ce qui ne va pas dans une déclaration : d’après son schéma public, puis d’après le bon sens. Sans base. Code de sortie 1 quand des erreurs sont trouvées, 2 quand le fichier n’est pas un CSV.",
    "Write a document: the same facts on the same day give the same bytes. Exit code 1 when its file would leave out something that nobody could see, unless it may be partial; 2 when it could not be honest, with what it lacks. Then nothing is written. Exit code 1 too where texts are left to complete, unless it may be partial: it is written, with its blanks.": "Écrire un document : les mêmes faits le même jour donnent les mêmes octets. Code de sortie 1 quand son fichier laisserait de côté quelque chose que personne n’y verrait, sauf s’il peut être partiel ; 2 quand il ne pourrait pas être honnête, avec ce qui lui manque. Rien n’est alors écrit. Code de sortie 1 aussi quand il reste des textes à compléter, sauf s’il peut être partiel : il est écrit, avec ses blancs.",
    "Write it even where it leaves out something, and say so.": "L’écrire même s’il laisse quelque chose de côté, et le dire.",
    "Which document.": "Quel document.",
    "The file; its name ends as its format.": "Le fichier ; la fin de son nom dit son format.",
    "Its year; else this one.": "Son année ; sinon celle-ci.",
    "Arbitration: the best plan of a problem, explained.": "L’arbitrage : le meilleur plan d’un problème, expliqué.",
    "Find the best plan, prove it or say how far it may be from the best, and explain it. Exit code 1 when no plan keeps the rules: the conflict says which. Exit code 2 when the file holds no problem, or the question names what is not in it.": "Trouver le meilleur plan, le prouver ou dire à quelle distance il peut en être, et l’expliquer.\n\nCode de sortie 1 si aucun plan ne tient les règles : le conflit dit lesquelles. Code 2 si le fichier n’a pas de problème, ou si la question nomme ce qui n’y est pas.",
    "A problem in portulan-portfolio/2, or 1.": "Un problème en portulan-portfolio/2, ou 1.",
    "A target to reach; several may be.": "Un objectif à atteindre ; il peut y en avoir plusieurs.",
    "money, peak, days or actions; value: the most of it.":
        "money, peak, days ou actions ; value : le plus possible.",
    "What N parts of the targets cost.": "Ce que coûtent N parts des objectifs.",
    "Nodes for a search, in place of seconds.": "Nœuds d’une recherche, au lieu de secondes.",
    "Write the problem as other solvers read it, on standard output. By the first goal of its objective; `portfolio check` judges the plan that they find.": "Écrire le problème comme d’autres solveurs le lisent, sur la sortie standard.\n\nPour le premier but de son objectif ; « portfolio check » juge le plan qu’ils trouvent.",
    "Judge a plan from outside: what it is worth, and the rules that it breaks (exit code 1). The plan is that of an answer of `portfolio solve`, or the columns of `portfolio export` with their values, one a line, as solvers write them.": "Juger un plan venu d’ailleurs : ce qu’il vaut, et les règles qu’il enfreint (code de sortie 1).\n\nLe plan est celui d’une réponse de « portfolio solve », ou les colonnes de « portfolio export » avec leurs valeurs, une par ligne, comme les solveurs les écrivent.",
    "LP, or free MPS.": "LP, ou MPS libre.",
    "An answer in JSON, or the solution of a solver.":
        "Une réponse en JSON, ou la solution d’un solveur.",
    "Say what the votes of a room choose under a budget, and what the other rule would choose. Exit code 1 when votes of the file are at fault: they are not counted. Exit code 2 when the file holds no election.": "Dire ce que les votes d’une salle choisissent sous un budget, et ce que l’autre règle choisirait.\n\nCode de sortie 1 si des votes du fichier sont fautifs : ils ne sont pas comptés. Code 2 si le fichier n’a pas d’élection.",
    "An election in Pabulib (.pb).": "Une élection en Pabulib (.pb).",
    "How votes are counted.": "Comment les votes sont comptés.",
    "Add to equal shares until the budget is used.": "Ajouter aux parts égales jusqu’à employer le budget.",
    "Why this action is in the plan, or out of it.": "Pourquoi cette action est retenue, ou non.",
    "What so much more would bring.": "Ce qu’une telle rallonge apporterait.",
    "At most N plans, cheapest to best.": "Au plus N plans, du moins cher au meilleur.",
    "What the plan would gain without each rule.": "Ce que le plan gagnerait sans chaque règle.",
    "How often N draws choose each action.": "Combien de N tirages retiennent chaque action.",
    "How far the values drawn may be.": "De combien les valeurs tirées peuvent s’écarter.",
    "Seconds for a search.": "Secondes pour une recherche.",
    "Public accounts of local bodies: import them, compare one with its peers.": "Les comptes publics des collectivités : les importer, en comparer une à ses pairs.",
    "Take public files into the instance's table, each whole or not at all. Exit code 1 when errors are found in a file, 2 when one is unusable: nothing of it is kept.": "Prendre des fichiers publics dans la table de l’instance, chacun en entier ou pas du tout.\n\nCode de sortie 1 si des erreurs sont trouvées, 2 si un fichier est inutilisable : rien n’en est gardé.",
    "Balances, populations, contracts, declarations, plans, as published.": "Balances, populations, marchés, déclarations, plans, tels que publiés.",
    "Fetch a file first, where the settings allow it.": "Va d’abord chercher un fichier, là où les réglages le permettent.",
    "Balances made where PORTULAN_SPARK says.": "Balances faites là où PORTULAN_SPARK le dit.",
    "Say what a body spends on IT for certain, and its place among its peers. Exit code 2 when its accounts of that year are not known.": "Dire ce qu’un organisme dépense de façon certaine en informatique, et sa place parmi ses pairs.\n\nCode de sortie 2 si ses comptes de cet exercice ne sont pas connus.",
    "The body, by its nine digits.": "L’organisme, par ses neuf chiffres.",
    "Peers of a region: code or name.": "Les pairs d’une région : code ou nom.",
    "Write the instance's table in one dated file, with its digests and its licence.": "Écrire la table de l’instance en un fichier daté, avec ses sceaux et sa licence.",
    "The made table, as one file.": "La table faite, en un fichier.",
    "Take in a table made elsewhere, all of it or nothing. Exit code 2 when it is none.": "Prendre une table faite ailleurs, toute ou rien. Code de sortie 2 si ce n’en est pas une.",
}  # fmt: skip
# What the library writes around.
_AROUND = (
    (r"^Usage: ", "Usage\u00a0: "),
    (r"^(Options|Arguments):$", "\\1\u00a0:"),
    (r"^Commands:$", "Commandes\u00a0:"),
    (r"\[required\]", "[obligatoire]"),
    (r"\[default: ", "[par défaut\u00a0: "),
    (r"; required\]", " ; obligatoire]"),
    (r"Show this message and exit\.", "Afficher cette aide et sortir."),
    (r"\[OPTIONS\] COMMAND \[ARGS\]\.\.\.", "[OPTIONS] COMMANDE [ARGUMENTS]..."),
)


def said(text: str) -> str:
    """Return a help text as it is looked for: on one line."""
    return " ".join(inspect.cleandoc(text).split())


def texts(command: Any) -> Iterator[tuple[Any, str]]:
    """Yield what a command and those below say of themselves and of their parameters."""
    for one in (command, *command.params):
        if found := getattr(one, "help", None):
            yield one, said(found)
    for below in getattr(command, "commands", {}).values():
        yield from texts(below)


def say_in(language: Language, command: Any) -> None:
    """Make a command, and those below, say their help in a language."""
    say_alone(language, command)
    for below in getattr(command, "commands", {}).values():
        say_in(language, below)


def say_alone(language: Language, command: Any) -> None:
    """Make a command say its help in a language, and its whole first sentence in a list."""
    command.get_short_help_str = partial(_first_sentence_of, command)
    if language != "fr":
        return
    for one in (command, *command.params):
        if found := getattr(one, "help", None):
            one.help = FRENCH.get(said(found), found)
    command.get_help = partial(_in_french, command.get_help)


def first_sentence_in(language: Language, english: str) -> str:
    """Return the first sentence of a help text in a language."""
    if language != "fr":
        return english
    return next(_first(fr) for en, fr in FRENCH.items() if _first(en) == english)


def _first_sentence_of(command: Any, _limit: int = 0) -> str:
    return _first(inspect.cleandoc(command.help or ""))


def _first(text: str) -> str:
    return re.split(r"(?<=[^.]\.)\s|\n\n", text, maxsplit=1)[0]


def _in_french(get_help: Any, context: Any) -> str:
    text = str(get_help(context))
    for pattern, french in _AROUND:
        text = re.sub(pattern, french, text, flags=re.MULTILINE)
    return text
