"""All periodic jobs. Times are UTC. What waited longer than its `ttl` for a worker is dropped: the next one does it.

Each only chooses rows and fans out, so that a late or doubled run does no harm.
"""

from rq.cron import register

from accounts import jobs as accounts
from catalog import jobs as catalog
from tracking import jobs as tracking

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

register(catalog.sweep_search, "default", interval=MINUTE, ttl=MINUTE, job_timeout=300, result_ttl=HOUR)
register(tracking.recount_changed, "default", interval=MINUTE, ttl=MINUTE, job_timeout=300, result_ttl=HOUR)
register(tracking.resume_histories, "default", interval=MINUTE, ttl=MINUTE, job_timeout=300, result_ttl=HOUR)
register(tracking.try_plays_again, "bulk", cron="45 2 * * *", ttl=DAY, job_timeout=HOUR, result_ttl=DAY)
register(tracking.look_for_unknown, "bulk", cron="30 2 * * *", ttl=DAY, job_timeout=HOUR, result_ttl=DAY)
register(tracking.warm_trending, "default", interval=15 * MINUTE, ttl=15 * MINUTE, job_timeout=120, result_ttl=HOUR)
register(tracking.learn_tastes, "bulk", cron="10 1 * * *", ttl=DAY, job_timeout=6 * HOUR, result_ttl=DAY)
register(tracking.recount_all, "bulk", cron="30 3 * * *", ttl=DAY, job_timeout=HOUR, result_ttl=DAY)
register(accounts.forget_gone, "bulk", cron="20 4 * * *", ttl=DAY, job_timeout=HOUR, result_ttl=DAY)
register(tracking.delete_removed_lists, "bulk", cron="50 4 * * *", ttl=DAY, job_timeout=HOUR, result_ttl=DAY)
register(catalog.match_new, "bulk", cron="0 2 * * *", ttl=DAY, job_timeout=900, result_ttl=DAY)
register(catalog.compute_collections, "bulk", cron="15 4 * * *", ttl=DAY, job_timeout=HOUR, result_ttl=DAY)
register(catalog.count_catalogue, "bulk", cron="45 3 * * *", ttl=DAY, job_timeout=HOUR, result_ttl=DAY)
register(catalog.follow_tvmaze, "default", cron="20 5 * * *", ttl=HOUR, job_timeout=300, result_ttl=DAY)
register(catalog.follow_tvdb, "default", cron="30 5 * * *", ttl=HOUR, job_timeout=300, result_ttl=DAY)
register(catalog.follow_tmdb, "default", cron="40 5 * * *", ttl=HOUR, job_timeout=300, result_ttl=DAY)
register(catalog.refresh_all_stale, "default", cron="0 3 * * 0", ttl=DAY, job_timeout=300, result_ttl=DAY)
register(catalog.refresh_stale_people, "default", interval=HOUR, ttl=HOUR, job_timeout=300, result_ttl=DAY)
register(catalog.refresh_stale, "default", interval=HOUR, ttl=HOUR, job_timeout=300, result_ttl=DAY)
register(catalog.clean_import_runs, "bulk", cron="0 4 1 * *", ttl=DAY, job_timeout=HOUR, result_ttl=DAY)
register(catalog.fetch_due_pictures, "default", interval=5 * MINUTE, ttl=5 * MINUTE, job_timeout=300, result_ttl=HOUR)
register(catalog.clean_pictures, "bulk", cron="30 4 1 * *", ttl=DAY, job_timeout=6 * HOUR, result_ttl=DAY)
