import { useState } from "react";
import { ask } from "./ask.js";
import { ZOOMS } from "./gantt_days.js";
import { GROUPS } from "./gantt_rows.js";

// What is above the chart: how near one looks, in which groups, beside which baseline.
export function Bar({ asked, change, baselines, take, toToday, writes }) {
  return (
    <div className="gantt-bar">
      <div className="segments" role="group" aria-label="How near">
        {Object.entries(ZOOMS).map(([zoom, { words }]) => (
          <button
            key={zoom}
            type="button"
            aria-pressed={asked.zoom === zoom}
            onClick={() => change({ zoom: zoom === "weeks" ? "" : zoom })}
          >
            {words}
          </button>
        ))}
      </div>
      <button type="button" className="button quiet" onClick={toToday}>
        Today
      </button>
      <select
        className="input slim"
        aria-label="Groups"
        value={asked.group}
        onChange={({ target: { value } }) => change({ group: value === "parent" ? "" : value, folded: "" })}
      >
        {Object.entries(GROUPS).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
      <select
        className="input slim"
        aria-label="Baseline"
        value={asked.baseline}
        onChange={({ target }) => change({ baseline: target.value })}
      >
        <option value="">No baseline</option>
        {baselines.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      {writes && <Take take={take} />}
    </div>
  );
}

function Take({ take }) {
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <button type="button" className="button bare" onClick={() => setOpen(true)}>
        Keep a baseline
      </button>
    );
  }
  async function send(event) {
    event.preventDefault();
    if (await take(new FormData(event.target).get("name").trim())) setOpen(false);
  }
  return (
    <form className="gantt-take" onSubmit={send}>
      <input
        className="input slim"
        name="name"
        aria-label="Name of the baseline"
        placeholder="Its name"
        required
        maxLength={200}
        autoFocus
        onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
      />
      <button className="button quiet">Keep it</button>
    </form>
  );
}

// Keeps the dates as they are now; returns whether that worked out.
export async function takeBaseline({ workspace, project, name, change, look, say }) {
  try {
    const body = JSON.stringify({ name });
    const made = await ask(`projects/${project}/baselines`, { workspace, method: "POST", body });
    await look();
    change({ baseline: made.id });
    return true;
  } catch (problem) {
    say(problem.message);
    return false;
  }
}
