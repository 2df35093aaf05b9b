import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { fill } from "./fields.js";

const LONG_ENOUGH_TO_SAVE = 4000;
const BEGUN = new Set(["version", "base"]); // what the form began with, which nobody types

// What is known of the form in this tab, also while it is filled anew after the server was away.
// `sent`: nothing was typed since it was sent. `away`: the server was, meanwhile. `waits`: it was
// sent then, and goes out when the server is back. `at`: the field that somebody was in.
const now = { place: "", draft: "", sent: false, away: false, waits: false, at: null };

if (typeof window !== "undefined") {
  window.addEventListener("draft-is-saved", () => {
    if (now.sent) window.localStorage.removeItem(now.draft);
    Object.assign(now, { sent: false, away: false, waits: false });
  });
}

// Stands in a form and keeps what is typed there in the browser, for its owner, so that neither a
// closed tab nor a server that was away takes it. Each tab keeps its own; what a closed one left is
// found by the next.
export function Draft({ owner, of, lost, words }) {
  const here = useRef(null);
  const mine = useRef("");
  const gone = useRef(lost);
  const [said, setSaid] = useState("");

  useEffect(() => {
    if (!owner) return;
    const form = here.current.closest("form");
    const place = `draft:${owner}:${of || window.location.pathname}:`;
    mine.current = place + tabName();
    if (now.place !== place) Object.assign(now, { sent: false, away: false, waits: false, at: null });
    Object.assign(now, { place, draft: mine.current });
    let alive = true;
    let filling = false;
    let late;
    let release;
    const held = new Promise((resolve) => (release = resolve));
    // Held as long as this tab lives: others see by it whose draft is nobody's any more.
    window.navigator.locks?.request(mine.current, () => held);
    left(place, mine.current).then((key) => {
      if (!alive) return;
      if (!key) return goBack(form);
      const kept = read(key);
      if (key !== mine.current) {
        window.localStorage.setItem(mine.current, window.localStorage.getItem(key));
        window.localStorage.removeItem(key);
      }
      filling = true;
      const changed = fillAll(form, kept.values);
      filling = false;
      goBack(form);
      if (!changed) return;
      if (now.waits) late = setTimeout(() => setSaid("kept"), LONG_ENOUGH_TO_SAVE);
      else setSaid(now.away ? "kept" : "back");
    });

    function keep() {
      if (filling) return;
      now.sent = false;
      const values = Object.fromEntries(new FormData(form));
      try {
        window.localStorage.setItem(mine.current, JSON.stringify({ at: Date.now(), values }));
      } catch {
        // The browser has no room; the text is still in the form.
      }
    }
    // What is sent while the server is away goes out by itself when it is back, once.
    function send(event) {
      if (gone.current && now.waits) {
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      now.sent = true;
      now.waits = gone.current;
      setSaid(gone.current ? "waiting" : "");
    }
    form.addEventListener("input", keep);
    form.addEventListener("submit", send);
    return () => {
      alive = false;
      clearTimeout(late);
      form.removeEventListener("input", keep);
      form.removeEventListener("submit", send);
      release();
    };
  }, [owner]);

  // Before the form leaves the page, as nothing in it has the focus afterwards.
  useLayoutEffect(
    () => () => {
      const { name, selectionStart, form } = document.activeElement;
      const isHere = name && form === here.current.closest("form");
      now.at = isHere ? { name, caret: selectionStart } : null;
    },
    [],
  );

  useEffect(() => {
    gone.current = lost;
    if (lost) now.away = true;
    else if (now.away && !now.sent && window.localStorage.getItem(mine.current)) setSaid("kept");
  }, [lost]);

  function drop() {
    window.localStorage.removeItem(mine.current);
    window.location.reload();
  }

  return (
    <div ref={here} role="status">
      {said && (
        <p className="note">
          <span>{words[said]}</span>
          {said === "kept" && (
            <button type="submit" className="button quiet">
              {words.save}
            </button>
          )}
          {said !== "waiting" && (
            <button type="button" className="button quiet" onClick={drop}>
              {words.discard}
            </button>
          )}
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

// Leads back to where somebody was writing when the form was filled anew.
function goBack(form) {
  const field = now.at && form.elements.namedItem(now.at.name);
  const { caret } = now.at ?? {};
  now.at = null;
  field?.focus?.();
  if (typeof caret === "number") field?.setSelectionRange?.(caret, caret);
}

function fillAll(form, kept) {
  let changed = false;
  for (const [name, value] of Object.entries(kept)) {
    if (fill(form, name, value) && !BEGUN.has(name)) changed = true;
  }
  return changed;
}
