"""What is said about a project and its settings."""

from datetime import date

import pytest

from mosaic.shell import project_words, task_words


@pytest.mark.parametrize(
    ("open", "completed", "said"),
    [(2, 0, "2 open"), (0, 1_200, "1,200 completed"), (1, 3, "1 open, 3 completed")],
)
def test_how_many_tasks_somebody_has(open: int, completed: int, said: str) -> None:
    assert task_words.share(open, completed) == said


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        (0, "It has no tasks on its board."),
        (1, "Its one task stays, without a project."),
        (1_024, "Its 1,024 tasks stay, without a project."),
    ],
)
def test_what_becomes_of_tasks(tasks: int, said: str) -> None:
    assert project_words.staying(tasks) == said


def test_days_in_words() -> None:
    assert project_words.working_days([1, 2, 7]) == "Monday, Tuesday and Sunday"
    assert project_words.working_days([3]) == "Wednesday"
    assert project_words.holiday(date(2026, 12, 25)) == "Fri 25 Dec 2026"
    assert project_words.holiday(date(1, 1, 1)) == "Mon 1 Jan 1"
