#!/usr/bin/env python3
"""An example runner for Mosaic: runs shell scripts in four phases and reports every step.

Python's standard library only. It takes jobs of the type `shell-script` one after another; a
job's input names a script of the folder: {"script": "example.sh"}. A script is called with the
phase as its argument (setup, execution, validation, cleanup). The phases are steps of the job;
with "ask" in the input, a person is asked before the execution.

    export MOSAIC_URL=http://127.0.0.1:3000 MOSAIC_TOKEN=mos_… MOSAIC_WORKSPACE=my-workspace
    python runner.py scripts                       # serve jobs until Ctrl-C
    python runner.py scripts --run example.sh      # make one job, perform it, and leave
"""

import argparse
import codecs
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

TYPE = "shell-script"
PHASES = ("SETUP", "EXECUTION", "VALIDATION", "CLEANUP")
EVERY = 0.2  # seconds between two reports of output
LOOK_EVERY = 1.0  # seconds between two looks for work, a cancellation or an answer


class Refused(Exception):
    """Mosaic understood the request and did not do it. `status` is that of HTTP."""

    def __init__(self, status, detail):
        super().__init__(detail)
        self.status = status


class Mosaic:
    """The few calls a runner needs. What cannot be reached is tried again, and never twice."""

    def __init__(self, url, token, workspace):
        self.base = url.rstrip("/") + "/api/runner-jobs"
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        if workspace:
            self.headers["X-Workspace-Id"] = workspace

    def call(self, method, path, body=None):
        """Send a request and return the answer, for as long as it takes."""
        # The same key for every try: a report that arrived is not counted again.
        headers = self.headers | {"Idempotency-Key": str(uuid.uuid4())}
        data = None if body is None else json.dumps(body).encode()
        wait = 0.5
        while True:
            request = urllib.request.Request(self.base + path, data, headers, method=method)
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as problem:
                if problem.code not in (429, 502, 503, 504):
                    raise Refused(problem.code, _detail(problem)) from None
            except (urllib.error.URLError, OSError, json.JSONDecodeError):
                pass
            time.sleep(wait)
            wait = min(wait * 2, 15)


def _detail(problem):
    try:
        return json.load(problem)["detail"]
    except (ValueError, KeyError, TypeError):
        return f"HTTP {problem.code}"


def serve(mosaic, scripts):
    """Take jobs of our type, one after another."""
    while True:
        waiting = mosaic.call("GET", f"?type={TYPE}&status=PENDING&sort=createdAt&limit=1")["data"]
        if not waiting:
            time.sleep(LOOK_EVERY)
            continue
        try:
            # Where two runners want the same job, one of them is refused.
            perform(
                mosaic, mosaic.call("PATCH", f"/{waiting[0]['id']}", {"status": "RUNNING"}), scripts
            )
        except Refused as problem:
            print(f"left alone: {problem}", file=sys.stderr)
            time.sleep(LOOK_EVERY)


def perform(mosaic, job, scripts):
    """Run the steps of a job that wait; what was finished in an earlier attempt stays."""
    path, error = f"/{job['id']}", None
    print(f"{job['title']}: attempt {job['attempt']}")
    try:
        for step in _steps(mosaic, job):
            if error and step["phase"] != "CLEANUP":
                report(mosaic, path, {"op": "update", "stepId": step["id"], "status": "SKIPPED"})
                continue
            done = (
                _ask(mosaic, path, step)
                if step["type"] == "GATE"
                else _run(mosaic, path, step, _script(job, scripts))
            )
            error = error or done
        end = {"status": "FAILED", "error": error} if error else {"status": "COMPLETED"}
        mosaic.call("PATCH", path, end)
    except Refused as problem:
        print(f"  {problem}", file=sys.stderr)
        # 409: the run was cancelled while a report of it was under way.
        if problem.status != 409:
            mosaic.call("PATCH", path, {"status": "FAILED", "error": str(problem)})


def _steps(mosaic, job):
    path = f"/{job['id']}"
    found = mosaic.call("GET", f"{path}/steps?limit=100&sort=ordinal")["data"]
    if not found:
        items = [
            {
                "op": "step",
                "phase": phase,
                "type": "COMMAND",
                "name": f"{phase.title()} of {_name(job)}",
            }
            for phase in PHASES
        ]
        if job["input"].get("ask"):
            gate = {
                "op": "step",
                "phase": "EXECUTION",
                "type": "GATE",
                "name": str(job["input"]["ask"]),
            }
            items.insert(1, gate)
        found = report(mosaic, path, *items)["steps"]
    return [step for step in found if step["status"] == "PENDING"]


