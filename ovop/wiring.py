"""What follows from what, where the cause may not import its effect: one table from event to handlers.

Handlers run in the transaction of the event and fail it when they fail.
"""

from datetime import datetime, timedelta
from functools import partial

from flask import Flask

from ovop.accounts.idempotency import forget_answers
from ovop.advance import flows as advance
from ovop.advance.counting import CANCEL_EMPTY_JOB
from ovop.advance.reminding import REMINDER_JOB, send_reminder
from ovop.catalogue.events import BreaksChanged, ProductChanged
from ovop.complaints import flows as complaints
from ovop.complaints.leaving import forget_buyer
from ovop.complaints.letters import send_goodwill, send_step
from ovop.complaints.post import CLEAR_COMPLAINT_PHOTO_JOB, COMPLAINT_LETTER_JOB, GOODWILL_LETTER_JOB
from ovop.db import write
from ovop.discovery import index
from ovop.follow import leaving
from ovop.follow.letters import tell_follower
from ovop.follow.noting import LETTER_JOB as FOLLOW_LETTER_JOB
from ovop.follow.noting import NOTE_JOB, note_followers, post_listed
from ovop.follow.operations import forget_old_news
from ovop.kernel.events import follow
from ovop.notices.operations import PUSH_JOB
from ovop.notices.sending import send_push
from ovop.ordering import card_flows, flows, letters
from ovop.ordering.events import BuyerLeft, OrderCollected, RefundAgreed, RefundPaidOut
from ovop.ordering.post import LETTER_JOB
from ovop.ordering.settling import CLOSE_JOB, SETTLE_JOB
from ovop.ordering.watching import LOOK_JOB, forget_notices
from ovop.outside import mail, queue
from ovop.outside.queue import Duty, Handler
from ovop.pickup.last_times import time_lot
from ovop.pickup.use_letters import POINT_LETTER_JOB, send_point_letter
from ovop.prices.flows import count_due
from ovop.programme.letters import send_decision
from ovop.programme.operations import DECISION_LETTER_JOB
from ovop.programme.papers import CLEAR_PAPER_JOB, clear_paper
from ovop.recall.flows import finish_recall
from ovop.recall.letters import send_letter as send_recall_letter
from ovop.recall.operations import RECALL_JOB, RECALL_LETTER_JOB, note_mailed
from ovop.reviews.letters import send_step as send_review_step
from ovop.reviews.operations import REVIEW_LETTER_JOB, forget_reviewer
from ovop.sales.operations import count_sale
from ovop.settlement.flows import draw_due
from ovop.settlement.notices import CARRIED_LETTER_JOB, send_carried
from ovop.settlement.transfer_flows import transfer_order
from ovop.settlement.transferring import TRANSFER_JOB, ask_to_transfer
from ovop.shares.operations import follow_stock
from ovop.stock.events import CatchListed, CaughtLess, LotTimed
from ovop.stock.flows import clear_photo, finish_photo
from ovop.stock.photos import CLEAR_PHOTO_JOB, FINISH_PHOTO_JOB
from ovop.stock.price_changes import reprice_lots
from ovop.stories.drafting import CLEAR_STORY_PHOTO_JOB, FINISH_STORY_PHOTO_JOB, STORY_LETTER_JOB
from ovop.stories.flows import clear_photo as clear_story_photo
from ovop.stories.flows import finish_photo as finish_story_photo
from ovop.stories.letters import send_news
from ovop.till.operations import take_receipt, take_refund
from ovop.undo.operations import forget_steps
from ovop.web.carried_letters import compose_carried
from ovop.web.complaint_letters import compose_goodwill, compose_step
from ovop.web.harvest_letters import compose_reminder
from ovop.web.letters import compose, notice_of
from ovop.web.news_letters import WORDS
from ovop.web.point_letters import compose_point_letter
from ovop.web.programme_letters import compose_decision
from ovop.web.recall_letters import compose_recall
from ovop.web.review_letters import compose_review
from ovop.web.story_letters import compose_story_news

