# SPDX-License-Identifier: GPL-2.0-or-later
# Fuzz targets, by libFuzzer: every tests/fuzz/fuzz_NAME.c is a program that
# links the source of the same name in lib/ or hv/, and what its opening
# comment says ("Links:" and "Libs:", as for unit tests). Input worth keeping gathers in
# build/fuzz/NAME/, a failing one is left beside it.
#
#   make fuzz                     each target for FUZZ_SECONDS (5)
#   make fuzz-insn FUZZ_SECONDS=3600

FUZZ_SECONDS := 5
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS := $(WARN) -O1 -g -I. $(P11_KIT) -fno-strict-aliasing -MMD -MP \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

fuzz_src = tests/fuzz/fuzz_$(1).c $(sort $(wildcard lib/$(1).c hv/*/$(1).c) \
	$(call matches,$(call fuzz_says,$(1),Links)))
fuzz_says = $(shell sed -n 's/^ \* $(2): //p' tests/fuzz/fuzz_$(1).c)

$(B)/fuzz/obj/%.o: %.c tests/fuzz/fuzz.mk Makefile
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)
	$(Q)clang $(FUZZ_FLAGS) -c $< -o $@

define fuzz_rule
$(B)/fuzz/bin/$(1): $(patsubst %.c,$(B)/fuzz/obj/%.o,$(call fuzz_src,$(1)))
	@mkdir -p $$(@D)
	$(call say,LINK,$$@)
	$$(Q)clang $(FUZZ_FLAGS) $$^ $(call fuzz_says,$(1),Libs) -o $$@
fuzz-$(1): $(B)/fuzz/bin/$(1)
	@mkdir -p $(B)/fuzz/$(1)
	@$$< -max_total_time=$(FUZZ_SECONDS) -max_len=4096 \
		-artifact_prefix=$(B)/fuzz/$(1)- $(B)/fuzz/$(1) \
		>$$<.log 2>&1 || { tail -n 40 $$<.log; exit 1; }
	@echo "fuzz $(1): $$$$(tail -n 1 $$<.log)"
.PHONY: fuzz-$(1)
endef

fuzz: $(addprefix fuzz-,$(FUZZ_NAMES))
.PHONY: fuzz
$(foreach n,$(FUZZ_NAMES),$(eval $(call fuzz_rule,$(n))))
-include $(shell find $(B)/fuzz/obj -name '*.d' 2>/dev/null)
