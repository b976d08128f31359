"""A ledger and the order book that details it, for the tests of all that reads them."""

from __future__ import annotations

LEDGER = (
    "Gestionnaire;Compte;Libellé;Mandaté\n"
    "IT;6156;Maintenance;120000,00\nBAT;6156;Ascenseurs;7000,00\nIT;2183;Postes;9000,00\n"
)
ORDERS = (
    "Gestionnaire;Compte;Fournisseur;Marché;N° commande;Objet;Engagé;Mandaté\n"
    "IT;6156;Machines;M-020;17;Serveurs;15000,00;12000,00\n"
    "IT;61561;Ondes;M-021;18;Réseau;500,00;400,00\n"
    "BAT;6156;Câbles;M-9;19;Ascenseur;7000,00;7000,00\n"
    "IT;6262;Ondes;M-021;20;Fibre;1,00;1,00\n"
)
