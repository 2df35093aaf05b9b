"""What a form says when something that was typed does not fit."""

from collections.abc import Iterator
from contextlib import contextmanager

import reflex as rx
from pydantic import ValidationError

from mosaic import ui
from mosaic.core.errors import NotSignedIn, Problem
from mosaic.problems import value_words


@contextmanager
def saying(state: rx.State) -> Iterator[None]:
    """Within, what does not fit is kept in `state.said`, by the field's name on the wire.

    What belongs to no field stands under "". What was typed stays in the form.
    """
    state.said = {}
    try:
        yield
    except NotSignedIn:
        raise
    except ValidationError as problem:
        state.said = {str(found["loc"][0]): value_words(found) for found in problem.errors()}
    except Problem as problem:
        [*_, field] = problem.extra.get("errors", [{"loc": ["body"]}])[0]["loc"]
        state.said = {"" if field == "body" else field: problem.detail}


def at(said: rx.Var[dict[str, str]], field: str) -> rx.Var[str]:
    """Return what is said at a field."""
    return said.get(field, "").to(str)


def remark(said: rx.Var[dict[str, str]]) -> rx.Component:
    """Return what is said about the form as a whole."""
    words = at(said, "")
    return rx.el.div(rx.cond(words != "", ui.note(words, tone="attention")), role="alert")
