"""Which episode names say something: “Ozymandias” does, “Episode 7”, “Part Two of Three” and “2 May 2019” do not."""

COUNTERS = """
    episode episodes episodio episodios episodul epizod epizoda epizode episod episoden ep eps aflevering afsnit avsnitt
    jakso osa odcinek czesc dil resz bolum tap folge teil kapitel chapter chapters capitulo capitol part parts partie
    parte season series serie saison staffel temporada stagione sezon seizoen sasong special specials finale premiere
    pilot tba tbd tbc untitled unaired эпизод серия выпуск глава часть епизод επεισοδιο
"""
"""What episodes are counted by, or called for want of a name."""

SPANS = """
    day days night week round heat game match lesson programme program show stage step class level volume vol issue
    number no nr group semi quarter final edition year tag jour dia giorno woche semaine semana
"""
"""Counts only beside a number: “Week 3” says nothing, “The Night” may."""

LINKS = "the a an of and und et y e de del la le el to"

NUMBER_WORDS = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty first second third fourth fifth sixth seventh eighth ninth tenth last eins zwei drei vier funf sechs
    un une deux trois quatre cinq uno dos tres cuatro cinco
"""

CALENDAR = """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
"""

FIGURES = (
    "[0-9]+(st|nd|rd|th|e|er|eme|o|a|b|c)?",
    "s[0-9]+(e[0-9]+)?|e[0-9]+|[0-9]+x[0-9]+",
    "x{1,3}(ix|iv|v?i{0,3})|ix|iv|vi{0,3}|i{1,3}",
    "第?[0-9一二三四五六七八九十百]+(話|集|回|期|章|夜)|제?[0-9]+(회|화)",
)


def _any_of(*words: str) -> str:
    return "|".join("|".join(group.split()) for group in words)


_number = _any_of(NUMBER_WORDS, CALENDAR, *FIGURES)
_empty_word = _any_of(COUNTERS, LINKS, _number)
_any_word = _any_of(_empty_word, SPANS)

GENERIC = f"^(({_empty_word})( |$))+$|^(({_any_word}) )*({_number})( ({_any_word}))*$"
"""A regular expression for PostgreSQL, over folded names."""
