/* SPDX-License-Identifier: MIT */
/* SEQUENCE { algorithm, BIT STRING }, written backwards as der.h does. */
#include "host/libvbs/spki.h"

#include "host/libvbs/der.h"

#define EXPONENT_BYTES	   8u
#define POINT_UNCOMPRESSED 0x04
#define ITEM(array)	   ((struct der_bytes){array, sizeof(array)})

/* AlgorithmIdentifiers, with header. */
static const uint8_t rsa[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
			      0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
static const uint8_t p256[] = {0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
			       0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
			       0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
static const uint8_t p384[] = {0x30, 0x10, 0x06, 0x07, 0x2a, 0x86,
			       0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
			       0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
static const uint8_t ed25519[] = {0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70};

static struct der_bytes algorithm(uint32_t type)
{
	switch (type) {
	case KEYRING_TYPE_RSA:
		return ITEM(rsa);
	case KEYRING_TYPE_P256:
		return ITEM(p256);
	case KEYRING_TYPE_P384:
		return ITEM(p384);
	case KEYRING_TYPE_ED25519:
		return ITEM(ed25519);
	default:
		return (struct der_bytes){0};
	}
}

static void put_rsa(struct der_writer *writer,
		    const struct keyring_object *object)
{
	uint8_t exponent[EXPONENT_BYTES];

	for (size_t i = 0; i < EXPONENT_BYTES; i++) {
		exponent[i] = (uint8_t)(object->exponent >>
					(8 * (EXPONENT_BYTES - 1 - i)));
	}
	der_unsigned(writer, ITEM(exponent));
	der_unsigned(writer, (struct der_bytes){object->public_key,
						object->public_bytes});
	der_head(writer, DER_SEQUENCE, 0);
}

size_t spki_write(const struct keyring_object *object, uint8_t out[SPKI_BYTES])
{
	static const uint8_t point = POINT_UNCOMPRESSED, unused_bits = 0;
	struct der_bytes name = algorithm(object->type);
	struct der_writer writer;

	if (name.len_bytes == 0 ||
	    object->public_bytes > KEYRING_PUBLIC_BYTES) {
		return 0;
	}
	der_start(&writer, out, SPKI_BYTES);
	if (object->type == KEYRING_TYPE_RSA) {
		put_rsa(&writer, object);
	} else {
		der_put(&writer, object->public_key, object->public_bytes);
	}
	if (object->type == KEYRING_TYPE_P256 ||
	    object->type == KEYRING_TYPE_P384) {
		der_put(&writer, &point, 1);
	}
	der_put(&writer, &unused_bits, 1);
	der_head(&writer, DER_BIT_STRING, 0);
	der_put(&writer, name.bytes, name.len_bytes);
	der_head(&writer, DER_SEQUENCE, 0);
	return der_end(&writer);
}
