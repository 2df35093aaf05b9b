// Where each step of this tab's history was scrolled, by the key that the router gives it.
import { useLayoutEffect, useRef } from "react";
import { useLocation } from "react-router";

const KEPT = "places";
const MOST = 200;
const SETTLED = 1500;
const HANDS = ["wheel", "touchmove", "keydown", "pointerdown"];
const places = new Map(kept());

function kept() {
  try {
    return JSON.parse(window.sessionStorage.getItem(KEPT) ?? "[]");
  } catch {
    return [];
  }
}

if (typeof window !== "undefined") {
  window.addEventListener("pagehide", () => {
    window.sessionStorage.setItem(KEPT, JSON.stringify([...places].slice(-MOST)));
  });
}

// Goes to where a text was left, else to the heading that the address names, once it is there:
// texts come after the address, and the router has scrolled by then. `html` is of the page `of`.
export function usePlace(html, of) {
  const { key, pathname, hash } = useLocation();
  const placed = useRef("");
  const name = `${key} ${pathname}${hash}`;
  const there = Boolean(html) && decoded(pathname).endsWith(`/${of}`);

  useLayoutEffect(() => {
    if (!there || placed.current === pathname) return;
    placed.current = pathname;
    const top = places.get(name);
    if (top !== undefined) hold(() => window.scrollTo(0, top));
    else if (hash) hold(() => document.getElementById(decoded(hash.slice(1)))?.scrollIntoView());
  }, [there, html]);

  // Not after the next picture: the router goes to the top of the page that comes before that.
  useLayoutEffect(() => {
    if (!there) return;
    const keep = () => {
      places.delete(name);
      places.set(name, window.scrollY);
    };
    window.addEventListener("scroll", keep, { passive: true });
    return () => window.removeEventListener("scroll", keep);
  }, [there, name]);
}

// The router goes to the top once more when it has started, and pictures come late: until somebody
// scrolls, the place is gone to again.
function hold(go) {
  const leave = () => {
    clearTimeout(timer);
    window.removeEventListener("scroll", go);
    for (const hand of HANDS) window.removeEventListener(hand, leave, true);
  };
  const timer = setTimeout(leave, SETTLED);
  window.addEventListener("scroll", go);
  for (const hand of HANDS) window.addEventListener(hand, leave, true);
  go();
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
