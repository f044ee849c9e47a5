// SPDX-License-Identifier: GPL-2.0-or-later
// An address looked up in a compiled image is of the network with the longest prefix that contains it, which a linear scan finds too:
// at both edges of every prefix, just outside them, and in between.

import fc from 'fast-check'
import t from 'tap'
import { FIELD_WORDS, SOURCE } from '../../src/contract/fields.js'
import { CLASS, CLASS_CUSTOMER, CLASS_NAMED, CLASS_WORDS, type Image } from '../../src/contract/image.js'
import { classOfIpv4, classOfIpv6 } from '../../src/datapath/classify/prefixes.js'
import { type Address, addressText, bitsOf, networkOf, prefixColumns, prefixesOf } from '../oracle/addresses.js'
import { NOW } from '../oracle/scene.js'
import { openRun } from './engine-run.js'
import { hold } from './hold.js'
import { randomSituation } from './random-policies.js'
import { policyText } from './readable-policy.js'

function classOf(image: Image, { family, value }: Address): number {
  const fields = new Uint32Array(FIELD_WORDS)
  const whole = prefixColumns([{ family, value, length: bitsOf(family) }])
  fields.set(family === 4 ? whole.ipv4.subarray(0, 1) : whole.ipv6.subarray(0, 4), SOURCE)
  return family === 4 ? classOfIpv4(image, fields, SOURCE) : classOfIpv6(image, fields, SOURCE)
}

t.setTimeout(300_000)

t.test('look-up and linear scan agree', async (t) => {
  let looked = 0
  const property = fc.property(randomSituation, fc.noBias(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })), ({ policy }, noise) => {
    const { image } = openRun(policy, [], NOW)
    const prefixes = [
      ...policy.networks.flatMap((network) => prefixesOf(network)),
      ...policy.exemptions.flatMap((each) => prefixesOf(each)),
    ]
    for (const { family, value, length } of prefixes) {
      const size = 1n << BigInt(bitsOf(family) - length)
      for (const offset of [0n, size - 1n, -1n, size, noise % size, noise]) {
        const address = { family, value: BigInt.asUintN(bitsOf(family), value + offset) }
        const at = classOf(image, address) * CLASS_WORDS
        const expected = networkOf(policy, address)
        const flags = (expected < 0 ? 0 : CLASS_NAMED) | (policy.networks[expected]?.customers ? CLASS_CUSTOMER : 0)
        if (image.classes[at + CLASS.network] !== expected + 1 || image.classes[at + CLASS.flags] !== flags) {
          throw new Error(
            `${addressText(address)} is of network ${expected}, the image says ${image.classes[at + CLASS.network]! - 1}\n${policyText(policy)}`,
          )
        }
        looked++
      }
    }
  })
  hold(t, 'every edge of every prefix', property, 300)
  t.ok(looked > 5000, `${looked} look-ups`)
})
