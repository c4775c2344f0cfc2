# SPDX-License-Identifier: GPL-2.0-or-later
# Unit tests on a PC: every tests/unit/test_NAME.c is a program of its own,
# built by gcc and by clang with sanitizers. It links the source of the same
# name in lib/ or hv/, and what its opening comment says; a folder means all in it
# but what differs between the shipped and the test image:
#
#	 * Links: hv/core/pool.c tests/fake/machine.c
#	 * Libs: -lhogweed -lnettle -lgmp
#	 * Images: audit
#	 * Beside: keyringd
#
# Images are services that the test runs, built by its own compiler; it finds
# them in the folder that the environment names UNIT_IMAGES. Beside it are
# programs of tests/fake, in UNIT_BESIDE.
#
#   make unit                     build and run all
#   RANDOM_OPERATIONS=5000000 RANDOM_SEED=7 make unit-gcc-protect_random

UNIT_CCS := gcc clang
UNIT_NAMES := $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))
UNIT_FLAGS := $(WARN) -O1 -g -I. -fno-strict-aliasing -MMD -MP \
	-fsanitize=address,undefined -fno-sanitize-recover=all $(P11_KIT)

unit_src = tests/unit/test_$(1).c $(sort $(wildcard lib/$(1).c hv/*/$(1).c) \
	$(call matches,$(call unit_says,$(1),Links)))
matches = $(foreach l,$(1),$(if $(filter %.c %.S,$(l)),$(l),\
	$(filter-out %_ship.c %_test.c,$(wildcard $(l)/*.c))))
unit_says = $(shell sed -n 's/^ \* $(2): //p' tests/unit/test_$(1).c)

define unit_cc_rule
$(B)/$(1)/unit/%.o: %.c tests/unit/unit.mk Makefile
	@mkdir -p $$(@D)
	$(call say,UNIT,$$@)
	$$(Q)$(1) $(UNIT_FLAGS) -c $$< -o $$@
$(B)/$(1)/unit/%.o: %.S tests/unit/unit.mk Makefile
	@mkdir -p $$(@D)
	$$(Q)$(1) $(UNIT_FLAGS) -Wa,--noexecstack -c $$< -o $$@
$(B)/$(1)/images/svc/%.elf: unit-images-$(1)
	@:
unit-images-$(1):
	@$$(MAKE) -s --no-print-directory svc CC=$(1) O=$(B)/$(1)/images
unit-$(1): $(addprefix unit-$(1)-,$(UNIT_NAMES))
.PHONY: unit-$(1) unit-images-$(1)
endef

define unit_test_rule
$(B)/$(1)/unit/bin/$(2): $(patsubst %,$(B)/$(1)/unit/%.o,\
		$(basename $(unit_src_$(2))))
	@mkdir -p $$(@D)
	$(call say,LINK,$$@)
	$$(Q)$(1) $(UNIT_FLAGS) $$^ -lcmocka $(unit_libs_$(2)) -o $$@
unit-$(1)-$(2): $(B)/$(1)/unit/bin/$(2) \
		$(unit_images_$(2):%=$(B)/$(1)/images/svc/%.elf) \
		$(unit_beside_$(2):%=$(O)/fake/%)
	@UNIT_IMAGES=$(B)/$(1)/images/svc UNIT_BESIDE=$(O)/fake \
		$$< >$$<.log 2>&1 || { cat $$<.log; exit 1; }
	@echo "$(1) $(2): $$$$(tail -n 1 $$<.log)"
.PHONY: unit-$(1)-$(2)
endef

unit: $(addprefix unit-,$(UNIT_CCS))
.PHONY: unit
$(foreach n,$(UNIT_NAMES),$(eval unit_src_$(n) := $(call unit_src,$(n))) \
	$(eval unit_libs_$(n) := $(call unit_says,$(n),Libs)) \
	$(eval unit_images_$(n) := $(call unit_says,$(n),Images)) \
	$(eval unit_beside_$(n) := $(call unit_says,$(n),Beside)))
$(foreach c,$(UNIT_CCS),$(eval $(call unit_cc_rule,$(c))) \
	$(foreach n,$(UNIT_NAMES),$(eval $(call unit_test_rule,$(c),$(n)))))
-include $(shell find $(UNIT_CCS:%=$(B)/%/unit) -name '*.d' 2>/dev/null)
