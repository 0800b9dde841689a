"""Compiling many variants: in this process when they are few, else in several, with a progress bar."""

from __future__ import annotations

import base64
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence

from nbtf.compiler.variant import Variant
from nbtf.errors import InternalError

SECONDS = {"kernel": 3.0, "prepare": 1.0, "instruction": 1.0, "handler": 0.1}
"""About what a variant of each kind takes."""
WORTH_A_PROCESS = 6.0
"""Seconds of compiling that pay for the start of another process."""


def compile_all(variants: Sequence[Variant]) -> Iterator[tuple[Variant, bytes]]:
    """Object code of each variant, in any order. Raises InternalError where one does not compile."""
    if not variants:
        return
    from tqdm import tqdm

    ordered = sorted(variants, key=lambda v: -SECONDS[v.kind])  # the shortest fill the gaps at the end
    workers = min(os.cpu_count() or 1, int(sum(SECONDS[v.kind] for v in ordered) / WORTH_A_PROCESS))
    results = _in_processes(ordered, workers) if workers > 1 else _here(ordered)
    with tqdm(total=len(ordered), desc="nbtf: compiling kernels", unit="kernel", disable=None, leave=False) as bar:
        for result in results:
            yield result
            bar.update()


def _here(variants: Sequence[Variant]) -> Iterator[tuple[Variant, bytes]]:
    from nbtf.vm.builder import object_code

    for variant in variants:
        try:
            yield variant, object_code(variant)
        except Exception as error:
            raise _failure(variant, f"{type(error).__name__}: {error}") from error


def _in_processes(variants: Sequence[Variant], workers: int) -> Iterator[tuple[Variant, bytes]]:
    """Each thread feeds one worker process line by line; an answer is a result or what went wrong."""
    waiting: queue.SimpleQueue[Variant] = queue.SimpleQueue()
    for variant in variants:
        waiting.put(variant)
    answers: queue.SimpleQueue[tuple[Variant, bytes | str]] = queue.SimpleQueue()
    processes = [_start_worker() for _ in range(workers)]
    threads = [threading.Thread(target=_serve, args=(p, waiting, answers), daemon=True) for p in processes]
    for thread in threads:
        thread.start()
    try:
        for _ in variants:
            variant, answer = answers.get()
            if isinstance(answer, str):
                raise _failure(variant, answer)
            yield variant, answer
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _start_worker() -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen(
        [sys.executable, "-m", "nbtf.vm.builder"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def _serve(
    process: subprocess.Popen[str],
    waiting: queue.SimpleQueue[Variant],
    answers: queue.SimpleQueue[tuple[Variant, bytes | str]],
) -> None:
    assert process.stdin is not None and process.stdout is not None
    while True:
        try:
            variant = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            process.stdin.write(json.dumps(variant) + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline() or '{"error": "the compiling process ended"}')
        except (OSError, ValueError) as error:
            answer = {"error": f"the compiling process ended: {error}"}
        answers.put((variant, answer["error"] if "error" in answer else base64.b64decode(answer["code"])))


def _failure(variant: Variant, reason: str) -> InternalError:
    return InternalError(None, None, f"cannot compile {variant.kind} {variant.name} {variant.dtypes}: {reason}")
