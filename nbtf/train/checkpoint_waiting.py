"""Waiting for the checkpoints that another program writes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

from nbtf import logging
from nbtf.checkpoint.state import latest_checkpoint


def checkpoints_iterator(
    checkpoint_dir: str | os.PathLike[str],
    min_interval_secs: float = 0,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
) -> Iterator[str]:
    """The latest checkpoint of a folder, again and again as new ones appear; of several new ones only the last.

    min_interval_secs: at least so long between two of them. timeout: seconds to wait for one, None for ever; then the
    iterator ends, unless timeout_fn says False.
    """
    path: str | None = None
    while True:
        found = wait_for_new_checkpoint(checkpoint_dir, path, timeout=timeout)
        if found is not None:
            began, path = time.monotonic(), found
            yield path
            rest = min_interval_secs - (time.monotonic() - began)
            if rest > 0:
                time.sleep(rest)
        elif timeout_fn is None:
            logging.info("Timed-out waiting for a checkpoint.")
            return
        elif timeout_fn():
            return


def wait_for_new_checkpoint(
    checkpoint_dir: str | os.PathLike[str],
    last_checkpoint: str | None = None,
    seconds_to_sleep: float = 1,
    timeout: float | None = None,
) -> str | None:
    """The latest checkpoint of a folder once it is another one than last_checkpoint.

    The folder is looked at every seconds_to_sleep; timeout: seconds after which the answer is None, None for never.
    """
    end = None if timeout is None else time.monotonic() + timeout
    logging.info("Waiting for new checkpoint at %s", checkpoint_dir)
    while True:
        found = latest_checkpoint(checkpoint_dir)
        if found is not None and found != last_checkpoint:
            return found
        if end is not None and time.monotonic() + seconds_to_sleep > end:
            return None
        time.sleep(seconds_to_sleep)
