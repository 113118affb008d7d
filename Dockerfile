# uwsgilint in a container: docker run --rm -v "$PWD:/work" uwsgilint check .
FROM python:3.12-slim
COPY pyproject.toml README.md LICENSE /src/
COPY uwsgilint /src/uwsgilint
COPY docs/uwsgilint.1 /src/docs/
RUN pip install --no-cache-dir /src && rm -rf /src && useradd --uid 1000 lint
USER lint
WORKDIR /work
ENTRYPOINT ["uwsgilint"]
CMD ["--help"]
