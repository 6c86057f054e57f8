# The subject: runs a candidate's service and its tests. Holds nothing of ours but the launchers.
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
COPY launcher.py program.py /opt/takehome/
COPY strip.sh /build/strip.sh
RUN sh /build/strip.sh
