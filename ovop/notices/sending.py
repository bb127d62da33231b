"""The outbox's push jobs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from ovop.db.session import db, write
from ovop.notices.models import PushDevice
from ovop.notices.operations import drop_device
from ovop.notices.queries import find_subscription
from ovop.notices.rules import Topic
from ovop.outside import webpush
from ovop.outside.webpush import Delivery, SubscriptionGone

#: News of what is on sale is old after some hours; news of an order is not.
_TTL = {Topic.ORDERS: timedelta(days=1), Topic.NEWS: timedelta(hours=6)}


def send_push(payload: Mapping[str, Any], now: datetime) -> None:
    """Job: the browser has the message, unless it is no longer this account's; one that is gone is forgotten.

    Done twice, the second message takes the place of the first.  Raises: PushFailed, GivenUp.
    """
    device_id, notice = int(payload["device"]), payload["notice"]
    owner = db.session.scalar(select(PushDevice.account_id).where(PushDevice.id == device_id))
    subscription = find_subscription(db.session(), device_id)
    db.session.rollback()  # nothing is held while a service is waited for
    if subscription is None or owner != payload["account"]:
        return
    topic = Topic(notice["topic"])
    message = {"title": notice["title"], "body": notice["body"], "path": notice["path"], "tag": notice["tag"]}
    mark = hashlib.sha256(notice["tag"].encode()).hexdigest()[:32]
    delivery = Delivery(_TTL[topic], mark, is_urgent=topic is Topic.ORDERS)
    try:
        webpush.send(subscription, json.dumps(message, ensure_ascii=False).encode(), now, delivery)
    except SubscriptionGone:
        write(drop_device, device_id, subscription.endpoint)
