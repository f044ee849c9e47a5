// SPDX-License-Identifier: GPL-2.0-or-later
// batch.cc without a kernel: datagrams in, columns and verdict messages out. native/sanitize.sh builds it with the
// sanitizers and runs it. Bytes of a slot behind the datagram are poisoned, so that reading one byte too many ends the
// run. Verdicts are judged by a model of the kernel's queue: what happened to each id, not which messages did it.
// Prints one line per test; exit status 1 after a failure.

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <sanitizer/asan_interface.h>
#include <vector>

#include "../../native/src/batch.h"
#include "kernel.h"

using ipxxb::Batch;
using ipxxb::Counter;
using ipxxb::Slab;

namespace {

constexpr uint32_t STRIDE = 512;

/** A slab on the heap, exactly as large as it has to be, and the batch on it. */
class Bench {
public:
  explicit Bench(uint8_t defaultVerdict = NF_ACCEPT)
      : memory_(static_cast<uint8_t*>(aligned_alloc(64, SIZE))), slab(*reinterpret_cast<Slab*>(memory_)),
        batch(prepare(), QUEUE, defaultVerdict) {}
  ~Bench() {
    ASAN_UNPOISON_MEMORY_REGION(memory_, SIZE);
    free(memory_);
  }

  void take(uint32_t slot, const Bytes& datagram, bool truncated = false) {
    uint8_t* const at = memory_ + ipxxb::SLOTS_AT + slot * STRIDE;
    const uint32_t length = static_cast<uint32_t>(std::min<size_t>(datagram.size(), STRIDE));
    ASAN_UNPOISON_MEMORY_REGION(at, STRIDE);
    std::copy_n(datagram.begin(), length, at);
    ASAN_POISON_MEMORY_REGION(at + length, STRIDE - length);
    batch.take(slot, length, truncated || length < datagram.size());
  }

  uint64_t counter(Counter counter) const { return slab.counters[static_cast<uint32_t>(counter)]; }

