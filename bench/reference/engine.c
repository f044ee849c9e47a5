// SPDX-License-Identifier: GPL-2.0-or-later
// The job of the engine in C: the image and the packets that the engine in TypeScript works on, mapped, and each packet
// decided in full: parsing, classification, shapes, verdict, decision word, counters.
//
//   engine IMAGE PACKETS DECISIONS NOW_SECONDS
//
// Writes the decision words of one pass over all packets to DECISIONS and says "ready". Then for each number that it
// reads it makes as many passes and says how many nanoseconds of CPU they took. Ends with its input.

#include <inttypes.h>
#include <time.h>

#include "engine/decide.h"
#include "engine/load.h"

enum { BATCH_SLOTS = 64 };

/** The columns of a batch, as the source of packets hands it over (bench/memory.ts, subjectFile). */
struct batch {
  uint32_t at[BATCH_SLOTS], copied[BATCH_SLOTS], length[BATCH_SLOTS], in[BATCH_SLOTS], out[BATCH_SLOTS];
};

struct packets {
  uint32_t count;
  const struct batch* batches;
  const uint8_t* bytes;
};

/** What leaves with the next batch. */
struct decided {
  uint32_t decision[BATCH_SLOTS];
  uint8_t verdict[BATCH_SLOTS];
};

static struct packets open_packets(const uint8_t* memory) {
  const uint32_t* words = (const uint32_t*)memory;
  const uint32_t count = words[0];
  if (count % BATCH_SLOTS != 0) {
    fputs("not whole batches\n", stderr);
    exit(1);
  }
  const uint32_t parsers = words[1];
  const uint32_t* const bytes = words + 2;
  for (uint32_t parser = 0; parser < PARSERS && parser < parsers; parser++) {
    if (parser_bytes[parser] != 0 && parser_bytes[parser] != bytes[parser]) {
      fprintf(stderr, "parser %" PRIu32 " looks at %" PRIu32 " bytes here, and there at %" PRIu32 "\n", parser,
              parser_bytes[parser], bytes[parser]);
      exit(1);
    }
  }
  const struct batch* batches = (const struct batch*)(bytes + parsers);
  return (struct packets){.count = count, .batches = batches, .bytes = (const uint8_t*)(batches + count / BATCH_SLOTS)};
}

static void require_parsers(const struct image* image) {
  for (uint32_t index = 0; index < image->pattern_count; index++) {
    const uint32_t parser = image->patterns[index].parser;
    if (parser != 0 && (parser >= PARSERS || parser_bytes[parser] == 0)) {
      fprintf(stderr, "the reference has no parser %" PRIu32 "\n", parser);
      exit(1);
    }
  }
}

static void decide_batch(struct engine* engine, const uint8_t* bytes, const struct batch* batch,
                         struct decided* decided) {
  for (uint32_t slot = 0; slot < BATCH_SLOTS; slot++) {
    const uint32_t word = decide(engine, bytes + batch->at[slot], batch->copied[slot], batch->length[slot],
                                 batch->in[slot], batch->out[slot]);
    decided->decision[slot] = word;
    decided->verdict[slot] = (word & 3) == VERDICT_ACCEPT ? NF_ACCEPT : NF_DROP;
  }
}

static void pass(struct engine* engine, const struct packets* packets, struct decided* decided) {
  for (uint32_t index = 0; index < packets->count / BATCH_SLOTS; index++)
    decide_batch(engine, packets->bytes, &packets->batches[index], &decided[index]);
}

static void write_decisions(const char* path, const struct decided* decided, uint32_t batches) {
  FILE* file = fopen(path, "w");
  if (!file)
    fail(path);
  for (uint32_t index = 0; index < batches; index++) {
    if (fwrite(decided[index].decision, sizeof decided[index].decision, 1, file) != 1)
      fail(path);
  }
  if (fclose(file) != 0)
    fail(path);
}

static uint64_t cpu_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

int main(int argc, char** argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: %s IMAGE PACKETS DECISIONS NOW_SECONDS\n", argv[0]);
    return 2;
  }
  struct engine engine = open_engine(load(argv[1]), (uint32_t)strtoul(argv[4], NULL, 10));
  const struct packets packets = open_packets(load(argv[2]));
  require_parsers(&engine.image);
  struct decided* decided = calloc(packets.count / BATCH_SLOTS, sizeof *decided);
  if (!decided)
    abort();
  pass(&engine, &packets, decided);
  write_decisions(argv[3], decided, packets.count / BATCH_SLOTS);
  puts("ready");
  fflush(stdout);
  for (unsigned passes; scanf("%u", &passes) == 1;) {
    const uint64_t start = cpu_nanoseconds();
    while (passes-- > 0)
      pass(&engine, &packets, decided);
    printf("%" PRIu64 "\n", cpu_nanoseconds() - start);
    fflush(stdout);
  }
  return 0;
}
