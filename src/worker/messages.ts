// SPDX-License-Identifier: GPL-2.0-or-later
// What the pool and a worker thread say to each other. A worker sits in exchange() and never returns to its event loop, so news for it
// goes through shared words and a wake-up, and the objects that belong to them wait on its port until it looks.
//
// The order that makes a publication safe: the pool posts the message, then raises PUBLICATION, then wakes the worker. A worker that sees
// the word raised therefore finds the message on its port; it takes it before it decides the batch in hand, and answers `took`.

/** Words of the control memory (Int32 index). */
export const CONTROL = {
  /** 1: settle, drain, close, return. Written by the pool. */
  stop: 0,
  /** Number of images published. Written by the pool, after the message was posted. */
  publication: 1,
  /** Raised each time the worker has been through its loop, which an idle one is four times a second. Written by the worker. */
  beats: 2,
} as const
export const CONTROL_WORDS = 16

/** An image and the counters that belong to it. */
export interface Publication {
  readonly number: number
  readonly image: SharedArrayBuffer
  readonly counters: SharedArrayBuffer
}

/** All that a worker needs to begin: workerData. */
export interface WorkerSetup {
  readonly queue: number
  readonly failOpen: boolean
  /** The one that the thread is kept on, or null. */
  readonly processor: number | null
  readonly slab: SharedArrayBuffer
  readonly control: SharedArrayBuffer
  /** eventfd that ends a wait. */
  readonly wake: number
  /** null once the worker has taken it: workerData lives as long as the thread, and would keep the image. */
  publication: Publication | null
}

/** From a worker to the pool. */
export type WorkerNews =
  | { readonly kind: 'bound' }
  | { readonly kind: 'took'; readonly publication: number }
  /** Rejected packets are dropped without an answer until a later image finds it otherwise. */
  | { readonly kind: 'unanswered'; readonly code: string; readonly message: string }
  /** It could not be kept on the processor that it was given, and runs where the kernel puts it. */
  | { readonly kind: 'unpinned'; readonly cause: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
