# make test   what the README promises
# make check  everything CI runs but the race detector
# make e2e    the end-to-end tests with long rounds, under ten minutes
# make ci     everything

GO ?= go

.PHONY: test check check-static race e2e fuzz bench generate ci

test:
	$(GO) test ./...

check: test check-static

check-static:
	@out=$$($(GO) tool gofumpt -l .); if [ -n "$$out" ]; then echo "not formatted (go tool gofumpt -w .):"; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) run ./cmd/layak check

# The race detector, on everything but the end-to-end tests, whose processes are built without it. Scripts start a process
# a line, which takes several times as long with it.
race:
	$(GO) test -race -timeout 25m $$($(GO) list ./... | grep -v /internal/e2e)

# Kills, queues and waits at full length; `make test` runs the same tests with short rounds. A seed that was printed is
# repeated with LAYAK_E2E_SEED=…
e2e:
	LAYAK_E2E=full $(GO) test -count=1 -timeout 15m ./internal/e2e

ci: check race e2e

# Each fuzz target for FUZZTIME.
FUZZTIME ?= 20s
fuzz:
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p || exit 1; \
	  done; \
	done

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

# Files that are made from others: the trained model of the default flow.
generate:
	$(GO) generate ./...
