"""Jobs of the log: thin, safe to run twice."""

from .counting import recount_all, recount_changed
from .histories import ask_for_history, look_for_unknown, look_further, request_look, resume_histories, work_on_history
from .lists import delete_removed_lists
from .players import ask_for_play, look_for_play, try_others_again, try_others_of, try_plays_again
from .tastes import learn_tastes, recommend, recommend_some, request_recommendations, warm_trending
from .years import draw_year, request_year

__all__ = [
    "ask_for_history",
    "ask_for_play",
    "delete_removed_lists",
    "draw_year",
    "learn_tastes",
    "look_for_play",
    "look_for_unknown",
    "look_further",
    "recommend",
    "recommend_some",
    "recount_all",
    "recount_changed",
    "request_look",
    "request_recommendations",
    "request_year",
    "resume_histories",
    "try_others_again",
    "try_others_of",
    "try_plays_again",
    "warm_trending",
    "work_on_history",
]
