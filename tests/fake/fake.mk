# SPDX-License-Identifier: GPL-2.0-or-later
# keyringd: the keyring for a PC, see tests/fake/keyringd.c.

KEYRINGD_SRC := tests/fake/keyringd.c tests/fake/keyring_device.c \
	$(filter-out %/outside.c,$(wildcard svc/keyring/*.c)) \
	svc/rt/dispatch.c host/vbsd/keyserver.c host/vbsd/keys.c \
	host/vbsd/keystore.c host/vbsd/peer.c lib/status.c lib/bytes.c
KEYRINGD_FLAGS := $(WARN) -O2 -g -ffreestanding -I. -MMD -MP -pthread

$(O)/fake/%.o: %.c tests/fake/fake.mk Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) $(KEYRINGD_FLAGS) -c $< -o $@
$(O)/fake/keyringd: $(patsubst %.c,$(O)/fake/%.o,$(KEYRINGD_SRC))
	$(call say,LINK,$@)
	$(Q)$(CC) -pthread $^ -lsystemd -lhogweed -lnettle -lgmp \
		-o $@
keyringd: $(O)/fake/keyringd
.PHONY: keyringd
