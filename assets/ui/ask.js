const SILENT = "No answer came. All is as it was.";

// Asks the REST API; returns what it says, or throws an Error with its calm words.
export async function ask(path, { workspace, query = {}, ...options }) {
  const asked = new URLSearchParams({ ...query, workspaceId: workspace });
  const said = await fetch(`/api/${path}?${asked}`, {
    headers: { "Content-Type": "application/json" },
    ...options,
  }).catch((problem) => {
    throw problem.name === "AbortError" ? problem : new Error(SILENT);
  });
  // Who asks anew ends the answer before, also in its middle.
  const body = said.status === 204 ? null : await said.json().catch((problem) => {
    if (said.ok) throw problem.name === "AbortError" ? problem : new Error(SILENT);
    return {};
  });
  if (!said.ok) throw Object.assign(new Error(body?.detail ?? SILENT), { status: said.status });
  return body;
}
