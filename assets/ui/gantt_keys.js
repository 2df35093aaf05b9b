import { useEffect, useRef } from "react";
import { withWork, today } from "./gantt_days.js";
import { moved } from "./gantt_drag.js";
import { daysInWords } from "./gantt_rows.js";

// The keys of the list: up and down go through it, left and right move the dates of a task by a day
// of work, with Shift its end; Enter applies what is asked, Escape leaves it, Space chooses a task.
export function useKeys({ rows, plan, isOff, writes, active, setActive, chosen, choose, reach, say }) {
  const wanted = useRef("");
  useEffect(() => {
    if (!wanted.current) return;
    document.querySelector(`.gantt-list [data-key="${wanted.current}"]`)?.focus({ preventScroll: true });
    wanted.current = "";
  }, [active]);

  function go(n) {
    const to = Math.min(Math.max(n, 0), rows.length - 1);
    wanted.current = rows[to].key;
    setActive(rows[to].key);
    reach(to);
  }

  function carry(task, days, part) {
    const asked = plan.asked?.task.id === task.id ? plan.asked : null;
    const there = asked ?? (task.first === null ? undated(isOff) : task);
    const to = asked || task.first !== null ? moved(there, part, days, isOff) : there;
    choose(task);
    plan.propose(task, to.first, to.last);
    say(`${task.title}: ${daysInWords(to)}`);
  }

  return function onKey(event, n) {
    const { task } = rows[n];
    const step = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }[event.key];
    const days = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const isAsked = task && plan.asked?.task.id === task.id;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step) go(n + step);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(rows.length - 1);
    else if (days && task && writes) carry(task, days, event.shiftKey && !task.milestone ? "last" : "whole");
    else if (event.key === "Escape" && isAsked) plan.leave();
    else if (event.key === "Escape" && task && task.id === chosen) choose(null);
    else if (event.key === "Enter" && isAsked) plan.apply();
    else if (event.key === " " && task && event.target.matches("a")) choose(task);
    else return;
    event.preventDefault();
  };
}

function undated(isOff) {
  const first = withWork(isOff, today(), 1);
  return { first, last: first };
}
