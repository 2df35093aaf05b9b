"""What becomes of tabs that close."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.state import State

from mosaic.accounts.tokens import tab_token
from mosaic.shell.tabs import Tabs


@pytest.mark.parametrize(("signed_in", "kept"), [(False, 0), (True, 1)])
async def test_a_tab_of_nobody_is_forgotten_when_it_closes(signed_in: bool, kept: int) -> None:
    states = StateManagerMemory(token_expiration=60)
    tabs, namespace = Tabs(), SimpleNamespace(app=SimpleNamespace(state_manager=states))
    tabs.namespace: Any = namespace
    token = tab_token(uuid4() if signed_in else None)
    async with states.modify_state(BaseStateToken(ident=token, cls=State)):
        assert len(states.states) == 1
    await tabs.disconnect_token(token, "a socket")
    assert len(states.states) == kept
    await states.close()
