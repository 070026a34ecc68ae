/**
 * A member of the family as a C program: a hand-written breadth-first search, as the limit of what is possible. A state
 * is one word of 64 bits. The visited states are pages of 512 bits, found by the high bits of a state through a hash
 * table with open addressing, so that states that differ in their low bits share a cache line.
 */
import type { FamilyTool, Member } from './model.js';
import { maskOf, MODES, range } from './model.js';
import { sinkTexts } from './sink.js';

/** The line of JSON that the program prints. */
export interface CResult {
    readonly states: number;
    readonly transitions: number;
    readonly milliseconds: number;
    readonly peakKB: number;
    /** The number of steps of the shortest session that breaks the claim; undefined if none does. */
    readonly steps?: number;
}

export function cText(member: Member): string {
    return `${PRELUDE}
int main(void) {
${SETUP}
  *p++ = 0; goto flush;
  while (head < n) {
    u64 s = states[head]; p = buffer;
${successors(member)}
${FLUSH}
    head++;
  }
${REPORT}
}
`;
}

/** The positions of a state's fields, with the field that changes most lowest. */
class Layout {
    /** The bits of the shared part (labels, then approvals), and of each agent's part (labels, calls, mode). */
    private readonly shared: number;
    private readonly own: number;
    private readonly labels: number;
    private readonly count: number;

    constructor(member: Member) {
        const isShared = member.encoding === 'ahead';
        this.count = Math.ceil(Math.log2(member.calls + 1));
        this.labels = isShared ? 0 : member.labels;
        this.shared = isShared ? member.labels + member.sinks : 0;
        this.own = this.labels + this.count + 2;
        if (this.shared + member.agents * this.own > 63) {
            throw new RangeError('the state does not fit in a word');
        }
    }

    taintedAt(agent: number): number {
        return this.labels === 0 ? 0 : this.shared + agent * this.own;
    }

    calledAt(agent: number): number {
        return this.shared + agent * this.own + this.labels;
    }

    modeAt(agent: number): number {
        return this.calledAt(agent) + this.count;
    }

    called(agent: number): string {
        return `((s >> ${this.calledAt(agent)}) & ${(1 << this.count) - 1})`;
    }
}

function successors(member: Member): string {
    const layout = new Layout(member);
    const grants = member.encoding === 'ahead' ? range(member.sinks) : [];
    return [
        ...grants.map((sink) => {
            const bit = `${2 ** (member.labels + sink)}ULL`;
            return `    if (!(s & ${bit})) { *p++ = s | ${bit}; }`;
        }),
        ...range(member.agents).map((agent) => callsOf(member, layout, agent))
    ].join('\n');
}

function callsOf(member: Member, layout: Layout, agent: number): string {
    const mode = layout.modeAt(agent);
    const calls = member.inventory.map((tool, index) => callText(member, layout, agent, tool, index));
    return `    if (${layout.called(agent)} < ${member.calls}) {
      unsigned mode = (s >> ${mode}) & 3; u64 stays = s + (1ULL << ${layout.calledAt(agent)});
      u64 advances = (stays & ~(3ULL << ${mode})) | ((u64)((mode + 1) % ${MODES}) << ${mode});
${calls.join('\n')}
    }`;
}

function callText(member: Member, layout: Layout, agent: number, tool: FamilyTool, index: number): string {
    const at = layout.taintedAt(agent);
    const reads = maskOf(tool.reads) * 2 ** at;
    let after = `${tool.advances ? 'advances' : 'stays'}${reads === 0 ? '' : ` | ${reads}ULL`}`;
    const guards = tool.modes.length === MODES ? [] : [`((${maskOf(tool.modes)} >> mode) & 1)`];
    let asserted = '';
    if (tool.forbidden) {
        const { guard, claim } = sinkTexts(member, index, {
            tainted: `(s >> ${at})`,
            granted: `(s >> ${member.labels})`,
            called: (other) => layout.called(other)
        });
        guards.push(...(guard === undefined ? [] : [guard]));
        asserted = `if (!${claim}) { broken = 1; goto out; } `;
        if (member.encoding === 'ahead') {
            after = `(${after}) & ~${2 ** (member.labels + index)}ULL`;
        }
    }
    return `      ${guards.length > 0 ? `if (${guards.join(' && ')}) ` : ''}{ ${asserted}*p++ = ${after}; }`;
}

const PRELUDE = `#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/mman.h>
#include <sys/resource.h>
typedef unsigned long long u64; typedef unsigned u32;
/* Address space; the system gives memory to what is touched. */
static void *reserve(size_t bytes) {
  void *at = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) { perror("mmap"); exit(1); }
  return at;
}
#define HASH(k) ((((k) ^ ((k) >> 29)) * 0x9E3779B97F4A7C15ULL) >> shift)`;

const SETUP = `  struct timespec t0, t1; clock_gettime(CLOCK_MONOTONIC, &t0);
  const size_t most = 60000000, mostPages = most / 8;
  u64 *states = reserve(most * 8); u32 *parents = reserve(most * 4);
  u32 *bitmap = reserve(mostPages * 64); u64 *keys = reserve(mostPages * 8); u32 *table = reserve(4UL << 26);
  long n = 0, pages = 0, transitions = 0, head = -1; int broken = 0, bits = 16, shift = 64 - bits;
  u64 buffer[1024]; u64 *p = buffer;`;

const FLUSH = `    flush: {
      long c = p - buffer; transitions += c; u64 mask = (1ULL << bits) - 1;
      for (long k = 0; k < c; k++) {
        u64 state = buffer[k], key = (state >> 9) + 1, j = HASH(key); u32 page;
        for (;;) {
          page = table[j];
          if (!page) { keys[pages] = key; table[j] = page = ++pages; break; }
          if (keys[page - 1] == key) break;
          j = (j + 1) & mask;
        }
        u32 *word = bitmap + (size_t)(page - 1) * 16 + ((state >> 5) & 15), bit = 1u << (state & 31);
        if (*word & bit) continue;
        *word |= bit; states[n] = state; parents[n] = head; n++;
      }
      if (pages * 2 > (1L << bits) - 64) {
        bits++; shift--; mask = (1ULL << bits) - 1; memset(table, 0, 4UL << bits);
        for (long k = 0; k < pages; k++) {
          u64 j = HASH(keys[k]);
          while (table[j]) j = (j + 1) & mask;
          table[j] = k + 1;
        }
      }
    }`;

const REPORT = `  out: clock_gettime(CLOCK_MONOTONIC, &t1);
  double ms = (t1.tv_sec - t0.tv_sec) * 1e3 + (t1.tv_nsec - t0.tv_nsec) / 1e6;
  struct rusage used; getrusage(RUSAGE_SELF, &used);
  printf("{\\"states\\":%ld,\\"transitions\\":%ld,\\"milliseconds\\":%.2f,\\"peakKB\\":%ld", n, transitions, ms, used.ru_maxrss);
  if (broken) {
    int steps = 0;
    for (long k = head; k >= 0; k = (int)parents[k]) steps++;
    printf(",\\"steps\\":%d", steps);
  }
  printf("}\\n");
  return 0;`;
