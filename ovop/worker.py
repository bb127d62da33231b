"""The worker: runs the outbox's jobs and the periodic duties, in a process of its own or beside the web's threads.

What waits for other people's hosts has threads to itself: a mail host that hangs must not hold back refunds, and a
morning's letters to all who follow something must not hold back anybody's letter about their order.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from flask import Flask, has_app_context

from ovop.db import db, write
from ovop.kernel import days
from ovop.outside import bell, queue
from ovop.outside.queue import Duty, GivenUp, Handler, Job, Outcome

log = logging.getLogger(__name__)

#: Kinds of jobs that share a thread; all others share one more.
APART = (("mail", "push"), ("follow-note", "follow-letter"))
#: Jobs claimed in one transaction, and how long they may take before what came of them is recorded.
BATCH = 20
BATCH_SECONDS = 2.0
#: How often an idle worker looks by itself: tries again come due without anyone ringing.
LOOK_SECONDS = 2.0
PAUSE_AFTER_FAILURE_SECONDS = 5.0


class Worker:
    """Does the work of `jobs` and `duties` in three threads until it is stopped."""

    def __init__(self, app: Flask, jobs: Mapping[str, Handler], duties: Sequence[Duty]) -> None:
        self._app = app
        self._jobs = jobs
        self._duties = {duty.kind: duty for duty in duties}
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """All threads run."""
        apart = [kind for kinds in APART for kind in kinds]
        for kinds in (*APART, [kind for kind in self._kinds() if kind not in apart]):
            thread = threading.Thread(
                target=self._loop, args=(kinds,), name=f"worker-{len(self._threads)}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def stop(self, patience_seconds: float = 30.0) -> None:
        """Nothing new is begun; the jobs under way are ended and recorded, those not begun given back."""
        self._stopping.set()
        bell.of(self._app).ring()
        until = time.monotonic() + patience_seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def drain(self) -> int:
        """Runs what is due, duties too, until nothing is; returns how many ran.  The caller's next read includes it."""
        self._plan()
        ran = 0
        while count := self._run_batch(self._kinds()):
            ran += count
        if has_app_context():
            db.session.rollback()
        return ran

    def _kinds(self) -> list[str]:
        return [*self._jobs, *self._duties]

    def _plan(self) -> None:
        with self._app.app_context():
            write(queue.plan_duties, self._duties.values(), days.now())

    def _loop(self, kinds: Sequence[str]) -> None:
        ear = threading.Event()
        bell.of(self._app).listen(ear)
        is_planned = False
        while not self._stopping.is_set():
            try:
                if not is_planned:
                    self._plan()
                    is_planned = True
                if not self._run_batch(kinds):
                    ear.wait(LOOK_SECONDS)
                    ear.clear()
            except Exception as error:  # a worker that ends silently would keep everybody's mail
                log.exception("worker pauses", extra={"error": type(error).__name__})
                self._stopping.wait(PAUSE_AFTER_FAILURE_SECONDS)
        bell.of(self._app).hush(ear)

    def _run_batch(self, kinds: Collection[str]) -> int:
        """Claims jobs, runs them one after the other and records what came of them; returns how many were claimed."""
        with self._app.app_context():
            if not queue.has_due(db.session(), days.now(), kinds):
                return 0
            jobs = write(queue.claim, days.now(), kinds, BATCH)
            for outcomes in self._attempts(jobs):
                write(queue.record, outcomes, days.now())
        return len(jobs)

    def _attempts(self, jobs: Sequence[Job]) -> Iterator[list[Outcome]]:
        """Outcomes of `jobs` in parcels: what ran is on record soon, without a commit for each."""
        outcomes: list[Outcome] = []
        begun = recorded = time.monotonic()
        for job in jobs:
            if self._stopping.is_set() or time.monotonic() - begun > queue.LEASE.total_seconds() / 2:
                outcomes.append(Outcome(job, was_started=False))
                continue
            with self._app.app_context():
                if job.kind in self._duties:
                    self._run_duty(job, self._duties[job.kind])
                else:
                    outcomes.append(self._attempt(job, self._jobs[job.kind]))
            if time.monotonic() - recorded > BATCH_SECONDS:
                yield outcomes
                outcomes, recorded = [], time.monotonic()
        if outcomes:
            yield outcomes

    def _attempt(self, job: Job, handler: Handler) -> Outcome:
        about = {"job": job.id, "kind": job.kind, "attempt": job.attempt}
        try:
            handler(job.payload, days.now())
        except GivenUp as error:
            log.warning("job given up", extra=about | {"error": str(error)})
            return Outcome(job, error=str(error) or "given up", is_final=True)
        except Exception as error:
            # Only the type: the text may quote an address or a statement's parameters.
            log.warning("job failed", extra=about | {"error": type(error).__name__})
            return Outcome(job, error=f"{type(error).__name__}: {error}"[:500])
        return Outcome(job)

    def _run_duty(self, job: Job, duty: Duty) -> None:
        """Runs a duty and plans its next time, also when it failed: it is tried again then."""
        try:
            duty.run(days.now())
        except Exception as error:
            log.exception("duty failed", extra={"duty": duty.name, "error": type(error).__name__})
        write(queue.postpone_duty, job, days.now() + duty.every)


def run_until(app: Flask, jobs: Mapping[str, Handler], duties: Sequence[Duty], wait: Callable[[], object]) -> None:
    """Works until `wait` returns, then ends cleanly."""
    worker = Worker(app, jobs, duties)
    worker.start()
    try:
        wait()
    finally:
        worker.stop()
