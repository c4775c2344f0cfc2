/* SPDX-License-Identifier: MIT */
/*
 * Attributes: of keys from what the keyring says of them, of records as they
 * were given, with the standard's values for what was not.
 */
#include "host/pkcs11/attribute.h"

#include <string.h>

#include "host/pkcs11/mechanism.h"

static enum attribute_answer flag(struct attribute_value *value, bool is)
{
	value->room.flag = is ? 1 : 0;
	value->bytes = &value->room.flag;
	value->len_bytes = sizeof(value->room.flag);
	return ATTRIBUTE_VALUE;
}

static enum attribute_answer number(struct attribute_value *value,
				    unsigned long is)
{
	value->room.number = is;
	value->bytes = &value->room.number;
	value->len_bytes = sizeof(value->room.number);
	return ATTRIBUTE_VALUE;
}

static enum attribute_answer bytes(struct attribute_value *value,
				   const void *are, size_t len_bytes)
{
	value->bytes = are;
	value->len_bytes = len_bytes;
	return ATTRIBUTE_VALUE;
}

/* In value->room; none of it: no such attribute. */
static enum attribute_answer in_room(struct attribute_value *value,
				     size_t len_bytes)
{
	value->bytes = value->room.bytes;
	value->len_bytes = len_bytes;
	return len_bytes > 0 ? ATTRIBUTE_VALUE : ATTRIBUTE_NONE;
}

/* --- keys ---------------------------------------------------------------- */

static bool may(const struct object *object, uint32_t operation)
{
	return (object->key.policy.operations & operation) != 0;
}

/* CKA_LOCAL and the like: it was made in VTL1 and never was outside. */
static bool never_outside(const struct object *object)
{
	return object->key.origin != KEYRING_IMPORTED;
}

static unsigned long generator(const struct object *object)
{
	if (object->key.origin != KEYRING_GENERATED) {
		return CK_UNAVAILABLE_INFORMATION;
	}
	switch (object->key.type) {
	case KEYRING_TYPE_RSA:
		return CKM_RSA_PKCS_KEY_PAIR_GEN;
	case KEYRING_TYPE_P256:
	case KEYRING_TYPE_P384:
		return CKM_EC_KEY_PAIR_GEN;
	case KEYRING_TYPE_ED25519:
		return CKM_EC_EDWARDS_KEY_PAIR_GEN;
	case KEYRING_TYPE_AES:
		return CKM_AES_KEY_GEN;
	default:
		return CKM_GENERIC_SECRET_KEY_GEN;
	}
}

/* The key's policy as mechanisms; all that its type has where it is silent. */
static enum attribute_answer mechanisms(const struct object *object,
					struct attribute_value *value)
{
	uint32_t allowed = object->key.policy.mechanisms;
	size_t count = 0;

	for (size_t i = 0; i < mechanism_count(); i++) {
		const struct mechanism *one = mechanism_at(i);

		if (mechanism_fits(one, object->key.type) &&
		    (allowed == 0 || (allowed & mechanism_mask(one)) != 0)) {
			value->room.mechanisms[count++] = one->type;
		}
	}
	value->bytes = value->room.mechanisms;
	value->len_bytes = count * sizeof(value->room.mechanisms[0]);
	return ATTRIBUTE_VALUE;
}

static enum attribute_answer of_any_key(const struct object *object,
					unsigned long type,
					struct attribute_value *value)
{
	const struct keyring_object *key = &object->key;

	switch (type) {
	case CKA_LABEL:
		return bytes(value, key->label, key->label_bytes);
	case CKA_ID: /* some programs choose keys by it alone: never none */
		return key->id_bytes != 0 ? bytes(value, key->id, key->id_bytes)
					  : bytes(value, &key->number,
						  sizeof(key->number));
	case CKA_KEY_TYPE:
		return number(value, material_key_type(key->type));
	case CKA_START_DATE:
	case CKA_END_DATE:
		return bytes(value, "", 0);
	case CKA_DERIVE:
		return flag(value, false);
	case CKA_LOCAL:
		return flag(value, key->origin == KEYRING_GENERATED);
	case CKA_KEY_GEN_MECHANISM:
		return number(value, generator(object));
	case CKA_ALLOWED_MECHANISMS:
		return mechanisms(object, value);
	default:
		return ATTRIBUTE_NONE;
	}
}

