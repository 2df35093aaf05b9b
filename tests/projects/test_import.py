"""Tables come in: from many programs, with broken lines, into a new project or one that is here."""

import psycopg
import pytest

from mosaic.core.start import Ready
from mosaic.projects.exchange import importing, table_file
from tests.answers import listed, problem
from tests.chaos.figures import times
from tests.conftest import connected
from tests.projects.bringing import IMPORT, bring, said, tasks_of
from tests.statements import recorded
from tests.tasks.planned import PROJECTS, TASKS, Row, board, done, project, task
from tests.waiting import until
from tests.world import World, make_world

pytestmark = pytest.mark.usefixtures("performer")


async def test_a_table_becomes_a_project(world: World) -> None:
    mia = world.mia.actor.email
    table = (
        "Number,Title,Status,Priority,Start,Target date,Estimate,Progress,Assignee,Column,Tags,"
        "Parent,Depends on,Checklist,Description\n"
        f'7,Dig,In progress,High,2027-01-04,2027-01-06,1.5 h,40%,{mia},Doing,"home, a b",,,'
        '"[x] Spade\n- [ ] Boots\nGloves","Deep\n\n[[Garden]]"\n'
        "8,Sow,Completed,low,,31.12.2027,,,ADAM,Ready,,7,7SS+2,,\n"
    )
    report = await bring(world.mia, table, "My_garden.csv")
    assert (report["status"], report["kind"], report["source"]) == (
        *("COMPLETED", "csv", "My_garden.csv"),
    )
    assert (report["total"], report["done"], report["remarks"]) == (2, 2, 0)
    assert report["counts"] == {"created": 2, "failed": 0}
    assert report["project"]["name"] == "My garden"
    columns = await board(world.gil, report["project"])
    assert [(one["name"], one["status"], one["count"]) for one in columns] == [
        ("Doing", "IN_PROGRESS", 1),
        ("Ready", "NOT_STARTED", 0),
        ("Done", "COMPLETED", 1),
    ]
    found = await tasks_of(world.gil, report)
    dig, sow = found["Dig"], found["Sow"]
    assert (dig["status"], dig["priority"], dig["progress"], dig["estimateMinutes"]) == (
        *("IN_PROGRESS", "HIGH", 40, 90),
    )
    assert (dig["startDate"], dig["dueDate"], dig["description"]) == (
        *("2027-01-04", "2027-01-06", "Deep\n\n[[Garden]]"),
    )
    assert dig["assigneeId"] == str(world.mia.actor.user_id)
    assert [tag["name"] for tag in dig["tags"]] == ["a b", "home"]
    assert dig["checklist"] == {"total": 3, "completed": 1}
    assert sow["assigneeId"] == str(world.adam.actor.user_id)
    assert (sow["parentId"], sow["dueDate"], sow["priority"]) == (dig["id"], "2027-12-31", "LOW")
    assert sow["completedAt"]
    [wait] = listed(await world.gil.http.get(f"{TASKS}/{sow['id']}/dependencies"))
    assert (wait["dependsOnId"], wait["type"], wait["lagDays"]) == (dig["id"], "SS", 2)
    [line] = listed(await world.gil.http.get("/api/activity", params={"action": "IMPORTED"}))
    assert (line["entityTitle"], line["details"]["tasks"]) == ("My garden", 2)
    lines = f"{PROJECTS}/imports/{report['id']}/lines"
    shown = listed(await world.mia.http.get(lines))
    assert [(one["line"], one["title"], one["number"]) for one in shown] == [
        (2, "Dig", dig["number"]),
        (7, "Sow", sow["number"]),
    ]


OTHERS = {
    "asana": (
        "Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email,"
        "Start Date,Due Date,Tags,Notes,Projects,Parent task,Blocked By (Dependencies)\n"
        '1,2026-01-01,,2026-01-02,"One, first",Backlog,Mia,,2026-03-01,2026-03-09,"a,b",Text,P,,\n'
        '2,2026-01-01,2026-02-01,2026-01-02,Two,Backlog,,,,,,,P,"One, first","One, first"\n'
    ),
    "todoist": (
        "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE\n"
        "section,Backlog,,,,,,\n"
        'task,"One, first",Text,1,1,,Mia,2026-03-09\n'
        "task,Two,,4,1,,,\n"
    ),
    "jira": (
        "Summary;Issue key;Issue id;Status;Priority;Assignee;Due date;Labels;Labels;Parent;"
        "Description;Original estimate\n"
        "One, first;P-1;10;To Do;Highest;Mia;09/Mar/26 12:00 AM;a;b;;Text;5400\n"
        "Two;P-2;11;Done;Lowest;;;;;P-1;;\n"
    ),
}


