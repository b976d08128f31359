"""The number that the national register of companies and bodies (Sirene) gives an organisation."""

from __future__ import annotations


def has_check_digit(siren: str) -> bool:
    """Return whether the last digit is the one that the others ask for (Luhn, ISO/IEC 7812-1).

    From the right, every second digit counts twice; the digits of it all sum to a multiple of ten.
    """
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(siren)))
    return siren.isascii() and sum(sum(divmod(number, 10)) for number in doubled) % 10 == 0
