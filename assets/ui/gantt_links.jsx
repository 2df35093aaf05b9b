import { useState } from "react";
import { ask } from "./ask.js";
import { TYPES, tieInWords } from "./gantt_rows.js";

// What a task waits for: added and removed here, with the way back.
export function Links({ task, tasks, writes, workspace, look }) {
  const [said, say] = useState("");
  const [gone, setGone] = useState(null);
  const titles = new Map(tasks.map((one) => [one.id, one.title]));

  async function send(path, options) {
    try {
      await ask(`tasks/${task.id}/dependencies${path}`, { workspace, ...options });
      say("");
      look();
      return true;
    } catch (problem) {
      say(problem.message);
      return false;
    }
  }

  async function add(event) {
    event.preventDefault();
    const form = event.target;
    const { other, type, lagDays } = Object.fromEntries(new FormData(form));
    const found = tasks.find((one) => named(one) === other) ?? numbered(tasks, other);
    if (!found) return say("Option: choose one of the tasks of this project, by its number or name.");
    const tie = { dependsOnId: found.id, type, lagDays: Number(lagDays) || 0 };
    if (await keep(tie)) form.reset();
  }

  async function keep({ dependsOnId, type, lagDays }) {
    setGone(null);
    return send("", { method: "POST", body: JSON.stringify({ dependsOnId, type, lagDays }) });
  }

  async function remove(tie) {
    if (await send(`/${tie.id}`, { method: "DELETE" })) setGone(tie);
  }

  const titled = ({ dependsOnId }) => titles.get(dependsOnId) ?? "a task of another project";

  return (
    <div className="gantt-links">
      <h3>What it waits for</h3>
      {task.dependencies.length === 0 && <p className="muted small">Nothing.</p>}
      <ul>
        {task.dependencies.map((tie) => {
          const words = tieInWords(tie, titled(tie));
          return (
            <li key={tie.id}>
              <span data-unmet={!tie.met || undefined}>
                {words[0].toUpperCase() + words.slice(1)}
                {!tie.met && <span className="muted"> (not by these dates)</span>}
              </span>
              {writes && (
                <button
                  type="button"
                  className="button bare"
                  aria-label={`Remove: ${words}`}
                  onClick={() => remove(tie)}
                >
                  Remove
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {gone && (
        <p className="small cluster" role="status">
          It waits for “{titled(gone)}” no more.
          <button type="button" className="button quiet" onClick={() => keep(gone)}>
            Undo
          </button>
        </p>
      )}
      {writes && <Add {...{ task, tasks, add }} />}
      <p className="small attention-text" role="alert">
        {said}
      </p>
    </div>
  );
}

function Add({ task, tasks, add }) {
  return (
    <form className="gantt-add" onSubmit={add}>
      <input
        className="input slim"
        name="other"
        list="gantt-others"
        aria-label={`A task that ${task.title} waits for`}
        placeholder="Another task"
        autoComplete="off"
        required
      />
      <datalist id="gantt-others">
        {tasks.map((one) => one.id !== task.id && <option key={one.id} value={named(one)} />)}
      </datalist>
      <select className="input slim" name="type" aria-label="How it waits">
        {Object.entries(TYPES).map(([type, words]) => (
          <option key={type} value={type}>
            {words}
          </option>
        ))}
      </select>
      <label className="gantt-lag">
        <input className="input slim" name="lagDays" type="number" min={-3650} max={3650} defaultValue={0} />
        <span>days later</span>
      </label>
      <button className="button quiet">Add</button>
    </form>
  );
}

function named({ number, title }) {
  return `#${number} ${title}`;
}

// "12", "#12" or a title that only one task has.
function numbered(tasks, words) {
  const sought = words.trim().replace(/^#/, "").toLowerCase();
  const found = tasks.filter((one) => String(one.number) === sought || one.title.toLowerCase() === sought);
  return found.length === 1 ? found[0] : null;
}
