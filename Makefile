# Two commands: `make demo` shows the suite at work, `make test` tests it. All else is below setup/.
# Respected: STACK (which of several), PORT, DATABASE, STAGES (of the tests), EXTRA_ADDONS (a second folder of addons),
# PGHOST (a PostgreSQL of yours), ODOO_SOURCE (an Odoo 19 of yours): CONTRIBUTING.md says what each means.
.PHONY: help demo up down reset feed test lint format pot schemas new-event bench clean prepare shell

help:           ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

demo:           ## prepare, start, send the demonstration feed, show the results, serve until Ctrl-C
	@setup/demo/start

up:             ## the same stack in the background; .run/stack.json says where it is and who may enter
	@setup/stack up

down:           ## stop it, and with the last stack the database server
	@setup/stack down

reset:          ## stop it and forget its database
	@setup/stack reset

feed:           ## send the demonstration feed (again) to the stack that runs, or start it
	@setup/stack found || setup/stack up
	@.venv/bin/python setup/feed

test:           ## all tests, or some: make test ADDON=construction_sync STAGES="lib odoo"
	@setup/test $(ADDON)

lint:           ## what pre-commit checks, with the same tools from the package index; of one: ADDON=construction_sync
	@setup/lint $(ADDON)

format:         ## mend the layout of the code; of one addon: ADDON=construction_sync
	@setup/lint --fix $(ADDON)

pot:            ## write the templates of translations (i18n/*.pot) anew
	@setup/pot $(ADDON)

schemas:        ## write the whole schema of each event to .run/schemas, to hand it on
	@setup/schemas .run/schemas

new-event:      ## begin an addon for an event: make new-event TYPE=site.weather.recorded (docs/first-event.md)
	@setup/new-event $(TYPE) $(if $(ADDON),--addon $(ADDON)) $(if $(MODEL),--model $(MODEL))

bench:          ## measure the accept path and the cost of hub and ledger (bench/)
	@setup/bench

prepare:        ## get Odoo, the Python packages and the database server, without starting anything else
	@setup/prepare

shell:          ## an Odoo shell on the running stack's database
	@setup/odoo '' shell --no-http

clean:          ## stop all of it and remove what was made here (downloads of this user are kept)
	@setup/clean
