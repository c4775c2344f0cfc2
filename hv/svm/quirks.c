/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What QEMU's emulated SVM does otherwise than the manual says. Each entry has
 * a named test. The one in assembler is in entry.S: an exit may leave CR0
 * without paging.
 */
#include "hv/svm/svm.h"
#include "hv/x86/registers.h"

/*
 * EXITINTINFO reports interrupts and NMIs as exceptions. Real processors use
 * the types of 15.20, and never an exception with such a vector, so that the
 * correction is harmless there.
 */
uint64_t svm_quirk_exit_event(uint64_t exit_event)
{
	uint64_t vector = field_get(exit_event, EVENT_VECTOR);

	if (field_get(exit_event, EVENT_TYPE) != EVENT_TYPE_EXCEPTION) {
		return exit_event;
	}
	if (vector == VECTOR_NMI) {
		return field_put(exit_event, EVENT_TYPE, EVENT_TYPE_NMI);
	}
	if (vector >= VECTOR_EXTERNAL) {
		return field_put(exit_event, EVENT_TYPE, EVENT_TYPE_EXTERNAL);
	}
	return exit_event;
}
