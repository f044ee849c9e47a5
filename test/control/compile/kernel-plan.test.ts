// SPDX-License-Identifier: GPL-2.0-or-later
// Causes are names that plan and explain print: no two are one, and none is spelt another way than words elsewhere are.

import t from 'tap'
import { PLACE_CAUSES } from '../../../src/control/compile/kernel-plan.js'

t.equal(new Set(PLACE_CAUSES).size, PLACE_CAUSES.length)
for (const cause of PLACE_CAUSES) t.match(cause, /^[a-z]+(-[a-z]+)*$/, cause)
