"""The database's own promise: a filed intention has as many open posts as it announces (R11).

Checked when the transaction ends, so that the state and its posts may be written in either order.
"""

import pgtrigger

_CHECK = """
IF EXISTS (
    SELECT 1 FROM intentions_intention i
    WHERE i.id = {intention}
      AND i.state IN ('deposee', 'qualifiee', 'engagee', 'couverte')
      AND i.post_count IS DISTINCT FROM (
          SELECT count(*) FROM intentions_post p WHERE p.intention_id = i.id AND p.state = 'ouvert'
      )
) THEN
    RAISE EXCEPTION 'intention %: open posts differ from the posts announced', {intention}
        USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


def _trigger(name: str, operation: pgtrigger.Operation, intention: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        func=_CHECK.format(intention=intention),
    )


POSTS_AS_ANNOUNCED = _trigger("posts_as_announced", pgtrigger.Insert | pgtrigger.Update, "NEW.id")
POST_COUNT_KEPT = _trigger(
    "post_count_kept",
    pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    "COALESCE(NEW.intention_id, OLD.intention_id)",
)
