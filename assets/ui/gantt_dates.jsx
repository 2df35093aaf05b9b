import { useEffect, useRef, useState } from "react";
import { dayOf, isoOf } from "./gantt_days.js";

const SETTLES = 500; // milliseconds after which a date is meant as it stands
const FIRST_YEAR = "1900"; // an earlier one counts when the field is left

// The dates of the task that was chosen, where it lies or would go.
export function Dates({ task, asked, plan, place }) {
  const { first, last } = place;
  const begin = (day) => plan.propose(task, day, Math.max(day, last ?? day));
  const end = (day) => plan.propose(task, task.milestone ? day : Math.min(day, first ?? day), day);
  return (
    <div className="gantt-dates">
      {!task.milestone && <Day label="Start" day={first} choose={begin} />}
      <Day label="Target date" day={last} choose={end} />
      {asked && (
        <label className="check">
          <input
            type="checkbox"
            checked={plan.cascade}
            onChange={({ target }) => plan.setCascade(target.checked)}
          />
          <span>What waits for it moves along</span>
        </label>
      )}
    </div>
  );
}

// A date that counts once it is whole: while it is typed, its year is 2, then 20.
function Day({ label, day, choose }) {
  const [text, setText] = useState(null);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);

  function settle(value) {
    clearTimeout(timer.current);
    setText(null);
    const chosen = dayOf(value);
    if (Number.isFinite(chosen) && chosen !== day) choose(chosen);
  }

  function type({ target: { value } }) {
    setText(value);
    clearTimeout(timer.current);
    if (value >= FIRST_YEAR) timer.current = setTimeout(() => settle(value), SETTLES);
  }

  return (
    <label>
      <span>{label}</span>
      <input
        type="date"
        className="input slim"
        value={text ?? (day === null ? "" : isoOf(day))}
        min="0001-01-01"
        max="9999-12-31"
        onChange={type}
        onBlur={() => text !== null && settle(text)}
        onKeyDown={(event) => event.key === "Enter" && text !== null && settle(text)}
      />
    </label>
  );
}
