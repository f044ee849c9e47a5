// SPDX-License-Identifier: GPL-2.0-or-later
// Which backend: found by trying, once. nft's own queue statement where the kernel has it; else iptables, of which a kernel may have the one
// over nf_tables, the old one, or both. What counts is whether a rule that queues can be had. nft tries it in a transaction that is only
// checked; iptables in a chain of its own that no packet ever sees and that is removed at once.
//
// Of the two iptables that one is tried first which already holds rules of the operator, if only one of them does: a second rule set beside it
// would be evaluated apart from it, and make every later `iptables -L` a riddle. Where that does not tell, the plain `iptables` decides.

import { OperationalError } from '../../errors.js'
import { TRIAL } from './nftables.js'
import { nftMessage } from './nftables-ruleset.js'
import type { Run } from './run.js'
import type { Backend } from './ruleset.js'
import { FAMILIES } from './sets.js'
import { IPTABLES, type IptablesBackend, isNotAllowed, type Tools } from './tools.js'

const CHAIN = 'IPXXB-TRY'
const TABLE = 'mangle'
const RULE = `-A ${CHAIN} -p udp -m udp --dport 53 -j NFQUEUE --queue-num 0 --queue-bypass\n`

/** What an operator may ask for: `iptables` is whichever of the two works. */
export type BackendChoice = Backend | 'iptables'

/** Throws NO_NFT, NO_IPTABLES, NO_PRIVILEGE, NO_NFQUEUE or STEERING_FAILED. Leaves nothing behind but, with iptables, an empty table. */
export async function findBackend(run: Run, tools: Tools, choice?: BackendChoice): Promise<Backend> {
  if (choice === 'nft' || choice === undefined) {
    const objection = await tryNft(run)
    if (objection === null) return 'nft'
    if (choice === 'nft') throw objection
  }
  return choice === undefined || choice === 'iptables' ? findIptables(tools) : choice
}

/** Throws NO_PRIVILEGE: without it iptables would fail too, and say it less well. */
async function tryNft(run: Run): Promise<OperationalError | null> {
  const outcome = await run('nft', ['--check', '-f', '-'], TRIAL)
  if (outcome.status === 0) return null
  if (outcome.status === null) return new OperationalError('NO_NFT', 'there is no program nft')
  if (isNotAllowed(outcome)) throw new OperationalError('NO_PRIVILEGE', nftMessage(outcome))
  return new OperationalError('NO_NFQUEUE', `the kernel has no queue statement for nft: ${nftMessage(outcome)}`)
}

async function findIptables(tools: Tools): Promise<IptablesBackend> {
  const refusals: string[] = []
  let knowsQueue = true
  for (const backend of await inOrder(tools)) {
    const trial = await tools.tryRestore(backend, 4, trialInput(RULE))
    if (trial.status === 0) {
      await tools.restore(backend, 4, trialInput(`-X ${CHAIN}\n`))
      return backend
    }
    if (trial.status === null) continue
    if (isNotAllowed(trial)) throw new OperationalError('NO_PRIVILEGE', trial.message)
    refusals.push(trial.message)
    // An empty chain and nothing else tells a kernel without NFQUEUE from one without this iptables.
    if ((await tools.tryRestore(backend, 4, trialInput(''))).status !== 0) continue
    knowsQueue = false
    await tools.restore(backend, 4, trialInput(`-X ${CHAIN}\n`))
  }
  if (refusals.length === 0)
    throw new OperationalError('NO_IPTABLES', `there is no program ${IPTABLES.map((name) => `${name}-restore`).join(' or ')}`)
  throw new OperationalError(knowsQueue ? 'STEERING_FAILED' : 'NO_NFQUEUE', refusals.join('; '))
}

/** Whether the kernel takes such a rule. Throws STEERING_FAILED where the trial cannot be taken away again. */
export async function takes(tools: Tools, backend: IptablesBackend, rule: string): Promise<boolean> {
  const { status } = await tools.tryRestore(backend, 4, trialInput(`-A ${CHAIN} ${rule}\n`))
  if (status === 0) await tools.restore(backend, 4, trialInput(`-X ${CHAIN}\n`))
  return status === 0
}

const trialInput = (lines: string): string => `*${TABLE}\n:${CHAIN} - [0:0]\n${lines}COMMIT\n`

async function inOrder(tools: Tools): Promise<readonly IptablesBackend[]> {
  const used: IptablesBackend[] = []
  for (const backend of IPTABLES) {
    for (const family of FAMILIES) {
      const foreign = (await tools.installed(backend, family))?.foreignRules ?? 0
      if (foreign > 0 && !used.includes(backend)) used.push(backend)
    }
  }
  const first = used.length === 1 ? used[0] : (await tools.defaultsToLegacy()) ? 'iptables-legacy' : 'iptables-nft'
  return first === 'iptables-legacy' ? [...IPTABLES].reverse() : IPTABLES
}
