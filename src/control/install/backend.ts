// SPDX-License-Identifier: GPL-2.0-or-later
// Which iptables: found by trying, once. A kernel may have nf_tables without its own `queue` statement, the old interface alone, or both;
// what counts is whether a rule with NFQUEUE can be had. It is tried in a chain of its own that no packet ever sees and that is removed at once.
//
// Tried first is the one that already holds rules of the operator, if only one of them does: a second rule set beside it would be evaluated
// apart from it, and make every later `iptables -L` a riddle. Where that does not tell, the plain `iptables` command decides.

import { OperationalError } from '../../errors.js'
import { TABLE } from './iptables.js'
import { FAMILIES } from './ipset.js'
import { BACKENDS, type Backend, isNotAllowed, type Tools } from './tools.js'

const TRIAL = 'IPXXB-TRY'
const TRIAL_RULE = `-A ${TRIAL} -p udp -m udp --dport 53 -j NFQUEUE --queue-num 0 --queue-bypass\n`

/** Throws NO_IPTABLES, NO_PRIVILEGE, NO_NFQUEUE or STEERING_FAILED. Leaves nothing behind but, with nf_tables, an empty table. */
export async function findBackend(tools: Tools): Promise<Backend> {
  const refusals: string[] = []
  let knowsQueue = true
  for (const backend of await inOrder(tools)) {
    const trial = await tools.tryRestore(backend, 4, trialInput(TRIAL_RULE))
    if (trial.status === 0) {
      await tools.restore(backend, 4, trialInput(`-X ${TRIAL}\n`))
      return backend
    }
    if (trial.status === null) continue
    if (isNotAllowed(trial)) throw new OperationalError('NO_PRIVILEGE', trial.message)
    refusals.push(trial.message)
    // An empty chain and nothing else tells a kernel without NFQUEUE from one without this iptables.
    if ((await tools.tryRestore(backend, 4, trialInput(''))).status !== 0) continue
    knowsQueue = false
    await tools.restore(backend, 4, trialInput(`-X ${TRIAL}\n`))
  }
  if (refusals.length === 0)
    throw new OperationalError('NO_IPTABLES', `there is no program ${BACKENDS.map((name) => `${name}-restore`).join(' or ')}`)
  throw new OperationalError(knowsQueue ? 'STEERING_FAILED' : 'NO_NFQUEUE', refusals.join('; '))
}

const trialInput = (lines: string): string => `*${TABLE}\n:${TRIAL} - [0:0]\n${lines}COMMIT\n`

async function inOrder(tools: Tools): Promise<readonly Backend[]> {
  const used: Backend[] = []
  for (const backend of BACKENDS) {
    for (const family of FAMILIES) {
      const foreign = (await tools.installed(backend, family))?.foreignRules ?? 0
      if (foreign > 0 && !used.includes(backend)) used.push(backend)
    }
  }
  const first = used.length === 1 ? used[0] : (await tools.defaultsToLegacy()) ? 'iptables-legacy' : 'iptables-nft'
  return first === 'iptables-legacy' ? [...BACKENDS].reverse() : BACKENDS
}
