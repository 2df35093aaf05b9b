import { memo, useEffect, useRef } from "react";
import { useNavigate } from "react-router";

// The server made this HTML safe. Links within Mosaic are followed by the router, unless a key,
// a mouse button or the link itself asks for a new window.
const Text = memo(function Text({ html }) {
  return <div className="prose" dangerouslySetInnerHTML={{ __html: html }} />;
});

export function Prose({ html }) {
  const navigate = useNavigate();
  const box = useRef(null);

  useEffect(() => {
    for (const part of box.current?.querySelectorAll("pre, table") ?? []) {
      if (part.scrollWidth > part.clientWidth) part.tabIndex = 0; // keys can scroll it then
    }
    const name = decodeURIComponent(window.location.hash.slice(1));
    if (name) box.current?.querySelector(`#${CSS.escape(name)}`)?.scrollIntoView();
  }, [html]);

  function follow(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || link.target === "_blank" || link.hasAttribute("download")) return;
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const to = new URL(link.href, window.location.href);
    const here = to.pathname === window.location.pathname && to.search === window.location.search;
    if (to.origin !== window.location.origin || !to.pathname.startsWith("/w/")) return;
    if (here && to.hash) return;
    event.preventDefault();
    navigate(to.pathname + to.search + to.hash);
  }

  return (
    <div ref={box} onClick={follow}>
      <Text html={html ?? ""} />
    </div>
  );
}
