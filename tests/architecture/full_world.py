"""Ana's workspace with something of everything in it, all of it marked."""

import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import httpx2 as httpx

from mosaic.accounts.second_factor.models import RecoveryCode, SecondFactor
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.ids import new_id
from mosaic.core.start import Ready
from mosaic.core.work import work
from mosaic.jobs import entries, files, idempotency, output, steps
from mosaic.jobs import service as jobs
from mosaic.jobs.models import JobSchedule
from mosaic.jobs.shapes import ENDED, JobCreate, StepCreate
from mosaic.knowledge import presence
from mosaic.knowledge.graph import arranging
from mosaic.knowledge.health import findings
from mosaic.knowledge.health import service as health
from mosaic.knowledge.health.shapes import PagesApart
from mosaic.knowledge.renaming import rename_entry
from mosaic.knowledge.renaming_shapes import RenameRequest
from mosaic.knowledge.search.models import Embedding
from mosaic.knowledge.service import create_entry
from mosaic.knowledge.shapes import EntryCreate
from mosaic.projects.baselines import BaselineCreate, take_baseline
from mosaic.projects.exchange.templates import TemplateCreate, keep_template
from mosaic.projects.service import create_project, get_project
from mosaic.projects.shapes import ProjectCreate
from mosaic.tasks import checklists, comments, dependencies, views
from mosaic.tasks.around_shapes import CommentWrite, DependencyCreate, ItemCreate, ViewCreate
from mosaic.tasks.service import create_task, get_task
from mosaic.tasks.shapes import TaskCreate
from tests.answers import expected
from tests.architecture.routes import Belongings, Operation, example, ids_of, operations
from tests.world import World, client, enter

DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "08d763f8ffff3f0005fe02fea735811b0000000049454e44ae426082"
)


@dataclass
class Full:
    """The world, and the word that stands in every text of Ana's workspace."""

    world: World
    ready: Ready
    workspace_id: str
    canary: str = field(default_factory=lambda: f"Canary{uuid4().hex[:12]}")
    secrets: dict[str, str] = field(default_factory=dict)

    def belongings(self) -> Belongings:
        return ids_of(self.ready.admin_dsn, self.workspace_id, self.secrets)


async def fresh_token(actor: Actor) -> str:
    """Open a session for one request, as some requests end the one they come in."""
    assert actor.user_id
    async with work(DOORKEEPER) as w:
        return enter(w, actor.user_id)


async def fill(world: World, ready: Ready) -> Full:
    """Let Ana make one of everything by every operation that makes or changes something."""
    async with world.ana.work() as w:
        full = Full(world, ready, str(w.tenant))
    invited = await world.ana.http.post(
        f"/api/workspaces/{full.workspace_id}/invitations",
        json={"email": f"{full.canary}@example.org"},
    )
    await _plan(world, full.canary)
    full.secrets["token"] = invited.json()["url"].rsplit("/", 1)[1]
    changing = [one for one in operations() if one.method in {"POST", "PUT", "PATCH"}]
    waiting = [one for one in changing if not one.public]
    there = full.belongings()
    # What needs something else to be there first gets another turn after it.
    for _ in range(3):
        left = []
        for operation in waiting:
            try:
                [path, *_] = there.paths(operation)
            except AssertionError:
                there = full.belongings()
                left.append(operation)
                continue
            # Not today: a stranger's page of today has the same address in a place of their own.
            day = {"params": {"date": "2001-02-03"}} if path.endswith("/daily") else {}
            ana = world.ana.actor
            answer = await send(operation, path, full.canary, ana, full.workspace_id, **day)
            assert expected(answer), f"{operation.method} {path} {answer.text}"
        waiting = left
    await _perform(world, full.canary)
    await _guard(world.ana.actor, full.canary)
    return full


async def _plan(world: World, words: str) -> None:
    """Let Ana plan something, as every task and project refers to another thing."""
    async with world.ana.work() as w:
        garden = await create_project(w, ProjectCreate(name=words, description=words))
        wanted = TaskCreate(title=words, description=f"[[{words}]]", tags=[words])
        wanted.project_id, wanted.due_date = garden.id, date(2027, 1, 1)
        first, second = [await create_task(w, wanted) for _ in range(2)]
        task = await get_task(w, second.id)
        waits = DependencyCreate(depends_on_id=first.id)
        await dependencies.add_dependency(w, task, waits)
        await comments.add_comment(w, task, CommentWrite(content=words))
        await checklists.add_item(w, task, ItemCreate(title=words))
        place = await get_project(w, garden.id)
        await take_baseline(w, place, BaselineCreate(name=words))
        await keep_template(w, TemplateCreate(project_id=garden.id))
        await views.keep_view(w, ViewCreate(name=words, query=words))


