#!/bin/sh
# Gives a bare machine what grading needs: a Docker engine and a base image with Python.
#
# Does nothing where both are there. On Debian, as root, it installs and starts an engine and,
# where no registry is in reach, makes a base image from the distribution's packages. Anywhere
# else it explains what to do and fails.
set -eu

default_base=python:3.11-slim
made_base=takehome-base:bookworm
suite=bookworm
engine_log=/var/log/takehome-dockerd.log
wait_seconds=60

say() { printf '%s\n' "bootstrap: $*" >&2; }
fail() { say "$*"; exit 4; }
engine_answers() { docker version >/dev/null 2>&1; }

on_debian_as_root() {
    [ "$(id -u)" = 0 ] && [ -r /etc/debian_version ] && command -v apt-get >/dev/null
}

install_packages() {
    say "installing $*"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

start_engine() {
    say "starting dockerd in the background (log: $engine_log)"
    # A session of its own, so that it outlives this shell.
    setsid dockerd >"$engine_log" 2>&1 </dev/null &
    waited=0
    until engine_answers; do
        [ "$waited" -lt "$wait_seconds" ] || fail "dockerd does not answer: see $engine_log"
        sleep 1
        waited=$((waited + 1))
    done
    say "the engine answers"
}

ensure_engine() {
    if engine_answers; then
        return
    fi
    if ! on_debian_as_root; then
        fail "no Docker engine answers. Install and start Docker (Docker Engine or Docker" \
            "Desktop), check that 'docker version' works for this user, and run this again."
    fi
    if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
        say "no Docker engine here"
        # The client is a package of its own on newer releases.
        client=$(apt-cache show docker-cli >/dev/null 2>&1 && echo docker-cli || true)
        # shellcheck disable=SC2086
        install_packages docker.io iptables ca-certificates $client
    fi
    engine_answers || start_engine
}

make_base() {
    command -v mmdebstrap >/dev/null || install_packages mmdebstrap
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    say "making $made_base from packages of Debian $suite (under a minute)"
    mmdebstrap --quiet --variant=minbase \
        --include=python3,python3-venv,ca-certificates \
        --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/info/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        "$suite" "$folder/base.tar"
    docker import "$folder/base.tar" "$made_base" >/dev/null
}

ensure_base() {
    wanted=${BASE_IMAGE:-$default_base}
    if docker image inspect "$wanted" >/dev/null 2>&1; then
        say "the base image $wanted is there"
        return
    fi
    if [ -z "${BASE_IMAGE:-}" ] && docker image inspect "$made_base" >/dev/null 2>&1; then
        say "the base image $made_base is there"
        return
    fi
    say "pulling $wanted"
    if docker pull --quiet "$wanted" >/dev/null 2>&1; then
        return
    fi
    say "$wanted cannot be pulled"
    on_debian_as_root || fail "set BASE_IMAGE to an image of this engine with Python 3.11"
    make_base
    if [ -n "${BASE_IMAGE:-}" ]; then
        say "made $made_base; unset BASE_IMAGE, or set BASE_IMAGE=$made_base, to use it"
    else
        say "made $made_base; it is used because BASE_IMAGE is not set"
    fi
}

ensure_engine
ensure_base
