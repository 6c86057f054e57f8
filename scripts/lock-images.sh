#!/usr/bin/env bash
# Renew the locked requirements of the container images: runner/images/*.txt from *.in.
# The files name versions and hashes, never where they come from: that is pip's configuration.
# Run it with Python 3.11, the version of the base image.
set -euo pipefail
cd "$(dirname "$0")/../runner/images"

tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
../../.venv/bin/python -m venv "$tool"
"$tool/bin/python" -m pip install --quiet --disable-pip-version-check pip-tools

# Those that take the versions of others as constraints come after them.
for name in subject-backend harness-backend subject-datasci harness-datasci subject-mle harness-mle; do
  "$tool/bin/pip-compile" --quiet --generate-hashes --strip-extras --allow-unsafe \
    --no-header --no-annotate --no-emit-options --no-emit-index-url --no-emit-find-links \
    --no-emit-trusted-host "$@" --output-file "$name.txt" "$name.in"
done
