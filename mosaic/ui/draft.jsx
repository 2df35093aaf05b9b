import { useEffect, useRef, useState } from "react";

// Stands in a form and keeps what is typed there in the browser, for its owner, so that neither a
// closed tab nor a server that was away takes it. `unsaved` says that the last attempt to send it
// came back. Each tab keeps its own; what a closed one left is found by the next.
export function Draft({ owner, unsaved, back, discard }) {
  const here = useRef(null);
  const sent = useRef(false);
  const refused = useRef(unsaved);
  const mine = useRef("");
  const [found, setFound] = useState(false);

  useEffect(() => {
    if (!owner) return;
    const form = here.current.closest("form");
    const path = window.location.pathname;
    const place = `draft:${owner}:${path}:`;
    mine.current = place + tabName();
    let alive = true;
    let release;
    const held = new Promise((resolve) => (release = resolve));
    // Held as long as this tab lives: others see by it whose draft is nobody's any more.
    window.navigator.locks?.request(mine.current, () => held);
    left(place, mine.current).then((key) => {
      if (!alive || !key) return;
      const kept = read(key);
      if (key !== mine.current) {
        window.localStorage.setItem(mine.current, window.localStorage.getItem(key));
        window.localStorage.removeItem(key);
      }
      setFound(fill(form, kept.values));
    });

    function keep() {
      sent.current = false;
      const values = Object.fromEntries(new FormData(form));
      try {
        window.localStorage.setItem(mine.current, JSON.stringify({ at: Date.now(), values }));
      } catch {
        // The browser has no room; the text is still in the form.
      }
    }
    function send() {
      sent.current = true;
    }
    form.addEventListener("input", keep);
    form.addEventListener("submit", send);
    return () => {
      alive = false;
      form.removeEventListener("input", keep);
      form.removeEventListener("submit", send);
      release();
      // Sent, and led on to another page: it is saved.
      if (sent.current && !refused.current && window.location.pathname !== path) forget(mine.current);
    };
  }, [owner]);

  useEffect(() => {
    refused.current = unsaved;
  }, [unsaved]);

  function drop() {
    forget(mine.current);
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

function tabName() {
  const kept = window.sessionStorage.getItem("tab");
  const name = kept ?? `${Date.now()}-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  window.sessionStorage.setItem("tab", name);
  return name;
}

// The key of this tab's own draft, else of the latest one whose tab is gone.
async function left(place, mine) {
  if (window.localStorage.getItem(mine)) return mine;
  const held = (await window.navigator.locks?.query())?.held ?? [];
  const alive = new Set(held.map((lock) => lock.name));
  const keys = Object.keys(window.localStorage).filter(
    (key) => key.startsWith(place) && !alive.has(key),
  );
  return keys.sort((one, other) => read(other).at - read(one).at)[0];
}

function read(key) {
  return JSON.parse(window.localStorage.getItem(key) ?? '{"at": 0, "values": {}}');
}

function forget(key) {
  window.localStorage.removeItem(key);
}

function fill(form, kept) {
  let changed = false;
  for (const [name, value] of Object.entries(kept)) {
    const field = form.elements.namedItem(name);
    if (!field || field.value === value) continue;
    field.value = value;
    field.dispatchEvent(new Event("filled"));
    changed = changed || field.type !== "hidden";
  }
  return changed;
}
