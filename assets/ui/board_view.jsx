import { useEffect, useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { ask } from "./ask.js";
import { Column } from "./board_column.jsx";
import { between, moved, placeOf, useBoard } from "./board_data.js";
import { useDrag, useKeys } from "./board_drag.js";

const LANES = { assignee: "By person", priority: "By priority" };

// The board of a project; in lanes when the address says so: ?lanes=assignee or priority.
export function BoardView({ workspace, project, stamp = 0, writes = false }) {
  const [search, setSearch] = useSearchParams();
  const by = LANES[search.get("lanes")] ? search.get("lanes") : "";
  const [said, say] = useState("");
  const [away, setAway] = useState("");
  const lanes = useLanes({ workspace, project, by, stamp, setAway });

  function choose(value) {
    const next = new URLSearchParams(search);
    if (value) next.set("lanes", value);
    else next.delete("lanes");
    setSearch(next, { replace: true, preventScrollReset: true });
  }

  // By lane, what takes a card there that is carried by keys.
  const takers = useRef({});
  function besides(lane) {
    const at = lanes?.indexOf(lane);
    return (step) => takers.current[lanes?.[at + step]?.key];
  }

  const shared = { workspace, project, stamp, writes, say, setAway, takers };
  return (
    <div className="board">
      <div className="board-bar">
        <select
          className="input slim"
          aria-label="Lanes"
          value={by}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="">No lanes</option>
          {Object.entries(LANES).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
        <p className="small attention-text" role="alert">
          {away}
        </p>
      </div>
      {by ? (
        lanes?.map((lane) => (
          <details key={`${project} ${lane.key}`} className="board-lane" open={lane.count > 0}>
            <summary>
              {lane.name} <span className="muted">{lane.count.toLocaleString("en")}</span>
            </summary>
            <Columns {...shared} lane={lane} beside={besides(lane)} />
          </details>
        ))
      ) : (
        <Columns key={project} {...shared} lane={WHOLE} beside={() => null} />
      )}
      <p id="board-keys" className="for-screen-readers">
        Space lifts a card, arrows carry it{by && ", up and down into other lanes as well"}, Space
        puts it down, Escape back.
      </p>
      <p className="for-screen-readers" role="status">
        {said}
      </p>
    </div>
  );
}

const WHOLE = { key: "", query: {}, changes: {} };

function Columns({ workspace, project, stamp, writes, say, setAway, takers, lane, beside }) {
  const box = useRef(null);
  const board = useBoard({ workspace, project, lane: lane.query, stamp });
  const { columns, change, more } = board;
  useEffect(() => setAway(board.away), [board.away, setAway]);

  async function run(shown, send) {
    try {
      setAway("");
      await change(shown, send);
      return true;
    } catch (problem) {
      setAway(problem.message);
      return false;
    }
  }

  function put(card, place, shown, changes = {}) {
    const body = JSON.stringify({ ...place, ...changes });
    const path = `tasks/${card.id}/move`;
    return run(shown, () => ask(path, { workspace, method: "POST", body }));
  }

  function drop({ card, columnId, lane: from }, { columnId: to, index }) {
    const column = columns.find((one) => one.id === to);
    const here = placeOf(columns, card.id);
    if (from === lane.key && columnId === to && here?.index === index) return;
    const changes = from === lane.key ? {} : lane.changes;
    put(card, between(column, card, index), moved(columns, { ...card, ...changes }, to, index), changes);
  }

  function add(column, title) {
    const body = JSON.stringify({ title, projectId: project, columnId: column.id, ...lane.changes });
    return run(null, () => ask("tasks", { workspace, method: "POST", body }));
  }

  const over = useDrag(lane.key, columns, drop);
  const keys = useKeys(columns, lane, { show: board.show, hold: board.hold, put, say, beside });
  takers.current[lane.key] =
    keys.take &&
    ((...card) => {
      box.current.closest("details").open = true;
      keys.take(...card);
    });
  if (!columns) return <Waiting />;
  return (
    <div ref={box} className="board-columns" role="group" aria-label={lane.name ?? "Board"}>
      {columns.map((column) => (
        <Column
          key={column.id}
          {...{ column, writes, more, add }}
          lane={lane.key}
          over={over?.columnId === column.id ? over : null}
          lifted={keys.lifted}
          onKey={writes ? keys.onKey : undefined}
        />
      ))}
    </div>
  );
}

function Waiting() {
  return (
    <div className="board-columns" aria-busy="true">
      {[3, 2, 1].map((cards) => (
        <section key={cards} className="board-column">
          {Array.from({ length: cards }, (_, n) => (
            <div key={n} className="board-card waiting" />
          ))}
        </section>
      ))}
    </div>
  );
}

// The lanes, each with what its cards have in common.
function useLanes({ workspace, project, by, stamp, setAway }) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    if (!by || !workspace || !project) return;
    const asking = new AbortController();
    const options = { workspace, query: { by }, signal: asking.signal };
    ask(`projects/${project}/lanes`, options).then(
      (said) => setFound({ by, lanes: said.lanes }),
      (problem) => problem.name !== "AbortError" && setAway(problem.message),
    );
    return () => asking.abort();
  }, [workspace, project, by, stamp]);
  return useMemo(() => {
    if (found?.by !== by) return null;
    const field = by === "assignee" ? "assigneeId" : "priority";
    return found.lanes.map(({ key, name, count }) => ({
      key: key || "none",
      name,
      count,
      query: { [field]: key || "none" },
      changes: { [field]: key || null },
    }));
  }, [found, by]);
}