async def _guard(actor: Actor, words: str) -> None:
    """Let Ana have a second factor, which no request can switch on without her app."""
    assert actor.user_id
    async with work(DOORKEEPER) as w:
        w.session.add(
            SecondFactor(user_id=actor.user_id, secret=words, confirmed_at=datetime.now(UTC))
        )
        w.session.add(RecoveryCode(user_id=actor.user_id, code_hash=words))


async def _perform(world: World, words: str) -> None:
    """Let a run of Ana's go through everything a run can have, to its end."""
    async with world.ana.work() as w:
        page = await create_entry(w, EntryCreate(title=f"{words} of a run"))
        page = await rename_entry(w, page.slug, RenameRequest(title=f"{words} of this run"))
        await create_entry(w, EntryCreate(title=words, content=f"[[{words} of a run]]"))
        await create_entry(w, EntryCreate(title=f"{words} for all", visibility="PUBLIC"))
        twins = [await create_entry(w, EntryCreate(title=f"{words} twin", content=page.title))]
        twins.append(await create_entry(w, EntryCreate(title=f"{words} twin")))
        await health.read_health(w)
        pair = [one.slug for one in twins]
        await findings.keep_apart(w, PagesApart(one=pair[0], other=pair[1]))
        await arranging.keep(w, 1, [page.id], [(0.0, 0.0, 0, 0.0)], 0)
        made = await jobs.create_job(w, JobCreate(type="outside", title=words))
        job = await jobs.get_job(w, made.id, lock=True)
        [step] = await steps.add_steps(w, job, [StepCreate(name=words)])
        await steps.move_step(w, job, step, "RUNNING")
        await output.append(w, job, step, words)
        await files.put(w, job.id, f"{words}.txt", "text/plain", _bytes(words), "ARTIFACT", step.id)
        await entries.touch(w, job.id, [page.id])
        await presence.beat(w, page.id, words, writing=True)
        vector = {"part": 0, "version": 1, "dimension": 2, "embedding": [0.5, 0.5]}
        w.session.add(Embedding(workspace_id=w.tenant, entry_id=page.id, model=words, **vector))
        await steps.move_step(w, job, step, "COMPLETED")
        await jobs.end_job(w, job, "COMPLETED", {"said": words})
        schedule = {"title": words, "type": "outside", "cron": "0 0 1 1 *", "created_by": w.user_id}
        # Several, as some are removed by who tries that.
        for _ in range(5):
            w.session.add(JobSchedule(id=new_id(), workspace_id=w.tenant, **schedule))
        assert await idempotency.begin(w, words, "") is None
        # A run that goes on would let its stream of events go on.
        for left in (await jobs.list_rows(w, jobs.JobQuery(limit=100))).data:
            if left.status not in ENDED:
                await jobs.cancel_job(w, left.id)


async def _bytes(words: str) -> AsyncIterator[bytes]:
    yield words.encode()


async def send(
    operation: Operation,
    path: str,
    words: str,
    actor: Actor | None,
    workspace: str = "",
    **more: Any,
) -> httpx.Response:
    """Send an operation with text that says `words`."""
    token = await fresh_token(actor) if actor else None
    flags = {
        one["name"]: "true"
        for one in operation.parameters("query")
        if one["schema"].get("type") == "boolean" and not operation.reads
    }
    kind, schema = operation.body or ("", {})
    if kind == "multipart/form-data":
        name = "file" if path.endswith("/attachments") else "files"
        more["files"] = {name: ("vault.zip", _vault(words), "application/zip")}
        if path.endswith("/projects/import"):
            table = f"Title,Tags\n{words},{words}\n".encode()
            more["files"] = {"file": (f"{words}.csv", table, "text/csv")}
    elif kind:
        more["json"] = example("", schema, words, more.pop("ids", None))
    more.pop("ids", None)
    params = {**flags, **more.pop("params", {})}
    async with client(token, workspace or None) as http:
        return await http.request(operation.method, path, params=params, **more)


def _vault(words: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as vault:
        page = f"---\ntags: [{words}]\naliases: [{words} too]\n---\n# {words}\n![[{words}.png]]\n"
        vault.writestr(f"{words} imported.md", page)
        vault.writestr(f"{words}.png", DOT)
    return packed.getvalue()
