import { useEffect, useState } from "react";

// Plotly, which is fetched only where something is drawn, and a number that changes with the theme.
export function usePlotly() {
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
  return [Plotly, theme];
}

// Returns what gives the styles' variables their values ("--accent"), each looked up once.
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const known = new Map();
  return (name) => {
    if (!known.has(name)) known.set(name, style.getPropertyValue(name).trim());
    return known.get(name);
  };
}

// Returns what is drawn with its colours, which are named by variables.
export function coloured(value, colour) {
  if (typeof value === "string") return value.startsWith("--") ? colour(value) : value;
  if (Array.isArray(value)) {
    return typeof value[0] === "number" ? value : value.map((part) => coloured(part, colour));
  }
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, coloured(v, colour)]));
}
