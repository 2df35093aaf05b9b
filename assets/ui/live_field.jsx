import { useEffect, useRef, useState } from "react";

// While these change, each step is not yet what is meant.
const SETTLES = { date: 700, time: 700, range: 350 };
const FIRST_YEAR = "1900";

// A field of the thing `of` that saves itself when it is left, or by Enter: `onSave` is told the
// thing, the field, the text, and the text that this one was begun with. `kept` begins with the
// name of the field that was saved last. What somebody else saves shows at once, unless something
// is being typed here: then both stay until one is chosen.
export function LiveField({ kind, of, name, label, value, kept, who, words, onSave, ...more }) {
  const [edit, setEdit] = useState(null); // {text, base, sent}
  const [seen, setSeen] = useState(kept);
  const timer = useRef(0);
  const latest = useRef();
  if (kept !== seen) {
    setSeen(kept);
    if (edit && kept.startsWith(`${name} `)) {
      setEdit(edit.text === edit.sent ? null : { ...edit, base: value, sent: null });
    }
  }
  const collides = edit && value !== edit.base && edit.text.trim() !== value;

  function save(now) {
    clearTimeout(timer.current);
    const wanted = now.text.trim();
    if (wanted === value) return setEdit(null);
    setEdit({ ...now, sent: now.text });
    onSave(of, name, wanted, now.base);
  }

  function type(text) {
    const now = { sent: null, base: value, ...edit, text };
    setEdit(now);
    clearTimeout(timer.current);
    const whole = kind !== "date" || text === "" || text >= FIRST_YEAR;
    if (SETTLES[kind] && whole) timer.current = setTimeout(() => save(now), SETTLES[kind]);
  }

  function leave() {
    if (edit && !collides) save(edit);
  }
  latest.current = leave;
  useEffect(() => () => latest.current(), []);

  function drop() {
    clearTimeout(timer.current);
    setEdit(null);
  }

  function pressed(event) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") event.target.blur();
    else if (event.key === "Escape" && edit) drop();
    else return;
    event.preventDefault();
  }

  const given = {
    ...more,
    name,
    "aria-label": label,
    value: edit?.text ?? value,
    onBlur: leave,
    onKeyDown: pressed,
  };
  return (
    <>
      {kind === "line" ? (
        <textarea
          {...given}
          rows={1}
          onChange={(event) => type(event.target.value.replaceAll(/\s*\n\s*/g, " "))}
        />
      ) : (
        <input {...given} type={kind} onChange={(event) => type(event.target.value)} />
      )}
      {kind === "range" && <output className="figure">{given.value} %</output>}
      {collides && (
        <div className="note attention collides" role="status">
          <p>
            {who} {words.changed} <q>{value || words.nothing}</q>. {words.still}
          </p>
          <div className="cluster">
            <button
              type="button"
              className="button quiet"
              onClick={() => save({ ...edit, base: value })}
            >
              {words.keep}
            </button>
            <button type="button" className="button bare" onClick={drop}>
              {words.take}
            </button>
          </div>
        </div>
      )}
    </>
  );
}