@pytest.mark.parametrize("program", OTHERS)
async def test_tables_of_other_programs_are_understood(world: World, program: str) -> None:
    report = await bring(world.mia, OTHERS[program])
    assert said(report) == {}
    found = await tasks_of(world.mia, report)
    one, two = found["One, first"], found["Two"]
    assert (one["dueDate"], one["description"]) == ("2026-03-09", "Text")
    assert one["assigneeId"] == str(world.mia.actor.user_id)
    assert (two["status"] == "COMPLETED") is (program != "todoist")
    if program != "todoist":
        assert [tag["name"] for tag in one["tags"]] == ["a", "b"]
        assert two["parentId"] == one["id"]
    if program != "asana":
        assert (one["priority"], two["priority"]) == ("HIGH", "LOW")
    if program == "jira":
        assert one["estimateMinutes"] == 90
    else:
        assert (await board(world.mia, report["project"]))[0]["name"] == "Backlog"


BROKEN = [
    ("Good", ""),
    ("", "title"),
    ('"open,x', "quotation"),
    ("a,b,c,d,e,f,g", "7 cells"),
    ("Late,whenever", "whenever"),
    ("Odd,,who knows", "who knows"),
    ("Back,2026-01-01,,2026-02-01", "start"),
    ("Nul\x00,", "NUL"),
    ("Somebody,,,,Nobody In Particular", "Nobody In Particular"),
    (f"{'long ' * 50},", "title is long"),
    (f'Wide,,,,,"{"x" * 200_001}"', "200,000"),
    ('"two\nlines"', ""),
    ("Last", ""),
]


async def test_each_broken_line_is_told_and_the_others_come(world: World) -> None:
    lines = [line for line, _ in BROKEN]
    lines = [line if line else ",2026-01-01" for line in lines]
    report = await bring(
        world.mia, "\n".join(["Task;Due;Status;Start;Who;Notes", *lines]).replace(";", ",")
    )
    assert report["status"] == "COMPLETED"
    told = said(report)
    for number, (_, words) in enumerate(BROKEN, 2):
        number += number > 13  # the one before has two lines
        assert words in told.get(number, "") if words else number not in told, number
    assert report["counts"] == {"created": 8, "failed": 5}
    assert report["remarks"] == len(told) == 10
    found = await tasks_of(world.mia, report)
    assert {"Good", "Late", "Odd", "Back", "Somebody", "two\nlines", "Last"} < found.keys()
    assert (found["Back"]["startDate"], found["Back"]["dueDate"]) == (None, "2026-01-01")
    [long] = [one for title, one in found.items() if title.startswith("long long")]
    assert long["description"] == f"{'long ' * 50}".strip()


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8-sig", ","), ("cp1252", ";"), ("utf-16", "\t"), ("utf-8", "|")],
)
async def test_however_it_is_written(world: World, encoding: str, delimiter: str) -> None:
    table = delimiter.join(["Titel", "Name", "Tags"]) + "\r\n"
    table += delimiter.join(["x", "Grün – 5 €", "é"]) + "\r\n"
    report = await bring(world.mia, table.encode(encoding))
    assert list(await tasks_of(world.mia, report)) == ["Grün – 5 €"]


async def test_days_are_read_as_the_whole_file_suggests(world: World) -> None:
    days = {"03/04/2026": "2026-04-03", "25/12/2026": "2026-12-25", "1 Feb 2026": "2026-02-01"}
    report = await bring(world.mia, "Name,Due\n" + "".join(f"{day},{day}\n" for day in days))
    found = await tasks_of(world.mia, report)
    assert {title: one["dueDate"] for title, one in found.items()} == days
    assert said(report) == {}
    report = await bring(world.mia, "Name,Due\na,03/04/2026\nb,12/25/2026\n")
    assert (await tasks_of(world.mia, report))["a"]["dueDate"] == "2026-03-04"
    report = await bring(world.mia, "Name,Due\na,03/04/2026\n")
    assert "2026-04-03" in said(report)[2]


async def test_circles_in_a_file_are_left_out(world: World) -> None:
    table = "Key,Title,Parent,Depends on\n1,a,2,3\n2,b,1,1\n3,c,3,2\n4,d,9,8\n"
    report = await bring(world.mia, table)
    assert report["counts"] == {"created": 4, "failed": 0}
    found = await tasks_of(world.mia, report)
    ids = {one["id"]: title for title, one in found.items()}
    above = {title: ids.get(one["parentId"]) for title, one in found.items()}
    assert above in (
        {"a": "b", "b": None, "c": None, "d": None},
        {**dict.fromkeys("acd"), "b": "a"},
    )
    waits = 0
    for one in found.values():
        waits += len(listed(await world.mia.http.get(f"{TASKS}/{one['id']}/dependencies")))
    assert waits == 2
    assert {"8", "9"} <= set(said(report)[5])
    done(await world.mia.http.get(f"{PROJECTS}/{report['project']['id']}/gantt"))


