import { useEffect, useState } from "react";
import { ask } from "./ask.js";
import { dayOf, isoOf } from "./gantt_days.js";

const LONG_ENOUGH_TO_READ = 6000;
const QUIET = 150; // milliseconds in which no more keys are pressed

// Other dates for a task: first what would follow, which changes nothing, then all of it at once.
// `asked` is {task, first, last, whole}, and `preview` what the server says to it.
export function usePlan({ workspace, project, tasks, look }) {
  const [asked, setAsked] = useState(null);
  const [cascade, setCascade] = useState(true);
  const [preview, setPreview] = useState(null);
  const [problem, setProblem] = useState("");
  const [done, setDone] = useState(null);
  const [busy, setBusy] = useState(false);

  // What needs no answer goes by itself.
  useEffect(() => {
    if (!done?.said) return;
    const timer = setTimeout(() => setDone(null), LONG_ENOUGH_TO_READ);
    return () => clearTimeout(timer);
  }, [done]);

  const send = (path, body, signal) =>
    ask(path, { workspace, signal, method: "POST", body: JSON.stringify(body) });
  const path = `projects/${project}/schedule`;

  // Whatever anybody changes meanwhile may change what follows.
  useEffect(() => {
    if (!asked) return;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      send(path, { ...datesOf(asked), cascade, preview: true }, asking.signal).then(
        (said) => {
          setPreview({ ...said, of: asked });
          setProblem("");
        },
        (problem) => problem.name !== "AbortError" && setProblem(problem.message),
      );
    }, QUIET);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [asked, cascade, tasks]);

  function propose(task, first, last) {
    const whole = task.first !== null && last - first === task.last - task.first;
    setDone(null);
    setProblem("");
    if (asked?.task.id !== task.id) setPreview(null);
    setAsked(first === task.first && last === task.last ? null : { task, first, last, whole });
  }

  function leave() {
    setAsked(null);
    setPreview(null);
    setProblem("");
  }

  // What `act` returns comes when the chart has looked again: else bars would first go back.
  async function run(act, told) {
    if (busy) return;
    setBusy(true);
    const then = await act().catch((problem) => () => told(problem.message));
    await look();
    then();
    setBusy(false);
  }

  async function apply() {
    if (preview?.of !== asked) return;
    await run(async () => {
      const said = await send(path, { ...datesOf(asked), cascade });
      return () => {
        setDone(said.changeId ? { id: said.changeId, moves: said.moves } : null);
        // Not what was asked for meanwhile.
        setAsked((now) => (now === asked ? null : now));
        setPreview((now) => (now?.of === asked ? null : now));
        setProblem("");
      };
    }, setProblem);
  }

  async function undo() {
    const told = (said) => setDone({ said });
    await run(async () => {
      await send(`tasks/changes/${done.id}/undo`, {});
      return () => told("Taken back.");
    }, told);
  }

  const forget = () => setDone(null);

  return { asked, cascade, setCascade, preview, problem, done, busy, propose, leave, apply, undo, forget };
}

// A task that is moved as a whole takes as long as before, and keeps to one date if it has one.
function datesOf({ task, first, last, whole }) {
  const [startDate, dueDate] = [isoOf(first), isoOf(last)];
  if (task.milestone || (whole && !task.startDate)) return { taskId: task.id, dueDate };
  return { taskId: task.id, startDate, ...(whole ? {} : { dueDate }) };
}

// Where tasks would go, by their ids: what the server says, as far as it has answered.
export function placesOf({ asked, preview }) {
  const places = new Map();
  if (!asked) return places;
  for (const { id, startDate, dueDate } of preview?.moves ?? []) {
    const first = dayOf(startDate ?? dueDate);
    places.set(id, { first, last: Math.max(first, dayOf(dueDate ?? startDate)) });
  }
  if (preview?.of !== asked || !places.has(asked.task.id)) places.set(asked.task.id, asked);
  return places;
}
