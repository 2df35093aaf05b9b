// Draws by hand what sigma.js leaves to us: the labels, and what is lit up.

const LARGE = 20; // pixels: a dot that a label stands on
const NAMED = 30; // neighbours up to which all have labels

// Draws what is lit up, what it is linked with, and the lines between.
export function paint(scene) {
  const { sigma, graph, lit, look } = scene;
  const context = sigma.getCanvases().lit.getContext("2d");
  const { width: across, height } = sigma.getDimensions();
  context.clearRect(0, 0, across, height);
  if (!lit || !graph.hasNode(lit)) return;
  const middle = dot(scene, lit);
  const near = graph.neighbors(lit).map((id) => dot(scene, id));
  context.strokeStyle = look.lit;
  context.lineWidth = 1.4;
  context.beginPath();
  for (const one of near) {
    context.moveTo(middle.x, middle.y);
    context.lineTo(one.x, one.y);
  }
  context.stroke();
  for (const one of [...near, middle]) {
    context.beginPath();
    context.arc(one.x, one.y, one.size, 0, 2 * Math.PI);
    context.fillStyle = one.color;
    context.fill();
  }
  if (near.length <= NAMED) for (const one of near) drawLabel(context, one, scene);
  drawLit(context, middle, scene);
}

function dot({ sigma, graph, held }, id) {
  const node = graph.getNodeAttributes(id);
  const place = held?.id === id && held.place ? held.place : node;
  const { x, y } = sigma.graphToViewport(place);
  return { x, y, size: sigma.scaleSize(node.size), color: node.color, label: node.label };
}

// Names what sigma wants named, the largest first, as far as no label lies on another.
export function name(scene) {
  const context = scene.sigma.getCanvases().labels.getContext("2d");
  const taken = [];
  const named = scene.named.splice(0).sort((a, b) => b.size - a.size);
  for (const one of named) drawLabel(context, one, scene, taken);
}

// Labels stand below their dots, or on those that are large, within the canvas. An edge in the
// colour of the ground keeps lines from running through them; what is `taken` is kept free.
function drawLabel(context, { label, x, y, size }, { look, small, sigma }, taken = []) {
  if (!label) return;
  const { labelSize, labelFont } = sigma.getSettings();
  const words = shortened(label, small ? 18 : 32);
  context.font = `${labelSize}px ${labelFont}`;
  context.textAlign = "center";
  const half = context.measureText(words).width / 2;
  const middle = within(x, half + 2, sigma.getDimensions().width);
  const bottom = size > LARGE ? y + labelSize / 3 : y + size + labelSize + 1;
  const place = { left: middle - half, right: middle + half, top: bottom - labelSize, bottom };
  if (taken.some((other) => overlap(place, other))) return;
  taken.push(place);
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = look.paper;
  context.strokeText(words, middle, bottom);
  context.fillStyle = look.ink;
  context.fillText(words, middle, bottom);
}

function within(x, half, across) {
  return Math.min(Math.max(x, half), Math.max(across - half, half));
}

function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function shortened(words, most) {
  return words.length > most ? `${words.slice(0, most - 1).trimEnd()}…` : words;
}

// What is lit up has a ring, and its whole label on paper of its own, within the canvas.
function drawLit(context, { label, x, y, size }, { look, sigma }) {
  context.beginPath();
  context.arc(x, y, size + 3, 0, 2 * Math.PI);
  context.lineWidth = 2;
  context.strokeStyle = look.lit;
  context.stroke();
  if (!label) return;
  const { labelSize, labelFont } = sigma.getSettings();
  context.font = `600 ${labelSize}px ${labelFont}`;
  context.textAlign = "center";
  const half = context.measureText(label).width / 2 + 8;
  const middle = within(x, half + 2, sigma.getDimensions().width);
  const top = y + size + 6;
  context.beginPath();
  context.roundRect(middle - half, top, half * 2, labelSize * 1.8, 6);
  context.fillStyle = look.paper;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = look.edge;
  context.stroke();
  context.fillStyle = look.ink;
  context.fillText(label, middle, top + labelSize * 1.25);
}
