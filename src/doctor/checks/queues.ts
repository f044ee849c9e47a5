// SPDX-License-Identifier: GPL-2.0-or-later
// Our queues and rules: who serves the one, what is in force of the other, and whether both belong together.

import { type Judgement, cannotTell, listed, note, ok, problem, warning } from '../finding.js'
import type { Facts } from '../facts.js'
import { type Check, unreadRules } from './check.js'

const OWN_NUMBERS = 'stop the other program, or give run and doctor other numbers with --queue'

export const queues: Check = {
  id: 'queues',
  judge({ queues: { numbers, held } }) {
    const names = `queue${numbers.length === 1 ? '' : 's'} ${listed(numbers)}`
    if (held === null) return cannotTell(`who holds ${names}`, 'the kernel lists queues to privileged processes alone')
    const foreign = held.find(({ isIpxxb }) => isIpxxb === false)
    if (foreign !== undefined) return problem(`queue ${foreign.queue} is held by ${foreign.holder}, which is not ipxxb`, OWN_NUMBERS)
    const holders = [...new Set(held.map(({ holder }) => holder))]
    if (holders.length > 1) return warning(`${names}: held by ${listed(holders)}`, 'one appliance a network namespace: stop all but one')
    const [holder] = holders
    if (holder === undefined) return ok(`${names}: free`)
    const known = held.every(({ isIpxxb }) => isIpxxb === true)
    return known
      ? ok(`${names}: served by ipxxb, ${holder}; a second instance would be refused`)
      : note(`${names}: held by ${holder}, whose command line cannot be read`, 'run doctor as root')
  },
}

/** Rules of ours without somebody to serve them let packets pass, or kill them. */
export const steering: Check = {
  id: 'steering',
  judge(facts) {
    const { ours, queueRules } = facts.surroundings
    const own = queueRules.filter((rule) => rule.ours)
    if (ours.length === 0) {
      return unreadRules(facts, 'whether rules of ours are in force') ?? note('no rule of ours is in force: ipxxb does not run here')
    }
    const backends = listed(ours)
    if (ours.length > 1)
      return warning(`rules of ours are in force twice: ${backends}`, 'start the appliance again: it removes what is left of another run')
    if (own.length === 0) return note(`${backends}: our chain is there and empty; a run that ended, or a policy without blocks`)
    const unserved = unservedOf(facts)
    return unserved ?? ok(`${backends}: ${own.length} rule${own.length === 1 ? '' : 's'} of ours`)
  },
}

function unservedOf({ queues: { held }, surroundings: { queueRules } }: Facts): Judgement | null {
  if (held === null) return null
  const served = new Set(held.map(({ queue }) => queue))
  const dead = queueRules.find(
    ({ ours, first, last }) => ours && Array.from({ length: last - first + 1 }, (_, at) => first + at).some((queue) => !served.has(queue)),
  )
  if (dead === undefined) return null
  const what = dead.bypass ? 'its packets pass unseen' : 'its packets die'
  return problem(
    `a rule of ours leads to queue ${dead.first}, which nobody serves: ${what} (${dead.place})`,
    'start the appliance: it replaces what a crashed run left',
  )
}

/** Rules of others that lead to a queue of ours would bring packets that no block knows. */
export const strangers: Check = {
  id: 'strangers',
  judge(facts) {
    const { numbers } = facts.queues
    const strange = facts.surroundings.queueRules.find(
      ({ ours, first, last }) => !ours && numbers.some((number) => number >= first && number <= last),
    )
    if (strange !== undefined)
      return warning(`a rule of others leads to our queues: ${strange.place}`, 'give it other numbers, or ours with --queue')
    return unreadRules(facts, 'whether rules of others lead to our queues') ?? ok('no rule of others leads to our queues')
  },
}
