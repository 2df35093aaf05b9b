"""The command line: `mosaic up` and what goes with it."""

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as ProgressBar

from mosaic import __version__
from mosaic.core.config import ConfigProblem, settings
from mosaic.core.errors import Problem
from mosaic.terminal import Steps, aside, connected, database, out, run, stoppable

if TYPE_CHECKING:
    from mosaic.core.backup_file import Manifest
    from mosaic.knowledge.exchange.shapes import ImportPublic

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Mosaic, a calm assistant for yourself and the people you work with.",
)


def main() -> None:
    """Run the command line; what is known to go wrong is a sentence, not a traceback.

    Anything else is logged, which leaves out what looks like a secret.
    """
    try:
        app()
    except Exception as problem:
        if not isinstance(problem, _known()):
            logging.getLogger(__name__).exception("That did not work out.")
            sys.exit(1)
        aside.print(str(problem), style="yellow", markup=False, soft_wrap=True)
        sys.exit(1)


def _known() -> tuple[type[Exception], ...]:
    # Imported this late so that the first line of `mosaic up` is there at once.
    from mosaic.core.migrate import DatabaseProblem
    from mosaic.core.postgres_binaries import PostgresUnavailable
    from mosaic.node import BuildProblem

    return (ConfigProblem, DatabaseProblem, PostgresUnavailable, BuildProblem, Problem)


@app.callback()
def begin() -> None:
    """Mosaic, a calm assistant for yourself and the people you work with."""
    from mosaic.core import logs

    logs.configure(settings())


@app.command()
def up(
    workers: Annotated[
        int, typer.Option(min=0, max=64, help="How many perform runs beside the server.")
    ] = 1,
    web: Annotated[
        int, typer.Option(min=1, max=64, help="How many processes serve; several with VALKEY_URL.")
    ] = 1,
) -> None:
    """Start everything and serve it until Ctrl-C."""
    steps = Steps()
    ours = settings()
    out.print(f"Mosaic {__version__}")
    with stoppable(steps):
        steps("Looking at what is here")
        from mosaic import beside, frontend, serve

        serve.check(ours.mosaic_host, ours.port)
        with database(steps), beside.workers(workers, serving := threading.Event()):
            frontend.build(steps)
            token = _setup_token()
            steps("Starting the server")

            def ready() -> None:
                steps.end()
                out.print(f"\n  {ours.app_url}", style="bold")
                out.print(f"  Ready in {steps.seconds:.1f} s. Ctrl-C stops it.\n")
                if token:
                    print(f"  The set-up page asks for this token: {token}\n", flush=True)
                serving.set()

            if web > 1 and not ours.valkey_url:
                out.print("  One process serves, as VALKEY_URL is not set.")
                web = 1
            if web == 1:
                serve.serve(ours.mosaic_host, ours.port, ready)
            else:
                serve.serve_many(ours.mosaic_host, ours.port, web, ready)
            steps("Stopping")
        steps.end()
        out.print("  Stopped. Everything is kept.")


def _setup_token() -> str | None:
    """Return what the set-up page asks for: nothing on this machine alone, or once it is done."""
    from mosaic.accounts import setup

    if settings().for_this_machine or not asyncio.run(connected(setup.needed)):
        return None
    return setup.setup_token()


@app.command()
def build() -> None:
    """Build what browsers load, where it is not built yet. `mosaic up` does the same."""
    steps = Steps()
    with stoppable(steps):
        from mosaic import frontend

        frontend.build(steps)
        steps.end()


@app.command()
def dev() -> None:
    """Serve from the sources, with reload, until Ctrl-C."""
    steps = Steps()
    with stoppable(steps):
        steps("Looking at what is here")
        from mosaic import beside, serve

        serve.check("127.0.0.1", settings().port)
        with database(steps), beside.workers(1, serving := threading.Event()):
            steps.end()
            serving.set()
            serve.develop(settings().port)


@app.command()
def worker() -> None:
    """Perform runs until Ctrl-C: here, or on any machine that reaches the database."""
    steps = Steps()
    with stoppable(steps), database(steps):
        steps("Starting the worker")
        from mosaic import worker as performing

        def ready() -> None:
            steps.end()
            out.print("  Performing runs. Ctrl-C stops it.")

        performing.run(ready)
        out.print("  Stopped. Runs that are not finished go on with another worker.")


