import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { today } from "./gantt_days.js";
import { ROW } from "./gantt_marks.js";

export const STEP = 320; // pixels that are scrolled sideways before another part is drawn
const STUB = 24; // pixels of a bar that are enough to see it
export const STEPS = 8; // rows that are scrolled before another part is drawn

// How large the part with the bars is, and roughly where it is scrolled to.
export function useSize(scroller) {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [place, setPlace] = useState({ x: 0, y: 0 });
  const onScroll = useCallback(() => {
    const { scrollLeft, scrollTop } = scroller.current;
    const [x, y] = [Math.floor(scrollLeft / STEP), Math.floor(scrollTop / (STEPS * ROW))];
    setPlace((before) => (before.x === x && before.y === y ? before : { x, y }));
  }, [scroller]);
  useLayoutEffect(() => {
    const node = scroller.current;
    const measure = () => {
      const list = node.querySelector(".gantt-corner").offsetWidth;
      setSize({ width: node.clientWidth - list, height: node.clientHeight });
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(node);
    return () => watch.disconnect();
  }, [scroller]);
  return [size, place, onScroll];
}

// Keeps the day in the middle where it is when the scale changes. At first one soon after today is,
// and the first of the `rows` that go on, or what the plan begins with where today lies far from it.
// `now` grows to go there again.
export function useMiddle({ scroller, rows, from, to, wide, width, now }) {
  const middle = useRef(null);
  const scale = useRef({});
  const half = width / 2 / wide;
  const isNear = today() >= from && today() <= to;
  const begin = isNear ? today() + half / 2 : from + half;
  const top = () => Math.max(0, isNear ? rows.findIndex(goesOn) - 1 : 0) * ROW;
  useEffect(() => {
    const node = scroller.current;
    const keep = () => {
      const { from, wide, half } = scale.current;
      middle.current = node.scrollLeft / wide + from + half;
    };
    node.addEventListener("scroll", keep, { passive: true });
    return () => node.removeEventListener("scroll", keep);
  }, [scroller]);
  useLayoutEffect(() => {
    if (!width) return;
    scale.current = { from, wide, half };
    if (middle.current === null) scroller.current.scrollTop = whole(scroller.current, top());
    middle.current ??= begin;
    scroller.current.scrollLeft = (middle.current - half - from) * wide;
  }, [from, wide, width]);
  useEffect(() => {
    if (!now) return;
    const left = (begin - half - from) * wide;
    scroller.current.scrollTo(left, whole(scroller.current, top()));
  }, [now]);
}

// As far down as `top`, or as there are whole rows to be scrolled.
function whole({ scrollHeight, clientHeight }, top) {
  return Math.min(top, Math.floor((scrollHeight - clientHeight) / ROW) * ROW);
}

function goesOn({ task }) {
  return task && task.first !== null && !task.done && task.last >= today();
}

// Scrolls sideways as far as the days of a task need to be seen.
export function showDays(node, { first, last }, from, wide, width) {
  if (first === null) return;
  const [left, right] = [(first - from) * wide, (last + 1 - from) * wide];
  const isSeen = right > node.scrollLeft + STUB && left < node.scrollLeft + width - STUB;
  if (!isSeen) node.scrollLeft = left - width / 4;
}

// Scrolls as far as a row, and some `below` it, need to be seen.
export function show(node, n, below = 0) {
  const head = node.querySelector(".gantt-corner").offsetHeight;
  const [top, bottom] = [n * ROW, (n + 1 + below) * ROW + head];
  if (top < node.scrollTop) node.scrollTop = top;
  else if (bottom > node.scrollTop + node.clientHeight) node.scrollTop = bottom - node.clientHeight;
}
