import { useEffect, useRef, useState } from "react";
import { fill } from "./fields.js";

// Somebody else has saved the page of this form: it can be put into what is being written. The
// server does that with what the form holds; when more was typed before it answers, it is asked
// again, so that nothing typed is lost.
export function TakeOver({ newer, taken, words, onTake }) {
  const here = useRef(null);
  const sent = useRef(null);
  const [done, setDone] = useState("");

  function ask() {
    const values = Object.fromEntries(new FormData(here.current.closest("form")));
    sent.current = { values, name: newer.name ?? sent.current?.name };
    onTake(values);
  }

  useEffect(() => {
    if (!sent.current || !taken.version) return;
    const form = here.current.closest("form");
    const { values, name } = sent.current;
    const same = [...new FormData(form)].every(([key, value]) => values[key] === value);
    if (!same) return ask();
    sent.current = null;
    fillAll(form, taken);
    setDone(words.done.replace("{name}", name));
  }, [taken]);

  useEffect(() => {
    if (newer.name) setDone("");
  }, [newer]);

  return (
    <div ref={here} role="status">
      {done && (
        <p className="note">
          <span>{done}</span>
        </p>
      )}
      {newer.name && (
        <div className="note attention">
          <div>
            <p>
              {words.newer.replace("{name}", newer.name)}{" "}
              {newer.collides ? words.collides : words.still}
            </p>
            <details>
              <summary>{words.text}</summary>
              <pre className="theirs">{newer.text}</pre>
            </details>
          </div>
          {!newer.collides && (
            <button type="button" className="button quiet" onClick={ask}>
              {words.take}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function fillAll(form, { steps, ...values }) {
  for (const [name, value] of Object.entries(values)) {
    fill(form, name, value, steps);
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}
