"""Tests of sign-in at an OpenID Connect provider."""
