# Makes our packages importable in isolated mode and warms the caches of the analyser.
set -eu
cd /opt/takehome
for packages in /opt/venv/lib/python3.*/site-packages; do
    echo /opt/takehome >"$packages/takehome.pth"
done
/opt/venv/bin/python3 -m compileall -q --invalidation-mode unchecked-hash /opt/takehome
# shellcheck disable=SC2046
/opt/venv/bin/python3 -I -m runner.analyser.warm /opt/mypy-cache $(grep -v '^#' /build/imports.txt)
