# The harness and the analyser: the hidden suite and the tools run here, never a submission.
ARG BASE_IMAGE
FROM ${BASE_IMAGE} AS packages
LABEL takehome.image=stage
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_TRUSTED_HOST
COPY ca.pem requirements.txt /build/
COPY install.sh types.sh imports.txt /build/
RUN sh /build/install.sh && sh /build/types.sh

FROM ${BASE_IMAGE}
LABEL takehome.image=stage
COPY --from=packages /opt/venv /opt/venv
COPY runner /opt/takehome/runner
COPY link.sh strip.sh imports.txt /build/
RUN sh /build/link.sh && sh /build/strip.sh
