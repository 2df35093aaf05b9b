"""Mosaic: a calm, self-hosted personal assistant platform."""

__version__ = "0.1.0"
