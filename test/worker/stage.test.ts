// SPDX-License-Identifier: GPL-2.0-or-later
// The stage's addresses are customers and strangers of the policy whose image it was made of.

import t from 'tap'
import { DESTINATION, FIELD_WORDS, SOURCE } from '../../src/contract/fields.js'
import { CLASS, CLASS_CUSTOMER, CLASS_WORDS, type Image, openImage, POINTER } from '../../src/contract/image.js'
import { compile } from '../../src/control/compile/compile.js'
import { classOfIpv4, classOfIpv6 } from '../../src/datapath/classify/prefixes.js'
import { addressOf, OUTSIDE, setStage } from '../../src/worker/stage.js'
import { NETWORKS } from '../oracle/scene.js'
import { block, KINDS, network, policy } from '../property/policies.js'

const imageOf = (networks = NETWORKS, outside: string[] = []): Image =>
  openImage(compile(policy({ networks, outside, blocks: [block(KINDS.dns)] }), { digest: new Uint32Array(8), generation: 9 }).image)

function flagsOf(image: Image, family: 4 | 6, customer: number | null): number {
  const fields = new Uint32Array(FIELD_WORDS)
  const bytes = Buffer.from(addressOf(family, customer))
  for (let word = 0; word < bytes.length / 4; word++) fields[SOURCE + word] = bytes.readUInt32BE(word * 4)
  t.equal(fields[DESTINATION], 0)
  const addressClass = family === 4 ? classOfIpv4(image, fields, SOURCE) : classOfIpv6(image, fields, SOURCE)
  return image.classes[addressClass * CLASS_WORDS + CLASS.flags]! & CLASS_CUSTOMER
}

t.test('customers and strangers', (t) => {
  const { image, customers } = setStage(imageOf())
  t.ok(customers.length >= 2)
  for (const family of [4, 6] as const) {
    for (const customer of customers) t.ok(flagsOf(image, family, customer), `customer ${customer}`)
    t.notOk(flagsOf(image, family, null))
  }
  const levels = [...image.ipv4Root].filter((entry) => entry !== 0).map((entry) => entry >= POINTER)
  t.ok(levels.includes(true) && levels.includes(false), 'both levels of the table')
  t.end()
})

t.test('a few of many customers', (t) => {
  const networks = Array.from({ length: 40 }, (_, index) => network(`n${index}`, `198.51.${index}.0/24`, { customers: true }))
  const one = setStage(imageOf(networks))
  t.equal(one.customers.length, 2, 'one class that is protected')
  const blocks = networks.map((_, index) => block(KINDS.dns, { protect: [index] }))
  const image = openImage(compile(policy({ networks, blocks }), { digest: new Uint32Array(8), generation: 1 }).image)
  t.equal(setStage(image).customers.length, 4)
  t.end()
})

t.test('everything but the addresses is the policy', (t) => {
  const real = imageOf(NETWORKS, ['eth0'])
  const { image } = setStage(real)
  for (const section of ['classes', 'rows', 'cells', 'lists', 'blocks', 'patterns', 'tests', 'ports'] as const)
    t.same(image[section], real[section])
  t.match(image, { blockCount: 1, byInterface: true, nears: real.nears, fars: real.fars, sourcePortClasses: real.sourcePortClasses })
  t.equal(image.header[3], 9)
  t.equal(image.interfaces[OUTSIDE], OUTSIDE)
  t.ok(image.memory.byteLength < 4 << 20, 'small')
  t.end()
})
