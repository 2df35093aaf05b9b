"""Gates: steps that wait for a person's answer."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.errors import Conflict
from mosaic.core.work import Role, Work
from mosaic.jobs import events
from mosaic.jobs.lookup import change_job, ensure_open, get_job, get_step
from mosaic.jobs.models import JobStep
from mosaic.jobs.moves import change_steps
from mosaic.jobs.shapes import StepPublic, StepStatus, StepUpdate
from mosaic.jobs.viewing import present_step


async def answer(
    work: Work, job_id: UUID, step_id: UUID, approved: bool, note: str | None = None
) -> StepPublic:
    """Answer a gate: approved it is completed, declined it is FAILED. MEMBER.

    One that is still PENDING is started first. A run that Mosaic performs goes on by itself.
    Raises Conflict for a step that is no gate or has its answer, and for a run that has ended.
    """
    work.require(Role.MEMBER)
    job = await get_job(work, job_id, lock=True)
    step = await get_step(work, job_id, step_id)
    ensure_open(job)
    if step.type != "GATE":
        raise Conflict("This step waits for nobody: it is no gate.")
    if step.status not in ("PENDING", "RUNNING"):
        raise Conflict("This gate has its answer already.")
    waited = step.status == "RUNNING"
    moves: list[StepStatus] = [] if waited else ["RUNNING"]
    moves.append("COMPLETED" if approved else "FAILED")
    await work.session.execute(
        update(JobStep)
        .where(col(JobStep.id) == step.id)
        .values(approved=approved, approval_note=note, approved_by=work.actor.user_id)
        .execution_options(synchronize_session=False)
    )
    happened = await change_steps(work, job, [(step, StepUpdate(status=move)) for move in moves])
    said = {"approved": approved, "note": note}
    written = [one for each in happened for one in each]
    written[-1] = written[-1]._replace(payload=said)
    await events.record_many(work, job.id, written)
    if job.engine and waited:
        await change_job(work, job, leg=job.leg + 1)
    details = {"step": step.name, "note": note}
    activity.record(work, "APPROVED" if approved else "DECLINED", "job", job.id, job.title, details)
    return await present_step(work, step)
