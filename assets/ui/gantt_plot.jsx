import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { coloured, palette, usePlotly } from "./plot.js";

// What is drawn of the chart: a part of it, put at its place once it has been drawn.
export function Plot({ marks, left, top, width, height }) {
  const box = useRef(null);
  const drawn = useRef(0);
  const [Plotly, theme] = usePlotly();
  const colour = useMemo(palette, [theme]);
  useLayoutEffect(() => {
    if (!Plotly) return;
    const node = box.current;
    const [data, layout] = coloured([marks.data, marks.layout], colour);
    // A new revision: Plotly need not look for what has changed.
    const datarevision = (drawn.current += 1);
    Plotly.react(node, data, { ...layout, width, height, datarevision }, { staticPlot: true });
    node.style.transform = `translate(${left}px, ${top}px)`;
    node.dataset.drawn = "";
  }, [Plotly, colour, marks, left, top, width, height]);
  useEffect(() => {
    const node = box.current;
    return () => Plotly?.purge(node);
  }, [Plotly]);
  return <div className="gantt-plot" ref={box} aria-hidden="true" />;
}
