"""Counts of requests in this process, and the text in which Prometheus reads them."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping

#: Upper bounds in seconds.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = {"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"}

_HELP = {
    "ovop_requests_total": ("counter", "Requests answered, by page, method and status."),
    "ovop_request_seconds": ("histogram", "Time until an answer was ready, by page."),
    "ovop_outbox_jobs": ("gauge", "Jobs not done: due, waiting for their time, given up."),
    "ovop_outbox_oldest_due_seconds": ("gauge", "How long the longest waiting due job has waited."),
    "ovop_orders": ("gauge", "Orders by status."),
}


class Metrics:
    """Requests counted since the process began."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._requests: dict[tuple[str, str, int], int] = {}
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def observe(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """One more request is counted."""
        key = (endpoint, method if method in _METHODS else "other", status)
        with self._guard:
            self._requests[key] = self._requests.get(key, 0) + 1
            buckets = self._buckets.setdefault(endpoint, [0] * (len(BOUNDS) + 1))
            buckets[bisect_left(BOUNDS, seconds)] += 1
            self._seconds[endpoint] = self._seconds.get(endpoint, 0.0) + seconds

    def lines(self) -> Iterable[str]:
        """What was counted, in Prometheus's words."""
        with self._guard:
            requests = dict(self._requests)
            buckets = {endpoint: list(counts) for endpoint, counts in self._buckets.items()}
            seconds = dict(self._seconds)
        yield from _head("ovop_requests_total")
        for (endpoint, method, status), count in sorted(requests.items()):
            labels = {"endpoint": endpoint, "method": method, "status": str(status)}
            yield f"ovop_requests_total{_labels(labels)} {count}"
        yield from _head("ovop_request_seconds")
        for endpoint, counts in sorted(buckets.items()):
            total = 0
            for bound, count in zip((*BOUNDS, "+Inf"), counts, strict=True):
                total += count
                yield f"ovop_request_seconds_bucket{_labels({'endpoint': endpoint, 'le': str(bound)})} {total}"
            yield f"ovop_request_seconds_sum{_labels({'endpoint': endpoint})} {seconds[endpoint]:.6f}"
            yield f"ovop_request_seconds_count{_labels({'endpoint': endpoint})} {total}"


def exposition(metrics: Metrics, gauges: Iterable[tuple[str, str, Mapping[str, float]]]) -> str:
    """The whole text; gauges: name, label, and value by label value (the empty label has one, unlabelled)."""
    lines = list(metrics.lines())
    for name, label, values in gauges:
        lines += _head(name)
        lines += [f"{name}{_labels({label: key}) if label else ''} {value:g}" for key, value in sorted(values.items())]
    return "\n".join(lines) + "\n"


def _head(name: str) -> Iterable[str]:
    kind, help_text = _HELP[name]
    return (f"# HELP {name} {help_text}", f"# TYPE {name} {kind}")


def _labels(labels: Mapping[str, str]) -> str:
    def escaped(value: str) -> str:
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

    return "{" + ",".join(f'{name}="{escaped(value)}"' for name, value in labels.items()) + "}"
