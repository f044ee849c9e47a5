// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { parseEndpoint } from '../../src/explain/endpoints.js'

t.test('addresses with and without a port', (t) => {
  const six = [0x20010db8, 0, 0, 1]
  t.strictSame(parseEndpoint('--to', '192.0.2.1'), { address: [0xc0000201], port: null })
  t.strictSame(parseEndpoint('--to', '192.0.2.1:53'), { address: [0xc0000201], port: 53 })
  t.strictSame(parseEndpoint('--to', '192.0.2.1:0'), { address: [0xc0000201], port: 0 })
  t.strictSame(parseEndpoint('--to', '2001:db8::1'), { address: six, port: null })
  t.strictSame(parseEndpoint('--to', '[2001:db8::1]'), { address: six, port: null })
  t.strictSame(parseEndpoint('--to', '[2001:db8::1]:65535'), { address: six, port: 65535 })
  t.end()
})

t.test('everything else is refused, with the option that it stood behind', (t) => {
  const wrong = ['', '192.0.2', '192.0.2.256', '192.0.2.01', '192.0.2.1:', '192.0.2.1:x', '192.0.2.1:53:1', '[192.0.2.1]:53']
  for (const text of [...wrong, '[2001:db8::1', '2001:db8::1]:53', '[]:53', 'fe80::1%eth0', 'example.net', '192.0.2.1/32']) {
    t.throws(() => parseEndpoint('--from', text), { code: 'USAGE', message: /^--from takes an address/ }, text)
  }
  t.throws(() => parseEndpoint('--from', '192.0.2.1:65536'), { message: '--from: there is no port 65536' })
  t.throws(() => parseEndpoint('--from', '::ffff:192.0.2.1'), { message: /no packet carries an IPv4-mapped address/ })
  t.end()
})
