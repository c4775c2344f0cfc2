# SPDX-License-Identifier: GPL-2.0-or-later
# Programs of the keyring's own code for a PC: tests/fake/keyringd.c,
# tests/fake/foretell.c.

KEYRINGD_SRC := tests/fake/keyringd.c tests/fake/keyring_device.c \
	$(filter-out %/outside.c,$(wildcard svc/keyring/*.c)) \
	svc/rt/dispatch.c host/vbsd/keyserver.c host/vbsd/keys.c \
	host/vbsd/keystore.c host/vbsd/peer.c lib/status.c lib/bytes.c
FORETELL_SRC := tests/fake/foretell.c lib/bytes.c \
	$(patsubst %,svc/keyring/%.c,ec key pkcs8 rsa symmetric) \
	$(patsubst %,svc/rt/%.c,drbg random state)
FAKE_FLAGS := $(WARN) -O2 -g -ffreestanding -I. -MMD -MP -pthread

$(O)/fake/%.o: %.c tests/fake/fake.mk Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) $(FAKE_FLAGS) -c $< -o $@
$(O)/fake/keyringd: $(patsubst %.c,$(O)/fake/%.o,$(KEYRINGD_SRC))
	$(call say,LINK,$@)
	$(Q)$(CC) -pthread $^ -lsystemd -lhogweed -lnettle -lgmp \
		-o $@
$(O)/fake/foretell: $(patsubst %.c,$(O)/fake/%.o,$(FORETELL_SRC))
	$(call say,LINK,$@)
	$(Q)$(CC) $^ -lhogweed -lnettle -lgmp -o $@
keyringd foretell: %: $(O)/fake/%
all: foretell
.PHONY: keyringd foretell
