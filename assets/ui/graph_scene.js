// Draws a graph with sigma.js, which is fetched only where something is drawn. Colours are those
// of the styles' variables, so that a drawing follows the theme. What is pointed at is drawn on a
// layer over the rest, which only fades: so it costs the same where there are thousands of pages.

import { CLICK } from "./graph_data.js";
import { name, paint } from "./graph_paint.js";
import { hasGraphicsCard, slide } from "./graph_slide.js";

const COLOURS = 8;
const STILL = "(prefers-reduced-motion: reduce)";
const LABELS = 16; // pages up to which all have labels, as far as there is room
const MANY = 1000; // pages above which links and labels wait while the view moves

// `small` is for a drawing beside something else.
export async function openScene(box, { onOpen, onLook, small = false }) {
  const [{ default: Sigma }, { default: Graph }, { animateNodes }] = await Promise.all([
    import("sigma"),
    import("graphology"),
    import("sigma/utils"),
  ]);
  const graph = new Graph({ type: "directed" });
  const scene = { box, graph, small, lit: null, held: null, look: theme() };
  Object.assign(scene, { moved: new Map(), named: [] });
  const sigma = new Sigma(graph, box, {
    allowInvalidContainer: true,
    labelFont: getComputedStyle(document.documentElement).getPropertyValue("--family"),
    labelSize: small ? 12 : 13,
    labelDensity: 2,
    labelGridCellSize: 140,
    labelRenderedSizeThreshold: 5,
    minCameraRatio: 0.02,
    maxCameraRatio: 4,
    stagePadding: small ? 34 : 40,
    defaultDrawNodeLabel: (_, data) => scene.named.push(data),
    defaultDrawNodeHover: () => {},
  });
  scene.sigma = sigma;
  sigma.createCanvasContext("lit", { beforeLayer: "mouse" });
  sigma.resize(true);
  sigma.on("afterRender", () => {
    name(scene);
    paint(scene);
  });

  function light(id, said = true) {
    scene.lit = id && graph.hasNode(id) ? id : null;
    box.classList.toggle("lit", Boolean(scene.lit));
    paint(scene);
    if (said) onLook(scene.lit);
  }

  listen(scene, { light, onOpen });
  if (!hasGraphicsCard()) slide(scene);
  const watch = new MutationObserver(() => {
    scene.look = theme();
    graph.updateEachNodeAttributes((_, node) => ({ ...node, ...seen(scene, node) }));
    graph.updateEachEdgeAttributes((_, link) => ({ ...link, color: scene.look.line }));
  });
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });

  let stop = null;
  let arranged = false;
  return {
    show(data, asked) {
      stop?.();
      const before = arranged;
      arranged = data.nodes.some((node) => node.community !== null);
      // When it has been arranged for the first time, everything lies elsewhere.
      const anew = asked || (arranged && !before);
      if (anew) scene.moved.clear();
      scene.room = Math.max(0.4, Math.min(1, Math.min(box.clientWidth, box.clientHeight) / 560));
      scene.scale = small ? 0.85 : scaleOf(scene.room, data.nodes.length);
      scene.labels = data.nodes.length <= LABELS;
      const many = data.nodes.length > MANY;
      sigma.setSettings({ hideEdgesOnMove: many, hideLabelsOnMove: many });
      const places = fill(scene, data, anew);
      if (anew || !sigma.getCustomBBox()) sigma.setCustomBBox(frame(data.nodes));
      if (anew || many || window.matchMedia(STILL).matches) {
        graph.updateEachNodeAttributes((id, node) => ({ ...node, ...places.get(id) }));
      } else stop = animateNodes(graph, Object.fromEntries(places), { duration: 140 });
      light(scene.lit, false);
    },
    light,
    goTo(id) {
      const place = sigma.getNodeDisplayData(id);
      if (!place) return;
      const { ratio } = sigma.getCamera();
      move(sigma.getCamera(), { x: place.x, y: place.y, ratio: Math.min(ratio, 0.35) });
      light(id);
    },
    zoom(factor) {
      const camera = sigma.getCamera();
      move(camera, { ratio: camera.getBoundedRatio(camera.ratio * factor) });
    },
    fit() {
      move(sigma.getCamera(), { x: 0.5, y: 0.5, ratio: 1, angle: 0 });
    },
    // For tests: where a node is drawn, in pixels of the window.
    where(slug) {
      const id = graph.findNode((_, one) => one.slug === slug);
      if (!id) return null;
      const { x, y } = sigma.graphToViewport(graph.getNodeAttributes(id));
      const { left, top } = box.getBoundingClientRect();
      return { x: x + left, y: y + top };
    },
    close() {
      stop?.();
      watch.disconnect();
      sigma.kill();
    },
  };
}

