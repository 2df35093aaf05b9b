"""What decides whether the frontend is built again, and what is changed in Reflex's own files."""

import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from reflex.utils import frontend_skeleton
from reflex_base import constants
from reflex_base.config import get_config

from mosaic import frontend, node

Report = Callable[[str], None]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose build only makes the folder that a build makes."""
    (tmp_path / "mosaic" / "shell").mkdir(parents=True)
    (tmp_path / "mosaic" / "shell" / "layout.py").write_text("x = 1")
    (tmp_path / "rxconfig.py").write_text("")
    monkeypatch.setattr(frontend, "ROOT", tmp_path)
    monkeypatch.setattr(frontend, "STAMP", tmp_path / ".web" / "build" / "mosaic.stamp")
    monkeypatch.setattr(frontend, "_run", built)
    return tmp_path


def built(task: str, report: Report, lock: int) -> None:
    report("Building")
    frontend.STAMP.parent.mkdir(parents=True, exist_ok=True)


def test_it_is_built_once(project: Path) -> None:
    said: list[str] = []
    assert not frontend.is_fresh()
    assert frontend.build(said.append)
    assert not frontend.build(said.append)
    assert said == ["Building"]


@pytest.mark.parametrize(
    "name", ["mosaic/shell/layout.py", "assets/ui/new.jsx", "assets/a.css", "reflex.lock/p.json"]
)
def test_a_change_of_a_source_wants_a_build(project: Path, name: str) -> None:
    frontend.build(print)
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text("changed")
    assert not frontend.is_fresh()


def test_a_removed_source_wants_a_build(project: Path) -> None:
    frontend.build(print)
    (project / "mosaic" / "shell" / "layout.py").unlink()
    assert not frontend.is_fresh()


def test_what_a_build_leaves_behind_wants_none(project: Path) -> None:
    frontend.build(print)
    cache = project / "mosaic" / "__pycache__" / "layout.cpython-311.pyc"
    cache.parent.mkdir()
    cache.write_bytes(b"\0")
    assert frontend.is_fresh()


def test_a_source_that_changes_during_a_build_wants_another(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(task: str, report: Report, lock: int) -> None:
        built(task, report, lock)
        (project / "mosaic" / "shell" / "layout.py").write_text("x = 2")

    monkeypatch.setattr(frontend, "_run", slow)
    frontend.build(print)
    assert not frontend.is_fresh()


def test_a_build_that_ended_half_way_is_not_fresh(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frontend.build(print)
    (project / "rxconfig.py").write_text("# changed, and changed back below")

    def stopped(task: str, report: Report, lock: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(frontend, "_run", stopped)
    with pytest.raises(KeyboardInterrupt):
        frontend.build(print)
    (project / "rxconfig.py").write_text("")
    assert not frontend.is_fresh()


def test_two_at_once_build_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builds, begun, may_end = [], Event(), Event()

    def waiting(task: str, report: Report, lock: int) -> None:
        builds.append(task)
        begun.set()
        assert may_end.wait(10)
        built(task, report, lock)

    monkeypatch.setattr(frontend, "_run", waiting)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(frontend.build, print)
        assert begun.wait(10)
        second = pool.submit(frontend.build, print)
        may_end.set()
        assert sorted([first.result(10), second.result(10)]) == [False, True]
    assert builds == ["build"]


def test_node_and_npm_of_the_wheel_work() -> None:
    tools = node._node_tools()
    for name in ("node", "npm"):
        asked = subprocess.run([tools / name, "--version"], capture_output=True, check=True, env={})
        assert asked.stdout


def test_reflex_still_writes_what_is_changed_in_its_files() -> None:
    template = constants.Templates.Dirs.WEB_TEMPLATE / "utils" / "state.js"
    changes = (
        frontend._use_the_page_port,
        frontend._stay_after_a_break,
        frontend._keep_where_events_were_made,
    )
    code = template.read_text()
    for change in changes:
        once = change(code)
        assert once != code
        assert change(once) == once
        code = once
    assert "proxy" in frontend._proxy_to_the_backend(
        frontend_skeleton._compile_vite_config(get_config())
    )
    once = frontend._listen_on_loopback(constants.PackageJson.Commands.DEV)
    assert frontend._listen_on_loopback(once) == once == "react-router dev --host 127.0.0.1"


def test_a_reflex_that_writes_otherwise_is_told() -> None:
    with pytest.raises(node.BuildProblem, match="frontend"):
        frontend._listen_on_loopback("vite")
