"""Keys for an order in which there is always room between two things.

A key is a fraction in base 62: a whole number of six digits, and digits behind the point. Keys
compare like their bytes, so PostgreSQL sorts them with `COLLATE "C"`. What is appended gets the
next whole number; so keys grow only where things are put between two neighbours again and again,
by one digit about every fifth time.
"""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE, _WHOLE = len(_DIGITS), 6
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}


def between(low: str | None, high: str | None) -> str:
    """Return a key after `low` and before `high`; None is before or after everything."""
    if low is None and high is None:
        return _text(_BASE**_WHOLE // 2, _WHOLE)
    if high is None:
        return _text(_number(str(low)[:_WHOLE]) + 1, _WHOLE)
    if low is None:
        return _text(_number(high[:_WHOLE]) - 1, _WHOLE)
    places = max(len(low), len(high))
    start, end = (_number(key.ljust(places, _DIGITS[0])) for key in (low, high))
    if start >= end:
        raise ValueError("the keys are not in order")
    if end - start == 1:
        start, end, places = start * _BASE, end * _BASE, places + 1
    middle = _text((start + end) // 2, places)
    return middle[:_WHOLE] + middle[_WHOLE:].rstrip(_DIGITS[0])


def following(last: str | None, count: int) -> list[str]:
    """Return `count` keys in order, all of them after `last`."""
    keys: list[str] = []
    for _ in range(count):
        keys.append(between(keys[-1] if keys else last, None))
    return keys


def _number(key: str) -> int:
    number = 0
    for digit in key:
        number = number * _BASE + _VALUES[digit]
    return number


def _text(number: int, places: int) -> str:
    digits = []
    for _ in range(places):
        number, digit = divmod(number, _BASE)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
