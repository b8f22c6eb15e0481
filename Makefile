# Two commands: `make demo` shows the suite at work, `make test` tests it. All else is below setup/.
# Respected: PORT, DATABASE, PGHOST (a PostgreSQL of yours), ODOO_SOURCE (an Odoo 19 of yours).
.PHONY: help demo up down reset feed test lint format bench clean prepare shell

help:           ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

demo:           ## prepare, start, send the demonstration feed, show the results, serve until Ctrl-C
	@setup/demo/start

up:             ## the same stack in the background; .run/stack.json says where it is and who may enter
	@setup/stack up

down:           ## stop it
	@setup/stack down

reset:          ## stop it and forget its database
	@setup/stack reset

feed:           ## send the demonstration feed (again) to the stack that runs, or start it
	@setup/stack found || setup/stack up
	@.venv/bin/python setup/feed .run/stack.json

test:           ## all tests, or those of one addon: make test ADDON=construction_sync
	@setup/test $(ADDON)

lint:           ## what pre-commit checks, with the same tools from the package index
	@setup/lint

format:         ## mend the layout of the code
	@setup/lint --fix

bench:          ## measure the accept path and the cost of hub and ledger (bench/)
	@setup/bench

prepare:        ## get Odoo, the Python packages and the database server, without starting anything else
	@setup/prepare

shell:          ## an Odoo shell on the running stack's database
	@setup/odoo '' shell --no-http

clean:          ## stop all of it and remove what was made here (downloads of this user are kept)
	@setup/clean