  Bytes encode() {
    // On the heap and no longer than promised: writing past the end is found.
    uint8_t* const buffer = static_cast<uint8_t*>(malloc(ipxxb::VERDICT_BYTES));
    const uint32_t bytes = batch.encode(buffer);
    const Bytes messages(buffer, buffer + bytes);
    free(buffer);
    return messages;
  }

private:
  static constexpr size_t SIZE = ipxxb::SLOTS_AT + ipxxb::BATCH_SLOTS * STRIDE;
  uint8_t* prepare() {
    memset(memory_, 0, SIZE);
    slab.magic = ipxxb::SLAB_MAGIC;
    slab.format = ipxxb::SLAB_FORMAT;
    slab.slots = ipxxb::BATCH_SLOTS;
    slab.stride = STRIDE;
    return memory_;
  }
  uint8_t* const memory_;

public:
  Slab& slab;
  Batch batch;
};

void columns() {
  Bench bench(NF_DROP);
  bench.slab.decision[0] = 77;
  bench.slab.setMark[0] = 1;
  Wish wish;
  wish.id = 1;
  wish.payload = 101;
  wish.capLength = 1400;
  wish.mark = 0xfffffffe;
  wish.in = 3;
  wish.out = 4;
  wish.skbInfo = 5;
  bench.take(9, packet(wish));
  bench.batch.tally();
  const Slab& slab = bench.slab;
  CHECK(bench.batch.size() == 1 && bench.batch.owed() == 1);
  CHECK(slab.id[0] == 1 && slab.copied[0] == 101 && slab.length[0] == 1400);
  CHECK(slab.mark[0] == 0xfffffffe && slab.inInterface[0] == 3 && slab.outInterface[0] == 4 && slab.skbInfo[0] == 5);
  CHECK(slab.meta[0] == (0x86ddu << 16 | NF_INET_FORWARD));
  CHECK(slab.decision[0] == 0 && slab.verdict[0] == NF_DROP && slab.setMark[0] == 0);
  const uint8_t* const first = reinterpret_cast<const uint8_t*>(&slab) + slab.at[0];
  CHECK(slab.at[0] >= ipxxb::SLOTS_AT + 9 * STRIDE && first[0] == 0 && first[100] == 100);
  CHECK(bench.counter(Counter::packets) == 1 && bench.counter(Counter::batches) == 1);
  CHECK(bench.counter(Counter::batchSize1) == 1);

  // What the next packet lacks must not be left over from this one.
  bench.encode();
  bench.take(0, plain(2));
  CHECK(slab.mark[0] == 0 && slab.inInterface[0] == 0 && slab.outInterface[0] == 0 && slab.skbInfo[0] == 0);
  CHECK(slab.length[0] == 60 && slab.copied[0] == 60);
}

void lengthNeverBelowCopied() {
  Bench bench;
  Wish wish;
  wish.capLength = 10;
  bench.take(0, packet(wish));
  CHECK(bench.slab.length[0] == 60 && bench.slab.copied[0] == 60);
  wish.id = 2;
  wish.capLength = 0;
  wish.payload = 0;
  bench.take(1, packet(wish));
  CHECK(bench.slab.copied[1] == 0 && bench.slab.length[1] == 0);
}

void runsAreTheKernelsVerdicts() {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; round++) {
    const uint8_t byDefault = round & 1;
    Bench bench(byDefault);
    const uint32_t size = 1 + random() % ipxxb::BATCH_SLOTS;
    // Half of the rounds cross the wrap of the ids.
    uint32_t id = round & 2 ? 0u - size / 2 : random();
    std::vector<uint32_t> ids;
    std::map<uint32_t, Verdict> expected;
    for (uint32_t slot = 0; slot < size; slot++, id += 1 + (random() % 8 == 0)) {
      const bool hidden = random() % 5 == 0;
      Wish wish;
      wish.id = id;
      wish.payload = hidden ? 800 : 40;
      bench.take(slot, packet(wish));
      ids.push_back(id);
      Verdict verdict;
      verdict.verdict = byDefault;
      if (!hidden) {
        const uint32_t entry = bench.batch.size() - 1;
        const uint8_t written = static_cast<uint8_t>(random() % 7 == 0 ? random() : random() % 2);
        bench.slab.verdict[entry] = written;
        verdict.verdict = written <= NF_ACCEPT ? written : byDefault;
        verdict.setMark = random() % 4 == 0;
        bench.slab.setMark[entry] = verdict.setMark;
        bench.slab.newMark[entry] = random() % 2;
        if (verdict.setMark)
          verdict.mark = bench.slab.newMark[entry];
      }
      expected[id] = verdict;
    }
    uint32_t runs = 1;
    for (size_t place = 1; place < ids.size(); place++) {
      if (!(expected[ids[place]] == expected[ids[place - 1]]))
        runs++;
    }
    uint32_t messages = 0;
    CHECK(judge(ids, bench.encode(), &messages) == expected);
    CHECK(messages == runs && bench.counter(Counter::verdictMessages) == runs);
    CHECK(bench.encode().empty() && bench.batch.owed() == 0);
  }
}

void longestVerdictBuffer() {
  Bench bench;
  for (uint32_t slot = 0; slot < ipxxb::BATCH_SLOTS; slot++) {
    bench.take(slot, plain(slot + 1));
    bench.slab.setMark[slot] = 1;
    bench.slab.newMark[slot] = slot;
  }
  bench.batch.tally();
  CHECK(bench.counter(Counter::batchSize64) == 1);
  CHECK(bench.encode().size() == ipxxb::VERDICT_BYTES);
}

void truncatedIsSettledInItsPlace() {
  Bench bench(NF_ACCEPT);
  Wish large;
  large.id = 2;
  large.payload = 2000;
  bench.take(0, plain(1));
  bench.take(1, packet(large));
  bench.take(2, plain(3));
  CHECK(bench.batch.size() == 2 && bench.batch.owed() == 3);
  CHECK(bench.slab.id[0] == 1 && bench.slab.id[1] == 3);
  CHECK(bench.counter(Counter::truncated) == 1 && bench.counter(Counter::idGaps) == 0);
  bench.slab.verdict[0] = NF_DROP;
  bench.slab.verdict[1] = NF_DROP;
  const std::map<uint32_t, Verdict> outcome = judge({1, 2, 3}, bench.encode());
  CHECK(outcome.at(1).verdict == NF_DROP && outcome.at(2).verdict == NF_ACCEPT && outcome.at(3).verdict == NF_DROP);
}

void gaps() {
  Bench bench;
  bench.take(0, plain(3)); // 1 and 2 never came
  bench.take(1, plain(4));
  bench.take(2, plain(0x7fffffff));
  bench.encode();
  CHECK(bench.counter(Counter::idGaps) == 2 + (0x7fffffff - 4 - 1));
  bench.take(0, plain(0xfffffffe));
  bench.encode();
  const uint64_t before = bench.counter(Counter::idGaps);
  bench.take(0, plain(1)); // 0xffffffff and 0 are missing
  bench.take(1, plain(2));
  CHECK(bench.counter(Counter::idGaps) == before + 2);
}

