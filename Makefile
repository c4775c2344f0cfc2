# SPDX-License-Identifier: GPL-2.0-or-later
# Builds openvbs.efi (shipped) and openvbs-test.efi (with the test doors), the
# unit tests and the lints. `./openvbs` wraps this for people.
#
#   make            both images
#   make check      format, lints, unit tests, gcc and clang; under a minute
#   make CC=clang   the other compiler
#
# Variation is by file: *_ship.c goes into the shipped image only, *_test.c
# into the test image only.

CC := gcc
B := build
O := $(B)/$(notdir $(CC))
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

VARIANTS := ship test

# make V=1 shows the commands
Q := $(if $(V),,@)
say = @printf '  %-5s %s\n' $(1) $(2)

WARN := -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wvla \
	-Wstrict-prototypes -Wmissing-prototypes -Wundef -Werror
COMMON := $(WARN) -O2 -g -I. -ffreestanding -fno-strict-aliasing \
	-fno-asynchronous-unwind-tables -fno-common -MMD -MP

# --- the hypervisor: a position-independent ELF without any library --------
# No indirect branch that VTL0 could have trained.
RETPOLINE := $(if $(findstring clang,$(CC)),-mretpoline,\
	-mindirect-branch=thunk-inline -mindirect-branch-register)
HV_FLAGS := $(COMMON) $(RETPOLINE) -m64 -fpie -fvisibility=hidden \
	-mgeneral-regs-only \
	-mno-red-zone -fno-jump-tables -fcf-protection=none \
	-fno-stack-protector -ffile-prefix-map=$(CURDIR)/= \
	$(if $(findstring clang,$(CC)),-fdirect-access-external-data)
OTHERS_LIB := lib/acpi.c lib/aml.c lib/elf.c lib/ivrs.c lib/policy.c # not the hypervisor's
HV_SRC := $(filter-out $(OTHERS_LIB),\
	$(wildcard lib/*.c hv/core/*.c hv/x86/*.c hv/svm/*.c hv/iommu/*.c))
HV_ASM := $(wildcard hv/x86/*.S hv/svm/*.S)
hv_src_ship := $(filter-out %_test.c,$(HV_SRC))
hv_src_test := $(filter-out %_ship.c,$(HV_SRC))
hv_obj = $(patsubst %.c,$(O)/hv/%.o,$(hv_src_$(1))) \
	$(patsubst %.S,$(O)/hv/%.o,$(HV_ASM))

all: $(foreach v,$(VARIANTS),$(O)/openvbs-$(v).efi)

$(O)/hv/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(HV_FLAGS) -c $< -o $@
$(O)/hv/%.o: %.S Makefile
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(HV_FLAGS) -c $< -o $@

define hv_rule
$(O)/hv-$(1).elf: $(call hv_obj,$(1)) hv/hv.lds
	$(call say,LD,$$@)
	$(Q)ld -pie --no-dynamic-linker -z text -z noexecstack \
		--no-warn-rwx-segments -nostdlib \
		-T hv/hv.lds -o $$@ $(call hv_obj,$(1))
endef
$(foreach v,$(VARIANTS),$(eval $(call hv_rule,$(v))))

# --- the loader: a PE image, always linked by clang and lld ----------------
# gcc compiles the same sources for its warnings (make check).
BOOT_SRC := $(wildcard boot/*.c) $(wildcard lib/*.c)
BOOT_FLAGS := $(COMMON) -fshort-wchar -mno-red-zone -mgeneral-regs-only \
	-fno-stack-protector -fno-jump-tables
boot_src_ship := $(filter-out %_test.c,$(BOOT_SRC))
boot_src_test := $(filter-out %_ship.c,$(BOOT_SRC))
boot_obj = $(patsubst %.c,$(O)/boot/%.obj,$(boot_src_$(1)))

$(O)/boot/%.obj: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)clang --target=x86_64-unknown-windows $(BOOT_FLAGS) -c $< -o $@
$(O)/boot-gcc/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)gcc -mabi=ms -fpie $(BOOT_FLAGS) -c $< -o $@
boot-gcc: $(patsubst %.c,$(O)/boot-gcc/%.o,$(BOOT_SRC))

$(O)/boot/device.aml: boot/device.asl
	@mkdir -p $(@D)
	$(call say,ASL,$@)
	$(Q)iasl -ve -p $(basename $@) $< >$@.log || { cat $@.log; exit 1; }

define boot_rule
$(O)/hv-$(1).image: $(O)/hv-$(1).elf
	$(Q)strip -o $$@ $$<
$(O)/boot/payload-$(1).obj: boot/payload.S boot/sbat-$(1).csv Makefile \
		$(O)/hv-$(1).image $(O)/sk-$(1).image $(O)/boot/device.aml
	@mkdir -p $$(@D)
	$(call say,AS,$$@)
	$(Q)clang --target=x86_64-unknown-windows -c boot/payload.S -I. \
		-DHV_IMAGE='"$(O)/hv-$(1).image"' -DSBAT='"boot/sbat-$(1).csv"' \
		-DSK_IMAGE='"$(O)/sk-$(1).image"' \
		-DDEVICE='"$(O)/boot/device.aml"' -o $$@
$(O)/openvbs-$(1).efi: $(call boot_obj,$(1)) $(O)/boot/payload-$(1).obj
	$(call say,LINK,$$@)
	$(Q)lld-link /subsystem:efi_application /entry:efi_main /nodefaultlib \
		/dynamicbase /nxcompat /filealign:4096 /opt:ref \
		/timestamp:0 /out:$$@ $$^
endef
$(foreach v,$(VARIANTS),$(eval $(call boot_rule,$(v))))

# What a verifier of other machines knows of them: docs/attestation.md.
$(O)/gen/reference: tools/gen/reference.c sk/core/policy.c sk/core/state.c \
		lib/policy.c boot/version.h Makefile
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(WARN) -O1 -I. $(filter %.c,$^) -lnettle -o $@
$(O)/openvbs-%.reference: $(O)/openvbs-%.efi $(O)/gen/reference
	$(Q)$(O)/gen/reference $* $< >$@
all: $(foreach v,$(VARIANTS),$(O)/openvbs-$(v).reference)

# --- VTL1: services, and the secure kernel around them ----------------------
include svc/svc.mk
include sk/sk.mk

# --- programs that attack before any kernel: tests/guest/uefi --------------
UEFI_TESTS := $(addprefix $(O)/guest/,$(addsuffix .efi,\
	paging_off resets trust driver))
$(O)/boot/%.obj: %.S Makefile
	@mkdir -p $(@D)
	$(Q)clang --target=x86_64-unknown-windows -c $< -o $@
$(O)/guest/paging_off.efi: $(O)/boot/tests/guest/uefi/probe.obj
$(O)/guest/%.efi: subsystem := efi_application
$(O)/guest/driver.efi: subsystem := efi_boot_service_driver
$(O)/guest/%.efi: $(O)/boot/tests/guest/uefi/%.obj
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)lld-link /subsystem:$(subsystem) /entry:efi_main /nodefaultlib \
		/dynamicbase /nxcompat /filealign:4096 /align:4096 \
		/timestamp:0 /out:$@ $^
.SECONDARY:
all: $(UEFI_TESTS)

clean:
	rm -rf $(B)/gcc $(B)/clang

include host/host.mk
-include tools/check/check.mk
-include tests/fake/fake.mk
-include tests/unit/unit.mk
-include tests/fuzz/fuzz.mk
-include $(shell find $(O) -name '*.d' 2>/dev/null)
.PHONY: all clean check boot-gcc
