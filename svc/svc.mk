# SPDX-License-Identifier: GPL-2.0-or-later
# Services: each folder svc/NAME but rt becomes $(O)/svc/NAME.elf, a static
# image for ring 3 of VTL1, linked with the runtime and Debian's archives of
# nettle, hogweed and GMP. NAME.debug.elf beside it has the symbols. svc/tpm is
# a library: whoever calls it has it in his image.

SVC_NAMES := $(filter-out rt tpm,$(patsubst svc/%/,%,$(sort $(dir \
	$(wildcard svc/*/*.c)))))
SVC_FLAGS := $(COMMON) -m64 -fno-pic -fcf-protection=none -ffunction-sections \
	-fdata-sections -fstack-protector-strong -ffile-prefix-map=$(CURDIR)/=
SVC_LIBS := -lhogweed -lnettle -lgmp
SVC_LIB_DIRS := $(shell gcc -print-search-dirs | \
	sed -n 's/^libraries: =//p' | tr : '\n' | sed 's/^/-L/')

SVC_RT_OBJ := $(patsubst %,$(O)/svc/%.o,\
	$(basename $(wildcard svc/rt/*.c svc/rt/*.S)) lib/bytes)

$(O)/svc/%.o: %.c Makefile svc/svc.mk
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(SVC_FLAGS) -c $< -o $@
$(O)/svc/%.o: %.S Makefile svc/svc.mk
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(SVC_FLAGS) -c $< -o $@

svc_obj = $(patsubst %.c,$(O)/svc/%.o,$(wildcard svc/$(1)/*.c))

SVC_TPM := $(O)/svc/tpm.a
$(SVC_TPM): $(call svc_obj,tpm)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

define svc_rule
$(O)/svc/$(1).debug.elf: $(call svc_obj,$(1)) $(SVC_TPM) $(SVC_RT_OBJ) \
		svc/svc.lds
	$(call say,LD,$$@)
	$(Q)ld -static -nostdlib --gc-sections -z noexecstack \
		-z max-page-size=4096 \
		-T svc/svc.lds -o $$@ $(call svc_obj,$(1)) $(SVC_TPM) \
		$(SVC_RT_OBJ) \
		$(SVC_LIB_DIRS) --start-group $(SVC_LIBS) --end-group
$(O)/svc/$(1).elf: $(O)/svc/$(1).debug.elf
	$(Q)strip -o $$@ $$<
endef
$(foreach n,$(SVC_NAMES),$(eval $(call svc_rule,$(n))))

svc: $(SVC_NAMES:%=$(O)/svc/%.elf)
all: svc
.PHONY: svc
