import { useEffect, useRef, useState } from "react";

const FRAME = 350; // milliseconds between two looks while it plays
const WAIT_FOR_MORE_MOVES = 80;

// A slider over `count` moments, which also plays by itself; `onMove` is told where it stands.
export function Player({ count, place, label, said, onMove }) {
  const [at, setAt] = useState(place);
  const [plays, setPlays] = useState(false);
  const timer = useRef();

  useEffect(() => {
    if (!plays) setAt(place);
  }, [place]);
  useEffect(() => {
    if (!plays) return;
    const step = Math.max(1, Math.ceil(count / 120)); // a minute at most, however long the run
    const frame = setInterval(() => setAt((before) => Math.min(count, before + step)), FRAME);
    return () => clearInterval(frame);
  }, [plays, count]);
  useEffect(() => {
    if (plays && at >= count) setPlays(false);
    if (at === place) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onMove(at), plays ? 0 : WAIT_FOR_MORE_MOVES);
  }, [at]);

  function play() {
    if (!plays && at >= count) setAt(1);
    setPlays(!plays);
  }
  return (
    <div className="player">
      <button type="button" className="button" onClick={play}>
        {plays ? "Pause" : "Play"}
      </button>
      <input
        type="range"
        min={1}
        max={Math.max(1, count)}
        value={at}
        aria-label={label}
        aria-valuetext={said}
        onChange={(event) => setAt(Number(event.target.value))}
      />
      <span className="muted small">
        {at.toLocaleString("en")} of {count.toLocaleString("en")}
      </span>
    </div>
  );
}
