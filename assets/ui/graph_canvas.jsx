import { useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { aroundOf, openPage, sizeInWords } from "./graph_data.js";
import { openScene } from "./graph_scene.js";

export function Canvas({ answer, bubbles, scene, setLit, workspace, change, children }) {
  const box = useRef(null);
  const navigate = useNavigate();
  const [ready, setReady] = useState(false);
  const [blind, setBlind] = useState(false);
  const shown = useRef("");
  const open = useRef();
  open.current = (node, event) => {
    if (node.pages) change({ community: node.id });
    else openPage(`/w/${workspace}/knowledge/${node.slug}`, event, navigate);
  };

  useEffect(() => {
    let there = true;
    openScene(box.current, {
      onOpen: (node, event) => open.current(node, event),
      onLook: (id) => setLit(id),
    })
      .then((made) => {
        if (!there) return made.close();
        scene.current = made;
        box.current.scene = made;
        setReady(true);
      })
      .catch(() => there && setBlind(true));
    return () => {
      there = false;
      scene.current?.close();
      scene.current = null;
    };
  }, []);

  useEffect(() => {
    if (!ready || !answer.data) return;
    // The same pages at another moment keep their places and the view.
    const url = new URL(answer.address, window.location.href);
    url.searchParams.delete("at");
    const kind = `${url.pathname}?${url.searchParams}`;
    scene.current.show(answer.data, kind !== shown.current);
    shown.current = kind;
  }, [ready, answer.data]);

  const empty = answer.data && !answer.data.nodes.length;
  return (
    <div className="graph-frame" aria-busy={!answer.data && !answer.away}>
      <div
        className="graph-canvas"
        ref={box}
        role="img"
        aria-label={bubbles ? "Groups of pages, drawn" : "Pages and their links, drawn"}
      />
      {empty && <p className="graph-note">No page fits here. Other filters show more.</p>}
      {blind && (
        <p className="graph-note">This browser does not draw graphs. The list below has it all.</p>
      )}
      <div className="graph-zoom">
        <Tool label="Closer" act={() => scene.current?.zoom(0.6)} sign="+" />
        <Tool label="Farther" act={() => scene.current?.zoom(1.6)} sign="−" />
        <Tool label="Everything" act={() => scene.current?.fit()} sign="⤢" />
      </div>
      {children}
    </div>
  );
}

function Tool({ label, act, sign }) {
  return (
    <button type="button" className="graph-tool" aria-label={label} title={label} onClick={act}>
      {sign}
    </button>
  );
}

// What is known of the page that is lit up. It stays until another one is.
export function About({ lit, data, workspace, change }) {
  const [kept, setKept] = useState(null);
  useEffect(() => {
    if (lit) setKept(lit);
  }, [lit]);
  const node = data?.nodes.find((one) => one.id === kept);
  if (!node) return null;
  return (
    <div className="graph-about">
      <strong>{node.title}</strong>
      <span className="muted small">
        {sizeInWords(node)}
        {node.tags.map((tag) => ` · #${tag}`).join("")}
      </span>
      <span className="cluster">
        {node.pages ? (
          <button
            type="button"
            className="button quiet"
            onClick={() => change({ community: node.id })}
          >
            Open this group
          </button>
        ) : (
          <>
            <Link className="button quiet" to={`/w/${workspace}/knowledge/${node.slug}`}>
              Open
            </Link>
            <button type="button" className="button bare" onClick={() => change(aroundOf(node))}>
              What is around it
            </button>
          </>
        )}
      </span>
    </div>
  );
}
