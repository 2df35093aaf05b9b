import { dependencies } from "./gantt_ties.js";

export const ROW = 40; // pixels
const THICK = 0.5; // of a row
const THIN = 0.1;

// Returns what Plotly draws of the window {first, last, from, to}: rows by number, days by number.
// `moves` are the places, by id, to which tasks would go; the dependencies of `lit` stand out.
export function marksOf({ rows, links, window, wide, off, now, moves, lit }) {
  const shown = [];
  for (let n = window.first; n <= Math.min(window.last, rows.length - 1); n++) {
    shown.push({ ...rows[n], n });
  }
  const tasks = shown.filter(({ task }) => task && task.first !== null);
  const data = [
    ...bars(tasks, wide),
    brackets(shown),
    ...dependencies(links, window, wide, lit),
    milestones(tasks.filter(({ task }) => task.milestone)),
    ...ghosts(shown, moves, wide),
  ];
  return { data: data.filter(({ x }) => x.length), layout: layoutOf(window, off, now) };
}

function layoutOf(window, off, now) {
  const axis = { visible: false, fixedrange: true, autorange: false };
  const tall = { yref: "paper", y0: 0, y1: 1, xref: "x" };
  const shapes = off.map(([x0, x1]) => ({
    ...tall,
    type: "rect",
    x0,
    x1,
    layer: "below",
    fillcolor: "--gantt-off",
    line: { width: 0 },
  }));
  const middle = now + 0.5;
  shapes.push({ ...tall, type: "line", x0: middle, x1: middle, line: { color: "--accent", width: 1.5 } });
  return {
    margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    showlegend: false,
    barmode: "overlay",
    hovermode: false,
    xaxis: { ...axis, range: [window.from, window.to] },
    yaxis: { ...axis, range: [window.last + 0.5, window.first - 0.5] },
    shapes,
  };
}

function bars(tasks, wide) {
  const solid = tasks.filter(({ task }) => !task.milestone);
  const begun = solid.filter(({ task }) => done(task) > 0);
  const kept = tasks.filter(({ task }) => task.baseFirst !== null);
  const least = 4 / wide;
  const length = ({ first, last }) => Math.max(last + 1 - first, least);
  return [
    bar(kept, {
      base: ({ task }) => task.baseFirst,
      x: ({ task }) => length({ first: task.baseFirst, last: task.baseLast }),
      y: ({ n }) => n + 0.36,
      width: THIN,
      marker: { color: "--gantt-base", cornerradius: 2 },
    }),
    bar(solid, {
      base: ({ task }) => task.first,
      x: ({ task }) => length(task),
      marker: { color: solid.map(({ task }) => tone(task)), cornerradius: 4 },
    }),
    bar(begun, {
      base: ({ task }) => task.first,
      x: ({ task }) => (length(task) * done(task)) / 100,
      marker: { color: begun.map(({ task }) => `${tone(task)}-done`), cornerradius: 4 },
    }),
  ];
}

function bar(rows, { base, x, y = ({ n }) => n, width = THICK, marker }) {
  return {
    type: "bar",
    orientation: "h",
    base: rows.map(base),
    x: rows.map(x),
    y: rows.map(y),
    width,
    marker,
  };
}

function tone(task) {
  if (task.done) return "--gantt-past";
  return task.critical ? "--gantt-tight" : "--gantt-bar";
}

function done(task) {
  return task.done ? 100 : task.progress;
}

function milestones(rows) {
  return {
    type: "scatter",
    mode: "markers",
    x: rows.map(({ task }) => task.first + 0.5),
    y: rows.map(({ n }) => n),
    marker: {
      symbol: "diamond",
      size: 15,
      color: rows.map(({ task }) => `${tone(task)}-done`),
      line: { color: "--ground", width: 1.5 },
    },
  };
}

// The spans of what is below lines that fold.
function brackets(rows) {
  const spans = rows.filter((row) => row.folds && row.first !== null);
  const up = (n) => n - (rows.find((row) => row.n === n).task?.first != null ? 0.38 : 0);
  return {
    type: "scatter",
    mode: "lines",
    x: spans.flatMap(({ first, last }) => [first, last + 1, null]),
    y: spans.flatMap(({ n }) => [up(n), up(n), null]),
    line: { color: "--gantt-group", width: 4 },
  };
}

// Where tasks would go.
function ghosts(rows, moves, wide) {
  const going = rows.filter(({ task }) => task && moves.has(task.id));
  const placed = going.map((row) => ({ n: row.n, milestone: row.task.milestone, ...moves.get(row.task.id) }));
  const line = { color: "--accent", width: 2 };
  const some = placed.filter(({ milestone }) => !milestone);
  const marks = placed.filter(({ milestone }) => milestone);
  return [
    bar(some, {
      base: ({ first }) => first,
      x: ({ first, last }) => Math.max(last + 1 - first, 4 / wide),
      width: THICK + 0.12,
      marker: { color: "--gantt-ghost", line, cornerradius: 4 },
    }),
    {
      type: "scatter",
      mode: "markers",
      x: marks.map(({ first }) => first + 0.5),
      y: marks.map(({ n }) => n),
      marker: { symbol: "diamond-open", size: 17, color: "--accent", line },
    },
  ];
}
