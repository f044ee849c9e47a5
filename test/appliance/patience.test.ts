// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { patiently } from '../../src/appliance/patience.js'

t.test('what ends soon is waited for, and its failure told', async (t) => {
  let ended = false
  const soon = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    ended = true
  })
  await patiently(soon)
  t.ok(ended)
  await t.rejects(patiently(Promise.reject(new Error('refused'))), { message: 'refused' })
})

t.test('what takes longer than half a second is not, and may fail later', async (t) => {
  let fail = (_: Error): void => {}
  const late = new Promise<void>((_, reject) => {
    fail = reject
  })
  const begun = performance.now()
  await patiently(late)
  t.ok(performance.now() - begun > 400)
  fail(new Error('nobody hears'))
  await new Promise((resolve) => setImmediate(resolve))
})
