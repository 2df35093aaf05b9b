import { useEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router";
import {
  aroundOf,
  count,
  dayAfter,
  dayInWords,
  daysBetween,
  sizeInWords,
  today,
  useAnswer,
} from "./graph_data.js";

const LISTED = 60;
const FOUND = 8;
const WAIT_FOR_MORE_MOVES = 160; // milliseconds
const STEPS = 30; // in which all days are played
const WAIT_FOR_EYES = 350; // milliseconds

// Finds a page of the drawing; where groups are drawn, any page, which is told by its `slug`.
export function Search({ nodes, far, workspace, pick }) {
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const sought = words.trim().toLowerCase();
  const asked = { q: sought, kind: "page", limit: FOUND };
  const { data: answer } = useAnswer(far && sought ? "completions" : "", asked, workspace);
  const found = useMemo(() => {
    if (!sought) return [];
    if (far) return answer?.data ?? [];
    const fits = nodes.filter((node) => node.title.toLowerCase().includes(sought));
    const place = (node) => node.title.toLowerCase().indexOf(sought) * 1000 + node.title.length;
    return fits.sort((a, b) => place(a) - place(b)).slice(0, FOUND);
  }, [nodes, far, answer, sought]);

  function choose(node) {
    setWords("");
    pick(node);
  }

  function press(event) {
    if (event.key === "Escape") setWords("");
    if (event.key === "Enter" && found[at]) choose(found[at]);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !found.length) return;
    event.preventDefault();
    setAt((at + step + found.length) % found.length);
  }

  return (
    <div className="graph-search">
      <input
        className="input slim"
        type="search"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls="graph-found"
        aria-activedescendant={found.length ? `graph-found-${at}` : undefined}
        aria-label="Find a page in the graph"
        placeholder="Find a page"
        value={words}
        onKeyDown={press}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
      />
      <ul id="graph-found" role="listbox" aria-label="Pages found" hidden={!found.length}>
        {found.map((node, n) => (
          <li
            key={node.slug}
            id={`graph-found-${n}`}
            role="option"
            aria-selected={n === at}
            onPointerDown={(event) => {
              event.preventDefault();
              choose(node);
            }}
          >
            {node.title}
          </li>
        ))}
      </ul>
    </div>
  );
}

// A slider over the days since the first page; its right end is now. Played, it goes from where it
// stands, or from the first day, to now; each step waits until what was asked for is `drawn`.
export function Time({ asked, change, first, drawn }) {
  const last = daysBetween(first || today(), today());
  const stands = asked.at ? Math.min(last, daysBetween(first, asked.at)) : last;
  const [at, setAt] = useState(stands);
  const [next, setNext] = useState(null); // the day that is played next
  const timer = useRef();
  const step = Math.ceil(last / STEPS);
  const go = (to) => change({ at: to >= last ? "" : dayAfter(first, to) }, true);

  useEffect(() => setAt(stands), [stands]);
  useEffect(() => {
    if (next === null || !drawn) return;
    const soon = setTimeout(() => {
      go(next);
      setNext(next < last ? Math.min(last, next + step) : null);
    }, WAIT_FOR_EYES);
    return () => clearTimeout(soon);
  }, [next, drawn]);
  if (!last) return null;

  function move(to) {
    setAt(to);
    setNext(null);
    clearTimeout(timer.current);
    timer.current = setTimeout(go, WAIT_FOR_MORE_MOVES, to);
  }

  function play() {
    if (next !== null) return setNext(null);
    setNext(stands < last ? Math.min(last, stands + step) : 0);
  }

  const said = at >= last ? "Now" : dayInWords(dayAfter(first, at));
  return (
    <div className="graph-time">
      <button type="button" className="button quiet" onClick={play}>
        {next === null ? "Play" : "Pause"}
      </button>
      <span className="muted small">{dayInWords(first)}</span>
      <input
        type="range"
        min={0}
        max={last}
        value={at}
        aria-label="The graph as it was on a day"
        aria-valuetext={said}
        onChange={(event) => move(Number(event.target.value))}
      />
      <output>{said}</output>
      {at < last && (
        <button type="button" className="button bare" onClick={() => move(last)}>
          Now
        </button>
      )}
    </div>
  );
}

// The same pages as a list, for keys and for those who listen.
export function Listed({ data, workspace, change, scene }) {
  const [most, setMost] = useState(LISTED);
  const nodes = data?.nodes ?? [];
  if (!nodes.length) return null;
  return (
    <details className="graph-list">
      <summary>As a list</summary>
      <ul>
        {nodes.slice(0, most).map((node) => (
          <li
            key={node.id}
            onFocus={() => scene.current?.light(node.id)}
            onBlur={() => scene.current?.light(null)}
          >
            {node.pages ? (
              <button
                type="button"
                className="button bare"
                onClick={() => change({ community: node.id })}
              >
                {node.title} and {count(node.pages - 1, "other", "others")}
              </button>
            ) : (
              <>
                <Link to={`/w/${workspace}/knowledge/${node.slug}`}>{node.title}</Link>
                <span className="muted small">{sizeInWords(node)}</span>
                <button
                  type="button"
                  className="button bare"
                  aria-label={`What is around ${node.title}`}
                  onClick={() => change(aroundOf(node))}
                >
                  Around it
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      {nodes.length > most && (
        <button type="button" className="button quiet" onClick={() => setMost(most + LISTED)}>
          More
        </button>
      )}
    </details>
  );
}