@app.command()
def migrate() -> None:
    """Bring the tables up to date."""
    steps = Steps()
    with stoppable(steps), database(steps):
        pass


@app.command()
def upgrade() -> None:
    """Tell what the next start would change here. Changes nothing."""
    from mosaic.upgrade import notes

    with stoppable(Steps()):
        for line in notes(settings()):
            out.print(line, markup=False, soft_wrap=True)


Workspace = Annotated[
    str | None, typer.Option("--workspace", "-w", help="Its slug. Only one: that one.")
]
User = Annotated[
    str | None, typer.Option("--user", "-u", help="Who does it, by e-mail. Without: an owner.")
]


@app.command(name="import")
def import_vault(
    path: Annotated[Path, typer.Argument(help="A folder, or a .zip.")],
    workspace: Workspace = None,
    user: User = None,
    conflicts: Annotated[
        str, typer.Option(help="When another version is here: skip, replace or keep both.")
    ] = "replace",
) -> None:
    """Import a folder or a .zip of Markdown, or an export, into a workspace."""
    if not path.exists():
        raise Problem(f"There is nothing at {path}.")
    _import(path, path.resolve().name, workspace, user, conflicts)


@app.command(name="export")
def export_pages(
    path: Annotated[Path, typer.Argument(help="The .zip that is made.")],
    format: Annotated[str, typer.Option(help="markdown, or json with all versions.")] = "markdown",
    workspace: Workspace = None,
    user: User = None,
) -> None:
    """Export the pages of a workspace, as somebody sees them, into a .zip."""
    from mosaic.knowledge.exchange import commands

    size = run(lambda: commands.export_path(path, format, workspace, user))
    out.print(f"{path}: {size:,} bytes", markup=False, soft_wrap=True)


@app.command()
def demo(workspace: Workspace = None, user: User = None) -> None:
    """Fill a workspace with Mosaic's own documentation, as linked pages."""
    from mosaic.knowledge.exchange.demo import NAME

    _import(None, NAME, workspace, user)


def _import(
    path: Path | None,
    name: str,
    workspace: str | None,
    user: str | None,
    conflicts: str = "replace",
) -> None:
    from mosaic.knowledge.exchange import commands

    with ProgressBar(TextColumn("{task.description}"), BarColumn(), console=aside) as bar:
        task = bar.add_task("Importing", total=None)

        def progress(percent: int) -> None:
            bar.update(task, completed=percent, total=100)

        done, left_out = run(
            lambda: commands.import_path(path, name, workspace, user, progress, conflicts),
            performing=True,
        )
    for file, reason in left_out:
        out.print(f"  {'left out':<12} {file}: {reason}", markup=False, soft_wrap=True)
    for line in _told(done):
        out.print(line, markup=False, soft_wrap=True)
    if done.problem:
        raise Problem(done.problem)


def _told(done: "ImportPublic") -> Iterator[str]:
    """Say what became of an import: a line for each file that was not simply made, then sums."""
    from mosaic.shell import words

    for line in done.report:
        if line.outcome != "created" or line.reason:
            reason = f": {line.reason}" if line.reason else ""
            yield f"  {words.outcome(line.outcome):<12} {line.path}{reason}"
    sums = [f"{n} {words.outcome(outcome)}" for outcome, n in done.counts.items() if n]
    yield ", ".join(sums) or "Nothing to import was found there."
    if done.links:
        yield (
            f"{words.count(done.links.pages, 'page')}; links: {done.links.resolved} resolved, "
            f"{done.links.broken} broken, {done.links.ambiguous} ambiguous"
        )


