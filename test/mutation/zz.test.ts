import { appendFileSync } from 'node:fs';
import { test } from 'vitest';
import { files, load } from '../examples/policies.js';
import { mutantsOf } from './mutants.js';
import { fateOf, verdictsOf } from './try.js';
test('count', async () => {
  for (const f of files) { if (!new RegExp(process.env.FILES ?? '.').test(f)) continue; const { policy } = await load(f); if (!policy || policy.claims.length === 0) continue;
  const t0 = Date.now();
  const v = verdictsOf(policy); const t1 = Date.now(); const c: Record<string, number> = {};
  const out: string[] = [];
  for (const m of mutantsOf(policy)) { const s = Date.now(); const fate = fateOf(policy, m, v); c[fate.kind] = (c[fate.kind] ?? 0) + 1; if (fate.kind === 'survives') out.push(`   ${m.text}: ${fate.because}`); if (Date.now() - s > 2000) out.push(`   SLOW ${m.text} ${Date.now() - s} ${fate.kind}`); }
  appendFileSync('/tmp/mut.log', [f, JSON.stringify(c), t1 - t0, Date.now() - t1, '\n' + out.join('\n')].join(' ') + '\n'); }
}, 3000000);
