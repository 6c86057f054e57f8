# The subject: runs a candidate's code and its tests. Holds nothing of ours but what starts them.
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
COPY launcher.py program.py pytests.py recorder.py /opt/takehome/
COPY coverage.sh home.sh strip.sh takehome_coverage.py takehome_coverage.pth /build/
RUN sh /build/coverage.sh && sh /build/home.sh && sh /build/strip.sh
