/* SPDX-License-Identifier: MIT */
/* A reader of the few members that are wanted; any bytes may come. */
#include "host/pkcs11/x509.h"

#define LONG_FORM	 0x80u
#define LENGTH_BYTES_MAX 4u

/* Takes the next element off `rest`, with its header and without. */
static bool next(struct der_bytes *rest, uint8_t tag, struct der_bytes *whole,
		 struct der_bytes *inside)
{
	size_t head = 2, len_bytes;

	if (rest->len_bytes < head || rest->bytes[0] != tag) {
		return false;
	}
	len_bytes = rest->bytes[1];
	if (len_bytes >= LONG_FORM) {
		head += len_bytes - LONG_FORM;
		if (head == 2 || head > 2 + LENGTH_BYTES_MAX ||
		    rest->len_bytes < head) {
			return false;
		}
		len_bytes = 0;
		for (size_t i = 2; i < head; i++) {
			len_bytes = len_bytes << 8 | rest->bytes[i];
		}
	}
	if (len_bytes > rest->len_bytes - head) {
		return false;
	}
	*whole = (struct der_bytes){rest->bytes, head + len_bytes};
	*inside = (struct der_bytes){rest->bytes + head, len_bytes};
	rest->bytes += head + len_bytes;
	rest->len_bytes -= head + len_bytes;
	return true;
}

bool x509_names(struct der_bytes certificate, struct x509_names *names)
{
	struct der_bytes whole, outer, tbs, skipped;

	if (!next(&certificate, DER_SEQUENCE, &whole, &outer) ||
	    certificate.len_bytes != 0 ||
	    !next(&outer, DER_SEQUENCE, &whole, &tbs)) {
		return false;
	}
	(void)next(&tbs, DER_CONTEXT_0, &whole, &skipped); /* version */
	return next(&tbs, DER_INTEGER, &names->serial, &skipped) &&
	       next(&tbs, DER_SEQUENCE, &whole, &skipped) && /* algorithm */
	       next(&tbs, DER_SEQUENCE, &names->issuer, &skipped) &&
	       next(&tbs, DER_SEQUENCE, &whole, &skipped) && /* validity */
	       next(&tbs, DER_SEQUENCE, &names->subject, &skipped);
}
