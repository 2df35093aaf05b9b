import { useEffect, useReducer, useRef } from "react";

// How long something takes: `ms` so far, and on from there while it is `going`. It counts by this
// browser's own clock, which may be wrong about the hour but not about how much time passes.
export function Lasting({ ms = 0, going = false }) {
  const [, tick] = useReducer((n) => n + 1, 0);
  const since = useRef({ ms: null, at: 0 });
  if (since.current.ms !== ms) since.current = { ms, at: performance.now() };

  useEffect(() => {
    if (!going) return;
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [going]);

  const now = going ? ms + performance.now() - since.current.at : ms;
  return <span className="lasting">{said(now)}</span>;
}

function said(ms) {
  if (ms < 1000) return ms < 0 ? "" : `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days ${hours % 24} h`;
}
