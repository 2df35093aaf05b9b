import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ZOOMS, extent, offDays, spanInWords, today } from "./gantt_days.js";
import { useDrag } from "./gantt_drag.js";
import { useKeys } from "./gantt_keys.js";
import { List } from "./gantt_list.jsx";
import { ROW, marksOf } from "./gantt_marks.js";
import { Plot } from "./gantt_plot.jsx";
import { daysInWords, roomInWords } from "./gantt_rows.js";
import { STEP, STEPS, show, showDays, useMiddle, useSize } from "./gantt_scroll.js";

const BESIDE = 3; // rows that are seen below the one that is chosen
const NARROW = "(width < 48rem)";
const FINE = 3; // pixels a day from which on days without work can be seen

// The chart: titles at the left, days above, bars drawn by Plotly, all scrolled as one.
export function Chart({ data, rows, zoom, plan, moves, chosen, choose, fold, writes, say, now }) {
  const { wide, lines, heads } = ZOOMS[zoom];
  const scroller = useRef(null);
  const [size, place, onScroll] = useSize(scroller);
  const { from, to } = useMemo(
    () => extent(data.tasks, wide, size.width),
    [data.tasks, wide, size.width],
  );
  useMiddle({ scroller, rows, from, to, wide, width: size.width, now });
  const window = useMemo(() => {
    const left = place.x * STEP - STEP;
    return {
      first: Math.max(0, (place.y - 1) * STEPS),
      last: (place.y + 2) * STEPS + Math.ceil(size.height / ROW),
      from: from + left / wide,
      to: from + (left + size.width + 3 * STEP) / wide,
    };
  }, [place, size, from, wide]);
  const isOff = data.isOff;
  const off = useMemo(
    () => (wide < FINE ? [] : offDays(isOff, Math.floor(window.from), Math.ceil(window.to))),
    [isOff, window, wide],
  );
  const links = useLinks(data.tasks, rows);
  const marks = useMemo(
    () => marksOf({ rows, links, window, wide, off, now: today(), moves, lit: chosen }),
    [rows, links, window, wide, off, moves, chosen],
  );
  const [active, setActive] = useState("");
  const reach = useCallback((n) => show(scroller.current, n), []);
  const onKey = useKeys({ rows, plan, isOff, writes, active, setActive, chosen, choose, reach, say });
  const latest = useRef(onKey);
  latest.current = onKey;
  const steadyKey = useCallback((event, n) => latest.current(event, n), []);
  const propose = (task, first, last) => plan.propose(task, first, last);
  const chosenAt = rows.findIndex((row) => row.task && row.task.id === chosen);
  const chosenTask = rows[chosenAt]?.task;
  const there = chosenTask && (moves.get(chosen) ?? chosenTask);
  const { drag, over, handlers } = useDrag({ rows, from, wide, isOff, writes, there, choose, propose });

  const reveal = (row) => row?.task && showDays(scroller.current, row.task, from, wide, size.width);
  useEffect(() => reveal(rows.find(({ key }) => key === active)), [active]);
  useEffect(() => reveal(rows[chosenAt]), [chosen]);
  // What is chosen stays in view when the panel below takes its room, or lies on the page.
  useEffect(() => {
    if (chosenAt < 0) return;
    show(scroller.current, chosenAt, BESIDE);
    if (matchMedia(NARROW).matches) scroller.current.scrollIntoView({ block: "start" });
  }, [chosen, size.height]);
  const px = (day) => (day - from) * wide;
  return (
    <div className="gantt-scroll" ref={scroller} onScroll={onScroll}>
      <div className="gantt-body" style={{ "--wide": `${px(to)}px`, "--tall": `${rows.length * ROW}px` }}>
        <div className="gantt-corner">
          <span className="muted">{counted(data)}</span>
        </div>
        <div className="gantt-days" aria-hidden="true">
          {heads(Math.floor(window.from), Math.ceil(window.to)).map(({ day, words }, n, all) => (
            <div
              key={day}
              className="gantt-head"
              style={{ left: px(day), width: (all[n + 1]?.day ?? day + 400) * wide - day * wide }}
            >
              <span>{words}</span>
            </div>
          ))}
          {lines(Math.floor(window.from), Math.ceil(window.to)).map(({ day, words }) => (
            <div
              key={day}
              className="gantt-line"
              data-off={(zoom === "days" && isOff(day)) || undefined}
              style={{ left: px(day) }}
            >
              {words}
            </div>
          ))}
          <div className="gantt-now" style={{ left: px(today() + 0.5) }} />
        </div>
        <List {...{ rows, window, active, chosen, fold, setActive }} onKey={steadyKey} />
        <div className="gantt-canvas" {...handlers}>
          {chosenAt >= 0 && <div className="gantt-band" style={{ top: chosenAt * ROW }} />}
          <Plot
            marks={marks}
            left={px(window.from)}
            top={window.first * ROW}
            width={(window.to - window.from) * wide}
            height={(window.last - window.first + 1) * ROW}
          />
          {writes && there && there.first !== null && (
            <Grips {...{ px, milestone: chosenTask.milestone }} {...(drag?.to ?? there)} top={chosenAt * ROW} />
          )}
          {drag && <Dragged {...{ drag, px, rows }} />}
          {over && <Tip {...over} />}
        </div>
      </div>
    </div>
  );
}

function counted({ tasks, total }) {
  const all = `${total.toLocaleString("en")} ${total === 1 ? "task" : "tasks"}`;
  return tasks.length < total ? `${all}, the first ${tasks.length.toLocaleString("en")}` : all;
}

// By these a finger drags the task that it has chosen.
function Grips({ px, first, last, milestone, top }) {
  const [left, right] = milestone ? [px(first + 0.5), px(first + 0.5)] : [px(first), px(last + 1)];
  return (
    <div className="gantt-grips" data-part="whole" style={{ left, width: right - left, top }}>
      {!milestone && <span data-part="first" />}
      {!milestone && <span data-part="last" />}
    </div>
  );
}

function Dragged({ drag, px, rows }) {
  const { first, last } = drag.to;
  const n = rows.findIndex((row) => row.key === drag.row.key);
  return (
    <div
      className="gantt-dragged"
      data-milestone={drag.task.milestone || undefined}
      style={{ left: px(first), width: px(last + 1) - px(first), top: n * ROW }}
    >
      <span>{spanInWords(first, last)}</span>
    </div>
  );
}

function Tip({ task, x, y }) {
  const { baseFirst, baseLast } = task;
  return (
    <div className="gantt-tip" style={{ left: x, top: y }} aria-hidden="true">
      <strong>{task.title}</strong>
      <span>{daysInWords(task)}</span>
      <span>{roomInWords(task)}</span>
      {!task.done && task.progress > 0 && <span>{task.progress} % done</span>}
      {baseFirst !== null && <span>Baseline {spanInWords(baseFirst, baseLast)}</span>}
    </div>
  );
}

// The dependencies between tasks that have dates and rows: {type, met, from, to}, with their rows.
function useLinks(tasks, rows) {
  return useMemo(() => {
    const at = new Map();
    rows.forEach(({ task }, n) => task && task.first !== null && at.set(task.id, { task, n }));
    return tasks.flatMap((task) =>
      task.dependencies.flatMap(({ type, met, dependsOnId }) => {
        const [from, to] = [at.get(dependsOnId), at.get(task.id)];
        return from && to ? [{ type, met, from, to }] : [];
      }),
    );
  }, [tasks, rows]);
}
