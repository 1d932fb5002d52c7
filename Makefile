.DEFAULT_GOAL := help
GO      ?= go
TOOL    := $(GO) tool -modfile=tools/go.mod
RACE    := $(if $(filter 1,$(shell $(GO) env CGO_ENABLED)),-race)
GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
CORE    := ./shared/...
FUZZTIME ?= 2m
SLICE   ?= 1/1

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start the demo gateway on 127.0.0.1:3000 and print calls to paste
	@$(GO) run ./cmd/postern serve --demo

.PHONY: test
test: ## Run all tests (with the race detector where a C compiler is at hand)
	$(GO) test $(RACE) -shuffle=on ./...

.PHONY: lint
lint: ## Check format, vet, staticcheck and the architecture
	@files="$$($(TOOL) gofumpt -l .)"; test -z "$$files" || { echo "gofumpt would change:"; echo "$$files"; exit 1; }
	$(GO) vet ./...
	$(TOOL) staticcheck ./...
	$(GO) test ./shared

.PHONY: lint-full
lint-full: ## Run golangci-lint as well (builds it first: ten minutes)
	$(GO) run $(GOLANGCI) run

.PHONY: fuzz
fuzz: ## Fuzz every target for FUZZTIME (2m); SLICE=2/7 takes every seventh, from the second
	$(GO) run -C tools ./fuzz -dir .. -time $(FUZZTIME) -slice $(SLICE)

.PHONY: bench
bench: ## Run all benchmarks
	$(GO) test -run '^$$' -bench . -benchmem $(CORE)

.PHONY: rows
rows: ## List every documented error with its cases and doors; fail when one lost its case
	@$(GO) run ./conformance/rows

.PHONY: build
build: ## Build the command line into build/postern
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o build/postern ./cmd/postern

.PHONY: cover
cover: ## Measure how much of the core and the dialects the tests reach
	$(GO) test -coverprofile=cover.out -coverpkg=$(CORE) ./...
	@$(GO) tool cover -func=cover.out | tail -1

.PHONY: docs
docs: ## Generate the JSON Schemas of definition and registry
	$(GO) test ./shared/config/schema -update
