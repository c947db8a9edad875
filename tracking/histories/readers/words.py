"""How services say “season” and “episode” in the languages of their viewers."""

import re
from dataclasses import dataclass
from functools import lru_cache

SEASONS = (
    "season|series|staffel|saison|temporada|stagione|seizoen|sæson|sesong|säsong|kausi|tuotantokausi|sezon|sezonul"
    "|sezona|sezóna|série|séria|seria|řada|évad|hooaeg|sezonas|sezonas|сезон|сезона|κύκλος|σεζόν|עונה|الموسم|सीज़न"
    "|ซีซั่น|ซีซัน|mùa|musim|シーズン|シリーズ|시즌|denboraldia"
)
PARTS = (
    "part|parte|partie|teil|deel|del|osa|část|časť|część|rész|kısım|часть|частина|μέρος|phần|bagian|パート|파트|部"
    "|volume|volumen|vol\\.?|band|bind|book|buch|libro|livre|livro|bog|bok|boek|kirja|kniha|könyv|księga|книга"
    "|chapter|chapitre|capítulo|capitolo|capitolul|kapitel|kap\\.?|kapittel|kapitola|rozdział|luku|fejezet|hoofdstuk"
    "|глава|розділ|κεφάλαιο|チャプター|챕터|collection|kollektion|colección|coleção"
)
LIMITED = (
    "limited series|miniserie|mini-serie|miniserien|miniserial|miniseriál|minissérie|minisérie|mini-série|miniseries"
    "|mini-series|minisarja|serie limitada|série limitée|limitierte serie|limitowany serial|мини-сериал|міні-серіал"
    "|リミテッドシリーズ|리미티드 시리즈|限定シリーズ|限定劇集|迷你剧|迷你劇"
)
EPISODES = (
    "episode|épisode|episodio|episódio|episodul|folge|afsnit|avsnitt|jakso|aflevering|odcinek|epizoda|epizód|epizod"
    "|díl|bölüm|эпизод|серия|серія|епізод|επεισόδιο|פרק|الحلقة|エピソード|에피소드|tập|ตอน|ep\\.?"
)
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
SPELLED = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
KANJI = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
NUMBERS = ROMAN | SPELLED | KANJI


@dataclass(frozen=True)
class Label:
    """What “Season 2” says: the number, and whether nothing but a season of a series is called so."""

    number: int
    is_sure: bool


@lru_cache(maxsize=4096)
def season(text: str) -> Label | None:
    """Of a text that is nothing but the label of a season, or of what may be one: “Part 2”."""
    if _LIMITED.fullmatch(text):
        return Label(1, is_sure=True)
    if number := _number(_SEASON, text):
        return Label(number, is_sure=True)
    if number := _number(_PART, text):
        return Label(number, is_sure=False)
    return None


@lru_cache(maxsize=4096)
def episode(text: str) -> int | None:
    """Of a text that is nothing but “Episode 3”."""
    return _number(_EPISODE, text)


def split_episode(text: str) -> tuple[int | None, str]:
    """“Episode 3: A Name” and “A Name (Episode 3)” as number and name; a text without a number is a name."""
    if (number := episode(text)) is not None:
        return number, ""
    head, colon, rest = text.partition(":")
    if colon and (number := episode(head.strip())) is not None:
        return number, rest.strip()
    if (found := _IN_BRACKETS.fullmatch(text)) and (number := episode(found["label"])) is not None:
        return number, found["name"].strip()
    return None, text


def _compiled(words: str, signs: str = "") -> re.Pattern[str]:
    """“Season 2”, “2nd season” and, with signs such as “季”, “第二季”."""
    spelled = "|".join(sorted(NUMBERS, key=len, reverse=True))
    forms = [
        rf"(?:{words})\s?(?P<after>\d{{1,4}}|{spelled})[.b]?",
        rf"第?\s?(?P<before>\d{{1,4}}|[{''.join(KANJI)}])(?:\.|-?[ªºaeèé]{{1,2}}|th|st|nd|rd)?\s?(?:{words})",
    ]
    if signs:
        forms.append(rf"第\s?(?P<counted>\d{{1,4}}|[{''.join(KANJI)}])\s?[{signs}]")
    return re.compile("|".join(forms), re.IGNORECASE)


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    if not (found := pattern.fullmatch(text.strip())):
        return None
    said = next(value for value in found.groupdict().values() if value is not None).casefold()
    return NUMBERS[said] if said in NUMBERS else int(said)


_LIMITED = re.compile(LIMITED, re.IGNORECASE)
_SEASON = _compiled(SEASONS, "季期")
_PART = _compiled(PARTS, "部")
_EPISODE = _compiled(EPISODES, "話话集回화회")
_IN_BRACKETS = re.compile(r"(?P<name>.*\S)\s*\((?P<label>[^()]{2,30})\)")
