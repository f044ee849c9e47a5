// SPDX-License-Identifier: GPL-2.0-or-later
// The machine's time and time zone, for commands that judge dates.

export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

export const machineTimezone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
