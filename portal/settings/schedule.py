"""Everything that runs by the clock, in one place. Times are Europe/Paris."""

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE = {
    # A lost wake-up costs a minute at most.
    "outbox-sweep": {"task": "core.journal.tasks.work_outbox", "schedule": 60.0},
    "heartbeat": {"task": "core.journal.tasks.beat_heart", "schedule": 30.0},
    "news-at-once": {"task": "core.journal.tasks.send_immediate", "schedule": crontab(minute="*/15")},
    "daily-digest": {"task": "core.journal.tasks.send_daily_digest", "schedule": crontab(hour=7, minute=30)},
    "forget-old-keys": {"task": "core.journal.tasks.forget_old_keys", "schedule": crontab(hour=3, minute=10)},
    "resume-imports": {"task": "intentions.tasks.resume_imports", "schedule": 60.0},
    "resume-market-imports": {"task": "orders.tasks.resume_market_imports", "schedule": 60.0},
    "expire-intentions": {"task": "intentions.tasks.expire_intentions", "schedule": crontab(hour=2, minute=20)},
    "remind-intentions": {"task": "intentions.tasks.remind", "schedule": crontab(hour=6, minute=40)},
    "remind-sessions": {"task": "sessions.tasks.remind", "schedule": crontab(hour=6, minute=50)},
    "resume-months": {"task": "invoices.tasks.resume_months", "schedule": 60.0},
    "remind-month-ends": {"task": "invoices.tasks.remind", "schedule": crontab(hour=6, minute=15)},
    "follow-deposits": {"task": "invoices.tasks.follow_deposits", "schedule": crontab(minute="*/5")},
    "forget-chorus-calls": {"task": "invoices.tasks.forget_chorus_calls", "schedule": crontab(hour=3, minute=20)},
    "remind-orders": {"task": "orders.tasks.remind", "schedule": crontab(hour=6, minute=35)},
    "free-forgotten-posts": {"task": "sessions.tasks.free_forgotten_posts", "schedule": crontab(hour=2, minute=40)},
    "calendar": {"task": "sessions.tasks.follow_the_calendar", "schedule": crontab(hour=0, minute=20)},
    "entries": {"task": "stagiaires.tasks.follow_entries", "schedule": crontab(hour=0, minute=40)},
    "remind-parcours": {"task": "stagiaires.tasks.remind_parcours", "schedule": crontab(hour=6, minute=20)},
    "ask-follow-up": {"task": "stagiaires.tasks.ask_follow_up", "schedule": crontab(hour=8, minute=10)},
    "remind-calls": {
        "task": "stagiaires.tasks.remind_calls",
        "schedule": crontab(hour=6, minute=57, day_of_week="monday"),
    },
    "check-quarantine": {"task": "sessions.tasks.check_quarantine", "schedule": crontab(minute=40)},
    "refresh-sheets": {"task": "sessions.tasks.refresh_sheets", "schedule": crontab(hour=4, minute=10)},
    "close-half-days": {"task": "stagiaires.tasks.close_half_days", "schedule": crontab(minute="*/5")},
    "remind-attendance": {"task": "stagiaires.tasks.remind_attendance", "schedule": crontab(hour=6, minute=25)},
    "remind-exchanges": {
        "task": "stagiaires.tasks.remind_exchanges",
        "schedule": crontab(hour=6, minute=15, day_of_week="monday"),
    },
    "retention": {"task": "stagiaires.tasks.erase_what_is_due", "schedule": crontab(hour=4, minute=50)},
    "check-receipts": {"task": "core.rulebook.tasks.check_receipts", "schedule": crontab(hour=3, minute=30)},
    "count-readings": {"task": "core.rulebook.tasks.count_readings", "schedule": crontab(hour=3, minute=50)},
    "remind-candidacies": {"task": "stagiaires.tasks.remind", "schedule": crontab(hour=6, minute=45)},
    "new-sessions": {
        "task": "stagiaires.tasks.tell_new_sessions",
        "schedule": crontab(hour=6, minute=55, day_of_week="monday"),
    },
    "remind-rules": {"task": "core.rulebook.tasks.remind_acknowledgements", "schedule": crontab(hour=6, minute=30)},
}
