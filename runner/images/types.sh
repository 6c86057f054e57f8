# Leaves of the candidate's packages what mypy reads: nothing here runs them.
set -eu
cd /opt/venv/lib/python3.*/site-packages
# Big, and without a line of types.
rm -rf _duckdb.*.so _polars_runtime_* fontTools matplotlib/mpl-data
# A package without types is not installed. An empty folder is all that mypy has to see of it in
# order to take what comes from there as it would take it from the package.
grep -v '^#' /build/imports.txt | cut -d . -f 1 | while read -r name; do
    [ -e "$name" ] || [ -e "$name.py" ] || mkdir "$name"
done
