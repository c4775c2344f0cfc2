# SPDX-License-Identifier: MIT
# The host programs, ordinary ones of Debian's user space.
#
#   make host                      build/CC/host/{vbsctl,vbsd,...}
#   make install-host DESTDIR=DIR  programs, units, catalog, man, completion

HOST_VERSION := $(shell sed -n 's/^\#define OPENVBS_VERSION "\(.*\)"/\1/p' \
	boot/version.h)
HOST_FLAGS := $(WARN) -O2 -g -I. -MMD -MP -fPIE -fstack-protector-strong \
	-fstack-clash-protection -fcf-protection -D_FORTIFY_SOURCE=2 \
	-Wformat=2 -ffile-prefix-map=$(CURDIR)/= \
	-DOPENVBS_HOST_VERSION='"$(HOST_VERSION)"'
HOST_LINK := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
HOST_LIBS := -ljansson -lsystemd -lcrypto -lhogweed -lnettle -lgmp \
	-ltss2-esys -ltss2-mu -ltss2-tcti-device

H := $(O)/host
host_obj = $(patsubst %.c,$(H)/obj/%.o,$(1))
HOST_LIB := $(wildcard host/libvbs/*.c) lib/policy.c lib/status.c
HOST_CTL := $(filter-out host/vbsctl/main.c host/vbsctl/generate.c,\
	$(wildcard host/vbsctl/*.c))
host_src_vbsctl := host/vbsctl/main.c $(HOST_CTL) $(HOST_LIB)
host_src_vbsctl-generate := host/vbsctl/generate.c $(HOST_CTL) $(HOST_LIB)
host_src_vbsd := $(filter-out host/vbsd/catalog.c,$(wildcard host/vbsd/*.c)) \
	$(HOST_LIB)
host_src_vbsd-catalog := host/vbsd/catalog.c host/vbsd/journal_id.c
# The PKCS#11 module is loaded into other programs: nothing more than it needs.
HOST_PKCS11_SRC := $(wildcard host/pkcs11/*.c) \
	$(patsubst %,host/libvbs/%.c,der keyring pkcs8)
HOST_PKCS11_LIBS := -lhogweed -lnettle -lgmp
P11_KIT := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I p11-kit-1))
host_src_openvbs-ssh-agent := $(wildcard host/ssh-agent/*.c) $(HOST_LIB)
HOST_PROGRAMS := vbsctl vbsctl-generate vbsd vbsd-catalog openvbs-ssh-agent

$(H)/obj/%.o: %.c host/host.mk Makefile boot/version.h
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(HOST_FLAGS) -c $< -o $@

$(H)/pic/%.o: %.c host/host.mk Makefile boot/version.h
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(filter-out -fPIE,$(HOST_FLAGS)) -fPIC $(P11_KIT) -c $< -o $@

$(H)/openvbs-pkcs11.so: $(HOST_PKCS11_SRC:%.c=$(H)/pic/%.o) \
		host/pkcs11/exports.map
	$(call say,LINK,$@)
	$(Q)$(CC) -shared -Wl,-soname,$(@F) $(filter-out -pie,$(HOST_LINK)) \
		-Wl,-z,defs -Wl,--version-script=host/pkcs11/exports.map \
		$(filter %.o,$^) $(HOST_PKCS11_LIBS) -o $@

define host_rule
$(H)/$(1): $(call host_obj,$(host_src_$(1)))
	$(call say,LINK,$$@)
	$(Q)$(CC) $(HOST_LINK) $$^ $(HOST_LIBS) -o $$@
endef
$(foreach p,$(HOST_PROGRAMS),$(eval $(call host_rule,$(p))))

$(H)/vbsctl.8: $(H)/vbsctl-generate
	$(Q)$< man >$@
$(H)/vbsctl.bash: $(H)/vbsctl-generate
	$(Q)$< completion >$@

$(H)/openvbs.catalog: $(H)/vbsd-catalog
	$(Q)$< >$@

all: host
host: $(HOST_PROGRAMS:%=$(H)/%) $(H)/vbsctl.8 $(H)/vbsctl.bash \
	$(H)/openvbs.catalog $(H)/openvbs-pkcs11.so

install-host: host
	$(Q)install -D -m 755 $(H)/vbsctl $(DESTDIR)/usr/bin/vbsctl
	$(Q)install -D -m 755 $(H)/vbsd $(DESTDIR)/usr/sbin/vbsd
	$(Q)install -D -m 644 -t $(DESTDIR)/usr/lib/systemd/system \
		host/vbsd/vbsd.service host/vbsd/vbsd.socket \
		host/ssh-agent/openvbs-host-agent.service \
		host/ssh-agent/openvbs-host-agent.socket
	$(Q)install -D -m 644 -t $(DESTDIR)/usr/lib/x86_64-linux-gnu/pkcs11 \
		$(H)/openvbs-pkcs11.so
	$(Q)install -D -m 644 -t $(DESTDIR)/usr/share/p11-kit/modules \
		host/pkcs11/openvbs.module
	$(Q)install -D -m 755 $(H)/openvbs-ssh-agent \
		$(DESTDIR)/usr/bin/openvbs-ssh-agent
	$(Q)install -D -m 644 -t $(DESTDIR)/usr/lib/systemd/user \
		host/ssh-agent/openvbs-ssh-agent.service \
		host/ssh-agent/openvbs-ssh-agent.socket
	$(Q)install -D -m 644 host/vbsd/openvbs.sysusers \
		$(DESTDIR)/usr/lib/sysusers.d/openvbs.conf
	$(Q)install -D -m 644 -t $(DESTDIR)/usr/lib/udev/rules.d \
		host/vbsd/60-openvbs.rules
	$(Q)install -D -m 644 -t $(DESTDIR)/usr/lib/systemd/catalog \
		$(H)/openvbs.catalog
	$(Q)install -D -m 644 $(H)/vbsctl.8 \
		$(DESTDIR)/usr/share/man/man8/vbsctl.8
	$(Q)install -D -m 644 $(H)/vbsctl.bash \
		$(DESTDIR)/usr/share/bash-completion/completions/vbsctl

.PHONY: host install-host