def report(mosaic, path, *items):
    """Report many things in one request."""
    return mosaic.call("POST", f"{path}/batch", {"items": list(items)})


def _name(job):
    return str(job["input"].get("script") or "example.sh")


def _script(job, scripts):
    script = (scripts / _name(job)).resolve()
    # The name comes from whoever made the job: nothing outside the folder is run.
    return script if script.parent == scripts and script.is_file() else None


def _run(mosaic, path, step, script):
    """Run one phase; return None, or a sentence on why it did not finish."""
    update = {"op": "update", "stepId": step["id"]}
    report(mosaic, path, {**update, "status": "RUNNING"})
    if script is None:
        error = "There is no such script in the runner's folder."
        report(mosaic, path, {**update, "status": "FAILED", "error": error})
        return error
    process = subprocess.Popen(
        ["sh", str(script), step["phase"].lower()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        _pass_on(mosaic, path, step, process)
        code = process.wait()
    finally:
        _stop(process)
    error = f"{step['name']} ended with exit code {code}." if code else None
    done = {"status": "FAILED", "error": error} if error else {"status": "COMPLETED"}
    report(mosaic, path, {**update, **done})
    return error


def _pass_on(mosaic, path, step, process):
    """Send what the program writes, five times a second, until it ends or the run is cancelled."""
    pieces = queue.Queue(maxsize=64)  # a program that writes faster than we report is held up
    threading.Thread(target=_read, args=(process.stdout, pieces), daemon=True).start()
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    looked, ended = time.monotonic(), False
    while not ended:
        time.sleep(EVERY)
        text = ""
        while not pieces.empty() and len(text) < 200_000:
            piece = pieces.get()
            ended = not piece
            text += decoder.decode(piece, ended).replace("\x00", "")
        if text:
            report(mosaic, path, {"op": "output", "stepId": step["id"], "content": text})
        if time.monotonic() - looked > LOOK_EVERY:
            looked = time.monotonic()
            if mosaic.call("GET", path)["status"] != "RUNNING":
                raise Refused(409, "The run was ended while it was going.")


def _read(stream, pieces):
    while piece := stream.read1(65536):
        pieces.put(piece)
    pieces.put(b"")


def _stop(process):
    """End the program with everything it started."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(5)
    except ProcessLookupError:
        return
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _ask(mosaic, path, step):
    """Wait until a person has answered; return None, or a sentence when it was declined."""
    report(mosaic, path, {"op": "update", "stepId": step["id"], "status": "RUNNING"})
    while True:
        now = mosaic.call("GET", f"{path}/steps/{step['id']}")
        if now["status"] == "COMPLETED":
            return None
        if now["status"] == "FAILED":
            return "It was declined."
        if mosaic.call("GET", path)["status"] != "RUNNING":
            raise Refused(409, "The run was ended while it waited.")
        time.sleep(LOOK_EVERY)


def main():
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("scripts", type=Path, help="the folder of scripts that may be run")
    parser.add_argument("--run", metavar="SCRIPT", help="make a job for this script and perform it")
    parser.add_argument("--title", help="what people see, with --run")
    parser.add_argument("--ask", help="a question to answer before the execution, with --run")
    said = parser.parse_args()
    if "MOSAIC_TOKEN" not in os.environ:
        parser.error("set MOSAIC_TOKEN to an API token; `mosaic token you@example.org` makes one")
    mosaic = Mosaic(
        os.environ.get("MOSAIC_URL", "http://127.0.0.1:3000"),
        os.environ["MOSAIC_TOKEN"],
        os.environ.get("MOSAIC_WORKSPACE"),
    )
    scripts = said.scripts.resolve()
    if not said.run:
        return serve(mosaic, scripts)
    wanted = {"script": said.run, **({"ask": said.ask} if said.ask else {})}
    job = mosaic.call("POST", "", {"type": TYPE, "title": said.title or said.run, "input": wanted})
    return perform(mosaic, mosaic.call("PATCH", f"/{job['id']}", {"status": "RUNNING"}), scripts)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except Refused as problem:
        sys.exit(f"Mosaic: {problem}")
