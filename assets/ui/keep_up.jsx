import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { fill } from "./fields.js";

// Stands in a form, behind its fields, and keeps it up with `values`, which are saved by now. The
// hidden field `base` says what each field began with: where that is still there, what somebody
// else saves comes into it. Where something was typed, both stay until one is chosen.
export function KeepUp({ begun, values, shown, kept, who, words }) {
  const here = useRef(null);
  const seen = useRef(kept);
  const sent = useRef({});
  const latest = useRef();
  const [first] = useState(() => JSON.stringify(begun));
  const [apart, setApart] = useState([]);

  const read = (name) => here.current.form.elements.namedItem(name)?.value ?? "";
  const base = () => JSON.parse(here.current.value);
  const keep = (now) => (here.current.value = JSON.stringify(now));
  const same = (name) => (one) => one.name === name && one.text === values[name];

  // What was saved from here is not typed any more, unless it was typed in since.
  function settle() {
    seen.current = kept;
    for (const [name, value] of Object.entries(values)) {
      if (read(name) === sent.current[name]) fill(here.current.form, name, value);
    }
    keep({ ...base(), ...values });
  }

  function look() {
    if (kept !== seen.current) settle();
    const before = base();
    const now = { ...before };
    for (const [name, value] of Object.entries(values)) {
      if (read(name) === before[name]) fill(here.current.form, name, value);
      if (read(name) === value) now[name] = value;
    }
    keep(now);
    const names = Object.keys(values).filter((name) => now[name] !== values[name]);
    // Who changed one field may not have been the last to change another.
    setApart((known) => names.map((name) => known.find(same(name)) ?? { name, who, text: values[name] }));
  }
  function send() {
    sent.current = Object.fromEntries(Object.keys(values).map((name) => [name, read(name)]));
  }

  latest.current = { look, send };
  useEffect(look, [values, kept]);

  useEffect(() => {
    const field = here.current;
    const { form } = field;
    const again = () => latest.current.look();
    const sends = () => latest.current.send();
    form.addEventListener("change", again);
    form.addEventListener("submit", sends, true);
    field.addEventListener("filled", again); // by what the browser kept
    return () => {
      form.removeEventListener("change", again);
      form.removeEventListener("submit", sends, true);
      field.removeEventListener("filled", again);
    };
  }, []);

  function choose(name, theirs) {
    const { form } = here.current;
    if (theirs) fill(form, name, values[name]);
    keep({ ...base(), [name]: values[name] });
    form.dispatchEvent(new Event("input", { bubbles: true }));
    look();
  }

  return (
    <>
      <input ref={here} name="base" defaultValue={first} autoComplete="off" hidden />
      {apart.map(({ name, ...one }) => {
        const place = document.getElementById(`${name}-hint`);
        const said = { ...one, words, shown: shown[name] };
        return place && createPortal(<Apart {...said} choose={(it) => choose(name, it)} />, place, name);
      })}
    </>
  );
}

function Apart({ who, words, shown, text, choose }) {
  return (
    <div className="note attention collides" role="status">
      {shown === undefined ? (
        <div>
          <p>
            {who} {words.rewrote} {words.lines}
          </p>
          <details>
            <summary>{words.text}</summary>
            <pre className="theirs">{text}</pre>
          </details>
        </div>
      ) : (
        <p>
          {who} {words.changed} <q>{shown || words.nothing}</q>. {words.still}
        </p>
      )}
      <div className="cluster">
        <button type="button" className="button quiet" onClick={() => choose(false)}>
          {words.keep}
        </button>
        <button type="button" className="button bare" onClick={() => choose(true)}>
          {words.take}
        </button>
      </div>
    </div>
  );
}
