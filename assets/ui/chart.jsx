import { useEffect, useRef } from "react";
import { coloured, palette, usePlotly } from "./plot.js";

// Draws with Plotly. Colours are named by the styles' variables ("--accent"), so that a drawing
// follows the theme.
export function Chart({ data = [], layout = {}, label, onPick }) {
  const box = useRef(null);
  const picked = useRef();
  picked.current = onPick;
  const [Plotly, theme] = usePlotly();

  useEffect(() => {
    if (!Plotly || !box.current) return;
    const node = box.current;
    const colour = palette();
    const [drawn, frame] = coloured([data, merged(quiet(colour), layout)], colour);
    Plotly.react(node, drawn, frame, { displayModeBar: false, responsive: true });
    node.removeAllListeners?.("plotly_click");
    node.on("plotly_click", ({ points }) => picked.current?.(String(points[0].customdata ?? "")));
  }, [Plotly, data, layout, theme]);
  useEffect(() => {
    const node = box.current;
    return () => Plotly?.purge(node);
  }, [Plotly]);

  const height = layout.height ?? 260;
  return <div className="chart" role="img" aria-label={label} ref={box} style={{ height }} />;
}

function quiet(colour) {
  const axis = {
    gridcolor: "--line",
    linecolor: "--line",
    zeroline: false,
    tickcolor: "--line",
    fixedrange: true,
    tickangle: 0,
    automargin: true,
  };
  return {
    font: { family: colour("--family"), size: 13, color: "--muted" },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    margin: { l: 8, r: 12, t: 8, b: 64 },
    xaxis: axis,
    yaxis: axis,
    bargap: 0.35,
    hoverlabel: { bgcolor: "--surface", bordercolor: "--line", font: { color: "--text" } },
    legend: { orientation: "h", x: 0, yref: "container", y: 0, yanchor: "bottom" },
  };
}

function merged(one, other) {
  const both = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const plain = value && typeof value === "object" && !Array.isArray(value);
    both[key] = plain ? merged(one[key] ?? {}, value) : value;
  }
  return both;
}
