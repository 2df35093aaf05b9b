"""What other programs call the columns of a table."""

import re
from collections.abc import Sequence

# By what is known of a task: names of columns in small letters, without spaces and signs.
_NAMES = {
    "key": "number id taskid key issuekey issueid no nr taskno",
    "title": "title name task taskname summary subject content cardname cardtitle issue todo item",
    "description": "description notes note details body desc carddescription taskdescription",
    "status": "status state taskstatus progressstatus",
    "completed": "completed done iscompleted completedat completedon completeddate datecompleted "
    "resolved closed completiondate dateclosed",
    "start": "start startdate begin begins begindate plannedstart targetstart datestarted",
    "target": "due duedate targetdate target deadline end enddate ends finish finishdate "
    "plannedfor date targetend plannedend",  # not read by people: names in files
    "clock": "time targettime duetime",
    "shown": "showfrom shownfrom deferuntil deferdate hiddenuntil",
    "priority": "priority prio importance",
    "minutes": "estimateinminutes estimateminutes minutes",
    "hours": "estimatedhours estimateinhours hours estimatehours",
    "seconds": "originalestimate",
    "estimate": "estimate estimatedtime duration effort timeestimate",
    "progress": "progress percentcomplete complete percentdone",
    "milestone": "milestone ismilestone",
    "repeats": "repeats repeat repeatrule recurrence rrule",
    "email": "assigneeemail owneremail",
    "assignee": "assignee assignees assignedto owner responsible member members who assigneename",
    "column": "column section sectioncolumn list listname bucket bucketname stage lane boardcolumn",
    "tags": "tags tag labels label categories category components keywords",
    "parent": "parent parenttask parentid parentkey subtaskof parentissue parentnumber",
    "waits": "dependson dependencies blockedby blockedbydependencies predecessors waitsfor "
    "inwardissuelinkblocks",
    "checklist": "checklist checklistitems",
    "type": "type",
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
Fields = dict[str, list[int]]


def plain(words: str) -> str:
    """Return words in small letters, without spaces and signs, as they are compared."""
    return re.sub(r"[\W_]+", "", words.casefold())


def known(cells: Sequence[str]) -> Fields:
    """Return the places of columns by what they say of a task.

    Several may say the same, such as labels that have a column each.
    """
    found: Fields = {}
    for place, cell in enumerate(cells):
        if field := _FIELDS.get(plain(cell)):
            found.setdefault(field, []).append(place)
    return found
