"""Every table, for the migration tool and for tests: importing this module registers them all."""

import ovop.accounts.models
import ovop.advance.models
import ovop.catalogue.models
import ovop.closing.models
import ovop.complaints.models
import ovop.counter.models
import ovop.follow.models
import ovop.notices.models
import ovop.ordering.models
import ovop.outside.models
import ovop.payment.models
import ovop.pickup.models
import ovop.prices.models
import ovop.programme.models
import ovop.recall.models
import ovop.reported.models
import ovop.reviews.models
import ovop.sales.models
import ovop.scales.models
import ovop.settlement.models
import ovop.shares.models
import ovop.stock.models
import ovop.stories.models
import ovop.till.models
import ovop.undo.models
import ovop.villages.models  # noqa: F401
