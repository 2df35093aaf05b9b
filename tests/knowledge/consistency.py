"""Whether everything that hangs on the pages of a workspace agrees with everything else."""

from collections import Counter, defaultdict
from typing import Any

import psycopg
from psycopg.rows import dict_row

from mosaic.core.start import Ready
from mosaic.knowledge.names import fold
from mosaic.knowledge.property_links import links_in
from mosaic.knowledge.render.markdown import parse
from mosaic.knowledge.resolution import FOLDED, OLD, OLD_PATH, OLD_TITLE, PATH, link_row, names
from mosaic.knowledge.search.words import label_rows, text_row

Row = dict[str, Any]


def disagreements(ready: Ready, workspace: str) -> list[str]:
    """Return a line for each thing that does not agree, seen with the eyes of the owner."""
    with psycopg.connect(ready.admin_dsn, row_factory=dict_row) as owner:
        owner.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # also while others write
        tables = {
            table: owner.execute(
                f"SELECT t.* FROM {table} t JOIN workspaces w ON w.id = t.workspace_id "
                "WHERE w.slug = %s",
                [workspace],
            ).fetchall()
            for table in (
                *("entries", "entry_versions", "entry_names", "links", "import_lines"),
                *("entry_spans", "link_spans", "tags", "entry_tags"),
                *("entry_texts", "entry_labels"),
            )
        }
        imports = owner.execute(
            "SELECT j.id, (SELECT count(*) FROM import_lines l WHERE l.job_id = j.id) AS lines, "
            "(SELECT coalesce(sum(r.value::int), 0) FROM job_steps s, jsonb_each_text(s.result) r "
            "WHERE s.job_id = j.id AND s.key LIKE 'bring_in:%%') AS done "
            "FROM jobs j JOIN workspaces w ON w.id = j.workspace_id "
            "WHERE w.slug = %s AND j.type = 'KNOWLEDGE_IMPORT'",
            [workspace],
        ).fetchall()
    entries = tables["entries"]
    found = [
        *_versions(entries, tables["entry_versions"]),
        *_names(entries, tables["entry_names"]),
        *_links(entries, tables["links"], tables["entry_names"]),
        *_tags(entries, tables["tags"], tables["entry_tags"]),
        *_words(entries, tables["entry_texts"], tables["entry_labels"]),
        *_paths(entries, tables["import_lines"]),
        *_spans(entries, tables["links"], tables["entry_spans"], tables["link_spans"]),
    ]
    return found + [f"import {i['id']}: {i}" for i in imports if i["done"] != i["lines"]]


def _versions(entries: list[Row], versions: list[Row]) -> list[str]:
    kept: dict[Any, dict[int, Row]] = defaultdict(dict)
    for row in versions:
        kept[row["entry_id"]][row["version"]] = row
    found = []
    for entry in entries:
        own, last = kept[entry["id"]], entry["version"]
        if sorted(own) != list(range(1, last + 1)):
            found.append(f"{entry['slug']}: versions {sorted(own)}, at {last}")
        elif any(own[last][name] != entry[name] for name in ("title", "content")) or any(
            value != entry.get(name, value) for name, value in (own[last]["fields"] or {}).items()
        ):
            found.append(f"{entry['slug']}: version {last} is not what the page says")
    return found


def _names(entries: list[Row], rows: list[Row]) -> list[str]:
    kept: dict[Any, set[tuple[int, str]]] = defaultdict(set)
    for row in rows:
        if row["step"] not in OLD:
            kept[row["entry_id"]].add((row["step"], row["key"]))
    return [
        f"{e['slug']}: names {kept[e['id']]}"
        for e in entries
        if kept[e["id"]] != names(e["slug"], e["title"], e["path"], e["aliases"])
    ]


