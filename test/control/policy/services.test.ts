// SPDX-License-Identifier: GPL-2.0-or-later
// Services as text and numbers, and how two of them lie.

import t from 'tap'
import { parseService, serviceCovers, serviceText, servicesMeet } from '../../../src/control/policy/services.js'
import type { Service } from '../../../src/control/profiles/profile.js'

const service = (text: string) => parseService(text) as Service
const source: Service = { protocol: 'udp', first: 53, last: 53, side: 'source' }

t.test('text to service and back', (t) => {
  t.strictSame(parseService('udp/53'), { protocol: 'udp', first: 53, last: 53, side: 'destination' })
  for (const text of ['udp/53', 'tcp/135-139', 'tcp/1-65535']) t.equal(serviceText(service(text)), text)
  t.equal(serviceText(source), 'udp/53 (source)')
  for (const text of ['udp/0', 'udp/65536', 'tcp/5-4', 'icmp/1', 'udp/', 'udp/1-', 'udp/1-2-3', 'UDP/53', ''])
    t.equal(parseService(text), null, text)
  t.end()
})

t.test('meeting and covering', (t) => {
  const pairs: [string, string, boolean, boolean][] = [
    ['udp/53', 'udp/53', true, true],
    ['udp/50-60', 'udp/53', true, true],
    ['udp/53', 'udp/50-60', true, false],
    ['udp/50-55', 'udp/55-60', true, false],
    ['udp/50-54', 'udp/55-60', false, false],
    ['udp/53', 'tcp/53', false, false],
  ]
  for (const [left, right, meet, cover] of pairs) {
    t.equal(servicesMeet(service(left), service(right)), meet, `${left} meets ${right}`)
    t.equal(servicesMeet(service(right), service(left)), meet, `${right} meets ${left}`)
    t.equal(serviceCovers(service(left), service(right)), cover, `${left} covers ${right}`)
  }
  t.ok(servicesMeet(source, service('udp/123')), 'one packet has a source and a destination port')
  t.notOk(serviceCovers(service('udp/53'), source))
  t.end()
})
