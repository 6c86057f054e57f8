# Installs the locked requirements into /opt/venv, byte for byte as locked, from wheels only.
set -eu
if [ -s /build/ca.pem ]; then
    export PIP_CERT=/build/ca.pem
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
python3 -m venv /opt/venv
/opt/venv/bin/pip install --quiet --no-compile --require-hashes --no-deps --only-binary :all: \
    --requirement /build/requirements.txt
/opt/venv/bin/pip check
# The installers have done their work, and nothing at grading time may install anything.
/opt/venv/bin/pip uninstall --quiet --yes pip setuptools
cd /opt/venv
find lib -type d \( -name tests -o -name test \) -prune -exec rm -rf {} +
rm -f bin/activate* bin/Activate*
# Compiled files that are checked by nothing, so that they are the same in every build.
bin/python3 -m compileall -q --invalidation-mode unchecked-hash lib