function move(camera, to) {
  if (window.matchMedia(STILL).matches) camera.setState({ ...camera.getState(), ...to });
  else camera.animate(to, { duration: 140 });
}

// Takes out what is not there any more and adds what is new; returns where each node is to be.
function fill(scene, { nodes, edges }, anew) {
  const { graph, moved, look } = scene;
  const ids = new Set(nodes.map((node) => node.id));
  if (anew) graph.clear();
  graph.clearEdges();
  for (const id of graph.nodes()) if (!ids.has(id)) graph.dropNode(id);
  const places = new Map();
  for (const node of nodes) {
    const place = moved.get(node.id) ?? { x: node.x, y: node.y };
    const { x, y, ...rest } = { ...node, ...seen(scene, node) };
    places.set(node.id, place);
    graph.mergeNode(node.id, graph.hasNode(node.id) ? rest : { ...rest, ...place });
  }
  for (const { source, target, links } of edges) {
    if (!ids.has(source) || !ids.has(target)) continue;
    graph.mergeDirectedEdge(source, target, { color: look.line, size: width(links) });
  }
  return places;
}

// Dots are smaller where there is little room or where there are many.
function scaleOf(room, count) {
  return room * Math.max(0.4, Math.min(1, Math.sqrt(300 / (count || 1))));
}

// How a page looks. Without links, or before it has been arranged, it belongs to no group.
// `tint` says otherwise: a colour, the place of one, or null for none.
function seen({ look, room, scale, labels }, { community, degree, pages, title, here, tint }) {
  const of = tint === undefined && degree ? community : (tint ?? null);
  const group = of === null ? look.alone : (look.groups[of % COLOURS] ?? of);
  return {
    label: title,
    color: here ? look.lit : group,
    size: pages ? (5 + 1.2 * Math.sqrt(pages)) * room : (3 + 1.6 * Math.sqrt(degree)) * scale,
    forceLabel: Boolean(labels || here),
  };
}

function width(links) {
  return links ? Math.min(6, 0.6 + Math.log2(1 + links) * 0.6) : 0.8;
}

function frame(nodes) {
  const xs = nodes.map((node) => node.x);
  const ys = nodes.map((node) => node.y);
  const least = (all) => all.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (all) => all.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!nodes.length) return { x: [-1, 1], y: [-1, 1] };
  const room = nodes.length < 4 ? 2 : 0.5;
  return { x: [least(xs) - room, most(xs) + room], y: [least(ys) - room, most(ys) + room] };
}

function listen(scene, { light, onOpen }) {
  const { sigma, graph, box } = scene;
  let pulled = false;
  let touched = null;
  sigma.on("enterNode", ({ node }) => {
    if (!scene.held) light(node);
    box.style.cursor = "pointer";
  });
  sigma.on("leaveNode", () => {
    if (!scene.held) light(null);
    box.style.cursor = "";
  });
  // A finger cannot hover: the first touch lights up, the second opens.
  sigma.on("clickNode", ({ node, event }) => {
    if (pulled) return;
    const byFinger = Boolean(event.original.touches || event.original.changedTouches);
    if (byFinger && touched !== node) {
      touched = node;
      light(node);
      return;
    }
    onOpen(graph.getNodeAttributes(node), event.original);
  });
  sigma.on("clickStage", () => {
    touched = null;
    light(null);
  });
  sigma.on("downNode", ({ node, event: { x, y } }) => {
    scene.held = { id: node, from: { x, y }, place: null };
    pulled = false;
    light(node);
  });
  sigma.on("moveBody", ({ event }) => {
    if (!scene.held) return;
    event.preventSigmaDefault();
    const { from } = scene.held;
    pulled ||= Math.hypot(event.x - from.x, event.y - from.y) > CLICK;
    if (!pulled) return;
    scene.held.place = sigma.viewportToGraph(event);
    paint(scene);
    event.original.preventDefault?.();
    event.original.stopPropagation?.();
  });
  const drop = () => {
    const { id, place } = scene.held ?? {};
    scene.held = null;
    if (place && graph.hasNode(id)) {
      scene.moved.set(id, place);
      graph.mergeNodeAttributes(id, place);
    }
    // After the click that ends it.
    setTimeout(() => {
      pulled = false;
    });
  };
  sigma.on("upNode", drop);
  sigma.on("upStage", drop);
  sigma.getMouseCaptor().on("mouseup", drop);
}

function theme() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    groups: Array.from({ length: COLOURS }, (_, n) => value(`--graph-${n + 1}`)),
    alone: value("--graph-alone"),
    line: value("--graph-line"),
    lit: value("--graph-lit"),
    ink: value("--text"),
    paper: value("--surface"),
    edge: value("--line"),
  };
}
