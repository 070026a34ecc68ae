import { appendFileSync } from 'node:fs';
import { test } from 'vitest';
import { files, load } from '../examples/policies.js';
import { mutantsOf } from './mutants.js';
import { fateOf, verdictsOf } from './try.js';
const say = (t: string) => appendFileSync(process.env.LOG!, t + '\n');
test('count', async () => {
  for (const f of files) { if (!new RegExp(process.env.FILES ?? '.').test(f)) continue; const { policy } = await load(f); if (!policy || policy.claims.length === 0) continue;
  const t0 = Date.now();
  const v = verdictsOf(policy); const t1 = Date.now(); const c: Record<string, number> = {};
  say(`${f} ${t1 - t0}`);
  for (const m of mutantsOf(policy)) { const s = Date.now(); const fate = fateOf(policy, m, v); c[fate.kind] = (c[fate.kind] ?? 0) + 1; if (fate.kind !== 'caught' || Date.now() - s > 1500) say(`   ${fate.kind} ${Date.now() - s} ${m.text}: ${fate.kind === 'survives' ? fate.because : ''}`); }
  say(`${f} ${JSON.stringify(c)} ${t1 - t0} ${Date.now() - t1}`); }
}, 3000000);