#: Kind of outbox job → what does it.  Handlers run outside any transaction and may be run twice for one job.
JOBS: dict[str, Handler] = {
    mail.KIND: mail.deliver,
    LETTER_JOB: partial(letters.tell_buyer, compose=compose, word=notice_of),
    PUSH_JOB: send_push,
    NOTE_JOB: note_followers,
    FOLLOW_LETTER_JOB: partial(tell_follower, words=WORDS),
    SETTLE_JOB: card_flows.settle,
    LOOK_JOB: card_flows.look_at,
    CLOSE_JOB: card_flows.close_page,
    flows.CLOSE_SLOT_JOB: flows.finish_closing,
    RECALL_JOB: finish_recall,
    RECALL_LETTER_JOB: partial(send_recall_letter, compose=compose_recall),
    CANCEL_EMPTY_JOB: advance.cancel_empty,
    REMINDER_JOB: partial(send_reminder, compose=compose_reminder),
    TRANSFER_JOB: transfer_order,
    FINISH_PHOTO_JOB: finish_photo,
    CLEAR_PHOTO_JOB: clear_photo,
    FINISH_STORY_PHOTO_JOB: finish_story_photo,
    CLEAR_STORY_PHOTO_JOB: clear_story_photo,
    CARRIED_LETTER_JOB: partial(send_carried, compose=compose_carried),
    POINT_LETTER_JOB: partial(send_point_letter, compose=compose_point_letter),
    STORY_LETTER_JOB: partial(send_news, compose=compose_story_news),
    CLEAR_COMPLAINT_PHOTO_JOB: complaints.clear_photo,
    COMPLAINT_LETTER_JOB: partial(send_step, compose=compose_step),
    CLEAR_PAPER_JOB: clear_paper,
    DECISION_LETTER_JOB: partial(send_decision, compose=compose_decision),
    GOODWILL_LETTER_JOB: partial(send_goodwill, compose=compose_goodwill),
    REVIEW_LETTER_JOB: partial(send_review_step, compose=compose_review),
}


def _forget_done_jobs(now: datetime) -> None:
    write(note_mailed)  # that a letter about a recall has left is known for ever
    write(queue.forget_done, now - timedelta(days=30))


#: What is done every so often, by one worker at a time.
DUTIES: list[Duty] = [
    Duty("expire-checkouts", timedelta(seconds=15), flows.expire_due),
    Duty("fetch-card-news", timedelta(minutes=1), card_flows.fetch_news),
    Duty("look-at-cards", timedelta(minutes=1), card_flows.look_around),
    Duty("capture-lapsing-cards", timedelta(minutes=10), card_flows.capture_lapsing),
    Duty("take-overdue-complaints", timedelta(minutes=5), complaints.take_overdue),
    Duty("extend-slots", timedelta(days=1), flows.extend_slots),
    Duty("open-standing-listings", timedelta(minutes=5), advance.open_due),
    Duty("remind-to-count", timedelta(minutes=5), advance.remind),
    Duty("count-prices", timedelta(minutes=15), count_due),
    Duty("draw-statements", timedelta(hours=1), draw_due),
    Duty("forget-answers", timedelta(days=1), lambda now: write(forget_answers, now - timedelta(days=30))),
    Duty("forget-notices", timedelta(days=1), lambda now: write(forget_notices, now - timedelta(days=60))),
    Duty("forget-undo-steps", timedelta(days=1), lambda now: write(forget_steps, now - timedelta(days=1))),
    Duty("forget-follow-news", timedelta(days=1), lambda now: write(forget_old_news, now - timedelta(days=30))),
    Duty("forget-done-jobs", timedelta(days=1), _forget_done_jobs),
]


def register(_app: Flask) -> None:
    """Ties events to their handlers."""
    follow(ProductChanged, index.index_product)
    follow(BreaksChanged, reprice_lots)
    follow(LotTimed, time_lot)
    follow(CatchListed, post_listed)
    follow(CaughtLess, follow_stock)
    follow(OrderCollected, count_sale, take_receipt, ask_to_transfer)
    follow(RefundAgreed, ask_to_transfer)
    follow(RefundPaidOut, take_refund)
    follow(BuyerLeft, forget_buyer, leaving.forget_buyer, forget_reviewer)
