# Arrow support of the DuckDB driver is behind a build tag; every target passes it.
TAGS := duckdb_arrow
GO   := go
BIN  := bin/tongbao
TIMEOUT  := 25m
SEED     := 20200408
FUZZTIME := 30s

.PHONY: help build skipped test race demo detroit bench fuzz soak licences fmt lint clean
help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

build: ## the binary, bin/tongbao
	$(GO) build -trimpath -tags $(TAGS) -o $(BIN) .

demo: build ## a synthetic province through the whole chain, in demo/
	rm -rf demo
	$(BIN) demo demo

detroit: build ## the real register of examples/detroit; its place: TONGBAO_DETROIT, default ../shared/real/detroit
	BIN=$(abspath $(BIN)) examples/detroit/run

lint: ## formatting, vet; walls, names, marks and portable SQL are tests
	@test -z "$$(gofmt -l .)" || { echo "gofmt these files:"; gofmt -l .; exit 1; }
	$(GO) vet -tags $(TAGS) ./...
	$(GO) vet -tags $(TAGS),bench ./internal/bench

skipped: # says which tests this machine cannot run; with CI=true a missing tool fails them instead
	@for tool in chromium soffice pdftotext pdftoppm; do command -v $$tool >/dev/null || echo "skipped: tests that need $$tool, which is not installed"; done
	@test -e "$${TONGBAO_DETROIT:-../shared/real/detroit}/violations.csv" || echo "skipped: TestDetroit, its register is not here (TONGBAO_DETROIT)"
	@test "$$(id -u)" = 0 || echo "skipped: full and read-only disks, which only root can mount"

test: lint skipped ## everything a change must pass
	RAPID_SEED=$(SEED) $(GO) test -tags $(TAGS) -timeout $(TIMEOUT) ./...

race: ## the same under the race detector
	RAPID_SEED=$(SEED) $(GO) test -tags $(TAGS) -race -timeout 60m ./...

bench: build ## speed and memory on a generated province, as ratios to reference runs in the same minute
	$(GO) test -tags $(TAGS),bench -count 1 -timeout 60m -v -run '^TestBench$$' ./internal/bench

fuzz: ## every fuzz target for FUZZTIME
	@for package in $$($(GO) list -tags $(TAGS) ./...); do \
	  for target in $$($(GO) test -tags $(TAGS) -list '^Fuzz' $$package | grep '^Fuzz'); do \
	    echo "$$package $$target"; \
	    $(GO) test -tags $(TAGS) -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
	  done; \
	done

soak: ## kills, full disks, damage and readers for longer, with new dice
	TONGBAO_SOAK=1 $(GO) test -tags $(TAGS) -count 1 -timeout 120m -run 'Kill|Damage|Readers|TimeTravel|Late' ./internal/cli ./schedules
	RAPID_CHECKS=1000 $(GO) test -tags $(TAGS) -count 1 -timeout 60m $$(grep -rl --include='*_test.go' 'rapid\.Check' . | xargs -n 1 dirname | sort -u)

licences: ## docs/licences.txt, the full texts for what the binary holds; after a change of go.mod
	@{ for module in $$($(GO) list -tags $(TAGS) -deps -f '{{with .Module}}{{if not .Main}}{{.Path}}@{{.Version}}={{.Dir}}{{end}}{{end}}' . | sort -u); do \
	  echo "======== $${module%%=*}"; \
	  find "$${module#*=}" -maxdepth 1 -iname 'licen[sc]e*' -o -maxdepth 1 -iname 'copying*' -o -maxdepth 1 -iname 'notice*' | sort | xargs cat; \
	done; \
	echo "======== Go $$($(GO) env GOVERSION)"; cat "$$($(GO) env GOROOT)/LICENSE"; \
	echo "======== Apache ECharts"; cat dashboards/chart/assets/echarts.LICENSE dashboards/chart/assets/echarts.NOTICE; } >docs/licences.txt

fmt: ## format everything
	gofmt -w .

clean: ## what the targets made
	rm -rf bin demo
