import { useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";

// By this the server knows which day it is here; the socket's handshake carries it.
if (typeof document !== "undefined") {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  document.cookie = `mosaic_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}

const SHORT_BREAK = 900;
const LONG_ENOUGH_TO_READ = 2500;

// On a phone the sidebar is a popover; following a link in it closes it.
export function Sidebar({ children }) {
  const box = useRef(null);
  const { pathname } = useLocation();
  useEffect(() => {
    if (box.current?.matches(":popover-open")) box.current.hidePopover();
  }, [pathname]);
  return (
    <aside id="sidebar" className="sidebar" popover="auto" ref={box} aria-label="Mosaic">
      {children}
    </aside>
  );
}

// A short break in the connection is not worth a word.
export function Connection({ lost, away, back }) {
  const [shown, setShown] = useState("");
  const told = useRef(false);
  useEffect(() => {
    if (!lost && !told.current) return;
    if (!lost) setShown("back");
    const timer = setTimeout(
      () => {
        told.current = lost;
        setShown(lost ? "lost" : "");
      },
      lost ? SHORT_BREAK : LONG_ENOUGH_TO_READ,
    );
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div role="status">
      {shown && <div className={`connection ${shown}`}>{shown === "lost" ? away : back}</div>}
    </div>
  );
}
