import { useEffect, useRef } from "react";

const EVERY = 5_000;

// Who looks at a page is there as long as this tab says so.
export function Presence({ onBeat }) {
  const tab = useRef("");
  useEffect(() => {
    tab.current = crypto.getRandomValues(new Uint32Array(2)).join("-");
    const beat = () => document.visibilityState === "visible" && onBeat(tab.current);
    beat();
    const timer = setInterval(beat, EVERY);
    document.addEventListener("visibilitychange", beat);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", beat);
    };
  }, []);
  return null;
}
