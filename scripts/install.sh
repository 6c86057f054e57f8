#!/usr/bin/env bash
# Make .venv with the locked dependencies and this project, editable. `make install` calls it.
# PYTHON names the interpreter to use; python3 when it is not set.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}

say() { printf 'install: %s\n' "$*"; }

fail() {
  printf 'install: %s\n' "$*" >&2
  exit 1
}

apt_install() {
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    fail "$1; install $2 and try again"
  fi
  say "$1: installing $2 with apt-get"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $2 >/dev/null
}

if ! command -v "$python" >/dev/null; then
  apt_install "there is no $python" "python3 python3-venv"
  python=python3
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "$("$python" -V) is too old: 3.11 or newer is needed (name one: PYTHON=… make install)"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
  apt_install "$python cannot make virtual environments" python3-venv

say "virtual environment .venv with $("$python" -V)"
"$python" -m venv --clear .venv
say "dependencies of requirements/dev.txt, each checked against its hash"
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
  --require-hashes --no-deps -r requirements/dev.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
  --no-deps --no-build-isolation --editable .
.venv/bin/python -m pip check --disable-pip-version-check
.venv/bin/takehome --version
touch .venv/.installed
