# The suite on the official image of Odoo 19. The pins are those of setup/requirements.txt.
FROM odoo:19.0
USER root
COPY setup/requirements.txt /tmp/requirements.txt
# What the image does not bring: OCA's addons and the libraries of ours. Odoo's own packages stay the image's.
RUN grep -E '^(odoo-addon-.*|openupgradelib|standardwebhooks|cloudevents|simplejson|jsonschema|jsonschema-rs|jsonschema-specifications|referencing|rpds-py|attrs|typing_extensions|deprecation|packaging|cssselect|RapidFuzz|prometheus_client)==' \
        /tmp/requirements.txt > /tmp/wanted.txt \
    && pip3 install --no-cache-dir --no-deps --break-system-packages -r /tmp/wanted.txt \
    && rm /tmp/requirements.txt /tmp/wanted.txt
COPY addons /mnt/extra-addons
COPY setup/docker/odoo.conf /etc/odoo/odoo.conf
COPY setup/docker/install /usr/local/bin/install-suite
USER odoo
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=5 \
    CMD python3 -c "import urllib.request as r; r.urlopen('http://127.0.0.1:8069/web/health?db_server_status=1', timeout=8)"
