"""What devices and indicators are called in both languages; a device of the user keeps its name."""

from __future__ import annotations

from collections.abc import Mapping

from portulan.core.say.text import Language
from portulan.impact.engine.items import Indicator

DEVICES: Mapping[str, tuple[str, str]] = {
    "box": ("box internet", "internet box"),
    "desktop_home": ("ordinateur fixe familial", "home desktop"),
    "desktop_pro": ("ordinateur fixe", "desktop"),
    "external_hdd": ("disque dur externe", "external hard disk"),
    "external_ssd": ("SSD externe", "external SSD"),
    "firewall": ("pare-feu", "firewall"),
    "laptop": ("ordinateur portable", "laptop"),
    "laptop_charger": ("chargeur de portable", "laptop charger"),
    "monitor": ("écran", "monitor"),
    "network_switch": ("commutateur réseau", "network switch"),
    "printer": ("imprimante", "printer"),
    "server": ("serveur", "server"),
    "smartphone": ("smartphone", "smartphone"),
    "smartphone_charger": ("chargeur de smartphone", "smartphone charger"),
    "speaker": ("enceinte connectée", "smart speaker"),
    "storage_disk": ("disque de baie", "storage disk"),
    "tablet": ("tablette", "tablet"),
    "tv": ("téléviseur", "television"),
    "usb_stick": ("clé USB", "USB stick"),
}


INDICATORS: Mapping[Indicator, tuple[str, str]] = {
    Indicator.GWP: ("carbone", "carbon"),
    Indicator.ELECTRICITY: ("électricité", "electricity"),
    Indicator.ADPE: ("minerais", "minerals"),
    Indicator.WEEE: ("déchets électroniques", "e-waste"),
}


def device_name(device: str, language: Language) -> str:
    """Return what a device is called."""
    known = DEVICES.get(device)
    return device if known is None else known[language == "en"]
