# Makes what libraries keep in a home from their first use on. program.py copies it to where each
# command has its home, so that not every fresh container makes it again.
set -eu
if [ -d /opt/venv/lib/python3.*/site-packages/matplotlib ]; then
    mkdir /opt/takehome/home
    # matplotlib's list of fonts.
    HOME=/opt/takehome/home /opt/venv/bin/python3 -c "import matplotlib.font_manager"
    chmod -R a+rX /opt/takehome/home
fi
