import { useEffect, useLayoutEffect, useRef } from "react";

// Brings a page back to where it was scrolled when its content went and came back at the same
// address: after the server was away, every page is filled anew.
export function KeepPlace({ ready }) {
  const last = useRef({ top: 0, address: "" });
  useEffect(() => {
    if (!ready) return;
    const keep = () => {
      last.current = { top: window.scrollY, address: window.location.href };
    };
    window.addEventListener("scroll", keep, { passive: true });
    return () => window.removeEventListener("scroll", keep);
  }, [ready]);
  useLayoutEffect(() => {
    const { top, address } = last.current;
    if (ready && top && address === window.location.href) window.scrollTo(0, top);
  }, [ready]);
  return null;
}
