/**
 * Explores the TLA+ export by TLC: it must agree with the checker on every verdict. No package that tests could install
 * contains TLC, so this runs if GUARDRAIL_TLA2TOOLS names a `tla2tools.jar` and Java is available.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkClaim } from '../../server/checker/portfolio/claims.js';
import { guardedSystemOf } from '../../server/export/guarded.js';
import { TLC_CONFIGURATION, tlaOf } from '../../server/export/tla.js';
import { Unexportable } from '../../server/export/unexportable.js';
import { policies } from '../oracle/generate.js';
import { printPolicy } from '../oracle/print.js';
import { policyOf } from '../support/policies.js';
import { SHAPES } from './shapes.js';

const jar = process.env.GUARDRAIL_TLA2TOOLS;
const LIMITS = { maxStates: 20_000, maxMemoryMB: 500, timeoutMs: 10_000 };

test('every variable is initialised, and every step defines the next value of each', async () => {
    const policy = await policyOf(`policy P
agent a
server s { tool read() reads secret tool send() }
label secret
allow a: s.*
deny s.send when carries secret and count(s.send) >= 2
claim "c": at most 2 s.send`);
    const system = guardedSystemOf(policy, policy.claims[0]!);
    const text = tlaOf(system, 'P');
    const names = system.variables.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(1);
    const definitions = text.split(/^(?=\w+ ==$)/m);
    const init = definitions.find((part) => part.startsWith('Init =='))!;
    expect(names.filter((name) => !init.includes(`/\\ ${name} = `))).toEqual([]);
    const steps = definitions.filter((part) => /^Step\d+ ==/.test(part));
    expect(steps.length).toBe(system.commands.length);
    for (const step of steps) {
        const unchanged = /UNCHANGED <<(.*)>>/.exec(step)?.[1]?.split(', ') ?? [];
        const assigned = [...step.matchAll(/\/\\ (\w+)' = /g)].map(([, name]) => name!);
        expect([...assigned, ...unchanged].sort()).toEqual([...names].sort());
    }
});

describe.skipIf(jar === undefined)('TLC agrees', () => {
    test('on random policies', () => {
        const shapes = Object.values(SHAPES);
        let compared = 0;
        for (let run = 0; compared < 20; run++) {
            const [policy] = fc.sample(policies(shapes[run % shapes.length]!.shape), { seed: 41 + run, numRuns: 1 });
            for (const claim of policy!.claims.slice(0, 1)) {
                try {
                    const system = guardedSystemOf(policy!, claim);
                    const { verdict } = checkClaim(policy!, claim, { limits: LIMITS });
                    if (system.differences.length === 0 && verdict !== 'undecided') {
                        const found = verdict === 'violated' || verdict === 'witnessed';
                        expect(runTlc(tlaOf(system, 'M')), `${claim.text}\n${printPolicy(policy!)}`).toBe(found);
                        compared++;
                    }
                } catch (error) {
                    if (!(error instanceof Unexportable)) {
                        throw error;
                    }
                }
            }
        }
    });
});

/** True if TLC finds the invariant broken. */
function runTlc(module: string): boolean {
    const cwd = mkdtempSync(join(tmpdir(), 'guardrail-tlc-'));
    try {
        writeFileSync(join(cwd, 'M.tla'), module);
        writeFileSync(join(cwd, 'M.cfg'), TLC_CONFIGURATION);
        const { status, stdout } = spawnSync('java', ['-cp', jar!, 'tlc2.TLC', 'M'], { cwd, encoding: 'utf8' });
        // The status 0 means no error, and 12 that an invariant is violated.
        expect([0, 12], stdout).toContain(status);
        return status === 12;
    } finally {
        rmSync(cwd, { recursive: true, force: true });
    }
}
