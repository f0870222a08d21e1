# The emulator, and all other commands of `security-copilot-contract`. docs/emulator.md describes how to use it.
FROM python:3.13-slim AS base

FROM base AS build
WORKDIR /source
COPY . .
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheel . \
    && python -m venv --without-pip /opt/contract \
    && python -m pip --python /opt/contract/bin/python install --no-cache-dir --constraint constraints.txt "$(echo /wheel/*.whl)[contract]"

FROM base
RUN useradd --uid 10001 --no-create-home contract && install --directory --owner contract /data
COPY --from=build /opt/contract /opt/contract
ENV PATH="/opt/contract/bin:$PATH"
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD ["python", "-m", "security_copilot_contract.health", "8000"]
ENTRYPOINT ["security-copilot-contract"]
CMD ["serve", "--host", "0.0.0.0", "--data", "/data/emulator.json"]
