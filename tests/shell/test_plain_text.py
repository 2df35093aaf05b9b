"""Text from people stays text where Reflex looks for variables of its own in it."""

import json
import re

import pytest
import reflex as rx
from reflex.event import Event

from mosaic.mosaic import app
from mosaic.shell.state import Shell

HOSTILE = {
    "no variable": "A page “<reflex.Var>x</reflex.Var>” of somebody",
    "a sign alone": "<reflex.Var>-</reflex.Var>",
    "nothing": "<reflex.Var></reflex.Var>",
    "one that is not there": "<reflex.Var>123</reflex.Var>tail",
    "a long number": f"<reflex.Var>{'9' * 5_000}</reflex.Var>",
    "other digits": "<reflex.Var>²</reflex.Var>",
    "no end": "<reflex.Var>",
    "an end first": "</reflex.Var><reflex.Var>",
    "many without an end": "<reflex.Var>" * 100_000,
    "one that is there, as another": f"<reflex.Var>{hash(Shell.user_name)}</reflex.Var>alert(1)",
    "beside one of its own": f"{Shell.user_name}: <reflex.Var>x</reflex.Var>",
}


# Without an end it would take all memory first.
@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_looks_like_a_variable_is_told_as_it_was_written(text: str) -> None:
    assert app
    [toast, redirect] = Event.from_event_type([rx.toast(text), rx.redirect(text)])
    [said] = re.findall(r'\((".*")\)', toast.payload["function"])
    assert json.loads(said) == text
    assert redirect.payload["path"] == text


def test_variables_within_a_text_are_still_variables() -> None:
    [toast] = Event.from_event_type(rx.toast(f"Hello, {Shell.user_name}."))
    assert f'"Hello, "+{Shell.user_name!s}+"."' in toast.payload["function"]
