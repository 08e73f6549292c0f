# make run    build everything and start the demo shop on http://localhost:8000
# make test   every test there is; ends with one line "N passed, N failed"
# make soak   what looks for the rare case, for an hour (SOAK_MINUTES=60): frames at random, threads at random, storms of 5,000 clients, lines cut, 500 rounds of kills, a browser killed 1,000 times
# make soak SECONDS=1800   only the simulation, other seeds for so long
# make check  format, warnings as errors, web lint and types
# make bench  the figures of the spine, on this machine
# make bench-browser   the browser's figures with 50,000 products; half an hour
# make build  the program, at dist/branchline

.PHONY: run build test soak check bench bench-browser clean tools
.DEFAULT_GOAL := build

WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/test-results/*' -not -path 'web/e2e/*' -not -path 'web/clients/*' 2>/dev/null)
CODE := Directory.Build.props Directory.Packages.props global.json BannedSymbols.txt \
        $(shell find src -type f -not -path '*/bin/*' -not -path '*/obj/*')

run: build
	dist/branchline up --demo

build: dist/branchline

test: tools web/node_modules/.installed
	@node .ci/test.mjs

soak: export SOAK_MINUTES ?= 60
soak: export SECONDS ?=
soak: tools build
ifdef SECONDS
	dotnet run -c Release --project tests/Branchline.Tests -- -trait "Kind=simulation" -showLiveOutput -diagnostics
else
	dotnet run -c Release --project tests/Branchline.Tests -- -trait "Kind=soak"
	dotnet run -c Release --project tests/Branchline.Scenarios -- -trait "Kind=soak"
	cd web/clients && npm run --silent soak
	cd web/e2e && CRASH_ROUNDS=1000 npx playwright test tests/crash.spec.ts
endif

check: tools web/node_modules/.installed
	dotnet format whitespace . --folder --verify-no-changes --exclude web
	dotnet build Branchline.slnx -c Release --nologo -v q
	cd web && npm run --silent check

bench: tools dist/branchline
	dotnet run -c Release --project bench/Branchline.Bench

bench-browser: tools dist/branchline
	cd web/e2e && npm run --silent bench

clean:
	rm -rf dist web/node_modules web/*/dist
	find src tests bench -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +

tools:
	@command -v dotnet >/dev/null || { echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download"; exit 1; }
	@dotnet --version >/dev/null 2>&1 || { echo "A .NET SDK of version 10.0.100 or newer is missing: https://dotnet.microsoft.com/download"; exit 1; }
	@node -e 'const [major, minor] = process.versions.node.split("."); process.exit(+major > 20 || (+major === 20 && +minor >= 19) ? 0 : 1)' 2>/dev/null \
	  && command -v npm >/dev/null || { echo "Node.js 20.19 or newer is missing: https://nodejs.org"; exit 1; }

# Installed anew only when the lockfile changed. Not `npm ci`: it insists on the tools of every other platform, too, and a
# package source need not hold those. What is installed is what the lockfile says all the same, and it is not rewritten.
web/node_modules/.installed: web/package-lock.json | tools
	cd web && npm install --no-save --no-audit --no-fund
	@touch $@

# The browser's SDK first, then the app that uses it.
web/node_modules/.built: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@

# Without the analyzers, which take as long as the compiler: the tests and `make check` build the same code with them.
dist/branchline: web/node_modules/.built $(CODE) | tools
	dotnet publish src/Branchline.Cli -c Release --use-current-runtime --no-self-contained -p:RunAnalyzers=false -o dist --nologo -v q
	@touch $@
