import { dayOf, spanInWords } from "./gantt_days.js";

export const GROUPS = { parent: "Below their task", column: "By column", none: "No groups" };

// Returns a task as it is drawn, with its days as numbers.
export function taskOf(task) {
  const day = (iso) => (iso ? dayOf(iso) : null);
  return {
    ...task,
    first: day(task.start),
    last: day(task.end),
    baseFirst: day(task.baselineStart),
    baseLast: day(task.baselineEnd),
    done: task.status === "COMPLETED",
  };
}

// Returns the lines of the chart in their order: {key, name, depth, folds, folded, count, task, first, last}.
// Lines without a task are groups; `first` and `last` are the span of what is below a line that folds.
export function rowsOf({ tasks, columns }, group, folded) {
  if (group === "column") return byColumn(tasks, columns, folded);
  if (group === "none") return tasks.map((task) => line(task, 0));
  const below = new Map();
  const here = new Set(tasks.map((task) => task.id));
  for (const task of tasks) {
    const above = here.has(task.parentId) ? task.parentId : null;
    below.set(above, [...(below.get(above) ?? []), task]);
  }
  const rows = [];
  const add = (task, depth) => {
    const row = line(task, depth);
    rows.push(row);
    const inside = below.get(task.id) ?? [];
    if (!inside.length) return spanOf([task]);
    const at = rows.length;
    const spans = inside.map((one) => add(one, depth + 1));
    Object.assign(row, { folds: true, folded: folded.has(row.key), count: inside.length }, joined(spans));
    if (row.folded) rows.length = at;
    return joined([spanOf([task]), row]);
  };
  for (const task of below.get(null) ?? []) add(task, 0);
  return rows;
}

function byColumn(tasks, columns, folded) {
  return [...columns, { id: null, name: "No column" }].flatMap(({ id, name }) => {
    const inside = tasks.filter((task) => task.columnId === id);
    if (!inside.length) return [];
    const key = id ?? "none";
    const head = { key, name, depth: 0, folds: true, folded: folded.has(key), count: inside.length };
    Object.assign(head, spanOf(inside));
    return [head, ...(head.folded ? [] : inside.map((task) => line(task, 1)))];
  });
}

function line(task, depth) {
  return { key: String(task.number), name: task.title, depth, task, first: null, last: null };
}

function spanOf(tasks) {
  return joined(tasks.filter((task) => task.first !== null));
}

function joined(spans) {
  const known = spans.filter((span) => span.first !== null);
  if (!known.length) return { first: null, last: null };
  return {
    first: Math.min(...known.map((span) => span.first)),
    last: Math.max(...known.map((span) => span.last)),
  };
}

export function daysInWords(task) {
  return task.first === null ? "No dates yet" : spanInWords(task.first, task.last);
}

export function roomInWords({ done, critical, slackDays }) {
  if (done) return "completed";
  if (critical || slackDays <= 0) return "no flexibility";
  return `${slackDays.toLocaleString("en")} ${slackDays === 1 ? "day" : "days"} of flexibility`;
}

const TIES = {
  FS: ["starts", "is finished"],
  SS: ["starts", "has started"],
  FF: ["finishes", "is finished"],
  SF: ["finishes", "has started"],
};
export const TYPES = {
  FS: "Starts when it is finished",
  SS: "Starts when it has started",
  FF: "Finishes when it is finished",
  SF: "Finishes when it has started",
};

// "starts 2 days after Dig is finished"
export function tieInWords({ type, lagDays }, title) {
  const [does, when] = TIES[type];
  const days = Math.abs(lagDays);
  const far = days ? `${days} ${days === 1 ? "day" : "days"} ` : "";
  return `${does} ${far}${lagDays < 0 ? "before" : "after"} ${title} ${when}`;
}