/* Of private and of secret keys. */
static enum attribute_answer of_hidden_key(const struct object *object,
					   unsigned long type,
					   struct attribute_value *value)
{
	switch (type) {
	case CKA_SENSITIVE:
		return flag(value, true);
	case CKA_EXTRACTABLE:
	case CKA_WRAP_WITH_TRUSTED:
		return flag(value, false);
	case CKA_ALWAYS_SENSITIVE:
	case CKA_NEVER_EXTRACTABLE:
		return flag(value, never_outside(object));
	case CKA_SIGN:
		return flag(value, may(object, KEYRING_MAY_SIGN));
	case CKA_DECRYPT:
		return flag(value, may(object, KEYRING_MAY_DECRYPT));
	case CKA_UNWRAP:
		return flag(value, object->kind == OBJECT_WRAPPING);
	case CKA_VALUE:
		return ATTRIBUTE_SENSITIVE;
	default:
		return ATTRIBUTE_NONE;
	}
}

static bool is_rsa(const struct object *object)
{
	return object->key.type == KEYRING_TYPE_RSA;
}

static enum attribute_answer of_private_key(const struct object *object,
					    unsigned long type,
					    struct attribute_value *value)
{
	switch (type) {
	case CKA_SUBJECT:
		return bytes(value, "", 0);
	case CKA_SIGN_RECOVER:
		return flag(value, false);
	case CKA_ALWAYS_AUTHENTICATE:
		return flag(value, (object->key.policy.flags &
				    KEYRING_FLAG_OWN_PIN) != 0);
	case CKA_VALUE:
		return is_rsa(object) ? ATTRIBUTE_NONE : ATTRIBUTE_SENSITIVE;
	case CKA_PRIVATE_EXPONENT:
	case CKA_PRIME_1:
	case CKA_PRIME_2:
	case CKA_EXPONENT_1:
	case CKA_EXPONENT_2:
	case CKA_COEFFICIENT:
		return is_rsa(object) ? ATTRIBUTE_SENSITIVE : ATTRIBUTE_NONE;
	default:
		return of_hidden_key(object, type, value);
	}
}

static enum attribute_answer of_secret_key(const struct object *object,
					   unsigned long type,
					   struct attribute_value *value)
{
	switch (type) {
	case CKA_ENCRYPT:
		return flag(value, may(object, KEYRING_MAY_ENCRYPT));
	case CKA_VERIFY:
		return flag(value, may(object, KEYRING_MAY_SIGN));
	case CKA_WRAP:
	case CKA_TRUSTED:
		return flag(value, false);
	case CKA_VALUE_LEN:
		return number(value, object->key.bits / 8);
	default:
		return of_hidden_key(object, type, value);
	}
}

static enum attribute_answer of_public_key(const struct object *object,
					   unsigned long type,
					   struct attribute_value *value)
{
	switch (type) {
	case CKA_SUBJECT:
		return bytes(value, "", 0);
	case CKA_VERIFY:
		return flag(value, may(object, KEYRING_MAY_SIGN));
	case CKA_ENCRYPT:
	case CKA_VERIFY_RECOVER:
	case CKA_TRUSTED:
		return flag(value, false);
	case CKA_WRAP:
		return flag(value, object->kind == OBJECT_WRAPPING_PUBLIC);
	default:
		return ATTRIBUTE_NONE;
	}
}

/* The public half, which private key objects show as well. */
static enum attribute_answer of_public_half(const struct object *object,
					    unsigned long type,
					    struct attribute_value *value)
{
	const struct keyring_object *key = &object->key;
	struct der_bytes curve;

	if (type == CKA_PUBLIC_KEY_INFO) {
		return in_room(value, material_info(key, value->room.bytes,
						    MATERIAL_BYTES_MAX));
	}
	if (is_rsa(object)) {
		switch (type) {
		case CKA_MODULUS:
			return bytes(value, key->public_key, key->public_bytes);
		case CKA_MODULUS_BITS:
			return number(value, key->bits);
		case CKA_PUBLIC_EXPONENT:
			return in_room(value, material_exponent(
						      key, value->room.bytes));
		default:
			return ATTRIBUTE_NONE;
		}
	}
	switch (type) {
	case CKA_EC_PARAMS:
		curve = material_curve(key->type);
		return bytes(value, curve.bytes, curve.len_bytes);
	case CKA_EC_POINT:
		return in_room(value, material_point(key, value->room.bytes,
						     MATERIAL_BYTES_MAX));
	default:
		return ATTRIBUTE_NONE;
	}
}

