import { useEffect } from "react";
import { isBusy } from "./keys.js";

const STEPS = { j: 1, k: -1 };

// `j` and `k` follow the next and the previous of the links that `of` selects.
export function Steps({ of }) {
  useEffect(() => {
    const pressed = (event) => {
      const step = STEPS[event.key];
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
      if (!step || !plain || isBusy(event.target)) return;
      const links = [...document.querySelectorAll(of)];
      const next = links[place(links) + step];
      if (!next) return;
      event.preventDefault();
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
      next.click();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [of]);
  return null;
}

// Where the keys were last, which the server may not have shown yet; else what is shown.
function place(links) {
  const at = links.indexOf(document.activeElement);
  return at < 0 ? links.findIndex((link) => link.getAttribute("aria-current") === "true") : at;
}
