# kith in one small image: no compiler, no root, a read-only root file system works.
#   docker run --read-only -v ./config:/config -v kith:/data kith
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY connectors connectors
COPY packaging packaging
RUN python -m venv /opt/kith && /opt/kith/bin/pip install --no-cache-dir '.[all]'

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 1000 --create-home --home-dir /data kith \
    && mkdir -p /config && chown kith /config /data && chmod 0700 /config /data
COPY --from=build /opt/kith /opt/kith
ENV PATH=/opt/kith/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    KITH_CONFIG=/config/config.toml STATE_DIRECTORY=/data
USER kith
VOLUME ["/config", "/data"]
HEALTHCHECK --interval=5m --timeout=20s --start-period=2m CMD ["kith", "--quiet", "health"]
ENTRYPOINT ["kith"]
CMD ["daemon"]