@app.command()
def backup(
    file: Annotated[str, typer.Argument(help="The .zip that is made; - is the standard output.")],
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="With passwords and keys among the settings.")
    ] = False,
) -> None:
    """Write everything that Mosaic keeps into one file, while it runs."""
    from mosaic import backups

    if file == "-" and sys.stdout.isatty():
        raise Problem("A backup is not for reading on a screen. Consider `mosaic backup - > FILE`.")
    with (
        stoppable(Steps()),
        ProgressBar(
            TextColumn("{task.description}"),
            BarColumn(),
            console=aside,
            disable=not aside.is_terminal,
        ) as bar,
    ):
        task = bar.add_task("Backing up", total=None)
        made = backups.take(
            file, settings(), with_secrets, lambda table: bar.update(task, description=table)
        )
    (aside if file == "-" else out).print(f"{file}: {_sums(made)}", markup=False, soft_wrap=True)


@app.command()
def restore(
    file: Annotated[
        str, typer.Argument(help="A .zip that `mosaic backup` made; - is the standard input.")
    ],
    check: Annotated[bool, typer.Option("--check", help="Only look whether it is whole.")] = False,
) -> None:
    """Put a backup into an empty place: a new data folder, or the database of DATABASE_URL."""
    from mosaic import backups

    if file == "-" and sys.stdin.isatty():
        raise Problem("A backup is not typed. Consider `mosaic restore - < FILE`.")
    steps = Steps()
    with stoppable(steps), backups.at_hand(file) as path:
        if check:
            made = backups.check(path)
            out.print(f"{file} is whole: {_sums(made)}", markup=False, soft_wrap=True)
            return
        made, differing = backups.put_back(path, settings(), steps)
    out.print(f"Restored, each row as it was: {_sums(made)}", markup=False, soft_wrap=True)
    where = backups.beside(settings())
    names = f"Set otherwise here: {', '.join(differing)}." if differing else "All is set so here."
    out.print(f"Its settings are in {where}. {names}", markup=False, soft_wrap=True)


def _sums(made: "Manifest") -> str:
    moment = f"{made.taken_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{made.rows:,} rows in {len(made.tables)} tables, as of {moment}, Mosaic {made.mosaic}"


@app.command()
def doctor() -> None:
    """Tell what is there and what is missing. Starts and changes nothing."""
    from mosaic import doctor as checks

    marks = {"well": "[green]✓[/green]", "off": "[dim]·[/dim]", "look": "[yellow]![/yellow]"}
    findings = checks.examine(settings())
    for finding in findings:
        out.print(f"  {marks[finding.state]} {finding.what:<15}", end="")
        out.print(finding.says, markup=False, soft_wrap=True)
    if any(finding.state == "look" for finding in findings):
        sys.exit(1)


@app.command()
def user(
    email: str,
    name: Annotated[str, typer.Option(help="What others see, for a new account.")] = "",
    workspace: Workspace = None,
    role: Annotated[str, typer.Option(help="OWNER, ADMIN, MEMBER or GUEST.")] = "MEMBER",
) -> None:
    """Add an account (with --name), or give the one that is there another password."""
    from mosaic.workspaces import commands

    password = _password()
    if name:
        run(lambda: commands.add_user(email, name, password, workspace, role))
    else:
        run(lambda: commands.set_password(email, password))
    out.print(f"{email} can sign in at {settings().app_url}", markup=False, soft_wrap=True)


def _password() -> str:
    """Ask for a password, or read it from the first line of what is piped in."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


factor = typer.Typer(no_args_is_help=True, help="What is asked for after somebody's password.")
app.add_typer(factor, name="second-factor")


@factor.callback()
def second_factor() -> None:
    """What is asked for after somebody's password."""


@factor.command()
def off(email: str) -> None:
    """Let somebody in with the password alone, who has lost the app and the recovery codes."""
    from mosaic.workspaces import commands

    was_on = run(lambda: commands.switch_off_second_factor(email))
    said = "signs in with the password alone now" if was_on else "has no second factor"
    out.print(f"{email} {said}.", markup=False, soft_wrap=True)


@app.command()
def token(
    email: str,
    name: Annotated[str, typer.Option(help="What it is for.")] = "Command line",
    read_only: Annotated[bool, typer.Option("--read-only", help="It changes nothing.")] = False,
) -> None:
    """Make an API token for somebody. It is shown this once."""
    from mosaic.workspaces import commands

    print(run(lambda: commands.make_token(email, name, read_only)))
