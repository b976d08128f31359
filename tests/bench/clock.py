"""CPU time, not the clock on the wall, and never one run alone: a machine is shared."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

type Work = Callable[[], object]


@dataclass(frozen=True)
class Pair:
    """Medians in seconds of CPU, and the median of the ratios run by run."""

    measured: float
    reference: float
    ratio: float


def seconds(work: Work, times: int = 1) -> float:
    """Return the CPU seconds that this process spends on one of `times` goes."""
    gc.collect()
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def alternate(product: Work, reference: Work, *, runs: int = 5, times: int = 1) -> Pair:
    """Run the two in turn, so that a machine that slows down slows both."""
    product()
    reference()
    pairs = [(seconds(product, times), seconds(reference, times)) for _ in range(runs)]
    return Pair(
        median(measured for measured, _ in pairs),
        median(reference for _, reference in pairs),
        median(measured / reference for measured, reference in pairs),
    )


def process(*arguments: str) -> float:
    """Run this Python with the arguments to its end and return its CPU seconds.

    Raises CalledProcessError when it fails.
    """
    command = [sys.executable, *arguments]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command, stderr=said.decode())
    return used.ru_utime + used.ru_stime


def peak(code: str) -> float:
    """Run the code in a process of its own and return its largest memory in MB.

    The process reads it itself: what its parent is told of counts the parent's own memory.
    """
    tell = "from tests.bench.clock import own_peak\nprint(own_peak())"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tell}"], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def own_peak() -> float:
    """Return the largest memory that this process has had, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