async def test_tasks_go_into_a_project_that_is_here(world: World) -> None:
    garden = await project(world.mia)
    await task(world.mia, "Here", projectId=garden["id"])
    table = "Name,List,Status\na,to do,\nb,Wait,On hold\nc,,Done\nd,Nowhere,Done\n"
    report = await bring(world.mia, table, project=garden["slug"])
    assert report["project"]["id"] == garden["id"]
    columns = await board(world.mia, garden)
    assert [(one["name"], [card["title"] for card in one["cards"]]) for one in columns] == [
        ("To do", ["Here", "a"]),
        ("In progress", []),
        ("Done", ["c", "d"]),
        ("Wait", ["b"]),
        ("Nowhere", []),
    ]
    assert columns[3]["cards"][0]["status"] == "NOT_STARTED"


async def test_only_members_import_and_nobody_sees_it(world: World) -> None:
    garden = await project(world.mia)
    files = {"file": ("a.csv", b"Title\nx\n", "text/csv")}
    problem(await world.gil.http.post(IMPORT, files=files), 403)
    theirs = {"project": garden["id"]}
    problem(await world.bo.http.post(IMPORT, files=files, data=theirs), 404)
    problem(await world.mia.http.post(IMPORT, data={"name": "x"}), 422)
    problem(await world.mia.http.post(IMPORT, json={}), 422)
    report = await bring(world.mia, "Title\nx\n")
    for person in (world.ana, world.gil, world.bo):
        for place in (f"imports/{report['id']}", f"imports/{report['id']}/lines"):
            problem(await person.http.get(f"{PROJECTS}/{place}"), 404)
    started = done(await world.mia.http.post(IMPORT, files=files))
    assert started.keys() == {"jobId"}
    job = {"type": "PROJECT_IMPORT", "input": {"file": "../x", "projectId": garden["id"]}}
    made = done(await world.bo.http.post("/api/runner-jobs", json=job))
    problem(await world.bo.http.get(f"{PROJECTS}/imports/{report['id']}"), 404)
    assert made["type"] == "PROJECT_IMPORT"


async def test_a_new_project_is_called_as_one_likes(world: World) -> None:
    report = await bring(world.mia, "Title\nx\n", name=" Our  garden ")
    assert report["project"]["name"] == "Our garden"


async def test_many_lines_take_few_statements(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 50)
    statements = []
    for count in (50, 400):
        lines = "".join(f'{n},Task {n},"a, t{n % 7}",{n // 2}\n' for n in range(count))
        with recorded() as seen:
            report = await bring(world.mia, f"Key,Title,Tags,Parent\n{lines}")
        assert report["counts"]["created"] == count
        written = [one for one, _ in seen if "tasks" in one and "INSERT" in one]
        statements.append(len(written))
    assert statements[1] <= 8 * statements[0]


async def test_a_table_that_is_too_long_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_file, "MOST_LINES", 3)
    report = await bring(world.mia, "Title\n" + "x\n" * 4)
    assert (report["status"], report["project"]) == ("FAILED", None)
    assert "3 lines" in report["problem"]


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_thousands_of_lines(world: World) -> None:
    def line(n: int) -> str:
        if n % 1_000 == 7:
            return '"never closed,,,\n'
        if n % 1_000 == 9:
            return "too,many,cells,are,in,this,line\n"
        return (
            f'Task {n},2027-01-{n % 28 + 1:02},"a, t{n % 50}",{f"Task {n // 2}" if n % 3 else ""}\n'
        )

    count = times(10_000, 50_000)
    table = "Title,Due,Tags,Parent\n" + "".join(map(line, range(count)))
    files = {"file": ("tasks.csv", table, "text/csv")}
    job = done(await world.mia.http.post(IMPORT, files=files))["jobId"]

    async def report() -> Row:
        found: Row = done(await world.mia.http.get(f"{PROJECTS}/imports/{job}"))
        return found

    async def has_ended() -> bool:
        return (await report())["status"] != "RUNNING"

    await until(has_ended, 570, 0.5)
    ended = await report()
    assert ended["counts"] == {"created": count - count // 500, "failed": count // 500}
    # The first line names the columns.
    broken = [n + 2 for n in range(count) if n % 1_000 in (7, 9)]
    asked = {"show": "failed", "limit": 100}
    lines = done(await world.mia.http.get(f"{PROJECTS}/imports/{job}/lines", params=asked))["data"]
    assert [one["line"] for one in lines] == broken
    assert all(one["reason"] for one in lines)


async def test_each_line_takes_as_long_as_the_first(empty: Ready) -> None:
    """How a connection looks for what a foreign key names is found out anew as tables grow."""
    mia, lines = (await make_world()).mia, 1_500
    table = "Title,Tags\n" + "".join(f'Task {n},"a, t{n % 50}"\n' for n in range(lines))
    for _ in range(2):
        files = {"file": ("tasks.csv", table, "text/csv")}
        report = done(await mia.http.post(f"{IMPORT}?wait=true", files=files))
        assert report["counts"] == {"created": lines, "failed": 0}
    # What connections have read is counted when they end.
    async with connected(empty.app_dsn):
        with psycopg.connect(empty.admin_dsn) as connection:
            [read] = connection.execute(_READ).fetchone() or [0]
    assert 0 < read < 250 * 2 * lines


_READ = "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_user_tables WHERE relname = 'tasks'"
