"""What tokens cost, by the price table of the settings."""

from collections.abc import Iterable

from mosaic.core.config import settings

_PER = 1_000_000


def cost(model: str | None, tokens_input: int | None, tokens_output: int | None) -> float | None:
    """Return what tokens of a model cost, in MODEL_CURRENCY; None when its price is not known."""
    price = settings().model_prices.get(model or "")
    if price is None or (tokens_input is None and tokens_output is None):
        return None
    # Sums come from the database as decimals.
    return (price.input * int(tokens_input or 0) + price.output * int(tokens_output or 0)) / _PER


def total(used: Iterable[tuple[str | None, int | None, int | None]]) -> float | None:
    """Return what several models cost together; None as soon as one is not known, or for none."""
    costs = [cost(*one) for one in used]
    known = [one for one in costs if one is not None]
    return sum(known) if known and len(known) == len(costs) else None


def known() -> bool:
    """Whether there is a price table at all."""
    return bool(settings().model_prices)
