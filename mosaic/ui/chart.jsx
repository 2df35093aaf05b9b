import { useEffect, useRef, useState } from "react";

// Draws with Plotly, which is fetched only where something is drawn. Colours are named by the
// styles' variables ("--accent"), so that a drawing follows the theme.
export function Chart({ data = [], layout = {}, label, onPick }) {
  const box = useRef(null);
  const picked = useRef();
  picked.current = onPick;
  const [Plotly, setPlotly] = useState();
  const [theme, setTheme] = useState(0);

  useEffect(() => {
    let there = true;
    import("plotly.js-basic-dist-min").then((found) => there && setPlotly(found.default));
    const watch = new MutationObserver(() => setTheme((n) => n + 1));
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    return () => {
      there = false;
      watch.disconnect();
    };
  }, []);

  useEffect(() => {
    if (!Plotly || !box.current) return;
    const node = box.current;
    const style = getComputedStyle(document.documentElement);
    const [drawn, frame] = coloured([data, merged(quiet(style), layout)], style);
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

function quiet(style) {
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
    font: { family: style.getPropertyValue("--family"), size: 13, color: "--muted" },
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

function coloured(value, style) {
  if (typeof value === "string") {
    return value.startsWith("--") ? style.getPropertyValue(value).trim() : value;
  }
  if (Array.isArray(value)) return value.map((part) => coloured(part, style));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, coloured(v, style)]));
}
