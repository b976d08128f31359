"""The words of sources: what a device is, and what became of it."""

from __future__ import annotations

from enum import StrEnum

from portulan.core.say.text import Text


class State(StrEnum):
    """What became of a device, as a person said what the states of the tool mean."""

    IN_SERVICE = "in_service"
    STOCK = "stock"
    REPAIR = "repair"
    GIVEN = "given"
    SOLD = "sold"
    RECYCLED = "recycled"
    OUT = "out"  # retired, nobody says where to
    RETURNED = "returned"  # to who leased it: its life goes on, nobody here says how
    LOST = "lost"

    @property
    def is_out(self) -> bool:
        return self in _OUT


_OUT = frozenset(State) - {State.IN_SERVICE, State.STOCK, State.REPAIR}


class Device(StrEnum):
    """What a device is."""

    LAPTOP = "laptop"
    DESKTOP = "desktop"
    MINI = "mini"
    WORKSTATION = "workstation"
    SERVER = "server"
    TABLET = "tablet"
    VIRTUAL = "virtual"
    SCREEN = "screen"
    SMARTPHONE = "smartphone"
    DESK_PHONE = "desk"
    BASIC_PHONE = "basic"

    @property
    def is_workstation(self) -> bool:
        return self in _WORKSTATIONS


_WORKSTATIONS = frozenset({Device.LAPTOP, Device.DESKTOP, Device.MINI, Device.WORKSTATION})


class Asset(StrEnum):
    """The list of the tool that a device stands in."""

    COMPUTER = "computer"
    MONITOR = "monitor"
    PHONE = "phone"


# The days that a use may be counted from, the surest first (reference of sources, § 1).
STARTS = ("bought", "in_service", "delivered", "ordered")


class Tool(StrEnum):
    """What a file, or an answer, comes from."""

    GLPI = "glpi"
    SNIPE_IT = "snipe-it"
    OCS = "ocs"
    INVENTORY = "inventory"  # another tool's list of devices, or somebody's
    LICENCES = "licences"
    ECOINDEX = "ecoindex"
    ARA = "ara"
    LOAD_CURVE = "load-curve"
    ENERGY = "energy"
    REGISTER = "register"
    STORAGE = "storage"
    TABLE = "table"  # any other, where somebody says that it is one


STATES = {
    State.IN_SERVICE: Text("en service", "in service"),
    State.STOCK: Text("en stock", "in stock"),
    State.REPAIR: Text("en réparation", "in repair"),
    State.GIVEN: Text("donné", "given"),
    State.SOLD: Text("vendu", "sold"),
    State.RECYCLED: Text("recyclé", "recycled"),
    State.OUT: Text("sorti, destination inconnue", "out, destination unknown"),
    State.RETURNED: Text("rendu au loueur", "returned to the lessor"),
    State.LOST: Text("perdu ou volé", "lost or stolen"),
}
DEVICES = {
    Device.LAPTOP: Text("ordinateur portable", "laptop"),
    Device.DESKTOP: Text("ordinateur fixe", "desktop"),
    Device.MINI: Text("mini-ordinateur", "mini computer"),
    Device.WORKSTATION: Text("station de travail", "workstation"),
    Device.SERVER: Text("serveur", "server"),
    Device.TABLET: Text("tablette", "tablet"),
    Device.VIRTUAL: Text("machine virtuelle", "virtual machine"),
    Device.SCREEN: Text("écran", "screen"),
    Device.SMARTPHONE: Text("smartphone", "smartphone"),
    Device.DESK_PHONE: Text("téléphone de bureau", "desk phone"),
    Device.BASIC_PHONE: Text("téléphone simple", "basic phone"),
}
TOOLS = {
    Tool.GLPI: Text("GLPI", "GLPI"),
    Tool.SNIPE_IT: Text("Snipe-IT", "Snipe-IT"),
    Tool.OCS: Text("OCS Inventory", "OCS Inventory"),
    Tool.INVENTORY: Text("liste d’équipements", "list of devices"),
    Tool.LICENCES: Text("licences de logiciels", "software licences"),
    Tool.ECOINDEX: Text("EcoIndex", "EcoIndex"),
    Tool.ARA: Text("audit d’accessibilité (Ara)", "accessibility audit (Ara)"),
    Tool.LOAD_CURVE: Text("courbe de charge", "load curve"),
    Tool.ENERGY: Text("énergie par mois", "monthly energy"),
    Tool.REGISTER: Text("registre des sorties", "register of retired equipment"),
    Tool.STORAGE: Text("volumes de stockage", "storage volumes"),
    Tool.TABLE: Text("tableau quelconque", "any table"),
}
