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
