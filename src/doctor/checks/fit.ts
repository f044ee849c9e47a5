// SPDX-License-Identifier: GPL-2.0-or-later
// Whether the policy can mean here what it says: the same question that a start asks, with the same answer.

import { requireFit } from '../../control/surroundings/fit.js'
import { OperationalError } from '../../errors.js'
import { note, ok, problem } from '../finding.js'
import type { Check } from './check.js'

export const fit: Check = {
  id: 'fit',
  judge({ policy, surroundings }) {
    if (policy === null) return note('no policy was given: whether it fits here is not judged', 'ipxxb doctor --policy FILE')
    try {
      requireFit(policy.needs, surroundings)
      return ok(`${policy.path} fits here`)
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error
      return problem(error.message, error.remedy)
    }
  },
}
