"""Lets text from people be text, whatever stands in it, when Reflex is handed some of it.

Reflex marks the variables of a page within text (`<reflex.Var>…`), and looks for its marks in
every text that a handler gives to a toast or an address. Of one that somebody wrote it would not
find the end, and the server would answer nobody any more.
"""

import json
import re
from typing import Any

from reflex_base.constants import REFLEX_VAR_CLOSING_TAG, REFLEX_VAR_OPENING_TAG
from reflex_base.vars.base import Var, _global_vars
from reflex_base.vars.sequence import LiteralStringVar

_NUMBER = re.compile(r"-?[0-9]{1,20}")
_with_marks = LiteralStringVar.create


def keep() -> None:
    """Let Reflex read no marks but its own."""
    # There is no other way in: toasts and addresses alike come to this one function.
    LiteralStringVar.create = _create  # type: ignore[method-assign, assignment]


def _create(value: str, _var_type: Any = None, _var_data: Any = None) -> Var[Any]:
    _, *marked = value.split(REFLEX_VAR_OPENING_TAG)
    if all(map(_is_its_own, marked)):
        return _with_marks(value, _var_type, _var_data)
    return LiteralStringVar(
        _js_expr=json.dumps(value).replace("<", "\\u003c"),
        _var_type=_var_type or type(value),
        _var_data=_var_data,
        _var_value=value,
    )


def _is_its_own(rest: str) -> bool:
    """Whether what follows the beginning of a mark is a variable that Reflex put there."""
    number, closed, after = rest.partition(REFLEX_VAR_CLOSING_TAG)
    var = _global_vars.get(int(number)) if closed and _NUMBER.fullmatch(number) else None
    return var is not None and after.startswith(var._js_expr)
