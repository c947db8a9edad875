"""From what age a board lets people see something, out of the label that it gave.

Most labels name the age themselves. Where a board only recommends the guidance of parents and names no age, 10 is
ours. What is not certain is None.
"""

import re

OLDEST = 21
GUIDANCE = 10

WORDS: dict[str, dict[str, int]] = {
    "AR": {"ATP": 0},
    "AU": {"P": 0, "C": 0, "G": 0, "PG": GUIDANCE, "M": 15},
    "BE": {"AL": 0, "TP": 0},
    "BR": {"L": 0, "LIVRE": 0},
    "CA": {"C": 0, "G": 0, "PG": GUIDANCE, "R": 18, "A": 18},
    "CZ": {"U": 0},
    "DK": {"A": 0},
    "ES": {"A": 0, "APTA": 0, "I": 0, "INFANTIL": 0, "TP": 0, "X": 18},
    "FI": {"S": 0, "T": 0},
    "FR": {"TP": 0, "TOUSPUBLICS": 0, "U": 0},
    "GB": {"U": 0, "PG": 8},
    "HK": {"I": 0, "III": 18},
    "IE": {"G": 0, "PG": GUIDANCE},
    "IN": {"U": 0, "UA": 12, "A": 18},
    "IT": {"T": 0},
    "JP": {"G": 0},
    "KR": {"ALL": 0, "RESTRICTEDSCREENING": 19},
    "MX": {"AA": 0, "A": 0, "C": 18, "D": 18},
    "MY": {"U": 0},
    "NL": {"AL": 0},
    "NO": {"A": 0},
    "NZ": {"G": 0, "PG": GUIDANCE, "M": 16},
    "SE": {"BTL": 0},
    "SG": {"G": 0, "PG": GUIDANCE},
    "US": {
        "TV-Y": 0,
        "TV-G": 0,
        "TV-PG": GUIDANCE,
        "TV-MA": 17,
        "G": 0,
        "PG": GUIDANCE,
        "R": 17,
        "NC-17": 18,  # “no one 17 and under admitted”
        "X": 18,
    },
}
"""By country (ISO 3166-1), the labels that name no age; in capitals and without spaces."""

# “16”, “16+”, “+16”, “-12” (France), “12A”, “TV-14”, “TV-Y7-FV”, “PG-13”, “R18+”, “RP16”, “NC16”, “MA15+”, “B15”,
# “SAM16”, “VM14”, “M/12”, “K-7”, “FSK 12”, “C8”, “UA 13+”.
_NUMBERED = re.compile(
    r"(?:TV-Y|TV-|PG-?|R-?|RP|NC|M|MA|B|SAM|VM|M/|K-?|FSK-?|C|P|UA|[-+])?(\d{1,2})(?:[+A]|A\+|-FV)?", re.ASCII
)


def age_of(country: str, label: str) -> int | None:
    """In years, by the label of the board of a country; None where that is not known."""
    word = "".join(label.upper().split())
    if (age := WORDS.get(country.upper(), {}).get(word)) is not None:
        return age
    numbered = _NUMBERED.fullmatch(word)
    return int(numbered[1]) if numbered and int(numbered[1]) <= OLDEST else None
