import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ask } from "./ask.js";
import { offOf } from "./gantt_days.js";
import { taskOf } from "./gantt_rows.js";

// The time line of a project, and its baselines. What was there stays until the answer comes; a new
// `stamp` asks again. `look` does so at once, and is done when the latest answer is there.
export function useGantt({ workspace, project, baseline, stamp }) {
  const [found, setFound] = useState(null);
  const [baselines, setBaselines] = useState([]);
  const [away, setAway] = useState("");
  const asking = useRef(null);
  const latest = useRef(null);

  const again = useCallback(async () => {
    asking.current?.abort();
    const { signal } = (asking.current = new AbortController());
    const read = (query) => ask(`projects/${project}/gantt`, { workspace, query, signal });
    try {
      const [said, kept] = await Promise.all([
        read(baseline ? { baselineId: baseline } : {}).catch(async (problem) => {
          // The baseline that the address names may be gone.
          if (!baseline || problem.name === "AbortError") throw problem;
          return { ...(await read({})), remark: problem.message };
        }),
        ask(`projects/${project}/baselines`, { workspace, query: { limit: 100 }, signal }),
      ]);
      setFound(said);
      setBaselines(kept.data);
      setAway(said.remark ?? "");
    } catch (problem) {
      if (problem.name !== "AbortError") setAway(problem.message);
      else if (asking.current.signal !== signal) await latest.current;
    }
  }, [workspace, project, baseline]);

  const look = useCallback(() => (latest.current = again()), [again]);

  useEffect(() => {
    if (!workspace || !project) return;
    look();
    return () => asking.current?.abort();
  }, [look, stamp, workspace, project]);

  const data = useMemo(
    () => found && { ...found, isOff: offOf(found.calendar), tasks: found.tasks.map(taskOf) },
    [found],
  );
  return { data, baselines, away, look };
}
