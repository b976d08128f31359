"""What devices and indicators are called in both languages; a device of the user keeps its name."""

from __future__ import annotations

from collections.abc import Mapping

from portulan.core.say.text import Language, Text
from portulan.impact.engine.items import Indicator

DEVICES: Mapping[str, Text] = {
    "box": Text("box internet", "internet box"),
    "desktop_home": Text("ordinateur fixe familial", "home desktop"),
    "desktop_pro": Text("ordinateur fixe", "desktop"),
    "external_hdd": Text("disque dur externe", "external hard disk"),
    "external_ssd": Text("SSD externe", "external SSD"),
    "firewall": Text("pare-feu", "firewall"),
    "laptop": Text("ordinateur portable", "laptop"),
    "laptop_charger": Text("chargeur de portable", "laptop charger"),
    "monitor": Text("écran", "monitor"),
    "network_switch": Text("commutateur réseau", "network switch"),
    "printer": Text("imprimante", "printer"),
    "server": Text("serveur", "server"),
    "smartphone": Text("smartphone", "smartphone"),
    "smartphone_charger": Text("chargeur de smartphone", "smartphone charger"),
    "speaker": Text("enceinte connectée", "smart speaker"),
    "storage_disk": Text("disque de baie", "storage disk"),
    "tablet": Text("tablette", "tablet"),
    "tv": Text("téléviseur", "television"),
    "usb_stick": Text("clé USB", "USB stick"),
}


INDICATORS: Mapping[Indicator, Text] = {
    Indicator.GWP: Text("carbone", "carbon"),
    Indicator.ELECTRICITY: Text("électricité", "electricity"),
    Indicator.ADPE: Text("minerais", "minerals"),
    Indicator.WEEE: Text("déchets électroniques", "e-waste"),
}


def device_name(device: str, language: Language) -> str:
    """Return what a device is called."""
    known = DEVICES.get(device)
    return device if known is None else known.say(language)
