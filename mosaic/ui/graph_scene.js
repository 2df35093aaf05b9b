// Draws a graph with sigma.js, which is fetched only where something is drawn. Colours are those of
// the styles' variables, so that a drawing follows the theme. Used by graph_view.jsx.

const COLOURS = 8;
const STILL = "(prefers-reduced-motion: reduce)";
const LABELS = 16; // pages up to which all have labels, in a small drawing
const MANY = 1500; // links above which they are left out while the view moves

// `small` is for a drawing beside something else: where there are few pages, all have labels.
export async function openScene(box, { onOpen, onLook, small = false }) {
  const [{ default: Sigma }, { default: Graph }, { animateNodes }] = await Promise.all([
    import("sigma"),
    import("graphology"),
    import("sigma/utils"),
  ]);
  const graph = new Graph({ type: "directed" });
  const scene = { lit: null, near: new Set(), look: theme(), small, scale: 1, labels: false };
  const moved = new Map();
  const sigma = new Sigma(graph, box, {
    allowInvalidContainer: true,
    labelFont: getComputedStyle(document.documentElement).getPropertyValue("--family"),
    labelSize: 13,
    labelDensity: 0.7,
    labelGridCellSize: 140,
    labelRenderedSizeThreshold: 6,
    zIndex: true,
    minCameraRatio: 0.02,
    maxCameraRatio: 4,
    stagePadding: small ? 34 : 40,
    defaultDrawNodeLabel: (context, data, settings) => drawLabel(context, data, settings, scene),
    defaultDrawNodeHover: (context, data, settings) => drawLit(context, data, settings, scene.look),
    nodeReducer: (id, data) => reduceNode(scene, id, data),
    edgeReducer: (id, data) => reduceEdge(scene, graph, id, data),
  });

  function light(id, said = true) {
    scene.lit = id && graph.hasNode(id) ? id : null;
    scene.near = new Set(scene.lit ? graph.neighbors(scene.lit) : []);
    sigma.refresh({ skipIndexation: true });
    if (said) onLook(scene.lit);
  }

  listen(sigma, graph, moved, { light, onOpen });
  const watch = new MutationObserver(() => {
    scene.look = theme();
    sigma.refresh();
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
      if (anew) moved.clear();
      scene.scale = small ? 0.85 : scaleOf(box, data.nodes.length);
      scene.labels = small && data.nodes.length <= LABELS;
      const places = fill(graph, data, moved, anew);
      if (anew || !sigma.getCustomBBox()) sigma.setCustomBBox(frame(data.nodes));
      sigma.setSetting("hideEdgesOnMove", data.edges.length > MANY);
      const still = anew || window.matchMedia(STILL).matches;
      if (still) for (const [id, place] of places) graph.mergeNodeAttributes(id, place);
      else stop = animateNodes(graph, Object.fromEntries(places), { duration: 140 });
      light(scene.lit, false);
    },
    light,
    goTo(id) {
      const place = sigma.getNodeDisplayData(id);
      if (!place) return;
      const camera = sigma.getCamera();
      const to = { x: place.x, y: place.y, ratio: Math.min(camera.ratio, 0.35) };
      move(camera, to);
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
      const { x, y } = sigma.framedGraphToViewport(sigma.getNodeDisplayData(id));
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
function fill(graph, { nodes, edges }, moved, anew) {
  const ids = new Set(nodes.map((node) => node.id));
  if (anew) graph.clear();
  graph.clearEdges();
  graph.forEachNode((id) => ids.has(id) || graph.dropNode(id));
  const places = new Map();
  for (const node of nodes) {
    const place = moved.get(node.id) ?? { x: node.x, y: node.y };
    const { x, y, ...rest } = node;
    if (graph.hasNode(node.id)) places.set(node.id, place);
    graph.mergeNode(node.id, graph.hasNode(node.id) ? rest : { ...rest, ...place });
  }
  for (const { source, target, links } of edges) {
    if (ids.has(source) && ids.has(target)) graph.mergeDirectedEdge(source, target, { links });
  }
  return places;
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

function listen(sigma, graph, moved, { light, onOpen }) {
  const mouse = sigma.getMouseCaptor();
  let held = null;
  let pulled = false;
  sigma.on("enterNode", ({ node }) => {
    if (!held) light(node);
    sigma.getContainer().style.cursor = "pointer";
  });
  sigma.on("leaveNode", () => {
    if (!held) light(null);
    sigma.getContainer().style.cursor = "";
  });
  // A finger cannot hover: the first touch lights up, the second opens.
  let touched = null;
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
  sigma.on("downNode", ({ node }) => {
    held = node;
    pulled = false;
  });
  sigma.on("moveBody", ({ event }) => {
    if (!held) return;
    pulled = true;
    const place = sigma.viewportToGraph(event);
    graph.mergeNodeAttributes(held, place);
    moved.set(held, place);
    event.preventSigmaDefault();
    event.original.preventDefault?.();
    event.original.stopPropagation?.();
  });
  const drop = () => {
    held = null;
    // After the click that ends it.
    setTimeout(() => {
      pulled = false;
    });
  };
  sigma.on("upNode", drop);
  sigma.on("upStage", drop);
  mouse.on("mouseup", drop);
}

function theme() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    groups: Array.from({ length: COLOURS }, (_, n) => value(`--graph-${n + 1}`)),
    alone: value("--graph-alone"),
    line: value("--graph-line"),
    lit: value("--graph-lit"),
    faded: value("--graph-faded"),
    ink: value("--text"),
    paper: value("--surface"),
    edge: value("--line"),
  };
}

// Dots are smaller where there is little room or where there are many.
function scaleOf(box, count) {
  const room = Math.min(box.clientWidth, box.clientHeight) / 560;
  return Math.max(0.4, Math.min(1, room)) * Math.max(0.4, Math.min(1, Math.sqrt(300 / (count || 1))));
}

function reduceNode({ lit, near, look, labels, scale }, id, data) {
  const group = data.community ?? null;
  const colour = group === null || data.degree === 0 ? look.alone : look.groups[group % COLOURS];
  const seen = { ...data, label: data.title, color: colour, size: size(data, scale) };
  if (labels) seen.forceLabel = true;
  if (data.here) Object.assign(seen, { forceLabel: true, color: look.lit, zIndex: 2 });
  if (!lit) return seen;
  if (id === lit) return { ...seen, highlighted: true, zIndex: 3 };
  if (near.has(id)) return { ...seen, forceLabel: near.size < 40, zIndex: 2 };
  return { ...seen, color: look.faded, label: null, zIndex: 0 };
}

function size({ degree, pages }, scale) {
  return pages ? 5 + 1.2 * Math.sqrt(pages) : (3 + 1.6 * Math.sqrt(degree)) * scale;
}

function reduceEdge({ lit, look }, graph, id, data) {
  const width = data.links ? Math.min(6, 0.6 + Math.log2(1 + data.links) * 0.6) : 0.8;
  if (!lit) return { ...data, color: look.line, size: width };
  if (graph.hasExtremity(id, lit)) return { ...data, color: look.lit, size: width + 0.6, zIndex: 1 };
  return { ...data, hidden: true };
}

// Labels stand below their dots, with an edge in the colour of the ground so that lines do not
// run through them.
function drawLabel(context, data, settings, { look, small }) {
  if (!data.label) return;
  const words = shortened(data.label, small ? 18 : 32);
  context.font = `${small ? 12 : settings.labelSize}px ${settings.labelFont}`;
  context.textAlign = "center";
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = look.paper;
  const top = data.y + data.size + settings.labelSize + 1;
  context.strokeText(words, data.x, top);
  context.fillStyle = look.ink;
  context.fillText(words, data.x, top);
}

function shortened(words, most) {
  return words.length > most ? `${words.slice(0, most - 1).trimEnd()}…` : words;
}

// What is lit up has a ring, and its whole label on paper of its own, within the canvas.
function drawLit(context, data, settings, look) {
  context.beginPath();
  context.arc(data.x, data.y, data.size + 3, 0, 2 * Math.PI);
  context.lineWidth = 2;
  context.strokeStyle = look.lit;
  context.stroke();
  const words = data.label ?? "";
  if (!words) return;
  const size = settings.labelSize;
  context.font = `600 ${size}px ${settings.labelFont}`;
  context.textAlign = "center";
  const half = context.measureText(words).width / 2 + 8;
  const across = context.canvas.clientWidth;
  const middle = Math.min(Math.max(data.x, half + 2), Math.max(across - half - 2, half + 2));
  const top = data.y + data.size + 6;
  context.beginPath();
  context.roundRect(middle - half, top, half * 2, size * 1.8, 6);
  context.fillStyle = look.paper;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = look.edge;
  context.stroke();
  context.fillStyle = look.ink;
  context.fillText(words, middle, top + size * 1.25);
}

// Puts a page into the middle and what is around it in rings, then lets links pull and pages push.
// Places are the same each time for the same pages.
export function around(data) {
  const { nodes, edges } = data;
  if (nodes.length < 2) return data;
  const at = new Map(nodes.map((node, n) => [node.id, n]));
  const pairs = edges.map(({ source, target }) => [at.get(source), at.get(target)]);
  const ring = rings(nodes.length, pairs);
  const count = ring.reduce((sums, r) => sums.set(r, (sums.get(r) ?? 0) + 1), new Map());
  const turn = new Map();
  const places = nodes.map((_, n) => {
    const step = turn.get(ring[n]) ?? 0;
    turn.set(ring[n], step + 1);
    const angle = (2 * Math.PI * step) / count.get(ring[n]) + ring[n];
    const far = ring[n] * (3 + count.get(ring[n]) / 12);
    return [far * Math.cos(angle), far * Math.sin(angle)];
  });
  const rounds = nodes.length > 150 ? 50 : 120;
  for (let round = 0; round < rounds; round++) settle(places, pairs, 1 - round / rounds);
  return {
    ...data,
    nodes: nodes.map((node, n) => ({
      ...node,
      x: places[n][0],
      y: places[n][1],
      here: n === 0,
    })),
  };
}

function rings(count, pairs) {
  const near = Array.from({ length: count }, () => []);
  for (const [a, b] of pairs) {
    near[a].push(b);
    near[b].push(a);
  }
  const ring = Array(count).fill(0);
  const queue = [0];
  const seen = new Set(queue);
  for (const n of queue) {
    for (const other of near[n]) {
      if (seen.has(other)) continue;
      seen.add(other);
      ring[other] = ring[n] + 1;
      queue.push(other);
    }
  }
  return ring;
}

function settle(places, pairs, heat) {
  const force = places.map(() => [0, 0]);
  for (let a = 0; a < places.length; a++) {
    for (let b = a + 1; b < places.length; b++) {
      const x = places[a][0] - places[b][0];
      const y = places[a][1] - places[b][1];
      const far = x * x + y * y + 0.01;
      const push = 2.2 / far;
      force[a][0] += x * push;
      force[a][1] += y * push;
      force[b][0] -= x * push;
      force[b][1] -= y * push;
    }
  }
  for (const [a, b] of pairs) {
    const x = places[b][0] - places[a][0];
    const y = places[b][1] - places[a][1];
    force[a][0] += x * 0.06;
    force[a][1] += y * 0.06;
    force[b][0] -= x * 0.06;
    force[b][1] -= y * 0.06;
  }
  for (let n = 1; n < places.length; n++) {
    const long = Math.hypot(...force[n]) || 1;
    const step = Math.min(long, heat + 0.02) / long;
    places[n][0] += force[n][0] * step;
    places[n][1] += force[n][1] * step;
  }
}
