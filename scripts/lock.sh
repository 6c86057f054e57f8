#!/usr/bin/env bash
# Renew requirements/dev.txt from requirements/dev.in and pyproject.toml, and fuzz.txt from fuzz.in.
# `make lock` calls it.
# The files name versions and hashes, never where they come from: that is pip's configuration.
set -euo pipefail
cd "$(dirname "$0")/.."

tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
.venv/bin/python -m venv "$tool"
"$tool/bin/python" -m pip install --quiet --disable-pip-version-check pip-tools

lock() {
  "$tool/bin/pip-compile" --quiet --generate-hashes --strip-extras --allow-unsafe \
    --no-header --no-annotate --no-emit-options --no-emit-index-url --no-emit-find-links \
    --no-emit-trusted-host "${@:2}" --output-file "$1"
}

lock requirements/dev.txt "$@" pyproject.toml requirements/dev.in
lock requirements/fuzz.txt "$@" requirements/fuzz.in
