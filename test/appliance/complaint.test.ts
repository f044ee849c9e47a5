// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { Complaint } from '../../src/appliance/complaint.js'
import { OperationalError } from '../../src/errors.js'
import type { Log } from '../../src/observe/log.js'

t.test('the same failure is told once, another one or the same after a success again', async (t) => {
  const events: unknown[] = []
  const complaint = new Complaint({ emit: (...event: unknown[]) => events.push(event) } as unknown as Log, 'steering-failed')
  const failed = new OperationalError('STEERING_FAILED', 'no rule')
  complaint.say(failed)
  complaint.say(failed)
  complaint.say(new TypeError('a bug'))
  complaint.settle()
  complaint.say(failed)
  const told = ['steering-failed', { code: 'STEERING_FAILED', detail: 'no rule' }]
  t.strictSame(events, [told, ['steering-failed', { code: 'INTERNAL', detail: 'TypeError: a bug' }], told])
})
