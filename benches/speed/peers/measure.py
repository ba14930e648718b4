"""Seconds and memory of the steps of a script, printed as the line of JSON that the benchmark reads.

Only the steps are timed, not the start of Python or what it imports.
"""

import json
import time


class Steps:
    def __init__(self, repeat=1):
        self.repeat, self.steps = repeat, []

    def time(self, name, *ways):
        """Runs each of several ways to one answer, and keeps the least seconds of all runs."""
        runs, answers = [], set()
        for way in ways:
            for _ in range(self.repeat):
                wall, cpu = time.perf_counter(), time.process_time()
                result = way()
                runs.append((time.process_time() - cpu, time.perf_counter() - wall))
                answers.add(int(result))
                del result
        if len(answers) != 1:
            raise SystemExit(f"{name}: ways differ: {sorted(answers)}")
        cpu, wall = min(runs)
        self.steps.append({"name": name, "cpu": cpu, "wall": wall, "answer": answers.pop()})

    def print(self):
        print(json.dumps({"Ok": {"peak_bytes": peak_bytes(), "steps": self.steps}}))


def peak_bytes():
    """The most memory that this process held resident, where the system tells."""
    try:
        with open("/proc/self/status") as status:
            line = next(line for line in status if line.startswith("VmHWM:"))
            return int(line.split()[1]) * 1024
    except (OSError, StopIteration):
        return None
