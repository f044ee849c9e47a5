// SPDX-License-Identifier: GPL-2.0-or-later
// The rules of others on the way of our packets: those that an accept of ours skips, and chains that drop before or after.

import { listed, note, ok, warning } from '../finding.js'
import type { Facts } from '../facts.js'
import { type Check, unreadRules } from './check.js'

/** An accept of a queue goes on at the next base chain: the later rules of the same one never see the packet. */
export const behind: Check = {
  id: 'behind',
  judge(facts) {
    const { jumps } = facts.surroundings
    const one = jumps.find((jump) => jump.behind > 0)
    if (one === undefined) {
      const chains = [...new Set(jumps.map(({ chain }) => chain))]
      if (chains.length > 0) return ok(`our jump is the last rule of ${listed(chains)}`)
      return unreadRules(facts, 'whether rules stand behind our jump') ?? ok('no chain of others jumps to ours')
    }
    const tool = one.family === 'ip' ? one.source : one.source.replace('iptables', 'ip6tables')
    const rules = `${one.behind} rule${one.behind === 1 ? '' : 's'}`
    return warning(
      `${rules} behind our jump in ${tool} ${one.chain} never see a packet that we looked at; the first: ${one.next}`,
      'put them before our jump, or send SIGHUP: a reload puts the jump last again',
    )
  },
}

const RAW = -300
const MANGLE = -150
const OWN_TABLE = -10

/** Where our rules are, or would be: the base chain that holds them. */
function ourPlace({ surroundings: { ours }, policy }: Facts): { hook: string; priority: number } {
  const hook = policy?.needs.plan.hook ?? 'forward'
  if (hook === 'prerouting') return { hook, priority: RAW }
  return { hook, priority: ours.some((source) => source !== 'nft') ? MANGLE : OWN_TABLE }
}

export const drops: Check = {
  id: 'drops',
  judge(facts) {
    const { chains } = facts.surroundings
    const { hook, priority } = ourPlace(facts)
    const dropping = chains.filter(
      (chain) => chain.hook === hook && chain.policy === 'drop' && ['ip', 'ip6', 'inet'].includes(chain.family),
    )
    if (dropping.length === 0)
      return unreadRules(facts, `which chains drop on the hook ${hook}`) ?? ok(`no base chain of the hook ${hook} drops by its policy`)
    const name = ({ family, table, name }: (typeof chains)[number]) => `${family} ${table} ${name}`
    const before = dropping.filter((chain) => chain.priority < priority).map(name)
    const after = dropping.filter((chain) => chain.priority >= priority).map(name)
    const parts = [
      ...(before.length > 0 ? [`what ${listed(before)} drops never reaches us`] : []),
      ...(after.length > 0 ? [`what we accept, ${listed(after)} may still drop`] : []),
    ]
    return note(`on the hook ${hook}: ${parts.join('; ')}`)
  },
}
