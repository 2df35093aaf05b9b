"""Tasks in the browser: the panel beside a page, and the list."""

import re

from playwright.async_api import Page, expect

from tests.e2e.axe import serious
from tests.e2e.site import Site


async def test_a_task_is_opened_beside_the_page_and_changed(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    ben = site.make_person("Ben")
    ana.take_in(workspace, ben)
    at = f"?workspaceId={workspace}"
    garden = ana.ask("POST", f"/api/projects{at}", name="Garden")
    task = ana.ask("POST", f"/api/tasks{at}", title="Prune the roses", description="See [[Roses]].")
    mine = f"/api/tasks/{task['id']}{at}"
    page = await site.open(f"/w/{workspace}/tasks", ana)
    await page.get_by_role("link", name="Prune the roses").click()
    await expect(page).to_have_url(re.compile(r"/tasks\?task=1$"))
    panel = page.get_by_role("complementary", name="Task 1")
    await expect(panel.get_by_text("See Roses.")).to_be_visible()

    title = panel.get_by_role("textbox", name="Title")
    await title.fill("Prune all roses")
    await title.press("Enter")
    await expect(page.get_by_role("link", name="Prune all roses")).to_be_visible()
    await panel.get_by_label("Project", exact=True).select_option("Garden")
    await panel.get_by_label("Column", exact=True).select_option("In progress")
    await expect(panel.get_by_label("Status", exact=True)).to_have_value("IN_PROGRESS")
    await panel.get_by_label("Assignee", exact=True).select_option("Ben")
    await panel.get_by_label("Estimate", exact=True).fill("90")
    await panel.get_by_label("Estimate", exact=True).press("Enter")
    await expect(panel.get_by_label("Estimate", exact=True)).to_have_value("1 h 30 min")
    await panel.get_by_label("Planned for", exact=True).fill("2030-03-04")
    await panel.get_by_label("At what time", exact=True).fill("09:05")
    await expect(panel.get_by_text("4 Mar 2030 9:05")).to_be_visible()
    await panel.get_by_role("button", name="Next week").click()
    await expect(panel.get_by_text("put off until")).to_be_visible()
    await panel.get_by_label("Add a tag").fill("autumn")
    await panel.get_by_label("Add a tag").press("Enter")
    await expect(panel.get_by_role("link", name="#autumn")).to_be_visible()
    await panel.get_by_label("Add a subtask").fill("Sharpen the shears")
    await panel.get_by_label("Add a subtask").press("Enter")
    await panel.get_by_role("checkbox", name="Sharpen the shears").click()
    await expect(panel.get_by_text("1 of 1")).to_be_visible()
    kept = ana.ask("GET", mine)
    assert kept["projectId"] == garden["id"]
    assert kept["estimateMinutes"] == 90
    assert [tag["name"] for tag in kept["tags"]] == ["autumn"]

    # What Ben changes shows at once; what is typed here meanwhile stays until one is chosen.
    other = await site.open(f"/w/{workspace}/tasks?task=1", ben)
    await other.get_by_label("Priority", exact=True).select_option("High")
    await expect(panel.get_by_label("Priority", exact=True)).to_have_value("HIGH")
    await title.fill("Prune the climbing rose")
    theirs = other.get_by_role("textbox", name="Title")
    await theirs.fill("Prune the white rose")
    await theirs.press("Enter")
    await expect(panel.get_by_text("Ben changed this meanwhile")).to_be_visible()
    await expect(title).to_have_value("Prune the climbing rose")
    await panel.get_by_role("button", name="Keep mine").click()
    await expect(theirs).to_have_value("Prune the climbing rose")
    await expect(panel.get_by_text("Ben changed this meanwhile")).to_have_count(0)

    await panel.get_by_role("button", name="Edit", exact=True).press("Enter")
    await panel.get_by_role("textbox", name="Description").fill("First **this**.\n\n- [ ] dig")
    await panel.get_by_role("button", name="Save", exact=True).click()
    await expect(panel.locator(".prose strong")).to_have_text("this")
    await expect(panel.locator(".prose li")).to_have_css("display", "list-item")
    assert not await serious(page)

    for label, said in (("Add to the checklist", "Gloves"), ("Say something", "Spring is early.")):
        await panel.get_by_label(label).fill(said)
        await panel.get_by_label(label).press("Control+Enter")
    await panel.get_by_role("checkbox", name="Gloves").click()
    await expect(other.get_by_role("checkbox", name="Gloves")).to_be_checked()
    await expect(other.locator(".talk")).to_contain_text("Spring is early.")
    await panel.get_by_label("Let it wait for another task").fill("sharpen")
    await panel.get_by_role("button", name="Sharpen the shears").click()
    await panel.get_by_label("How it follows Sharpen the shears").select_option("SS")
    lag = panel.get_by_label("Days of work between Sharpen the shears and this task")
    await lag.fill("2.5")
    await lag.press("Enter")
    await expect(page.get_by_text("a whole number")).to_be_visible()
    await lag.fill("-2")
    await lag.press("Enter")
    await expect(other.get_by_label("Days of work between")).to_have_value("-2")
    await panel.get_by_role("button", name="Wait for Sharpen the shears no more").click()
    await expect(panel.get_by_text("Waits for")).to_have_count(0)
    await _undo(page, "It waits for “Sharpen the shears” no more.")
    await expect(panel.get_by_label("How it follows Sharpen the shears")).to_have_value("SS")
    await expect(lag).to_have_value("-2")
    await panel.get_by_role("button", name="Take off #autumn").click()
    await expect(panel.get_by_role("link", name="#autumn")).to_have_count(0)
    await _undo(page, "“#autumn” is taken off.")
    await expect(panel.get_by_role("link", name="#autumn")).to_be_visible()
    await panel.get_by_role("button", name="More to do with this task").click()
    await page.get_by_role("menuitem", name="Make it a milestone").click()
    await expect(panel.get_by_text("Milestone", exact=True)).to_be_visible()
    assert ana.ask("GET", mine)["milestone"]
    await _undo(page, "“Prune the climbing rose” is a milestone now.")
    await expect(panel.get_by_text("Milestone", exact=True)).to_have_count(0)

    await panel.get_by_role("checkbox", name="This task").click()
    await _undo(page, "“Prune the climbing rose” is completed.")
    await expect(panel.get_by_label("Status", exact=True)).to_have_value("IN_PROGRESS")
    await panel.get_by_role("checkbox", name="This task").click()
    await expect(panel.get_by_label("Status", exact=True)).to_have_value("COMPLETED")
    await expect(panel.get_by_role("checkbox", name="This task")).to_be_checked()
    await page.reload()
    await expect(panel.get_by_label("Status", exact=True)).to_have_value("COMPLETED")
    await page.keyboard.press("Escape")
    await expect(panel).to_have_count(0)
    await expect(page).to_have_url(re.compile(r"/tasks$"))
    await page.go_back()
    await expect(panel.get_by_label("Status", exact=True)).to_have_value("COMPLETED")
    await page.goto(f"/w/{workspace}/tasks?task=999")
    await expect(page.get_by_text("There is no task with this number here.")).to_be_visible()


async def _undo(page: Page, said: str) -> None:
    toast = page.get_by_role("listitem").filter(has_text=said)
    await toast.get_by_role("button", name="Undo").click()
    await expect(toast).to_have_count(0)


async def test_a_guest_reads_on_a_phone(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    guest = site.make_person("Gus")
    ana.take_in(workspace, guest, "GUEST")
    ana.ask("POST", f"/api/tasks?workspaceId={workspace}", title="Read me", description="Hello")
    page = await site.open(f"/w/{workspace}/tasks?task=1", guest, width=390, theme="dark")
    panel = page.get_by_role("complementary", name="Task 1")
    await expect(panel.get_by_label("Title", exact=True)).to_be_disabled()
    await expect(panel.get_by_label("Status", exact=True)).to_be_disabled()
    await expect(panel.get_by_role("button")).to_have_count(1)  # that closes it
    assert not await serious(page)
    await panel.get_by_role("button", name="Close").click()
    await expect(page.get_by_role("link", name="Read me")).to_be_visible()


async def test_a_list_is_filtered_kept_and_changed_together(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    for title in ("Dig", "Sow", "Water"):
        ana.ask("POST", f"/api/tasks?workspaceId={workspace}", title=title, priority="HIGH")
    page = await site.open(f"/w/{workspace}/tasks", ana)
    names = page.locator(".task-row .name")
    await expect(names).to_have_count(3)

    # One line says it all; what is put back stays in the title.
    line = page.get_by_label("Add a task")
    await line.fill("tomorrow 9:00")
    await line.press("Enter")
    await expect(page.get_by_text("A few words beside that make a task.")).to_be_visible()
    await expect(line).to_have_value("tomorrow 9:00")
    understood = page.locator("#understood")
    await line.fill("Water every friday")
    await expect(understood).to_contain_text("Every Friday, from ")
    await line.fill("Call Ben tomorrow 9:00 #home !high")
    await expect(understood).to_contain_text("High priority")
    await expect(understood).to_contain_text("9:00")
    await page.get_by_label("Leave “#home” in the title").click()
    await expect(understood).not_to_contain_text("#home")
    await line.press("Enter")
    await expect(names.filter(has_text="Call Ben #home")).to_be_visible()
    await expect(page.locator(".task-row", has_text="Call Ben")).to_contain_text("Tomorrow 9:00")

    # The first click after it goes where it is aimed at; the address has the filter.
    await page.locator("summary", has_text="Filter").click()
    await page.locator(".filter-box").get_by_label("Group by").select_option("Not grouped")
    await expect(page.get_by_role("button", name="Keep this view")).to_be_visible()
    await page.locator(".filter-box").get_by_label("Planned for").select_option("none")
    await expect(names).to_have_text(["Dig", "Sow", "Water"])
    await page.get_by_role("button", name="Keep this view").click()
    await page.get_by_label("Name").fill("Some day")
    await page.get_by_role("button", name="Keep it").click()
    await page.goto(f"/w/{workspace}/tasks")
    await page.get_by_role("link", name="Some day").click()
    await expect(names).to_have_text(["Dig", "Sow", "Water"])
    await page.reload()
    await expect(names).to_have_text(["Dig", "Sow", "Water"])
    await page.get_by_role("button", name="Keep Some day no more").click()
    await expect(page.get_by_role("link", name="Some day")).to_have_count(0)
    await _undo(page, "“Some day” is kept no more.")
    await expect(page.get_by_role("link", name="Some day")).to_be_visible()

    # By keys two are selected and changed together; that is taken back as one.
    for key in ("j", "x", "j", "x"):
        await page.keyboard.press(key)
    bar = page.get_by_role("toolbar", name="The selected tasks")
    await expect(bar).to_contain_text("2 selected")
    who = bar.get_by_label("Assignee").locator("option")
    await expect(who).to_have_text(["Assignee", "Nobody", "Ana"])
    await bar.get_by_label("Planned for").select_option("today")
    await expect(names).to_have_text(["Water"])
    await page.get_by_role("button", name="Undo").click()
    await expect(names).to_have_text(["Dig", "Sow", "Water"])
    assert await serious(page) == []

    # All of them are selected by a click, after which the bar can be seen.
    await page.locator("summary", has_text="Filter").click()
    await page.get_by_role("button", name="Select all shown").click()
    await expect(bar).to_contain_text("3 selected")
    await expect(page.get_by_label("Words or a number")).to_be_hidden()
    await page.keyboard.press("Escape")
    await expect(bar).to_have_count(0)

    # A page behind the last one is the last one.
    await page.goto(f"/w/{workspace}/tasks?page=9")
    await expect(names.first).to_be_visible()

    # What is selected stays behind in its workspace.
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(bar).to_contain_text("1 selected")
    elsewhere = ana.make_workspace("Elsewhere")
    await page.goto(f"/w/{elsewhere}/tasks")
    await expect(page.get_by_text("Tasks go here")).to_be_visible()
    await expect(bar).to_have_count(0)


async def test_tasks_stand_beside_pages_and_on_them(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    at = f"?workspaceId={workspace}"
    me = ana.ask("GET", "/api/auth/me")["user"]["id"]
    ana.ask("POST", f"/api/tasks{at}", title="Prune the roses", assigneeId=me)
    ana.ask("POST", f"/api/knowledge/entries{at}", title="Garden", content="So far nothing.")
    watching = await site.open(f"/w/{workspace}/tasks?task=1", ana)
    await expect(watching.get_by_role("textbox", name="Title")).to_have_value("Prune the roses")
    page = await site.open(f"/w/{workspace}/knowledge/garden/edit", ana)
    text = page.locator(".cm-content")
    await text.click()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("Next: [[task:prune")
    await page.locator(".cm-tooltip-autocomplete li", has_text="Prune the roses").click()
    await expect(text).to_have_text("Next: [[task:1]]")
    await page.get_by_role("button", name="Save", exact=True).click()

    # Whoever looks at the task learns of it at once.
    pages = watching.get_by_role("region", name="Pages").get_by_role("link")
    await expect(pages).to_have_text(["Garden"])
    mention = page.locator(".prose .task-link")
    await expect(mention).to_have_text("#1 Prune the roses")
    tasks = page.get_by_role("region", name="Tasks of this page")
    await tasks.get_by_label("Add a task about this page").fill("Mulch")
    await tasks.get_by_label("Add a task about this page").press("Enter")
    await expect(tasks.get_by_role("listitem")).to_have_text(["Mulch", "Prune the roses"])
    other = await site.open(f"/w/{workspace}", ana)
    yours = other.get_by_role("region", name="Yours next")
    await expect(yours.get_by_role("link", name="Prune the roses")).to_be_visible()
    await tasks.get_by_role("checkbox", name="Prune the roses").click()
    await expect(mention).to_have_class("task-link done")
    await expect(yours).to_have_count(0)
    assert await serious(page) == []

    await mention.click()
    panel = page.get_by_role("complementary", name="Task 1")
    await expect(panel.get_by_role("link", name="Garden")).to_be_visible()
    file = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Dig here"}
    empty = {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}
    await panel.get_by_label("Add files to the task").set_input_files([file, empty])
    await expect(panel.get_by_role("link", name="plan.txt")).to_be_visible()
    await expect(panel.get_by_text("empty.txt: This file is empty.")).to_be_visible()
    await panel.get_by_role("button", name="Take off plan.txt").click()
    await expect(panel.get_by_role("link", name="plan.txt")).to_have_count(0)
    await _undo(page, "“plan.txt” is taken off.")
    await page.reload()
    await expect(panel.get_by_role("link", name="plan.txt")).to_be_visible()
    assert await serious(page) == []
