# SPDX-License-Identifier: GPL-2.0-or-later
# make check: lints, generated pages, unit tests, a second of each fuzz target
# and all builds, side by side.
#
#   make check-lint LINTS="size hex"      only some of the lints

CHECK_JOBS := $(shell nproc)

check:
	@$(MAKE) --no-print-directory -k -j$(CHECK_JOBS) -Otarget check-lint \
		check-gen unit fuzz FUZZ_SECONDS=1 check-gcc check-clang \
		check-boot-gcc
	@echo "check: passed"

check-lint:
	@python3 -B tools/check/check.py $(LINTS)

check-gen: check-gcc # has built what prints a page
	@tools/gen/run --check

check-gcc check-clang: check-%:
	@$(MAKE) --no-print-directory all CC=$*

check-boot-gcc:
	@$(MAKE) --no-print-directory boot-gcc CC=gcc

.PHONY: check-lint check-gen check-gcc check-clang check-boot-gcc
