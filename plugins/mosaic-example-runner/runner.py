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
MOST = 150_000  # characters of output in one report, at most 600 kB and a piece more
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
            take(mosaic, waiting[0], scripts)
        except Refused as problem:
            print(f"left alone: {problem}", file=sys.stderr)
            if problem.status in (401, 403):
                raise
            time.sleep(LOOK_EVERY)


def take(mosaic, job, scripts):
    """Take a job that waits, and perform it."""
    Run(mosaic, mosaic.call("PATCH", f"/{job['id']}", {"status": "RUNNING"}), scripts).perform()


class Run:
    """One attempt of a job. A report about it is refused once the job is tried again."""

    def __init__(self, mosaic, job, scripts):
        self.mosaic, self.scripts = mosaic, scripts
        self.path, self.attempt = f"/{job['id']}", job["attempt"]
        self.title, self.input = job["title"], job["input"]
        self.name = str(self.input.get("script") or "example.sh")

    def perform(self):
        """Run the steps that wait; what was finished in an earlier attempt stays."""
        print(f"{self.title}: attempt {self.attempt}")
        error = None
        try:
            for step in self.steps():
                if error and step["phase"] != "CLEANUP":
                    self.move(step, "SKIPPED")
                    continue
                done = self.ask(step) if step["type"] == "GATE" else self.run(step)
                error = error or done
            self.end(error)
        except Refused as problem:
            # 409: the run was cancelled while a report of it was under way.
            print(f"  {problem}", file=sys.stderr)
            if problem.status != 409:
                self.end(str(problem))

    def steps(self):
        """Return the steps that wait, and add them at first."""
        found = self.mosaic.call("GET", f"{self.path}/steps?limit=100")["data"]
        if not found:
            items = [
                {"op": "step", "phase": phase, "name": f"{phase.title()} of {self.name}"[:200]}
                for phase in PHASES
            ]
            if question := str(self.input.get("ask") or "")[:200]:
                items.insert(1, {"op": "step", "type": "GATE", "name": question})
            found = self.report(*items)["steps"]
        return [step for step in found if step["status"] == "PENDING"]

    def report(self, *items):
        """Report many things in one request."""
        said = {"items": items, "attempt": self.attempt}
        return self.mosaic.call("POST", f"{self.path}/batch", said)

    def move(self, step, status, error=None):
        """Report that a step goes or has ended."""
        item = {"op": "update", "stepId": step["id"], "status": status}
        self.report({**item, "error": error} if error else item)

    def end(self, error):
        """Report that the run has ended."""
        end = {"status": "FAILED", "error": error} if error else {"status": "COMPLETED"}
        self.mosaic.call("PATCH", self.path, {**end, "attempt": self.attempt})

    def go_on(self):
        """Raise Refused when the run was cancelled, or is tried again."""
        now = self.mosaic.call("GET", self.path)
        if (now["status"], now["attempt"]) != ("RUNNING", self.attempt):
            raise Refused(409, "The run was ended while it was going.")

    def ask(self, step):
        """Wait until a person has answered; return None, or a sentence when it was declined."""
        self.move(step, "RUNNING")
        while True:
            now = self.mosaic.call("GET", f"{self.path}/steps/{step['id']}")
            if now["status"] == "COMPLETED":
                return None
            if now["status"] == "FAILED":
                return "It was declined."
            self.go_on()
            time.sleep(LOOK_EVERY)

    def run(self, step):
        """Run one phase; return None, or a sentence on why it did not finish."""
        self.move(step, "RUNNING")
        script = self.script()
        if script is None:
            error = "There is no such script in the runner's folder."
            self.move(step, "FAILED", error)
            return error
        process = subprocess.Popen(
            ["sh", str(script), step["phase"].lower()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self.pass_on(step, process)
            code = process.wait()
        finally:
            _stop(process)
        error = f"{step['name']} ended with exit code {code}." if code else None
        self.move(step, "FAILED" if error else "COMPLETED", error)
        return error

    def script(self):
        """Return where the script is. Its name comes from whoever made the job."""
        try:
            script = (self.scripts / self.name).resolve()
            return script if script.parent == self.scripts and script.is_file() else None
        except (OSError, ValueError):
            return None

    def pass_on(self, step, process):
        """Send what the program writes, five times a second, until it ends."""
        pieces = queue.Queue(maxsize=64)  # a program that writes faster than we report is held up
        threading.Thread(target=_read, args=(process.stdout, pieces), daemon=True).start()
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        looked, ended = time.monotonic(), False
        while not ended:
            time.sleep(EVERY)
            text = ""
            while not pieces.empty() and len(text) < MOST:
                piece = pieces.get()
                ended = not piece
                text += decoder.decode(piece, ended).replace("\x00", "")
            if text:
                self.report({"op": "output", "stepId": step["id"], "content": text})
            if time.monotonic() - looked > LOOK_EVERY:
                looked = time.monotonic()
                self.go_on()


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
    return take(mosaic, job, scripts)


if __name__ == "__main__":
    # Ended gently, it ends what it runs; only kill -9 leaves a script behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except Refused as problem:
        sys.exit(f"Mosaic: {problem}")
