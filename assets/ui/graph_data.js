import { useEffect, useRef, useState } from "react";

export const CLICK = 3; // pixels that a pointer moves while it clicks
const PATIENCE = 4; // how many times longer than an answer took it waits before it asks again
const LONGEST = 10_000; // milliseconds

// Asks a REST address below /api/knowledge for something about the graph. What was there before
// stays until the answer comes; `away` says that none came. A new `stamp` asks again, after a while
// where answers take long: many may write at the same time.
export function useAnswer(path, params, workspace, stamp = 0) {
  const query = new URLSearchParams({ ...params, workspaceId: workspace });
  const address = path && workspace ? `/api/knowledge/${path}?${query}` : "";
  const [answer, setAnswer] = useState({ data: null, address: "", away: "" });
  const took = useRef({ address: "", time: 0 });
  useEffect(() => {
    if (!address) return;
    const asking = new AbortController();
    const again = took.current.address === address;
    const wait = again ? Math.min(LONGEST, PATIENCE * took.current.time) : 0;
    const timer = setTimeout(ask, wait);

    async function ask() {
      const begun = performance.now();
      try {
        const said = await fetch(address, { signal: asking.signal });
        const body = await said.json();
        took.current = { address, time: performance.now() - begun };
        setAnswer({ data: said.ok ? body : null, address, away: said.ok ? "" : body.detail });
      } catch (problem) {
        if (problem.name === "AbortError") return;
        setAnswer((before) => ({ ...before, away: "No answer came. A moment later may do." }));
      }
    }

    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [address, stamp]);
  return answer;
}

const DAY = 86_400_000;

export function today() {
  return new Date().toISOString().slice(0, 10);
}

export function daysBetween(first, last) {
  return Math.max(0, Math.round((Date.parse(last) - Date.parse(first)) / DAY));
}

export function dayAfter(first, days) {
  return new Date(Date.parse(first) + days * DAY).toISOString().slice(0, 10);
}

export function dayInWords(day) {
  const options = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  return new Date(Date.parse(day)).toLocaleDateString("en-GB", options);
}

export function count(number, one, many) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

export function openPage(address, event, navigate) {
  if (event?.metaKey || event?.ctrlKey) window.open(address, "_blank");
  else navigate(address);
}

export function sizeInWords({ pages, degree }) {
  return pages ? count(pages, "page", "pages") : count(degree, "linked page", "linked pages");
}

const LEGEND = 8;

// Gives each page the tint of its tag that most pages have, of those that most of all have; returns
// the pages and the tags, `except` aside. `tags` are slug, name and colour; who has no colour gets
// one by its place.
export function byTag(data, tags, except) {
  const known = new Map(tags.map(([slug, name, colour]) => [slug, { name, colour }]));
  const uses = new Map();
  for (const slug of data.nodes.flatMap((node) => node.tags)) {
    if (slug !== except) uses.set(slug, (uses.get(slug) ?? 0) + 1);
  }
  const most = [...uses].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).slice(0, LEGEND);
  const legend = most.map(([slug, pages], n) => {
    const { name = slug, colour } = known.get(slug) ?? {};
    return { slug, name, pages, tint: colour || n, shown: colour || `var(--graph-${n + 1})` };
  });
  const tintOf = (slugs) => legend.find(({ slug }) => slugs.includes(slug))?.tint ?? null;
  const nodes = data.nodes.map((node) => ({ ...node, tint: tintOf(node.tags) }));
  return { data: { ...data, nodes }, legend };
}

// What to put into the address to see what is around a page.
export function aroundOf(node) {
  return { around: node.slug, community: "", tag: "" };
}
