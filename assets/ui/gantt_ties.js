const STUB = 8; // pixels that a dependency goes straight at its ends
const HEAD = 5; // half of an arrow's head

// Returns the dependencies that can be seen in a window, as lines and their heads; those of `lit`
// stand out.
export function dependencies(links, window, wide, lit) {
  const near = links.filter(
    ({ from, to }) => Math.min(from.n, to.n) <= window.last && Math.max(from.n, to.n) >= window.first,
  );
  const isLit = ({ from, to }) => lit && (from.task.id === lit || to.task.id === lit);
  const kinds = [
    [near.filter((link) => !isLit(link) && link.met), "--gantt-line", "solid", 1.25],
    [near.filter((link) => !isLit(link) && !link.met), "--gantt-group", "dot", 1.5],
    [near.filter(isLit), "--accent", "solid", 2],
  ];
  return kinds.flatMap(([some, color, dash, width]) => [
    { type: "scatter", mode: "lines", ...paths(some, wide), line: { color, dash, width } },
    heads(some, wide, color),
  ]);
}

// All of them as one line with gaps.
function paths(links, wide) {
  const x = [];
  const y = [];
  for (const { type, from, to } of links) {
    const leaves = type[0] === "F" ? 1 : -1;
    const arrives = type[1] === "S" ? -1 : 1;
    const [x1, x2] = ends(type, from.task, to.task);
    const out = x1 + (leaves * STUB) / wide;
    const into = x2 + (arrives * STUB) / wide;
    const between = to.n > from.n ? to.n - 0.5 : to.n + 0.5;
    if (isDirect(leaves, arrives, out, into)) {
      const turn = mid(leaves, arrives, out, into);
      x.push(x1, turn, turn, x2, null);
      y.push(from.n, from.n, to.n, to.n, null);
    } else {
      x.push(x1, out, out, into, into, x2, null);
      y.push(from.n, from.n, between, between, to.n, to.n, null);
    }
  }
  return { x, y };
}

// Whether a step right or left and then down leads there.
function isDirect(leaves, arrives, out, into) {
  return leaves === arrives || (leaves > 0 ? out <= into : out >= into);
}

function mid(leaves, arrives, out, into) {
  if (leaves !== arrives) return out;
  return leaves > 0 ? Math.max(out, into) : Math.min(out, into);
}

function ends(type, from, to) {
  const x1 = type[0] === "F" ? from.last + 1 : from.first;
  const x2 = type[1] === "S" ? to.first : to.last + 1;
  const middle = (task, x) => (task.milestone ? task.first + 0.5 : x);
  return [middle(from, x1), middle(to, x2)];
}

function heads(links, wide, color) {
  const before = (HEAD / wide) * -1;
  const at = ({ type, from, to }) => {
    return ends(type, from.task, to.task)[1] + (type[1] === "S" ? before : -before);
  };
  return {
    type: "scatter",
    mode: "markers",
    x: links.map(at),
    y: links.map(({ to }) => to.n),
    marker: {
      symbol: links.map(({ type }) => (type[1] === "S" ? "triangle-right" : "triangle-left")),
      size: 8,
      color,
    },
  };
}
