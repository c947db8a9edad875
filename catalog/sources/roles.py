"""Sources' names of jobs, and the roles of ours that they mean."""

# The first that fits, in this order: an “Executive Story Editor” writes, a “Casting Director” does not direct.
ROLES = (
    ("producer", ("producer", "showrunner")),
    ("writer", ("writer", "story", "teleplay", "screenplay")),
    ("cinematographer", ("director of photography", "cinematograph")),
    (
        "other",
        (
            "casting",
            "art direct",
            "assistant",
            "based on",
            "sound",
            "mixer",
            "technical direct",
            "unit director",
            "music direct",
            "musical direct",
            "lighting",
            "creative direct",
        ),
    ),
    ("creator", ("creator", "created by", "developer", "developed by")),
    ("director", ("director",)),
    ("composer", ("composer", "music by", "theme music")),
    ("editor", ("editor",)),
)


def role_of(job: str) -> str:
    """Our role (a value of Credit.Role) for a source's name of a job."""
    job = job.casefold()
    return next((role for role, words in ROLES if any(word in job for word in words)), "other")
