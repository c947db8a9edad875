"""All periodic jobs. Times are UTC. What waited longer than its `ttl` for a worker is dropped: the next one does it.

Each only chooses rows and fans out, so that a late or doubled run does no harm.
"""

from rq.cron import register

from catalog import jobs as catalog
from tracking import jobs as tracking

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

register(catalog.sweep_search, "default", interval=MINUTE, ttl=MINUTE, job_timeout=300, result_ttl=HOUR)
register(tracking.recount_changed, "default", interval=MINUTE, ttl=MINUTE, job_timeout=300, result_ttl=HOUR)
register(tracking.recount_all, "bulk", cron="30 3 * * *", ttl=DAY, job_timeout=HOUR, result_ttl=DAY)
register(catalog.refresh_stale, "default", interval=HOUR, ttl=HOUR, job_timeout=300, result_ttl=DAY)
register(catalog.clean_import_runs, "bulk", cron="0 4 1 * *", ttl=DAY, job_timeout=HOUR, result_ttl=DAY)
