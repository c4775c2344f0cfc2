/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program of the build: prints the reference values of an openvbs.efi, for
 * `vbsctl verify` (host/libvbs/reference.h).
 *
 *	reference ship|test openvbs.efi
 *
 * The policy is asked of the secure kernel's own source. The image's digest is
 * that of Authenticode (Microsoft, "Windows Authenticode Portable Executable
 * Signature Format"), by which firmware measures it: the whole file but for
 * checksum and place of the signatures, so that signing does not change it.
 */
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/version.h"
#include "host/libvbs/reference.h"
#include "sk/core/machine.h"
#include "sk/core/policy.h"
#include "sk/core/service.h"
#include "sk/core/state.h"

/* PE format, by Microsoft: offsets in the file and in the optional header. */
#define PE_OFFSET	   0x3cu
#define OPTIONAL_HEADER	   24u
#define CHECKSUM	   64u
#define CHECKSUM_BYTES	   4u
#define CERTIFICATES	   144u /* PE32+: the fifth data directory */
#define CERTIFICATES_BYTES 8u
#define FILE_BYTES_MAX	   (64u << 20)

void machine_sha256(const void *bytes, size_t count, uint8_t digest[32])
{
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, count, bytes);
	sha256_digest(&context, SHA256_DIGEST_SIZE, digest);
}

/* For policy_allows_launch(), which nobody here calls. */
struct service *service_find(uint64_t id)
{
	(void)id;
	return NULL;
}

static void print_hex(const uint8_t digest[SHA256_DIGEST_SIZE])
{
	for (size_t i = 0; i < SHA256_DIGEST_SIZE; i++) {
		printf("%02x", digest[i]);
	}
}

static int complain(const char *path, const char *words)
{
	(void)fprintf(stderr, "reference: %s: %s\n", path, words);
	return EXIT_FAILURE;
}

/* False: no PE32+ image without a signature. */
static bool hash_image(const uint8_t *image, size_t size,
		       uint8_t digest[SHA256_DIGEST_SIZE])
{
	static const uint8_t none[CERTIFICATES_BYTES];
	struct sha256_ctx context;
	uint32_t header;
	size_t checksum, certificates;

	if (size < PE_OFFSET + sizeof(header)) {
		return false;
	}
	memcpy(&header, image + PE_OFFSET, sizeof(header));
	checksum = (size_t)header + OPTIONAL_HEADER + CHECKSUM;
	certificates = (size_t)header + OPTIONAL_HEADER + CERTIFICATES;
	if (certificates + CERTIFICATES_BYTES > size ||
	    memcmp(image + header, "PE\0", 4) != 0 ||
	    memcmp(image + certificates, none, CERTIFICATES_BYTES) != 0) {
		return false;
	}
	sha256_init(&context);
	sha256_update(&context, checksum, image);
	checksum += CHECKSUM_BYTES;
	sha256_update(&context, certificates - checksum, image + checksum);
	certificates += CERTIFICATES_BYTES;
	sha256_update(&context, size - certificates, image + certificates);
	sha256_digest(&context, SHA256_DIGEST_SIZE, digest);
	return true;
}

static void print_reference(const uint8_t digest[SHA256_DIGEST_SIZE],
			    bool is_test)
{
	printf("{\n  \"format\": \"%s\",\n  \"version\": \"%s\",\n"
	       "  \"svn\": %d,\n"
	       "  \"facts\": [\"secure-boot\", \"tpm\", \"iommu\"%s],\n"
	       "  \"policies\": [\"",
	       REFERENCE_FORMAT, OPENVBS_VERSION, OPENVBS_SVN,
	       is_test ? ", \"test-build\"" : "");
	print_hex(state.policy.digest);
	printf("\"],\n  \"images\": [\"");
	print_hex(digest);
	printf("\"]\n}\n");
}

int main(int argc, char **argv)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	uint8_t *image = malloc(FILE_BYTES_MAX);
	FILE *file;
	size_t size;

	if (argc != 3 || image == NULL) {
		return complain("usage", "ship|test openvbs.efi");
	}
	file = fopen(argv[2], "rb");
	if (file == NULL) {
		return complain(argv[2], "cannot be opened");
	}
	size = fread(image, 1, FILE_BYTES_MAX, file);
	(void)fclose(file);
	if (size == FILE_BYTES_MAX || !hash_image(image, size, digest)) {
		return complain(argv[2], "no unsigned PE32+ image");
	}
	free(image);
	if (policy_init() != STATUS_OK) {
		return complain("policy", "not canonical");
	}
	print_reference(digest, strcmp(argv[1], "test") == 0);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
