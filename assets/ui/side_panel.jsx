import { useEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";

const FIELDS = "input, textarea, select, [contenteditable]";
const LAYERS = '[role="dialog"], [role="menu"], [role="listbox"]';

// Stands beside a page while its address has the parameter `of`. What is shown is what the server
// has filled in for it (`shown`); until then there is a place for it.
export function SidePanel({ of, shown, label, closeWords, children }) {
  const box = useRef(null);
  const before = useRef(null);
  const navigate = useNavigate();
  const { pathname, search, key } = useLocation();
  const asked = new URLSearchParams(search).get(of);
  const first = useRef(key);
  const [late, setLate] = useState(false);
  const open = asked !== null;
  const there = asked === shown;

  function close() {
    const left = new URLSearchParams(search);
    left.delete(of);
    navigate({ pathname, search: left.toString() });
  }

  // Keys go on in the panel when it opens, and where they were when it closes.
  useEffect(() => {
    if (!open) return;
    const page = document.activeElement;
    before.current = page === document.body ? null : page;
    if (key !== first.current) box.current?.focus({ preventScroll: true });
    return () => {
      const lost = !document.activeElement || document.activeElement === document.body;
      if (lost || box.current?.contains(document.activeElement)) {
        if (before.current?.isConnected) before.current.focus({ preventScroll: true });
      }
    };
  }, [open]);

  useEffect(() => {
    setLate(false);
    if (there) return;
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, [there, asked]);

  useEffect(() => {
    if (open && there) box.current?.scrollTo(0, 0);
  }, [open, there, asked]);

  useEffect(() => {
    if (!open) return;
    const pressed = (event) => {
      if (event.defaultPrevented) return;
      const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey);
      if (sends && box.current?.contains(event.target)) event.target.form?.requestSubmit();
      if (event.key !== "Escape") return;
      if (document.querySelector(LAYERS)) return;
      const field = event.target.closest?.(FIELDS);
      const inside = box.current?.contains(event.target);
      if (field && !inside) return;
      event.preventDefault();
      if (field) box.current.focus({ preventScroll: true });
      else close();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [open, pathname, search]);

  if (!open) return null;
  return (
    <aside
      ref={box}
      className="side-panel"
      aria-label={label}
      aria-busy={!there}
      data-late={late || undefined}
      tabIndex={-1}
    >
      <button
        type="button"
        className="button bare icon-only panel-close"
        title={closeWords}
        aria-label={closeWords}
        onClick={close}
      >
        <svg width="18" height="18" viewBox="0 0 24 24" fill="none" aria-hidden="true">
          <path d="M18 6 6 18M6 6l12 12" stroke="currentColor" strokeWidth="1.75" />
        </svg>
      </button>
      {children}
    </aside>
  );
}
