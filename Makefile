# Arrow support of the DuckDB driver is behind a build tag; every target passes it.
TAGS := duckdb_arrow
GO   := go
BIN  := bin/tongbao
TIMEOUT := 25m

.PHONY: build test demo fmt vet
build: ## the binary
	$(GO) build -trimpath -tags $(TAGS) -o $(BIN) .

demo: build ## a synthetic province through the whole chain
	$(BIN) demo

test: ## everything a change must pass
	@test -z "$$(gofmt -l .)" || { echo "gofmt these files:"; gofmt -l .; exit 1; }
	$(GO) vet -tags $(TAGS) ./...
	$(GO) test -tags $(TAGS) -timeout $(TIMEOUT) ./...
