// SPDX-License-Identifier: GPL-2.0-or-later
// nf_tables of the test's own network namespace, as the appliance reaches it.

import type { DirectTables } from '../../../src/control/install/kernel-drops.js'
import { readCounters, replaceElements } from '../../../src/datapath/packet/native.js'

export const direct: DirectTables = { readCounters, replaceElements }
