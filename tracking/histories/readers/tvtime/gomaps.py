"""Lists and maps as Go prints them: “[map[id:83322 type:series] map[name:My Faves order:<nil>]]”, without quotes."""

import re

_BRACKET = re.compile(r"[\[\]]")
_KEY_OR_BRACKET = re.compile(r"[\[\]]|(?:^| )(?P<key>[A-Za-z_]\w*):")


def maps(text: str) -> list[dict[str, str]]:
    """The maps of a list, with their values as text; brackets within are kept, a bracket that is missing ends all."""
    found = []
    start = text.find("map[")
    while start >= 0:
        end = _closing(text, start + 4)
        found.append(_fields(text[start + 4 : end]))
        start = text.find("map[", end)
    return found


def _closing(text: str, at: int) -> int:
    depth = 1
    for bracket in _BRACKET.finditer(text, at):
        depth += 1 if bracket[0] == "[" else -1
        if not depth:
            return bracket.start()
    return len(text)


def _fields(inside: str) -> dict[str, str]:
    """A value goes on until the next key outside of brackets."""
    depth, keys = 0, []
    for token in _KEY_OR_BRACKET.finditer(inside):
        if not token["key"]:
            depth += 1 if token[0] == "[" else -1
        elif depth == 0:
            keys.append(token)
    ends = [*(token.start() for token in keys[1:]), len(inside)]
    values = {token["key"]: inside[token.end() : end].strip() for token, end in zip(keys, ends, strict=False)}
    return {key: "" if value == "<nil>" else value for key, value in values.items()}


def count(text: str) -> int | None:
    """A whole number, which Go prints as “1.6e+09” where it does not know better."""
    if re.fullmatch(r"\d{1,18}", text, re.ASCII):
        return int(text)
    if re.fullmatch(r"\d(\.\d{1,17})?e\+\d\d", text, re.ASCII) and float(text) < 10**18:
        return int(float(text))
    return None
