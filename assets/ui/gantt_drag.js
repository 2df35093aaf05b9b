import { useEffect, useRef, useState } from "react";
import { toward } from "./edges.js";
import { withWork } from "./gantt_days.js";
import { ROW } from "./gantt_marks.js";

const EDGE = 7; // pixels at an end of a bar by which it is made longer or shorter
const LEAST = 22; // pixels of a bar that has such ends
const AROUND = 8; // pixels beside a bar that still belong to it
const NEAR = 24; // pixels from the edge by which the chart scrolls under a bar that is dragged there
const SPEED = 5; // pixels of it each time it is drawn

// Follows the pointer over the chart: what lies under it, and a bar that is dragged. A finger
// scrolls; it chooses a task by touching its bar, which then has grips that the finger drags. `there`
// is where the chosen one lies or would go.
export function useDrag({ rows, from, wide, isOff, writes, there, choose, propose }) {
  const [drag, setDrag] = useState(null);
  const [over, setOver] = useState(null);
  const touched = useRef(null);
  const pointer = useRef({});
  const now = useRef(null); // the drag of this very moment, also before it is drawn
  const latest = useRef(carry);
  latest.current = carry;

  const isOn = Boolean(drag) && writes;
  useEffect(() => {
    if (!isOn) return;
    let frame = requestAnimationFrame(function step() {
      if (now.current && scrollAt(pointer.current)) latest.current();
      frame = requestAnimationFrame(step);
    });
    const pressed = (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      put(null);
    };
    window.addEventListener("keydown", pressed, true);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("keydown", pressed, true);
    };
  }, [isOn]);

  function under(event) {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const row = rows[Math.floor(y / ROW)];
    const { part: grip } = event.target.dataset;
    if (grip && row?.task) return { row, task: row.task, part: grip, x, y, begin: there, grip };
    if (!row?.task || row.task.first === null) return null;
    const { first, last, milestone } = row.task;
    const middle = (first + 0.5 - from) * wide;
    const [x0, x1] = milestone ? [middle, middle] : [(first - from) * wide, (last + 1 - from) * wide];
    if (x < x0 - AROUND || x > x1 + AROUND) return null;
    const ends = !milestone && x1 - x0 >= LEAST;
    const part = ends && x > x1 - EDGE ? "last" : ends && x < x0 + EDGE ? "first" : "whole";
    return { row, task: row.task, part, x, y, begin: { first, last } };
  }

  function onPointerDown(event) {
    const found = under(event);
    touched.current = event.pointerType === "touch" && !found?.grip ? found : null;
    if (!found || event.button !== 0 || touched.current) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    pointer.current = { node: event.currentTarget, x: event.clientX };
    setOver(null);
    put({ ...found, to: found.begin });
  }

  function onPointerMove(event) {
    if (!now.current) return setOver(event.pointerType === "touch" ? null : under(event));
    if (!writes) return;
    pointer.current.x = event.clientX;
    carry();
  }

  function carry() {
    const { x, begin, part } = now.current;
    const at = pointer.current.x - pointer.current.node.getBoundingClientRect().left;
    const days = Math.round((at - x) / wide);
    put({ ...now.current, moved: days !== 0, to: days ? moved(begin, part, days, isOff) : begin });
  }

  function onPointerUp() {
    const done = now.current ?? touched.current;
    stop();
    if (!done) return;
    choose(done.task);
    if (done.moved) propose(done.task, done.to.first, done.to.last);
  }

  function stop() {
    touched.current = null;
    put(null);
  }

  function put(next) {
    now.current = next;
    setDrag(next);
  }

  const cursor = over && writes ? (over.part === "whole" ? "grab" : "ew-resize") : over ? "pointer" : "";
  return {
    drag: drag?.moved ? drag : null,
    over: drag ? null : over,
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel: stop,
      onPointerLeave: () => setOver(null),
      style: { cursor: drag ? "grabbing" : cursor },
    },
  };
}

// Scrolls the chart where the pointer is at its edge; returns whether it did.
function scrollAt({ node, x }) {
  const scroller = node.closest(".gantt-scroll");
  const { left, right } = scroller.getBoundingClientRect();
  const before = scroller.scrollLeft;
  const list = scroller.querySelector(".gantt-corner").offsetWidth;
  scroller.scrollLeft += SPEED * toward(x, left + list, right, NEAR);
  return scroller.scrollLeft !== before;
}

// Returns the days of a task of which a part ("first", "last" or "whole") moves by some days; it
// begins and ends on days with work.
export function moved({ first, last }, part, days, isOff) {
  const direction = Math.sign(days);
  if (part === "last") return { first, last: Math.max(first, withWork(isOff, last + days, direction)) };
  if (part === "first") return { first: Math.min(last, withWork(isOff, first + days, direction)), last };
  const begin = withWork(isOff, first + days, direction);
  return { first: begin, last: begin + last - first };
}
