# The image of production: web, worker and beat are three commands of the same image.
FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=portal.settings.production \
    HOST=0.0.0.0 PORT=8000 XDG_CACHE_HOME=/tmp PATH=/app/.venv/bin:$PATH
WORKDIR /app

RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*

# The libraries first: they change less often than the code.
COPY Makefile pyproject.toml requirements.txt requirements-dev.txt ./
COPY portal/local/prepare.py portal/local/prepare.py
RUN make image-install && rm -rf /var/lib/apt/lists/* /root/.cache

COPY . .
RUN make image-static \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin portail \
    && install -d -o portail -g portail /data

# Uploads, feeds and PDF, when they do not go to an object storage.
ENV PORTAL_VAR=/data
VOLUME /data
USER portail
EXPOSE 8000

CMD ["gunicorn", "--config", "portal/gunicorn_conf.py", "portal.wsgi"]
