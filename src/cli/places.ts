// SPDX-License-Identifier: GPL-2.0-or-later
// Where each block of a policy is decided and why there, a line each; a comment to the tools whose input `plan` prints.

import type { Language } from '../catalogue/page.js'
import type { KernelPlan, PlaceCause } from '../control/compile/kernel-plan.js'
import { printable } from '../control/policy/excerpt.js'
import type { Policy } from '../control/policy/policy.js'

type Texts = Readonly<Record<Language, string>>

/** `$` is the name of the block in the way. */
const WHY: Readonly<Record<PlaceCause, Texts>> = {
  over: { en: 'drops nothing any more: its last day has passed', ja: '期限が過ぎており、もう何も遮断しない' },
  'not-yet': { en: 'drops nothing yet: its first day is still to come', ja: '開始日の前で、まだ何も遮断しない' },
  refused: { en: 'the kernel does not take its rules', ja: 'カーネルが規則を受け付けない' },
  asked: { en: 'the policy says so: placement userspace', ja: 'ポリシーの指定（placement: userspace）' },
  observed: { en: 'observed: what it would drop is counted there', ja: '観測のみ（observe）: 遮断対象をここで数える' },
  rejects: { en: 'rejects: the answers are made there', ja: '拒否応答（reject）をここで作る' },
  limit: { en: 'its limit is kept there', ja: '流量制限（limit）をここで守る' },
  parser: { en: 'its payloads take a parser to tell', ja: 'ペイロードの判定に構文解析が要る' },
  behind: {
    en: 'an earlier block there comes first for the same packets: $',
    ja: '先行するブロック $ が、同じパケットをユーザー空間で先に判定する',
  },
  partly: {
    en: 'only what fixed bytes tell; what takes a parser goes on to userspace',
    ja: '固定位置のバイトで分かるものだけ。残りはユーザー空間へ',
  },
  header: { en: 'addresses and ports tell', ja: 'アドレスとポートだけで決まる' },
  'fixed-shape': { en: 'bytes at fixed places tell', ja: '固定位置のバイトで決まる' },
}
const HEADING: Texts = { en: 'Where each block is decided, and why there:', ja: '各ブロックを判定する場所とその理由:' }
/** What the word `kernel` does not say. */
const PLAIN_ONLY: Texts = {
  en: 'kernel: plain packets alone. Fragments, IPv4 options, extension headers, and all of it where this kernel refuses the rules: userspace.',
  ja: 'kernel: 通常のパケットのみ。フラグメント、IPv4 オプション、拡張ヘッダー付き、およびカーネルが規則を受け付けない場合はユーザー空間で判定する。',
}

/** Lines that every tool takes for comments. */
export function renderPlaces({ blocks }: Policy, { placed }: KernelPlan, language: Language): string {
  const nameOf = (index: number | null): string => (index === null ? '' : printable(blocks[index]?.name ?? ''))
  const width = Math.max(0, ...placed.map(({ block }) => nameOf(block).length))
  const lines = placed.map(({ block, place, cause, behind }) => {
    // A function, since a name may hold `$&`.
    const why = WHY[cause][language].replace('$', () => nameOf(behind))
    return `#   ${nameOf(block).padEnd(width)}  ${place.padEnd(9)}  ${why}`
  })
  const note = placed.some(({ place }) => place === 'kernel') ? [`# ${PLAIN_ONLY[language]}`] : []
  return [`# ${HEADING[language]}`, ...lines, ...note].map((line) => `${line}\n`).join('')
}

/** As data, with names. */
export const placesOf = ({ blocks }: Policy, { placed }: KernelPlan): object[] =>
  placed.map(({ block, place, cause, behind }) => ({
    block: blocks[block]?.name,
    place,
    cause,
    behind: behind === null ? null : blocks[behind]?.name,
  }))
