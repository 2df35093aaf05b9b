import { memo } from "react";
import { Link, useSearchParams } from "react-router";
import { ROW } from "./gantt_marks.js";
import { daysInWords, roomInWords } from "./gantt_rows.js";

// The titles at the left, those that are seen; one of them, the `active` one, is reached by Tab.
export function List({ rows, window, active, chosen, fold, onKey, setActive }) {
  const shown = [];
  const last = Math.min(window.last, rows.length - 1);
  for (let n = window.first; n <= last; n++) shown.push(n);
  const at = rows.findIndex((row) => row.key === active);
  if (at >= 0 && (at < window.first || at > last)) shown.push(at);
  const reached = at >= 0 ? at : shown[0];
  return (
    <ul className="gantt-list" aria-label="Tasks" style={{ height: rows.length * ROW }}>
      {shown.map((n) => (
        <Line
          key={rows[n].key}
          {...{ n, fold, onKey, setActive }}
          row={rows[n]}
          count={rows.length}
          tab={n === reached ? 0 : -1}
          isChosen={rows[n].task?.id === chosen}
        />
      ))}
    </ul>
  );
}

const Line = memo(function Line({ row, n, count, tab, isChosen, fold, onKey, setActive }) {
  const { task, depth } = row;
  return (
    <li
      className="gantt-row"
      style={{ transform: `translateY(${n * ROW}px)`, "--depth": depth }}
      data-chosen={isChosen || undefined}
      aria-setsize={count}
      aria-posinset={n + 1}
      onFocus={() => setActive(row.key)}
      onKeyDown={(event) => onKey(event, n)}
    >
      {row.folds && (
        <button
          type="button"
          className="gantt-fold"
          data-key={task ? undefined : row.key}
          aria-expanded={!row.folded}
          aria-label={`${row.name}, ${row.count}`}
          tabIndex={tab}
          onClick={() => fold(row.key)}
        >
          <svg width="14" height="14" viewBox="0 0 24 24" fill="none" aria-hidden="true">
            <path d="m9 6 6 6-6 6" stroke="currentColor" strokeWidth="2" />
          </svg>
        </button>
      )}
      {task ? <Title {...{ row, task, tab }} /> : <GroupName {...{ row, fold }} />}
    </li>
  );
});

function GroupName({ row, fold }) {
  return (
    <span className="gantt-title group" onClick={() => fold(row.key)}>
      <span className="gantt-name">{row.name}</span>{" "}
      <span className="muted">{row.count.toLocaleString("en")}</span>
    </span>
  );
}

function Title({ row, task, tab }) {
  const [search] = useSearchParams();
  const opened = new URLSearchParams(search);
  opened.set("task", String(task.number));
  const tight = task.critical && !task.done;
  return (
    <Link
      to={`?${opened}`}
      preventScrollReset
      className="gantt-title"
      data-key={row.key}
      data-done={task.done || undefined}
      aria-describedby="gantt-keys"
      tabIndex={tab}
    >
      <span className="gantt-name" dir="auto">
        {task.milestone && <span aria-label="Milestone">◆ </span>}
        {task.title}
      </span>
      <span className="gantt-facts">
        <span>{daysInWords(task)}</span>
        <span data-tight={tight || undefined}>{roomInWords(task)}</span>
        {task.assigneeName && <span>{task.assigneeName}</span>}
      </span>
    </Link>
  );
}
