"""The only place where an intention changes: decide, apply, tell.

Every function takes the hat that acts (None: the employer, by his personal link), works on the locked row,
and raises `Refused` with a French sentence when the act is not lawful now.
"""

from intentions.workflow.bonds import consult, cover, engage, expire, release
from intentions.workflow.drafts import answer, attach, clone, sign, start
from intentions.workflow.filing import TwinFound, deposit, reduce_posts, resume, withdraw
from intentions.workflow.region import assign, decide_derogation, qualify, set_aside
from intentions.workflow.verdict import keep_verdict

__all__ = [
    "TwinFound",
    "answer",
    "assign",
    "attach",
    "clone",
    "consult",
    "cover",
    "decide_derogation",
    "deposit",
    "engage",
    "expire",
    "keep_verdict",
    "qualify",
    "reduce_posts",
    "release",
    "resume",
    "set_aside",
    "sign",
    "start",
    "withdraw",
]
