"""Invented names in several scripts, with the frequencies of real ones: few words are everywhere, most are rare."""

from dataclasses import dataclass
from functools import cached_property
from random import Random

_COMMON = """
night house last man day love city girl dead world life blue story home black red american secret boy time family dark
star great war king little new big road river dream island lost street white good heart wild summer school years water
king's daughter winter money murder fire best case children kitchen garden hotel north gold return mother doctor space
detective paradise ghost train silence letter bridge kingdom stranger machine paper glass animal weather harbour market
island's sister mountain village ocean shadow hunter mirror empire journey morning
"""

# How syllables begin | what they are | how they end; “-” is nothing, and what comes more than once comes more often.
_SOUNDS = {
    "latin": "b br c ch d dr f fl g gr h j k kr l m n p pr qu r s sh st t tr v w z"
    "|a e i o u a e i o ai ea ou|- - - - - n r l s m t",
    "accented": "b ç d f g h j l ł m n ñ p r ř s š t v z ž|a á ä å e é è ê i í o ó ö ø u ü ý|- - n r l s k",
    "cyrillic": "б в г д ж з к л м н п р с т х ш|а е и о у ы я|- - н р в ч",
    "greek": "β γ δ ζ θ κ λ μ ν π ρ σ τ φ χ|α ε η ι ο υ ω|- - ς ν",
    "kana": "か き く さ し す た ち つ な に の は ひ ま み も や ゆ ら り る わ|-|- - ん い",
    "hangul": "가 나 다 라 마 바 사 아 자 하 고 노 도 로 모 보 소 오 조 호 구 누 두 루 무 수 우 주|-|-",
}
SCRIPTS = {
    script: [["" if sound == "-" else sound for sound in part.split()] for part in sounds.split("|")]
    for script, sounds in _SOUNDS.items()
}
OTHER_SCRIPTS = ("cyrillic", "greek", "kana", "hangul")


def log_uniform(rng: Random, count: int) -> int:
    """A rank from 0 to count - 1; rank r comes about as often as 1 / (r + 1), as Zipf found it for words."""
    return int((count + 1) ** rng.random()) - 1


def gently(rng: Random, count: int) -> int:
    """A rank from 0 to count - 1 where the first are the frequent ones too, but by far not as much: as names are."""
    return int(count * rng.random() ** 2)


def invent(rng: Random, script: str, syllables: int) -> str:
    onsets, vowels, codas = SCRIPTS[script]
    return "".join(rng.choice(onsets) + rng.choice(vowels) + rng.choice(codas) for _ in range(syllables))


def distinct(rng: Random, count: int, script: str = "latin") -> list[str]:
    """As many different words; the frequent ones, which come first, are the shorter ones."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[invent(rng, script, rng.choice((1, 2)) if len(found) < count // 20 else rng.choice((2, 2, 2, 3)))] = None
    return list(found)


@dataclass(frozen=True)
class Vocabulary:
    """The words from which a seed makes names; every method takes its chance from the given generator."""

    seed: int

    @cached_property
    def words(self) -> list[str]:
        rng = Random(f"{self.seed} words")
        invented = distinct(rng, 10_000)
        accented = distinct(rng, 1500, "accented")
        for word in accented:
            invented.insert(rng.randrange(300, len(invented)), word)
        return [*_COMMON.split(), *invented]

    @cached_property
    def foreign(self) -> dict[str, list[str]]:
        rng = Random(f"{self.seed} foreign")
        return {script: distinct(rng, 1000, script) for script in OTHER_SCRIPTS}

    @cached_property
    def first_names(self) -> list[str]:
        rng = Random(f"{self.seed} first names")
        return [word.capitalize() for word in distinct(rng, 2200) + distinct(rng, 300, "accented")]

    @cached_property
    def last_names(self) -> list[str]:
        rng = Random(f"{self.seed} last names")
        names = [word.capitalize() for word in distinct(rng, 22_000) + distinct(rng, 3000, "accented")]
        rng.shuffle(names)
        return names

    @cached_property
    def sentences(self) -> list[str]:
        rng = Random(f"{self.seed} sentences")
        return [" ".join(self.word(rng) for _ in range(rng.randint(8, 20))).capitalize() + "." for _ in range(3000)]

    def word(self, rng: Random) -> str:
        return self.words[log_uniform(rng, len(self.words))]

    def title(self, rng: Random) -> str:
        """The name of a film, a series or an episode, of one to six words."""
        die = rng.random()
        if die < 0.03:
            return self._abroad(rng, rng.choice(("", " ", "・")))
        if die < 0.13:
            return self.words[gently(rng, len(self.words))].capitalize()
        first = self.word(rng).capitalize()
        second = self.word(rng).capitalize()
        while second == first:
            second = self.word(rng).capitalize()
        if die < 0.36:
            return f"The {first} {second}"
        if die < 0.66:
            return f"{first} {second}"
        if die < 0.74:
            return f"{first} of the {second}"
        if die < 0.80:
            return f"{first} & {second}"
        if die < 0.84:
            return f"{first} {rng.randint(2, 99)}"
        return f"{first} {second}: {self.word(rng).capitalize()} {self.word(rng).capitalize()}"

    def person(self, rng: Random) -> str:
        die = rng.random()
        if die < 0.03:
            return self._abroad(rng, " ")
        first = self.first_names[gently(rng, len(self.first_names))]
        last = self.last_names[gently(rng, len(self.last_names))]
        if die < 0.08:
            return f"{first} {last}-{self.last_names[gently(rng, len(self.last_names))]}"
        if die < 0.12:
            return f"{first} {rng.choice('ABCDEFGHJKLMPRSTW')}. {last}"
        return f"{first} {last}"

    def overview(self, rng: Random) -> str:
        return " ".join(rng.choice(self.sentences) for _ in range(rng.randint(1, 4)))

    def _abroad(self, rng: Random, between: str) -> str:
        words = self.foreign[rng.choice(OTHER_SCRIPTS)]
        return f"{words[log_uniform(rng, len(words))]}{between}{words[log_uniform(rng, len(words))]}"