def _links(entries: list[Row], links: list[Row], called: list[Row]) -> list[str]:
    kept: dict[Any, list[Row]] = defaultdict(list)
    for row in sorted(links, key=lambda row: row["ordinal"]):
        kept[row["source_id"]].append(row)
    shared = {
        e["id"] for e in entries if e["status"] == "PUBLISHED" and e["visibility"] != "PRIVATE"
    }
    answers: dict[tuple[int, str], set[Any]] = defaultdict(set)
    for name in called:
        if name["entry_id"] in shared:
            answers[name["step"], name["key"]].add(name["entry_id"])
    found = []
    for entry in entries:
        own = kept[entry["id"]]
        said = [*parse(entry["content"]).links, *links_in(entry["front_matter"])]
        written = [link_row(link, entry["path"]) for link in said]
        stored = [{name: row[name] for name in (written or [{}])[0]} for row in own]
        if stored != written:
            found.append(f"{entry['slug']}: {len(own)} links, {len(written)} are written")
        found += [
            f"{entry['slug']}: {row['target']} means {_means(row, answers)}, not {row}"
            for row in own
            if (row["target_id"], row["ambiguous"]) != _means(row, answers)
        ]
    return found


def _means(link: Row, answers: dict[tuple[int, str], set[Any]]) -> tuple[Any, bool]:
    for step in range(1, OLD_TITLE + 1) if link["kind"] == "wiki" else [PATH, OLD_PATH]:
        key = fold(link["target"]) if step in FOLDED else link["target"]
        if ids := answers.get((step, key)):
            return (next(iter(ids)), False) if len(ids) == 1 else (None, True)
    return None, False


def _tags(entries: list[Row], tags: list[Row], rows: list[Row]) -> list[str]:
    shared = {e["id"] for e in entries if e["private_to"] is None and e["status"] != "ARCHIVED"}
    counts = Counter(row["tag_id"] for row in rows if row["entry_id"] in shared)
    return [
        f"tag {tag['slug']}: {tag['shared']}, not {counts[tag['id']]}"
        for tag in tags
        if tag["shared"] != counts[tag["id"]]
    ]


def _words(entries: list[Row], texts: list[Row], labels: list[Row]) -> list[str]:
    """What search knows of a page is what the page says."""
    kept = {row["entry_id"]: row for row in texts}
    called: dict[Any, set[tuple[str, bool]]] = defaultdict(set)
    for row in labels:
        called[row["entry_id"]].add((row["label"], row["is_alias"]))
    found = [f"words of {id}, which is not there" for id in {*kept} - {e["id"] for e in entries}]
    for entry in entries:
        about, title = (entry["workspace_id"], entry["id"]), entry["title"]
        wanted = text_row(*about, title, parse(entry["content"]).text)
        own = kept.get(entry["id"], {})
        if any(own.get(name) != wanted[name] for name in ("title", "body", "title_pairs", "pairs")):
            found.append(f"{entry['slug']}: search has other words")
        names = {(r["label"], r["is_alias"]) for r in label_rows(*about, title, entry["aliases"])}
        if called[entry["id"]] != names:
            found.append(f"{entry['slug']}: search has other names")
    return found


def _paths(entries: list[Row], lines: list[Row]) -> list[str]:
    paths = [entry["path"] for entry in entries if entry["path"]]
    found = [f"{path} is there twice" for path in set(paths) if paths.count(path) > 1]
    pages = {
        line["path"].removesuffix(".md")
        for line in lines
        if line["outcome"] == "created" and line["path"].endswith(".md")
    }
    return found + [f"{path} was made and is not there" for path in pages - {*paths}]


def _spans(
    entries: list[Row], links: list[Row], of_entries: list[Row], of_links: list[Row]
) -> list[str]:
    """What is open is what is there now, once."""
    pages = [row["entry_id"] for row in of_entries if row["until"] is None]
    pairs = [(row["source_id"], row["target_id"]) for row in of_links if row["until"] is None]
    there = {entry["id"] for entry in entries if entry["status"] != "ARCHIVED"}
    linked = {
        (row["source_id"], row["target_id"])
        for row in links
        if row["target_id"] not in (None, row["source_id"])
    }
    found = [f"spans of pages: {set(pages) ^ there}"] if set(pages) != there else []
    found += [f"spans of links: {set(pairs) ^ linked}"] if set(pairs) != linked else []
    twice = len(pages) - len(set(pages)) + len(pairs) - len(set(pairs))
    return found + ([f"{twice} spans are open twice"] if twice else [])
