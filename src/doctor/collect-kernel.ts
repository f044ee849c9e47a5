// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel can do, found by trying: each rule is made in a network namespace of its own, which ends with the tool that made it. No
// list of versions or configurations would know what a distribution built or a module brought.

import { beyond, LIMIT_TRIAL } from '../control/install/observed.js'
import { OperationalError } from '../errors.js'
import type { Answer, KernelFacts, PrivilegeFacts } from './facts.js'
import type { Machine } from './machine.js'

const QUEUE_LIST = '/proc/net/netfilter/nfnetlink_queue'
/** The last queue number, which nobody's examples use. */
const SPARE_QUEUE = 65535

const NFT_TRIAL = `table inet trial {
  chain forward {
    type filter hook forward priority filter
    udp dport 53 queue num 0 bypass
  }
}
`
const inMangle = (rule: string): string => `*mangle\n:TRIAL - [0:0]\n-A TRIAL ${rule}\nCOMMIT\n`
const IPTABLES_TRIAL = inMangle('-p udp -j NFQUEUE --queue-num 0 --queue-bypass')
const IPTABLES_LIMIT_TRIAL = inMangle(`${beyond(1000)} -j RETURN`)

/** What a tool says that lacks not the feature, but the right to try. */
const REFUSED = /not permitted|permission denied|must be root|unshare failed|cannot open session/i
const MISSING = /failed to execute|No such file or directory$/

export async function collectKernel(machine: Machine, privileges: PrivilegeFacts, addon: Answer): Promise<KernelFacts> {
  const attempt = (input: string, command: string, ...words: string[]) => tryApart(machine, privileges, input, command, words)
  const [nft, overNft, legacy, ipset] = await Promise.all([
    attempt(NFT_TRIAL, 'nft', '-f', '-'),
    attempt(IPTABLES_TRIAL, 'iptables-nft-restore', '--noflush'),
    attempt(IPTABLES_TRIAL, 'iptables-legacy-restore', '--noflush'),
    attempt('', 'ipset', 'create', 'trial', 'hash:net'),
  ])
  const rules = { nft, 'iptables-nft': overNft, 'iptables-legacy': legacy }
  return {
    release: machine.release,
    queueing: canQueue(machine, privileges, addon),
    rules,
    ipset,
    observeLimit: await tryLimit(rules, attempt),
  }
}

/** Of the rules that a start takes: nft's, or else the first that lead to a queue. */
function tryLimit(
  rules: KernelFacts['rules'],
  attempt: (input: string, command: string, ...words: string[]) => Promise<Answer>,
): Promise<Answer> {
  if (rules.nft.answer === 'yes') return attempt(LIMIT_TRIAL, 'nft', '-f', '-')
  const backend = (['iptables-nft', 'iptables-legacy'] as const).find((name) => rules[name].answer === 'yes')
  if (backend === undefined) return Promise.resolve({ answer: 'unknown', because: 'no rules that lead to a queue could be tried' })
  return attempt(IPTABLES_LIMIT_TRIAL, `${backend}-restore`, '--noflush')
}

/** Whether a tool takes `input`: in a network namespace of its own, so that nothing is left of it. */
export async function tryApart(
  { run }: Machine,
  { admin, initialNamespace }: PrivilegeFacts,
  input: string,
  command: string,
  words: readonly string[],
): Promise<Answer> {
  // With privileges, a network namespace alone: some machines forbid user namespaces. Without, both.
  const apart = admin === true && initialNamespace === true ? ['--net'] : ['--user', '--map-root-user', '--net']
  const { status, stderr } = await run('unshare', [...apart, command, ...words], input)
  if (status === 0) return { answer: 'yes', because: '' }
  const lines = stderr.split('\n').map((line) => line.trim())
  const because = lines.find((line) => line !== '' && !line.startsWith('Warning')) ?? `exit status ${status}`
  if (status === null) return { answer: 'unknown', because: 'no such program: unshare' }
  if (/^unshare: failed to execute/.test(because) && MISSING.test(because))
    return { answer: 'unknown', because: `no such program: ${command}` }
  return { answer: REFUSED.test(stderr) ? 'unknown' : 'no', because }
}

function canQueue({ exists, probeQueue }: Machine, { admin }: PrivilegeFacts, addon: Answer): Answer {
  if (exists(QUEUE_LIST)) return { answer: 'yes', because: QUEUE_LIST }
  if (admin !== true || addon.answer !== 'yes')
    return { answer: 'unknown', because: 'the module is not loaded, and only a privileged process can load it' }
  try {
    probeQueue(SPARE_QUEUE)
    return { answer: 'yes', because: 'a queue could be bound' }
  } catch (error) {
    const refused = error instanceof OperationalError && error.code === 'NO_NFQUEUE'
    return { answer: refused ? 'no' : 'unknown', because: (error as Error).message }
  }
}
