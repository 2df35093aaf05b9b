import { useEffect, useState } from "react";

// Asks a REST address below /api/knowledge for something about the graph. What was there before
// stays until the answer comes; `away` says that none came. A new `stamp` asks again.
export function useAnswer(path, params, workspace, stamp = 0) {
  const query = new URLSearchParams({ ...params, workspaceId: workspace });
  const address = path && workspace ? `/api/knowledge/${path}?${query}` : "";
  const [answer, setAnswer] = useState({ data: null, address: "", away: "" });
  useEffect(() => {
    if (!address) return;
    const asking = new AbortController();
    fetch(address, { signal: asking.signal })
      .then(async (said) => {
        const body = await said.json();
        if (said.ok) setAnswer({ data: body, address, away: "" });
        else setAnswer({ data: null, address, away: body.detail });
      })
      .catch((problem) => {
        if (problem.name === "AbortError") return;
        setAnswer((before) => ({ ...before, away: "No answer came. It is asked again later." }));
      });
    return () => asking.abort();
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

// What to put into the address to see what is around a page.
export function aroundOf(node) {
  return { around: node.slug, community: "", tag: "" };
}
