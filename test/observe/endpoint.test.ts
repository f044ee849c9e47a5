// SPDX-License-Identifier: GPL-2.0-or-later

import { connect } from 'node:net'
import t from 'tap'
import { OperationalError } from '../../src/errors.js'
import { MOST_CONNECTIONS, openEndpoint, parseListenAddress } from '../../src/observe/endpoint.js'
import type { Health } from '../../src/observe/health.js'

t.test('an address is ADDRESS:PORT, IPv6 in brackets', async (t) => {
  t.same(parseListenAddress('127.0.0.1:9530'), { host: '127.0.0.1', port: 9530 })
  t.same(parseListenAddress('[::1]:0'), { host: '::1', port: 0 })
  for (const bad of ['', '9530', '127.0.0.1', '127.0.0.1:', '127.0.0.1:65536', '::1:9530', ':80', '127.0.0.1:x']) {
    t.throws(() => parseListenAddress(bad), { code: 'USAGE' }, bad)
  }
})

const OK = { ok: true, causes: [] }

t.test('only GET of the known pages is served, made at the moment they are asked for', async (t) => {
  let scrapes = 0
  let ready: Health = OK
  const pages = {
    metrics: async () => {
      scrapes++
      if (scrapes === 3) throw new Error('no')
      return `scrape ${scrapes}\n`
    },
    liveness: () => OK,
    readiness: () => {
      if (scrapes === 0) throw new Error('no')
      return ready
    },
  }
  const endpoint = await openEndpoint({ host: '127.0.0.1', port: 0 }, pages)
  const get = (path: string, method = 'GET') => fetch(`http://${endpoint.address}${path}`, { method })
  t.equal((await get('/readyz')).status, 500, 'a fault of ours is no answer to a probe')
  t.equal(await (await get('/metrics')).text(), 'scrape 1\n')
  const second = await get('/metrics')
  t.match(second.headers.get('content-type'), 'text/plain; version=0.0.4')
  t.equal(await second.text(), 'scrape 2\n')
  t.equal((await get('/metrics')).status, 500, 'a fault of ours is an empty 500')
  t.equal((await get('/')).status, 404)
  t.equal((await get('/livez')).status, 200)
  t.equal(await (await get('/readyz')).text(), 'ok\n')
  ready = { ok: false, causes: ['queue 5300 has no worker', 'the steering is not in the kernel'] }
  const probed = await get('/readyz')
  t.equal(probed.status, 503)
  t.equal(await probed.text(), 'queue 5300 has no worker\nthe steering is not in the kernel\n')
  t.equal((await get('/metrics', 'POST')).status, 404)

  const port = Number(endpoint.address.split(':')[1])
  const failure = await openEndpoint({ host: '127.0.0.1', port }, pages).catch((error: unknown) => error)
  t.ok(failure instanceof OperationalError)
  t.match(failure, { code: 'METRICS_PORT', message: `cannot listen on 127.0.0.1:${port}` })
  await endpoint.close()
})

t.test('whoever holds connections cannot use up the descriptors of the process', async (t) => {
  const pages = { metrics: async () => '', liveness: () => OK, readiness: () => OK }
  const endpoint = await openEndpoint({ host: '127.0.0.1', port: 0 }, pages)
  const port = Number(endpoint.address.split(':')[1])
  const open = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.on('close', () => resolve(false))
      setTimeout(resolve, 500, true)
    })
  const held = await Promise.all(Array.from({ length: MOST_CONNECTIONS + 10 }, open))
  t.equal(held.filter(Boolean).length, MOST_CONNECTIONS)
  await endpoint.close()
})