void errorsAreCountedByErrno() {
  Bench bench;
  bench.take(0, answer(0));
  bench.take(1, answer(ENOENT));
  CHECK(bench.batch.lost() == 0);
  bench.take(2, answer(EINVAL));
  bench.take(3, answer(ENODEV));
  CHECK(bench.batch.lost() == ENODEV);
  bench.take(4, answer(EPERM));
  CHECK(bench.batch.lost() == EPERM);
  Bytes cut = answer(ENOENT);
  cut.resize(18);
  bench.take(5, cut);
  CHECK(bench.counter(Counter::verdictErrorEnoent) == 1 && bench.counter(Counter::verdictErrorEnodev) == 1);
  CHECK(bench.counter(Counter::verdictErrorEperm) == 1 && bench.counter(Counter::verdictErrorOther) == 1);
  CHECK(bench.counter(Counter::foreign) == 1 && bench.batch.owed() == 0 && bench.encode().empty());
}

void foreign() {
  Bench bench;
  Wish other;
  other.queue = QUEUE + 1;
  bench.take(0, packet(other));
  Bytes done = plain(1);
  done[4] = NLMSG_DONE;
  done[5] = 0;
  bench.take(1, done);
  Bytes withoutId = plain(1);
  withoutId[22] = NFQA_UID;
  bench.take(2, withoutId);
  bench.take(3, Bytes());
  CHECK(bench.counter(Counter::foreign) == 4 && bench.batch.owed() == 0);
}

void invariants(const Bench& bench) {
  CHECK(bench.batch.size() <= bench.batch.owed() && bench.batch.owed() <= 1);
  if (bench.batch.size() == 0)
    return;
  const Slab& slab = bench.slab;
  const uint32_t slot = ipxxb::SLOTS_AT + 63 * STRIDE;
  CHECK(slab.at[0] >= slot && slab.at[0] + slab.copied[0] <= slot + STRIDE && slab.length[0] >= slab.copied[0]);
}

void anyBytes() {
  Wish wish;
  wish.in = wish.out = wish.mark = wish.skbInfo = 9;
  wish.capLength = 1500;
  const Bytes whole = packet(wish);
  std::mt19937 random(2);
  // Every prefix, said to be complete and said to be truncated.
  for (size_t length = 0; length <= whole.size(); length++) {
    for (const bool truncated : {false, true}) {
      Bench bench;
      bench.take(63, Bytes(whole.begin(), whole.begin() + static_cast<long>(length)), truncated);
      invariants(bench);
    }
  }
  // Every byte set to everything.
  for (size_t at = 0; at < whole.size() - wish.payload; at++) {
    for (int value = 0; value < 256; value++) {
      Bench bench;
      Bytes bytes = whole;
      bytes[at] = static_cast<uint8_t>(value);
      bench.take(63, bytes);
      invariants(bench);
      bench.encode();
    }
  }
  for (int round = 0; round < 20000; round++) {
    Bench bench;
    Bytes bytes(random() % (STRIDE + 1));
    for (uint8_t& byte : bytes)
      byte = static_cast<uint8_t>(random());
    // A third with a plausible head, else nothing gets past the first check.
    if (bytes.size() > 20 && round % 3 == 0)
      memcpy(bytes.data(), whole.data(), 20);
    if (bytes.size() > 4 && round % 2 == 0) {
      const uint32_t length = static_cast<uint32_t>(bytes.size());
      memcpy(bytes.data(), &length, 4);
    }
    bench.take(63, bytes, random() % 2 == 0);
    invariants(bench);
    bench.encode();
  }
}

void test(const char* name, void (*body)()) {
  const int before = failures;
  body();
  printf("%s %s\n", failures == before ? "ok" : "not ok", name);
}

} // namespace

int main() {
  test("a packet fills every column", columns);
  test("length is never below copied", lengthNeverBelowCopied);
  test("runs give each id its verdict, over gaps, wrap and hidden packets", runsAreTheKernelsVerdicts);
  test("64 runs with marks fill the verdict buffer exactly", longestVerdictBuffer);
  test("a truncated packet is settled in its place", truncatedIsSettledInItsPlace);
  test("gaps of ids", gaps);
  test("answers are counted by errno", errorsAreCountedByErrno);
  test("foreign datagrams are ignored", foreign);
  test("any bytes", anyBytes);
  return failures == 0 ? 0 : 1;
}
