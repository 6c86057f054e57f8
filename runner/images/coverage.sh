# Lets every Python of the image start coverage by itself when its environment asks for it.
set -eu
for packages in /opt/venv/lib/python3.*/site-packages; do
    cp /build/takehome_coverage.py /build/takehome_coverage.pth "$packages/"
    /opt/venv/bin/python3 -m compileall -q --invalidation-mode unchecked-hash \
        "$packages/takehome_coverage.py"
done
