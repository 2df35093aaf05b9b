import { Link, useSearchParams } from "react-router";
import { Dates } from "./gantt_dates.jsx";
import { dayOf, spanInWords } from "./gantt_days.js";
import { Links } from "./gantt_links.jsx";
import { daysInWords, roomInWords, tieInWords } from "./gantt_rows.js";

const MOST = 40; // moves that are listed

// What can be done with the task that was chosen: other dates, and what it waits for. `place` is
// where it would go.
export function Panel({ task, tasks, plan, place, writes, workspace, look, close }) {
  const [search] = useSearchParams();
  const opened = new URLSearchParams(search);
  opened.set("task", String(task.number));
  const asked = plan.asked?.task.id === task.id ? plan.asked : null;
  return (
    <section className="gantt-panel" aria-label={`Dates of ${task.title}`}>
      <header>
        <h2 dir="auto">
          <Link to={`?${opened}`} preventScrollReset>
            {task.title}
          </Link>
        </h2>
        <p className="muted">
          {daysInWords(task)} · {roomInWords(task)}
        </p>
        <p className="cluster">
          {asked ? (
            <Answer {...{ plan, asked, task }} />
          ) : (
            <button type="button" className="button bare" onClick={close}>
              Close
            </button>
          )}
        </p>
      </header>
      <div className="gantt-parts">
        {writes && <Dates key={task.id} {...{ task, asked, plan }} place={place ?? task} />}
        {asked ? (
          <Follows {...{ plan, tasks }} />
        ) : (
          <Links key={task.id} {...{ task, tasks, writes, workspace, look }} />
        )}
      </div>
    </section>
  );
}

function Answer({ plan, asked, task }) {
  const { preview, problem, busy } = plan;
  const then = (act) => () => leaveTo(task.number, act);
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={busy || preview?.of !== asked || Boolean(problem)}
        onClick={then(plan.apply)}
      >
        Apply
      </button>
      <button type="button" className="button quiet" onClick={then(plan.leave)}>
        Leave it
      </button>
    </>
  );
}

// What was pressed goes away, so keys go on at the title of the task.
function leaveTo(number, act) {
  document.querySelector(`.gantt-list [data-key="${number}"]`)?.focus({ preventScroll: true });
  act();
}

function Follows({ plan: { preview, problem }, tasks }) {
  if (problem) return <p role="alert">{problem}</p>;
  if (!preview) return null;
  const titles = new Map(tasks.map((task) => [task.id, task.title]));
  const title = (id) => titles.get(id) ?? "a task of another project";
  const [own, ...others] = preview.moves;
  return (
    <div className="gantt-follows">
      <p role="status">{standing(own, others)}</p>
      {others.length > 0 && (
        <ul className="gantt-moves">
          {others.slice(0, MOST).map((move) => (
            <li key={move.id}>
              <span dir="auto">{move.title}</span>
              <span>{changed(move)}</span>
              <span className="muted">
                {tieInWords(move.because, title(move.because.dependsOnId))}
              </span>
            </li>
          ))}
          {others.length > MOST && <li className="muted">and {others.length - MOST} more</li>}
        </ul>
      )}
      {preview.unmet.length > 0 && (
        <>
          <p>These would not hold then:</p>
          <ul className="gantt-unmet">
            {preview.unmet.slice(0, MOST).map((tie) => (
              <li key={`${tie.taskId}${tie.dependsOnId}${tie.type}`}>
                {title(tie.taskId)} {tieInWords(tie, title(tie.dependsOnId))}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function standing(own, others) {
  const dates = `${changed(own)}.`;
  if (!others.length) return `${dates} Nothing else moves.`;
  return `${dates} ${others.length === 1 ? "This moves along:" : "These move along:"}`;
}

function changed({ fromStart, fromEnd, startDate, dueDate }) {
  const words = (start, end) => {
    if (!start && !end) return "no dates";
    return spanInWords(dayOf(start ?? end), dayOf(end ?? start));
  };
  return `${words(fromStart, fromEnd)} → ${words(startDate, dueDate)}`;
}

// What was just done, with the way back.
export function Done({ done, busy, undo, forget }) {
  const others = (done?.moves?.length ?? 0) - 1;
  const along = others > 0 ? ` and ${others} ${others === 1 ? "task that waits" : "tasks that wait"} for it` : "";
  const words = done && (done.said ?? `“${done.moves[0].title}”${along} moved.`);
  return (
    <div className="gantt-done" role="status" hidden={!done}>
      <span>{words}</span>
      {done?.id && (
        <button
          type="button"
          className="button quiet"
          disabled={busy}
          onClick={() => leaveTo(done.moves[0].number, undo)}
        >
          Undo
        </button>
      )}
      {done && (
        <button type="button" className="button bare" onClick={forget}>
          Close
        </button>
      )}
    </div>
  );
}
