import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { Bar, takeBaseline } from "./gantt_bar.jsx";
import { Chart } from "./gantt_chart.jsx";
import { useGantt } from "./gantt_data.js";
import { ZOOMS } from "./gantt_days.js";
import { Done, Panel } from "./gantt_panel.jsx";
import { placesOf, usePlan } from "./gantt_plan.js";
import { GROUPS, rowsOf } from "./gantt_rows.js";

const NONE = [];
const MOVES =
  "Left and right move the dates by a day of work, with Shift the target date alone; " +
  "Enter applies it, Escape leaves it.";

// The time line of a project. In the address are ?zoom= ?group= ?folded= and ?baseline=.
export function GanttView({ workspace, project, stamp = 0, writes = false }) {
  const [search, setSearch] = useSearchParams();
  const asked = useMemo(() => read(search), [search]);
  const gantt = useGantt({ workspace, project, baseline: asked.baseline, stamp });
  const { data, look } = gantt;
  const tasks = data?.tasks ?? NONE;
  const rows = useMemo(
    () => (data ? rowsOf(data, asked.group, asked.folded) : NONE),
    [data, asked.group, asked.folded],
  );
  const plan = usePlan({ workspace, project, tasks, look });
  const moves = useMemo(() => placesOf(plan), [plan.asked, plan.preview]);
  const [chosen, setChosen] = useState(null);
  const [said, say] = useState("");
  const [now, setNow] = useState(0);
  const task = chosen && tasks.find((one) => one.id === chosen);

  function change(values) {
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(values)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  }

  const fold = useCallback(
    (key) => {
      const next = new Set(asked.folded);
      if (!next.delete(key)) next.add(key);
      change({ folded: [...next].join(",") });
    },
    [asked.folded],
  );

  function choose(one) {
    if (plan.asked && plan.asked.task.id !== one?.id) plan.leave();
    setChosen(one?.id ?? null);
  }

  const take = (name) => takeBaseline({ workspace, project, name, change, look, say });
  if (!data) return <Waiting away={gantt.away} />;
  if (!tasks.length) {
    return (
      <p className="muted gantt-none">
        Tasks of this project stand here by their dates. Option: add some on the board.
      </p>
    );
  }
  return (
    <div className="gantt" data-panel={Boolean(task) || undefined}>
      <Bar
        {...{ asked, change, take, writes }}
        baselines={gantt.baselines}
        toToday={() => setNow((n) => n + 1)}
      />
      <p className="small attention-text" role="alert">
        {gantt.away}
      </p>
      <div className="gantt-frame">
        <Chart
          {...{ data, rows, plan, moves, chosen, choose, fold, writes, say, now }}
          zoom={asked.zoom}
        />
        <Done {...plan} />
      </div>
      {task && (
        <Panel
          {...{ task, tasks, plan, writes, workspace, look }}
          place={moves.get(task.id)}
          close={() => choose(null)}
        />
      )}
      <p id="gantt-keys" className="for-screen-readers">
        {writes && MOVES} Up and down go through the tasks, Space shows more.
      </p>
      <p className="for-screen-readers" role="status">
        {said}
      </p>
    </div>
  );
}

function read(search) {
  const known = (name, values, otherwise) => {
    const value = search.get(name);
    return Object.hasOwn(values, value ?? "") ? value : otherwise;
  };
  return {
    zoom: known("zoom", ZOOMS, "weeks"),
    group: known("group", GROUPS, "parent"),
    folded: new Set((search.get("folded") ?? "").split(",").filter(Boolean)),
    baseline: search.get("baseline") ?? "",
  };
}

function Waiting({ away }) {
  return (
    <div className="gantt" aria-busy={!away}>
      {away ? (
        <p role="alert">{away}</p>
      ) : (
        Array.from({ length: 8 }, (_, n) => <div key={n} className="gantt-row waiting" />)
      )}
    </div>
  );
}
