# SPDX-License-Identifier: GPL-2.0-or-later
# The secure kernel: $(O)/sk-VARIANT.elf, position independent, with the
# services' images inside and SHA-2 from Debian's archive of nettle.

SK_FLAGS := $(COMMON) $(RETPOLINE) -m64 -fpie -fvisibility=hidden \
	-mgeneral-regs-only -mno-red-zone -fno-jump-tables \
	-fcf-protection=none -fstack-protector-strong \
	-ffile-prefix-map=$(CURDIR)/= \
	$(if $(findstring clang,$(CC)),-fdirect-access-external-data)
SK_LIB := lib/bytes.c lib/elf.c lib/policy.c lib/status.c
SK_SRC := $(wildcard sk/core/*.c sk/x86/*.c) $(wildcard $(SK_LIB))
SK_ASM := $(wildcard sk/x86/*.S)
SK_SERVICES_ship := audit root keyring
SK_SERVICES_test := audit root echo keyring
sk_services = $(filter $(SK_SERVICES_$(1)),$(SVC_NAMES))
sk_src_ship := $(filter-out %_test.c %_test.S,$(SK_SRC) $(SK_ASM))
sk_src_test := $(filter-out %_ship.c %_ship.S,$(SK_SRC) $(SK_ASM))
sk_obj = $(patsubst %,$(O)/sk/%.o,$(basename $(sk_src_$(1))))

$(O)/sk/%.o: %.c Makefile sk/sk.mk
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(SK_FLAGS) -c $< -o $@
$(O)/sk/%.o: %.S Makefile sk/sk.mk
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(SK_FLAGS) -Wa,-I$(O)/svc -c $< -o $@

define sk_rule
$(O)/sk/sk/x86/services_$(1).o: $(patsubst %,$(O)/svc/%.elf,$(call sk_services,$(1)))
$(O)/sk-$(1).elf: $(call sk_obj,$(1)) sk/sk.lds
	$(call say,LD,$$@)
	$(Q)ld -pie --no-dynamic-linker -z text -z noexecstack \
		--no-warn-rwx-segments -nostdlib --gc-sections \
		-T sk/sk.lds -o $$@ $(call sk_obj,$(1)) $(SVC_LIB_DIRS) \
		-Bstatic -lnettle
$(O)/sk-$(1).image: $(O)/sk-$(1).elf
	$(Q)strip -o $$@ $$<
endef
$(foreach v,$(VARIANTS),$(eval $(call sk_rule,$(v))))

all: $(foreach v,$(VARIANTS),$(O)/sk-$(v).elf)
