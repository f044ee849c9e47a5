// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { PORT, REQUEST } from '../../../src/contract/reasons.js'
import { DropTotals, readCounters } from '../../../src/control/install/drops-counters.js'

const LISTING = `table inet ipxxb-drops { # handle 3
	counter g1-0-request { # handle 4
		packets 7 bytes 700
	}

	counter g1-spoofed { # handle 5
		packets 18446744073709 bytes 1
	}

	set alive { # handle 6
		typeof meta nfproto
	}

	chain g1-0-in-4-0 { # handle 7
		counter name "g1-0-request" drop # handle 8
		counter packets 9 bytes 9 # handle 9
	}
}`

t.test('named counters of a listing', (t) => {
  t.same(
    [...readCounters(LISTING)],
    [
      ['g1-0-request', { packets: 7, bytes: 700 }],
      ['g1-spoofed', { packets: 18446744073709, bytes: 1 }],
    ],
  )
  t.same([...readCounters('')], [])
  t.end()
})

const counters = (generation: number) => [
  { name: `g${generation}-0-request`, block: 0, reason: REQUEST },
  { name: `g${generation}-3-port`, block: 3, reason: PORT },
  { name: `g${generation}-spoofed`, block: null, reason: 0 },
]
const readings = (generation: number, request: number, port: number, spoofed: number) =>
  new Map(
    [request, port, spoofed].map((packets, index) => [counters(generation)[index]?.name as string, { packets, bytes: 100 * packets }]),
  )
const shown = (totals: DropTotals) => {
  const { drops, spoofed } = totals.counts()
  return [...drops.map(({ packets }) => packets), spoofed.packets]
}

t.test('totals never go back', (t) => {
  const totals = new DropTotals()
  t.same(totals.counts(), { drops: [], spoofed: { packets: 0, bytes: 0 } })
  totals.begin(counters(1), false)
  t.same(shown(totals), [0, 0, 0])
  totals.see(readings(1, 5, 2, 1))
  totals.see(readings(1, 6, 2, 1))
  t.same(totals.counts().drops, [
    { block: 0, reason: REQUEST, packets: 6, bytes: 600 },
    { block: 3, reason: PORT, packets: 2, bytes: 200 },
  ])
  totals.see(readings(1, 1, 2, 1))
  t.same(shown(totals), [7, 2, 1], 'set to zero by somebody, and one came since')
  totals.see(readings(1, 3, 2, 1))
  t.same(shown(totals), [9, 2, 1])
  totals.see(new Map())
  t.same(shown(totals), [9, 2, 1], 'taken away')
  totals.begin(counters(2), true)
  t.same(shown(totals), [9, 2, 1], 'the same plan goes on')
  totals.see(readings(1, 100, 100, 100))
  t.same(shown(totals), [9, 2, 1], "counters of before are nobody's")
  totals.see(readings(2, 1, 0, 0))
  t.same(shown(totals), [10, 2, 1])
  totals.begin(counters(3), false)
  t.same(shown(totals), [0, 0, 0], 'another plan begins at nothing')
  t.end()
})
