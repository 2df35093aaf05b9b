"""The front door."""

import reflex as rx

from mosaic.api import api


def index() -> rx.Component:
    """Stand in until the first page."""
    return rx.el.main("Mosaic")


app = rx.App(api_transformer=api)
app.add_page(index, route="/", title="Mosaic")
