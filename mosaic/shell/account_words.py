"""Words about accounts: what happened to them, and with which program."""

from typing import Any

_BROWSERS = (
    ("Edge", "Edg"),
    ("Opera", "OPR/"),
    ("Firefox", "Firefox/"),
    ("Firefox", "FxiOS/"),
    ("Chrome", "Chrome/"),
    ("Chrome", "CriOS/"),
    ("Safari", "Safari/"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """Say which browser on what: "Firefox on Linux". Browsers all name each other, so the order
    in which they are looked for matters.
    """
    browser = next((name for name, mark in _BROWSERS if mark in user_agent), "")
    system = next((name for name, mark in _SYSTEMS if mark in user_agent), "")
    return " on ".join(filter(None, (browser, system))) or user_agent[:60] or "Another program"


_SIGNED_IN = {
    "PASSWORD": "Signed in with your password",
    "CODE": "Signed in with your password and a code",
    "RECOVERY_CODE": "Signed in with your password and a recovery code",
    "SINGLE_SIGN_ON": "Signed in at the sign-in service",
    "INVITATION": "Signed in by an invitation",
    "SETUP": "Signed in by setting Mosaic up",
}
_ACCOUNT_EVENTS = {
    "SIGN_IN_REFUSED": "Somebody tried to sign in with another password",
    "CODE_NEEDED": "Your password was given, and no code after it",
    "CODE_REFUSED": "Your password was given, with a code that was not taken",
    "SIGNED_OUT": "Signed out",
    "SESSION_ENDED": "Signed out elsewhere",
    "SESSIONS_ENDED": "Signed out everywhere else",
    "PASSWORD_CHANGED": "Changed the password",
    "SECOND_FACTOR_ON": "Switched the second factor on",
    "SECOND_FACTOR_OFF": "Switched the second factor off",
    "RECOVERY_CODES_MADE": "Made new recovery codes",
    "TOKEN_MADE": "Made an API token",
    "TOKEN_REVOKED": "Revoked an API token",
}


def account_event(action: str, details: dict[str, Any]) -> str:
    """Say what happened to an account: "Made an API token: Backup"."""
    if action == "SIGNED_IN":
        return _SIGNED_IN.get(details.get("by", ""), "Signed in")
    about = device(details["device"]) if "device" in details else details.get("name", "")
    said = _ACCOUNT_EVENTS.get(action) or action.replace("_", " ").capitalize()
    return f"{said}: {about}" if about else said


_REFUSED = {
    "SIGN_IN_REFUSED": "tried to sign in as {name} with another password",
    "CODE_NEEDED": "gave the password of {name}, and no code after it",
    "CODE_REFUSED": "gave the password of {name}, with a code that was not taken",
}


def sign_in(name: str, action: str, details: dict[str, Any]) -> tuple[str, str]:
    """Say who did what about signing in as somebody: ("Ana", "signed in with a password")."""
    if action in _REFUSED:
        return "Somebody", _REFUSED[action].format(name=name)
    said = account_event(action, details).replace("your", "a")
    return name, f"{said[0].lower()}{said[1:]}"
