import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { count, dayAfter, dayInWords, daysBetween, today, useAnswer } from "./graph_data.js";
import { around, openScene } from "./graph_scene.js";

const MANY = 5000; // pages above which communities are shown first
const LISTED = 60;
const DEEPEST = 5;
const WAIT_FOR_MORE_MOVES = 160; // milliseconds

// The graph of a workspace. What is shown is in the address: ?tag= &orphans=0 &around= &depth=
// &community= &at=. A new `stamp` says that something has changed; the view stays where it is.
export function GraphView({ workspace, stamp = 0, tags = [], first }) {
  const [search, setSearch] = useSearchParams();
  const asked = useMemo(() => read(search), [search]);
  const answer = useGraph(asked, workspace, stamp);
  const { data } = answer;
  const [lit, setLit] = useState(null);
  const scene = useRef(null);

  function change(values, replace = false) {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(values)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    setSearch(next, { replace, preventScrollReset: true });
  }

  const bubbles = Boolean(data?.bubbles);
  return (
    <div className="graph">
      <div className="graph-bar">
        <Search nodes={data?.nodes ?? []} pick={(id) => scene.current?.goTo(id)} />
        <select
          className="input slim"
          aria-label="Tag"
          value={asked.tag}
          onChange={(event) => change({ tag: event.target.value, community: "" })}
        >
          <option value="">All tags</option>
          {withAsked(tags, asked.tag).map(([slug, name]) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
        </select>
        <label className="check">
          <input
            type="checkbox"
            checked={asked.orphans}
            onChange={(event) => change({ orphans: event.target.checked ? "" : "0" })}
          />
          <span>Pages without links</span>
        </label>
      </div>
      <Scope {...{ asked, change, data }} />
      <Canvas {...{ answer, bubbles, scene, setLit, workspace, change }}>
        <About {...{ lit, data, workspace, change }} />
      </Canvas>
      <Time {...{ asked, change, first }} />
      <p className="graph-count muted small" role="status">
        {standing(answer, asked)}
      </p>
      <Listed {...{ data, workspace, change, scene }} />
    </div>
  );
}

function read(search) {
  const depth = Number(search.get("depth"));
  return {
    tag: search.get("tag") ?? "",
    orphans: search.get("orphans") !== "0",
    around: search.get("around") ?? "",
    depth: depth >= 1 && depth <= DEEPEST ? Math.floor(depth) : 2,
    community: /^\d{1,9}$/.test(search.get("community") ?? "") ? search.get("community") : "",
    at: /^\d{4}-\d\d-\d\d$/.test(search.get("at") ?? "") ? search.get("at") : "",
  };
}

function withAsked(tags, asked) {
  return !asked || tags.some(([slug]) => slug === asked) ? tags : [[asked, asked], ...tags];
}

// The pages that fit; from far away, where there are too many, their communities.
function useGraph({ tag, orphans, around: slug, depth, community, at }, workspace, stamp) {
  const when = at ? { at } : {};
  const whole = { ...when, limit: MANY, orphans };
  if (tag) whole.tag = tag;
  if (community) whole.community = community;
  const near = useAnswer(slug && `graph/${encodeURIComponent(slug)}`, { ...when, depth }, workspace, stamp);
  const all = useAnswer(slug ? "" : "graph", whole, workspace, stamp);
  const tooMany = !slug && !tag && !community && all.data?.meta.truncated;
  const far = useAnswer(tooMany ? "communities" : "", when, workspace, stamp);
  return useMemo(() => {
    if (slug) return { ...near, data: near.data && around(near.data) };
    if (tooMany && far.data?.nodes.length) return { ...far, data: asGraph(far.data, all.data.meta) };
    return all;
  }, [slug, near, all, far, tooMany]);
}

function asGraph({ nodes, edges, scattered }, meta) {
  return {
    bubbles: true,
    scattered,
    meta,
    nodes: nodes.map(({ community, title, size, x, y }) => ({
      id: String(community),
      slug: "",
      title: `${title} and ${count(size - 1, "other", "others")}`,
      x,
      y,
      degree: size,
      pages: size,
      community,
      tags: [],
    })),
    edges: edges.map(({ source, target, links }) => ({
      source: String(source),
      target: String(target),
      links,
    })),
  };
}

function standing({ data, away }, { at }) {
  if (away) return away;
  if (!data) return "The graph is on its way.";
  const { totalNodes, totalEdges, truncated } = data.meta;
  const all = `${count(totalNodes, "page", "pages")}, ${count(totalEdges, "link", "links")}`;
  const when = at ? ` at the end of ${dayInWords(at)}` : "";
  if (data.bubbles) return `${all}${when}, in ${count(data.nodes.length, "group", "groups")}`;
  return truncated ? `${all}${when}; shown are the ${data.nodes.length} linked most` : all + when;
}

function Scope({ asked, change, data }) {
  if (asked.around) {
    const title = data?.nodes[0]?.title ?? asked.around;
    return (
      <div className="graph-scope">
        <span>
          Around <strong>{title}</strong>
        </span>
        <label>
          <span>{count(asked.depth, "link", "links")} away</span>
          <input
            type="range"
            min={1}
            max={DEEPEST}
            value={asked.depth}
            aria-label="How many links away"
            onChange={(event) => change({ depth: event.target.value }, true)}
          />
        </label>
        <button type="button" className="button quiet" onClick={() => change({ around: "", depth: "" })}>
          Whole graph
        </button>
      </div>
    );
  }
  if (!asked.community) return null;
  return (
    <div className="graph-scope">
      <span>One group of pages that link each other</span>
      <button type="button" className="button quiet" onClick={() => change({ community: "" })}>
        All groups
      </button>
    </div>
  );
}

function Canvas({ answer, bubbles, scene, setLit, workspace, change, children }) {
  const box = useRef(null);
  const navigate = useNavigate();
  const [ready, setReady] = useState(false);
  const [blind, setBlind] = useState(false);
  const shown = useRef("");
  const open = useRef();
  open.current = (node, event) => {
    if (node.pages) change({ community: node.id });
    else openPage(`/w/${workspace}/knowledge/${node.slug}`, event, navigate);
  };

  useEffect(() => {
    let there = true;
    openScene(box.current, {
      onOpen: (node, event) => open.current(node, event),
      onLook: (id) => setLit(id),
    })
      .then((made) => {
        if (!there) return made.close();
        scene.current = made;
        box.current.scene = made;
        setReady(true);
      })
      .catch(() => there && setBlind(true));
    return () => {
      there = false;
      scene.current?.close();
      scene.current = null;
    };
  }, []);

  useEffect(() => {
    if (!ready || !answer.data) return;
    // The same pages at another moment keep their places and the view.
    const url = new URL(answer.address, window.location.href);
    url.searchParams.delete("at");
    const kind = `${url.pathname}?${url.searchParams}`;
    scene.current.show(answer.data, kind !== shown.current);
    shown.current = kind;
  }, [ready, answer.data]);

  const empty = answer.data && !answer.data.nodes.length;
  return (
    <div className="graph-frame" aria-busy={!answer.data && !answer.away}>
      <div
        className="graph-canvas"
        ref={box}
        role="img"
        aria-label={bubbles ? "Groups of pages, drawn" : "Pages and their links, drawn"}
      />
      {empty && <p className="graph-note">No page fits here. Other filters show more.</p>}
      {blind && (
        <p className="graph-note">This browser does not draw graphs. The list below has it all.</p>
      )}
      <div className="graph-zoom">
        <Tool label="Closer" act={() => scene.current?.zoom(0.6)} sign="+" />
        <Tool label="Farther" act={() => scene.current?.zoom(1.6)} sign="−" />
        <Tool label="Everything" act={() => scene.current?.fit()} sign="⤢" />
      </div>
      {children}
    </div>
  );
}

function openPage(address, event, navigate) {
  if (event?.metaKey || event?.ctrlKey) window.open(address, "_blank");
  else navigate(address);
}

function Tool({ label, act, sign }) {
  return (
    <button type="button" className="graph-tool" aria-label={label} title={label} onClick={act}>
      {sign}
    </button>
  );
}

// What is known of the page that is lit up. It stays until another one is.
function About({ lit, data, workspace, change }) {
  const [kept, setKept] = useState(null);
  useEffect(() => {
    if (lit) setKept(lit);
  }, [lit]);
  const node = data?.nodes.find((one) => one.id === kept);
  if (!node) return null;
  return (
    <div className="graph-about">
      <strong>{node.title}</strong>
      <span className="muted small">
        {node.pages ? count(node.pages, "page", "pages") : count(node.degree, "linked page", "linked pages")}
        {node.tags.map((tag) => ` · #${tag}`).join("")}
      </span>
      <span className="cluster">
        {node.pages ? (
          <button type="button" className="button quiet" onClick={() => change({ community: node.id })}>
            Open this group
          </button>
        ) : (
          <>
            <Link className="button quiet" to={`/w/${workspace}/knowledge/${node.slug}`}>
              Open
            </Link>
            <button type="button" className="button bare" onClick={() => change(aroundOf(node))}>
              What is around it
            </button>
          </>
        )}
      </span>
    </div>
  );
}

function aroundOf(node) {
  return { around: node.slug, community: "", tag: "" };
}

function Search({ nodes, pick }) {
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const found = useMemo(() => {
    const sought = words.trim().toLowerCase();
    if (!sought) return [];
    const fits = nodes.filter((node) => node.title.toLowerCase().includes(sought));
    const place = (node) => node.title.toLowerCase().indexOf(sought) * 1000 + node.title.length;
    return fits.sort((a, b) => place(a) - place(b)).slice(0, 8);
  }, [nodes, words]);

  function choose(node) {
    setWords("");
    pick(node.id);
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
            key={node.id}
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

// A slider over the days since the first page; its right end is now.
function Time({ asked, change, first }) {
  const last = daysBetween(first || today(), today());
  const stands = asked.at ? Math.min(last, daysBetween(first, asked.at)) : last;
  const [at, setAt] = useState(stands);
  const timer = useRef();
  useEffect(() => setAt(stands), [stands]);
  if (!last) return null;

  function move(to) {
    setAt(to);
    clearTimeout(timer.current);
    const day = to >= last ? "" : dayAfter(first, to);
    timer.current = setTimeout(() => change({ at: day }, true), WAIT_FOR_MORE_MOVES);
  }

  const said = at >= last ? "Now" : dayInWords(dayAfter(first, at));
  return (
    <div className="graph-time">
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
function Listed({ data, workspace, change, scene }) {
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
              <button type="button" className="button bare" onClick={() => change({ community: node.id })}>
                {node.title}
              </button>
            ) : (
              <>
                <Link to={`/w/${workspace}/knowledge/${node.slug}`}>{node.title}</Link>
                <span className="muted small">{count(node.degree, "linked page", "linked pages")}</span>
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

// What is around one page, small, beside it. Nothing is drawn before it is looked at.
export function LocalGraph({ workspace, slug, stamp = 0 }) {
  const box = useRef(null);
  const scene = useRef(null);
  const navigate = useNavigate();
  const [seen, setSeen] = useState(false);
  const [ready, setReady] = useState(false);
  const [depth, setDepth] = useState(1);
  const path = seen && slug ? `graph/${encodeURIComponent(slug)}` : "";
  const { data } = useAnswer(path, { depth }, workspace, stamp);
  const shown = useMemo(() => data && around(data), [data]);
  const alone = data && data.nodes.length < 2;
  const go = useRef();
  go.current = (node, event) => openPage(`/w/${workspace}/knowledge/${node.slug}`, event, navigate);

  useEffect(() => {
    const watch = new IntersectionObserver(([one]) => one.isIntersecting && setSeen(true));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (!seen) return;
    let there = true;
    const onOpen = (node, event) => go.current(node, event);
    openScene(box.current, { onOpen, onLook: () => {}, small: true })
      .then((made) => {
        if (!there) return made.close();
        scene.current = made;
        box.current.scene = made;
        setReady(true);
      })
      .catch(() => {});
    return () => {
      there = false;
      scene.current?.close();
    };
  }, [seen]);
  useEffect(() => {
    if (ready && shown) scene.current.show(shown, true);
  }, [ready, shown]);

  return (
    <div className="local-graph">
      <div
        className="graph-canvas"
        ref={box}
        role="img"
        aria-label={data ? `${count(data.nodes.length - 1, "page", "pages")} around this one, drawn` : "What is around this page"}
        hidden={alone}
      />
      {alone && <p className="muted small">Nothing is linked with this page yet.</p>}
      <div className="graph-scope" hidden={alone}>
        <label>
          <span>{count(depth, "link", "links")} away</span>
          <input
            type="range"
            min={1}
            max={3}
            value={depth}
            aria-label="How many links away"
            onChange={(event) => setDepth(Number(event.target.value))}
          />
        </label>
        <Link to={`/w/${workspace}/knowledge/graph?around=${encodeURIComponent(slug)}&depth=${depth}`}>
          Larger
        </Link>
      </div>
    </div>
  );
}
