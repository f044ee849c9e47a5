// SPDX-License-Identifier: GPL-2.0-or-later
// A file that replay writes is there whole or not at all, and nothing that is there is lost on the way.

import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { OutputFile, refuseInput } from '../../../src/replay/writing/output.js'

const write = (file: OutputFile, text: string) => {
  const at = file.reserve(text.length)
  file.bytes.set(Buffer.from(text), at)
}

t.test('is moved to its place at the end', async (t) => {
  const folder = t.testdir({ 'there.pcap': 'old' })
  const path = `${folder}/there.pcap`
  chmodSync(path, 0o600)
  const file = new OutputFile(path)
  write(file, 'new')
  t.equal(readFileSync(path, 'utf8'), 'old', 'until then the old one stands')
  file.finish()
  t.equal(readFileSync(path, 'utf8'), 'new')
  t.equal(statSync(path).mode & 0o777, 0o600, 'for the same readers')
  t.strictSame(readdirSync(folder), ['there.pcap'])
})

t.test('leaves nothing where it is given up', async (t) => {
  const folder = t.testdir({})
  const file = new OutputFile(`${folder}/none.pcap`)
  write(file, 'half')
  t.ok(file.settled())
  t.equal(readdirSync(folder).length, 1)
  file.abandon()
  file.abandon()
  t.strictSame(readdirSync(folder), [])
})

t.test('more than its buffer', async (t) => {
  const path = `${t.testdir({})}/large.pcap`
  const file = new OutputFile(path)
  for (let piece = 0; piece < 3; piece++) write(file, `${piece}`.repeat(600_000))
  file.finish()
  t.equal(readFileSync(path, 'utf8'), '0'.repeat(600_000) + '1'.repeat(600_000) + '2'.repeat(600_000))
})

t.test('writes through links, and to what is no file', async (t) => {
  const folder = t.testdir({ 'far.pcap': 'old' })
  symlinkSync('far.pcap', `${folder}/link.pcap`)
  const file = new OutputFile(`${folder}/link.pcap`)
  write(file, 'new')
  file.finish()
  t.equal(readFileSync(`${folder}/far.pcap`, 'utf8'), 'new')
  const nowhere = new OutputFile('/dev/null')
  write(nowhere, 'gone')
  t.equal(nowhere.settled(), null)
  nowhere.finish()
})

t.test('refuses', async (t) => {
  const folder = t.testdir({ 'in.pcap': 'frames' })
  mkdirSync(`${folder}/folder`)
  linkSync(`${folder}/in.pcap`, `${folder}/same.pcap`)
  const unwritable = { code: 'CAPTURE_UNWRITABLE' }
  t.throws(() => new OutputFile('-'), { ...unwritable, message: /standard output/ })
  t.throws(() => new OutputFile(`${folder}/folder`), unwritable)
  t.throws(() => new OutputFile(`${folder}/no/such.pcap`), unwritable)
  t.throws(() => refuseInput(`${folder}/same.pcap`, [`${folder}/in.pcap`]), { ...unwritable, message: /itself/ })
  t.doesNotThrow(() => refuseInput(`${folder}/new.pcap`, [`${folder}/in.pcap`]))
  writeFileSync(`${folder}/other.pcap`, '')
  t.doesNotThrow(() => refuseInput(`${folder}/other.pcap`, [`${folder}/in.pcap`, '-']))
})
