// SPDX-License-Identifier: GPL-2.0-or-later
// What only observed blocks look at, on its way to the queue: a rate limit of the kernel's, so that a flood of it costs less than a processor.
// What is beyond passes unseen (observing never drops) and is counted, because then what is counted as `would` is not all. A packet that
// an enforced block may drop never comes here: its rules are in front. Both kinds of rule sets keep a bucket for each version of IP.
//
// The count outlives a change of the rules: the rule, or nft's counter, that counts is made by the first and left alone by the others.

/** Chains of iptables. */
export const OBSERVED = 'IPXXB-OBSERVED'
export const UNSEEN = 'IPXXB-UNSEEN'
/** The one rule of that chain, whose packets are those that passed unseen; as iptables-save lists it. */
export const COUNTING = `-A ${UNSEEN} -j RETURN`

/** nft's chain and counter. */
export const OBSERVED_CHAIN = 'observed'
export const UNSEEN_COUNTER = 'unseen'

/**
 * The match of what is beyond `rate` packets a second, of which a second's may come at once: the kernel adds to the bucket a tick at a time. The
 * match `limit` ends at 10,000 a second; this one, asked to tell nothing apart, is one bucket, rounds the interval down to whole
 * microseconds, and keeps the rate that a name began with: hence the rate in the name.
 */
export const beyond = (rate: number): string =>
  `-m hashlimit --hashlimit-above ${rate}/sec --hashlimit-burst ${rate} --hashlimit-name ipxxb-${rate} --hashlimit-htable-size 1`

/** Rules of iptables; `target` queues. `rate`: null where the kernel has no such match. */
export const renderObserved = (rate: number | null, target: string): string[] => [
  ...(rate === null ? [] : [`-A ${OBSERVED} ${beyond(rate)} -g ${UNSEEN}`]),
  `-A ${OBSERVED} ${target}`,
  ...(rate === null ? [] : [COUNTING]),
]

const COUNTED = new RegExp(`^\\[(\\d+):\\d+\\] ${COUNTING}$`, 'm')

/** Packets that passed unseen, in the output of `iptables-save -c`; 0 where nothing counts. */
export const readCounted = (saved: string): number => Number(COUNTED.exec(saved)?.[1] ?? 0)

/** Rules of nft's chain; `statement` queues. `rate`: null where the kernel has no such statement. */
export const renderObservedChain = (rate: number | null, statement: string): string[] => [
  ...(rate === null ? [] : (['ipv4', 'ipv6'] as const).map((version) => limitRule(rate, version))),
  statement,
]

const limitRule = (rate: number, version: 'ipv4' | 'ipv6'): string =>
  `meta nfproto ${version} limit rate over ${rate}/second burst ${rate} packets counter name "${UNSEEN_COUNTER}" return`

/** Refused by a kernel without limits or counters; given to `nft --check`, nothing of it is ever installed. */
export const LIMIT_TRIAL = `add table inet ipxxb-try
add counter inet ipxxb-try ${UNSEEN_COUNTER}
add chain inet ipxxb-try ${OBSERVED_CHAIN}
add rule inet ipxxb-try ${OBSERVED_CHAIN} ${limitRule(1000, 'ipv4')}
`

/** A sum that never goes back, of readings that do: when somebody sets the kernel's counters to zero, or takes them away. */
export class Tally {
  #before = 0
  #seen = 0

  see(now: number): void {
    if (now < this.#seen) this.#before += this.#seen
    this.#seen = now
  }

  get total(): number {
    return this.#before + this.#seen
  }
}
