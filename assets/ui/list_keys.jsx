import { useEffect, useRef } from "react";
import { isBusy } from "./keys.js";

const STEPS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

// Keys of a list: `j` and `k` go through its rows, `x` selects one, `e` completes it, `Enter` opens
// it as any link. While something stands beside the page, it follows. `Escape` selects nothing.
// What `folds` selects is closed by a click elsewhere or on what has `data-folds`, and by `Escape`.
export function ListKeys({ rows, folds }) {
  const last = useRef(0);
  useEffect(() => {
    const pressed = (event) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
      if (!plain || (isBusy(event.target) && !event.target.matches(`${rows} input`))) return;
      const all = [...document.querySelectorAll(rows)];
      const at = all.findIndex((row) => row.contains(document.activeElement));
      if (at >= 0) last.current = at;
      const arrow = event.key.startsWith("Arrow");
      if (arrow && at < 0) return;
      const step = STEPS[event.key];
      const done = step ? go(all, at, step) : act(event.key, all[at >= 0 ? at : last.current]);
      if (done) event.preventDefault();
    };
    function go(all, at, step) {
      // Where the keys were last: what was there may be open beside the page, or gone by now.
      const here = Math.min(last.current, all.length - 1);
      const isOpen = all[here]?.querySelector('[aria-current="true"]');
      const from = at >= 0 ? at + step : here + (isOpen ? step : 0);
      const link = all[from]?.querySelector("a[href]");
      if (!link) return false;
      last.current = from;
      link.focus({ preventScroll: true });
      link.scrollIntoView({ block: "nearest" });
      if (document.querySelector(".side-panel")) link.click();
      return true;
    }
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [rows]);
  useEffect(() => {
    const fold = (event) => {
      if (event.type === "keydown" && event.key !== "Escape") return;
      if (event.type === "click" && !event.target.closest("[data-folds]")) return;
      for (const box of document.querySelectorAll(`${folds}[open]`)) {
        if (event.type === "pointerdown" && box.contains(event.target)) continue;
        box.open = false;
        if (event.type === "keydown") event.preventDefault();
      }
    };
    document.addEventListener("pointerdown", fold);
    document.addEventListener("click", fold);
    window.addEventListener("keydown", fold, true);
    return () => {
      document.removeEventListener("pointerdown", fold);
      document.removeEventListener("click", fold);
      window.removeEventListener("keydown", fold, true);
    };
  }, [folds]);
  return null;
}

function act(key, row) {
  const clears = document.querySelector("[data-clears]");
  if (key === "Escape" && clears && !document.querySelector(".side-panel")) {
    clears.click();
    return true;
  }
  const does = { x: "[data-selects]", e: "[data-completes]" }[key];
  const button = does && row?.querySelector(does);
  button?.click();
  return Boolean(button);
}
