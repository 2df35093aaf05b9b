import { useEffect, useRef, useState } from "react";

// Stands in a form and keeps what is typed there with the tab, so that neither a reload nor a
// server that was away takes it. `unsaved` says that the last attempt to send it came back.
export function Draft({ unsaved, back, discard }) {
  const here = useRef(null);
  const sent = useRef(false);
  const [found, setFound] = useState(false);

  useEffect(() => {
    const form = here.current.closest("form");
    const path = window.location.pathname;
    const key = `draft:${path}`;
    const kept = JSON.parse(window.sessionStorage.getItem(key) ?? "null");
    if (kept) setFound(fill(form, kept));

    function keep() {
      sent.current = false;
      const values = Object.fromEntries(new FormData(form));
      window.sessionStorage.setItem(key, JSON.stringify(values));
    }
    function send() {
      sent.current = true;
    }
    form.addEventListener("input", keep);
    form.addEventListener("submit", send);
    return () => {
      form.removeEventListener("input", keep);
      form.removeEventListener("submit", send);
      // Sent, and led on to another page: it is saved.
      if (sent.current && window.location.pathname !== path) forget(key);
    };
  }, []);

  useEffect(() => {
    if (unsaved) sent.current = false;
  }, [unsaved]);

  function drop() {
    forget(`draft:${window.location.pathname}`);
    window.location.reload();
  }

  return (
    <div ref={here} role="status">
      {found && (
        <p className="note">
          <span>{back}</span>
          <button type="button" className="button quiet" onClick={drop}>
            {discard}
          </button>
        </p>
      )}
    </div>
  );
}

function forget(key) {
  window.sessionStorage.removeItem(key);
}

function fill(form, kept) {
  let changed = false;
  for (const [name, value] of Object.entries(kept)) {
    const field = form.elements.namedItem(name);
    if (!field || field.value === value) continue;
    field.value = value;
    changed = changed || field.type !== "hidden";
  }
  return changed;
}