static enum attribute_answer of_key(const struct object *object,
				    unsigned long type,
				    struct attribute_value *value)
{
	enum attribute_answer answer = of_any_key(object, type, value);

	if (answer != ATTRIBUTE_NONE) {
		return answer;
	}
	if (object_is_secret(object)) {
		return of_secret_key(object, type, value);
	}
	answer = object_is_private_key(object)
			 ? of_private_key(object, type, value)
			 : of_public_key(object, type, value);
	return answer != ATTRIBUTE_NONE ? answer
					: of_public_half(object, type, value);
}

/* --- records ------------------------------------------------------------- */

/* What a certificate has that was made without. */
static enum attribute_answer of_certificate(unsigned long type,
					    struct attribute_value *value)
{
	switch (type) {
	case CKA_CERTIFICATE_TYPE:
	case CKA_CERTIFICATE_CATEGORY:
	case CKA_JAVA_MIDP_SECURITY_DOMAIN:
		return number(value, 0);
	case CKA_NAME_HASH_ALGORITHM:
		return number(value, CKM_SHA_1);
	case CKA_TRUSTED:
		return flag(value, false);
	case CKA_LABEL:
	case CKA_ID:
	case CKA_SUBJECT:
	case CKA_ISSUER:
	case CKA_SERIAL_NUMBER:
	case CKA_VALUE:
	case CKA_URL:
	case CKA_START_DATE:
	case CKA_END_DATE:
	case CKA_HASH_OF_SUBJECT_PUBLIC_KEY:
	case CKA_HASH_OF_ISSUER_PUBLIC_KEY:
		return bytes(value, "", 0);
	default:
		return ATTRIBUTE_NONE;
	}
}

static enum attribute_answer of_data(unsigned long type,
				     struct attribute_value *value)
{
	switch (type) {
	case CKA_LABEL:
	case CKA_APPLICATION:
	case CKA_OBJECT_ID:
	case CKA_VALUE:
		return bytes(value, "", 0);
	default:
		return ATTRIBUTE_NONE;
	}
}

static enum attribute_answer of_record(const struct object *object,
				       unsigned long type,
				       struct attribute_value *value)
{
	size_t len_bytes;
	const uint8_t *given = record_get(&object->record, type, &len_bytes);

	if (given == NULL) {
		return object->class == CKO_CERTIFICATE
			       ? of_certificate(type, value)
			       : of_data(type, value);
	}
	if (record_form(type) == RECORD_BYTES) {
		return bytes(value, given, len_bytes);
	}
	return record_form(type) == RECORD_BOOL
		       ? flag(value, *given != 0)
		       : number(value, record_number(&object->record, type, 0));
}

/* --- all ----------------------------------------------------------------- */

static bool is_keyring_public(const struct object *object)
{
	return object->kind == OBJECT_PUBLIC && !object->session;
}

static bool is_fixed(const struct object *object)
{
	return object->kind == OBJECT_WRAPPING ||
	       object->kind == OBJECT_WRAPPING_PUBLIC;
}

enum attribute_answer attribute_get(const struct object *object,
				    unsigned long type,
				    struct attribute_value *value)
{
	switch (type) {
	case CKA_CLASS:
		return number(value, object->class);
	case CKA_TOKEN:
		return flag(value, !object->session);
	case CKA_PRIVATE:
		return flag(value, object_is_private(object));
	case CKA_MODIFIABLE:
		return flag(value, !is_fixed(object));
	case CKA_COPYABLE:
		return flag(value, false);
	case CKA_DESTROYABLE: /* the public half goes with its key */
		return flag(value,
			    !is_fixed(object) && !is_keyring_public(object));
	default:
		break;
	}
	return object->class == CKO_CERTIFICATE || object->class == CKO_DATA
		       ? of_record(object, type, value)
		       : of_key(object, type, value);
}

bool attribute_match(const struct object *object,
		     const struct ck_attribute *templ, unsigned long count)
{
	struct attribute_value value;

	for (unsigned long i = 0; i < count; i++) {
		if (attribute_get(object, templ[i].type, &value) !=
			    ATTRIBUTE_VALUE ||
		    value.len_bytes != templ[i].value_len ||
		    (value.len_bytes > 0 && memcmp(value.bytes, templ[i].value,
						   value.len_bytes) != 0)) {
			return false;
		}
	}
	return true;
}
