"""What the next start of this Mosaic would change about what is here. Nothing is changed by it."""

from collections.abc import Iterator

import psycopg

from mosaic import __version__
from mosaic.core import copying, migrate, settings_file, start
from mosaic.core.config import ROOT, Settings


def notes(settings: Settings) -> Iterator[str]:
    """Tell it line by line. Raises DatabaseProblem where there is no database, or a newer one."""
    waiting = _waiting(settings)
    if waiting:
        yield f"With Mosaic {__version__}, the next start changes the tables:"
        yield from (f"  {revision}  {words}" for revision, words in waiting)
        yield "They only go forward, so consider a backup before: mosaic backup FILE"
    else:
        yield f"The tables are those of Mosaic {__version__}. The next start changes nothing."
    if unknown := settings_file.unknown(ROOT / ".env"):
        yield f"In .env, not known to this version and without effect: {', '.join(unknown)}."
        yield "All settings are in .env.example."


def _waiting(settings: Settings) -> list[tuple[str, str]]:
    try:
        with start.as_it_is(settings) as dsn, psycopg.connect(dsn, connect_timeout=10) as looking:
            return migrate.waiting(copying.revision(looking))
    except psycopg.Error as problem:
        said = migrate.what_it_said(problem)
        raise migrate.DatabaseProblem(f"The database does not answer: {said}") from None
