import { memo, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { comfort, copied } from "./comfort.js";
import { usePlace } from "./place.js";

// The server made this HTML safe. Links within Mosaic are followed by the router, unless a key,
// a mouse button or the link itself asks for a new window.
const Text = memo(function Text({ html }) {
  return <div className="prose" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
});

export function Prose({ html, of, words }) {
  const navigate = useNavigate();
  const box = useRef(null);
  const [said, setSaid] = useState("");

  useEffect(() => comfort(box.current, words), [html]);
  usePlace(html, of);

  async function follow(event) {
    const target = event.target;
    if (step(event)) return;
    setSaid("");
    setSaid(await copied(target, words));
  }

  // Whether another page is opened.
  function step(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || link.target === "_blank" || link.hasAttribute("download")) return false;
    if (event.defaultPrevented || event.button !== 0) return false;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
    const to = new URL(link.href, window.location.href);
    const here = to.pathname === window.location.pathname && to.search === window.location.search;
    if (to.origin !== window.location.origin || !to.pathname.startsWith("/w/")) return false;
    if (here && to.hash) return false;
    event.preventDefault();
    navigate(to.pathname + to.search + to.hash);
    return true;
  }

  return (
    <div ref={box} onClick={follow}>
      <Text html={html ?? ""} />
      {words && (
        <p className="for-screen-readers" role="status">
          {said}
        </p>
      )}
    </div>
  );
}
