# For the clinic that outgrows the embedded engines. One image serves web, worker, beat and migrations.

FROM node:24-slim AS front-end
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim
ENV HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home deqi && install -d -o deqi -m 700 /var/lib/deqi/mail
WORKDIR /app
COPY requirements-server.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-server.lock
COPY --from=front-end /app/node_modules node_modules
COPY . .
# Neither address nor key is used or kept: settings.py only wants to see that none is missing.
RUN SECRET_KEY=unused DATABASE_URL=postgres://unused/unused REDIS_URL=redis://unused \
    sh -c 'python scripts/fonts.py && python manage.py collectstatic --noinput'
USER deqi
EXPOSE 8000
CMD ["gunicorn", "clinic.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--no-control-socket"]
