/* SPDX-License-Identifier: MIT */
/* Names in a certificate, for what a template left out. */
#ifndef OPENVBS_HOST_PKCS11_X509_H
#define OPENVBS_HOST_PKCS11_X509_H

#include "host/libvbs/der.h"

/* Each with its DER header; they point into the certificate. */
struct x509_names {
	struct der_bytes serial, issuer, subject;
};

/* False: no certificate (RFC 5280, 4.1), as far as this needs it. */
bool x509_names(struct der_bytes certificate, struct x509_names *names);

#endif
