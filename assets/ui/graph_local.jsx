import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { around } from "./graph_around.js";
import { count, openPage, useAnswer } from "./graph_data.js";
import { openScene } from "./graph_scene.js";

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
  const near = Math.max(0, (data?.nodes.length ?? 0) - 1);
  const alone = data && !near;
  const here = `/w/${workspace}/knowledge/graph?around=${encodeURIComponent(slug)}&depth=${depth}`;
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
        aria-label={`${count(near, "page", "pages")} around this one, drawn`}
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
        <Link to={here}>Larger</Link>
      </div>
    </div>
  );
}
