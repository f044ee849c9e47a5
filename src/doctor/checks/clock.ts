// SPDX-License-Identifier: GPL-2.0-or-later
// The clock: `since` and `expires` are as right as it is.

import { cannotTell, note, ok, warning } from '../finding.js'
import type { Check } from './check.js'

const REMEDY = 'apt-get install chrony, and allow it out'

export const clock: Check = {
  id: 'clock',
  judge({ clock: { answer, because }, policy }) {
    if (answer === 'yes') return ok(`the clock is synchronised (${because})`)
    if (answer === 'unknown') return cannotTell('whether the clock is synchronised', because, REMEDY)
    const found = `the clock is not synchronised (${because})`
    return policy?.dated === false
      ? note(`${found}; this policy has no dates`, REMEDY)
      : warning(`${found}: blocks and exemptions begin and end by it`, REMEDY)
  },
}
