// SPDX-License-Identifier: GPL-2.0-or-later
// Room in an image for what exempting.ts adds to it while it is in force. Where it is used up the policy is compiled again, which gives new
// room; so it bounds how often that happens, and nothing else. Room costs address space: memory becomes real when it is written.

import { ROW_DIRECTIONS } from './sides.js'

/** /24 networks that get a group of their own: 16 MiB. */
export const SPARE_GROUPS = 1 << 14
/** Of IPv6, where a host alone in its /16 takes 14: 32 MiB. */
export const SPARE_NODES = 1 << 15
/** A class for each new combination of network, exceptions and exemptions. */
export const SPARE_CLASSES = 1 << 12
export const SPARE_LIST_WORDS = 1 << 16
const SPARE_NEARS = 256
const SPARE_TABLES = 256
/** 4 MiB of each, whatever the policy holds. */
const SPARE_WORDS = 1 << 20

/** Near sides, where each has so many far ones. */
export const spareNears = (fars: number): number => Math.min(SPARE_NEARS, Math.floor(SPARE_WORDS / (ROW_DIRECTIONS * fars)))

/** Tables of so many cells. */
export const spareTables = (tableCells: number): number => Math.min(SPARE_TABLES, Math.floor(SPARE_WORDS / tableCells))
