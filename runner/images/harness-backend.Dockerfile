# The harness and the analyser: the hidden suite and the tools run here, never a submission.
ARG BASE_IMAGE
FROM ${BASE_IMAGE} AS packages
LABEL takehome.image=stage
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_TRUSTED_HOST
COPY ca.pem requirements.txt /build/
COPY install.sh /build/install.sh
RUN sh /build/install.sh

FROM ${BASE_IMAGE}
LABEL takehome.image=stage
COPY --from=packages /opt/venv /opt/venv
COPY runner /opt/takehome/runner
COPY link.sh strip.sh /build/
ENV TYPED_PACKAGES="a2wsgi aiohttp aiosqlite falcon fastapi flask freezegun httpx2 hypothesis jwt \
    litestar pydantic pydantic_settings pytest pytest_asyncio pytest_mock quart requests respx \
    sqlalchemy sqlmodel starlette uvicorn"
RUN sh /build/link.sh && sh /build/strip.sh
