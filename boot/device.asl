// SPDX-License-Identifier: GPL-2.0-or-later
// The device to which the Linux driver binds; the loader adds it once VTL1
// runs (platform.c).
DefinitionBlock ("", "SSDT", 2, "OPNVBS", "OPENVBS", 1)
{
	Scope (\_SB)
	{
		Device (OVBS)
		{
			Name (_HID, "OVBS0001")
			Name (_STA, 0x0F)
		}
	}
}
