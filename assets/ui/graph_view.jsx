import { useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { around } from "./graph_around.js";
import { About, Canvas } from "./graph_canvas.jsx";
import { Listed, Search, Time } from "./graph_controls.jsx";
import { aroundOf, byTag, count, dayInWords, useAnswer } from "./graph_data.js";

const MANY = 5000; // pages that are drawn at once
const DEEPEST = 5;
const LINES = 4; // between groups, for each of them: the strongest

// The graph of a workspace. What is shown is in the address: ?tag= &orphans=0 &around= &depth=
// &community= &at= &colours=. A new `stamp` says that something has changed; the view stays.
export function GraphView({ workspace, stamp = 0, tags = [], first, many = false }) {
  const [search, setSearch] = useSearchParams();
  const asked = useMemo(() => read(search), [search]);
  const { answer, legend } = useColours(useGraph(asked, workspace, stamp, many), asked, tags);
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
        <Search
          nodes={data?.nodes ?? []}
          far={bubbles}
          workspace={workspace}
          pick={(node) => (node.id ? scene.current?.goTo(node.id) : change(aroundOf(node)))}
        />
        {!asked.around && <Filters {...{ asked, change, tags, bubbles }} />}
        {tags.length > 0 && !bubbles && <Colours {...{ asked, change }} />}
      </div>
      {legend && <Legend {...{ legend, change }} />}
      <Scope {...{ asked, change, data }} />
      <Canvas {...{ answer, bubbles, scene, setLit, workspace, change }}>
        <About {...{ lit, data, workspace, change }} />
      </Canvas>
      <Time {...{ asked, change, first, drawn: Boolean(data) && isOf(answer, asked.at) }} />
      <p className="graph-count muted small" role="status">
        {standing(answer, asked)}
      </p>
      <Listed {...{ data, workspace, change, scene }} />
    </div>
  );
}

function Filters({ asked, change, tags, bubbles }) {
  return (
    <>
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
      {!bubbles && (
        <label className="check">
          <input
            type="checkbox"
            checked={asked.orphans}
            onChange={(event) => change({ orphans: event.target.checked ? "" : "0" })}
          />
          <span>Pages without links</span>
        </label>
      )}
    </>
  );
}

function Colours({ asked, change }) {
  return (
    <select
      className="input slim"
      aria-label="Colours"
      value={asked.colours}
      onChange={(event) => change({ colours: event.target.value }, true)}
    >
      <option value="">Colours by group</option>
      <option value="tag">Colours by tag</option>
    </select>
  );
}

// What the colours mean; each leads to the pages of its tag.
function Legend({ legend, change }) {
  return (
    <ul className="graph-legend" aria-label="What the colours mean">
      {legend.map(({ slug, name, pages, shown }) => (
        <li key={slug}>
          <button type="button" onClick={() => change({ tag: slug, community: "", around: "" })}>
            <span className="graph-dot" style={{ background: shown }} />
            {name} <span className="muted">{pages.toLocaleString("en")}</span>
          </button>
        </li>
      ))}
      <li className="muted">
        <span className="graph-dot" />
        {legend.length ? "None of these" : "No tags here"}
      </li>
    </ul>
  );
}

function useColours(answer, { colours, tag }, tags) {
  return useMemo(() => {
    if (colours !== "tag" || !answer.data || answer.data.bubbles) return { answer, legend: null };
    const { data, legend } = byTag(answer.data, tags, tag);
    return { answer: { ...answer, data }, legend };
  }, [answer, colours, tag, tags]);
}

function read(search) {
  const depth = Number(search.get("depth"));
  return {
    tag: search.get("tag") ?? "",
    orphans: search.get("orphans") !== "0",
    colours: search.get("colours") === "tag" ? "tag" : "",
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
function useGraph(asked, workspace, stamp, many) {
  const { tag, orphans, around: slug, depth, community, at } = asked;
  const when = at ? { at } : {};
  const whole = { ...when, limit: MANY, orphans };
  if (tag) whole.tag = tag;
  if (community) whole.community = community;
  const place = slug && `graph/${encodeURIComponent(slug)}`;
  const isFar = many && !slug && !tag && !community;
  const near = useAnswer(place, { ...when, depth }, workspace, stamp);
  const far = useAnswer(isFar ? "communities" : "", when, workspace, stamp);
  // Where nothing has been arranged yet there are no groups.
  const hasGroups = !far.data || far.data.nodes.length > 0;
  const all = useAnswer(slug || (isFar && hasGroups) ? "" : "graph", whole, workspace, stamp);
  return useMemo(() => {
    if (slug) return { ...near, data: near.data && around(near.data) };
    return isFar && hasGroups ? { ...far, data: far.data && asGraph(far.data) } : all;
  }, [slug, near, all, far, isFar, hasGroups]);
}

function isOf({ address }, at) {
  return (new URLSearchParams(address.split("?")[1]).get("at") ?? "") === at;
}

function asGraph({ nodes, edges, scattered, waiting, meta }) {
  const byStrength = [...edges].sort((a, b) => b.links - a.links);
  const strongest = byStrength.slice(0, LINES * nodes.length);
  return {
    bubbles: true,
    scattered,
    waiting,
    meta,
    nodes: nodes.map(({ community, title, size, x, y }) => ({
      id: String(community),
      slug: "",
      title,
      x,
      y,
      degree: size,
      pages: size,
      community,
      tags: [],
    })),
    edges: strongest.map(({ source, target, links }) => ({
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
  if (data.bubbles) {
    const some = (many, words) => (many ? `, ${many.toLocaleString("en")} ${words}` : "");
    const groups = count(data.nodes.length, "group", "groups");
    const alone = some(data.scattered, "on their own");
    return `${all}${when}, in ${groups}${alone}${some(data.waiting, "still to be arranged")}`;
  }
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
        <button
          type="button"
          className="button quiet"
          onClick={() => change({ around: "", depth: "" })}
        >
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
