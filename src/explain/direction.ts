// SPDX-License-Identifier: GPL-2.0-or-later
// Why a packet has the direction that the engine gave it: the facts that step 2 of docs/verdicts.md asks for, and the rule they fall under.

export interface DirectionFacts {
  /** The engine's. */
  readonly direction: string
  readonly spoofed: boolean
  readonly byInterface: boolean
  /** The operator's word for it, which the interfaces follow from. */
  readonly assume: 'inbound' | 'outbound' | null
  /** Arrived on an outside interface; leaves on one, or null where that is not known. Without meaning where not byInterface. */
  readonly fromOutside: boolean
  readonly toOutside: boolean | null
  readonly fromCustomer: boolean
  readonly toCustomer: boolean
}

export interface DirectionTold {
  readonly by: 'prefixes' | 'interfaces' | 'assumption'
  /** Number of the rule in step 2, for interfaces alone. */
  readonly rule: 1 | 2 | 3 | null
  readonly why: string
}

export function tellDirection(facts: DirectionFacts): DirectionTold {
  const { direction, byInterface, assume, fromOutside, toOutside, fromCustomer, toCustomer } = facts
  const ends = endsText(fromCustomer, toCustomer)
  if (!byInterface) return { by: 'prefixes', rule: null, why: ends }
  const spoofed = spoofedText(facts)
  if (assume !== null) {
    const way = assume === 'inbound' ? 'arriving from outside' : 'leaving to the outside'
    return { by: 'assumption', rule: null, why: `it is taken as ${way}${spoofed}` }
  }
  if (fromOutside) {
    const why = `it arrived from outside, and the destination is ${toCustomer ? "a customer's" : "no customer's"}${spoofed}`
    return { by: 'interfaces', rule: 1, why }
  }
  if (direction === 'outbound') {
    const leaves =
      toOutside === true ? 'leaves to the outside' : "leaves by an interface not known yet, to an address that is no customer's"
    return { by: 'interfaces', rule: 2, why: `it came from inside and ${leaves}${spoofed}` }
  }
  return { by: 'interfaces', rule: 3, why: `it came from inside and does not leave to the outside; ${ends}` }
}

function endsText(fromCustomer: boolean, toCustomer: boolean): string {
  if (fromCustomer && toCustomer) return 'source and destination are both customers'
  if (toCustomer) return "the destination is a customer's and the source is not"
  if (fromCustomer) return "the source is a customer's and the destination is not"
  return "neither source nor destination is a customer's"
}

function spoofedText({ spoofed, fromOutside }: DirectionFacts): string {
  if (!spoofed) return ''
  return fromOutside ? "; its source claims to be a customer's (spoofed)" : '; its source is in no network of the policy (spoofed)'
}
