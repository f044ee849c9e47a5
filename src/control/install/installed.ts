// SPDX-License-Identifier: GPL-2.0-or-later
// What is installed, read from the output of iptables-save: ours, of this run or of one that crashed, and as much of the others' as we have
// to know to leave it alone.

/** The table mangle of one family. */
export interface Installed {
  /** Our chain is there. */
  readonly hasChain: boolean
  /** Built-in chains with our jump, once for each. */
  readonly jumps: readonly string[]
  /** The last of these jumps is the last rule of its chain. */
  readonly isLast: boolean
  /** A rule of somebody else leads to our chain. */
  readonly isReferred: boolean
  /** Rules of others, in all tables. */
  readonly foreignRules: number
  /** Queue numbers that the rules of our chain lead to. */
  readonly queues: readonly number[]
}

const OUR_JUMP = /^-A (FORWARD|PREROUTING) -j IPXXB$/
const REFERENCE = /^-A \S+ .*-[jg] IPXXB( |$)/
const OWN_RULE = /^-A IPXXB(-TRY)? /
const QUEUE = / --queue-(?:num|balance) (\d+)(?::(\d+))?/

export function readInstalled(saved: string): Installed {
  let [table, last, hasChain, isReferred, foreignRules] = ['', '', false, false, 0]
  const jumps: string[] = []
  const queues: number[] = []
  const lastRules = new Map<string, string>()
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1)
    if (table === 'mangle' && line.startsWith(':IPXXB ')) hasChain = true
    if (!line.startsWith('-A ')) continue
    const jump = table === 'mangle' ? OUR_JUMP.exec(line)?.[1] : undefined
    if (jump !== undefined) {
      jumps.push(jump)
      last = jump
    } else if (table !== 'mangle' || !OWN_RULE.test(line)) {
      foreignRules++
      if (table === 'mangle' && REFERENCE.test(line)) isReferred = true
    } else {
      queues.push(...queuesOf(line))
    }
    if (table === 'mangle') lastRules.set(line.split(' ', 2)[1] as string, line)
  }
  const isLast = OUR_JUMP.test(lastRules.get(last) ?? '')
  return { hasChain, jumps, isLast, isReferred, foreignRules, queues: [...new Set(queues)] }
}

function queuesOf(line: string): number[] {
  const [, first, last = first] = QUEUE.exec(line) ?? []
  return first === undefined ? [] : Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index)
}
