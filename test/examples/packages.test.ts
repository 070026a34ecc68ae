/**
 * Tests that packs can be shared as a package: after packing and installing with the real npm, they mean the same in a
 * copy of a policy as here.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folder, guardrail } from '../cli/guardrail.js';
import expected from './expected.json' with { type: 'json' };
import { load } from './policies.js';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
const PACKAGE = join(EXAMPLES, 'packages/guardrails');

interface Place {
    readonly path: string;
    readonly start: { readonly line: number };
}

interface Report {
    readonly files: readonly {
        readonly path: string;
        readonly result?: {
            readonly claims: readonly {
                readonly name: string;
                readonly verdict: string;
                readonly source: Place;
                readonly usedAt?: Place;
            }[];
        };
    }[];
}

/** The line in which the text starts. */
function lineOf(text: string, file: string): number {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.findIndex((line) => line.trimStart().startsWith(text)) + 1;
}

function npm(cwd: string, ...args: readonly string[]): void {
    execFileSync('npm', args, { cwd, stdio: 'pipe', shell: process.platform === 'win32' });
}

test('what npm packs is installed beside a copy of the team', async () => {
    const cwd = folder({});
    cpSync(join(EXAMPLES, 'team'), cwd, { recursive: true });
    npm(PACKAGE, 'pack', '--pack-destination', cwd);
    npm(cwd, 'install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', './acme-guardrails-1.0.0.tgz');
    expect(readdirSync(join(cwd, 'node_modules/@acme/guardrails')).sort()).toEqual([
        'README.md',
        'audit.guardrail',
        'package.json',
        'packs.guardrail'
    ]);

    const { code, stdout } = await guardrail(['check', '--format', 'json'], { cwd });
    expect(code).toBe(0);
    const { files } = JSON.parse(stdout) as Report;
    const verdicts = files.map(({ path, result }) => [
        `team/${path}`,
        Object.fromEntries((result?.claims ?? []).map(({ name, verdict }) => [name, verdict]))
    ]);
    const here = ['team/first-try.guardrail', 'team/support.guardrail'] as const;
    expect(Object.fromEntries(verdicts)).toEqual({
        ...Object.fromEntries(here.map((file) => [file, verdictsOf(expected[file].claims)])),
        'team/tools/desk.guardrail': {}
    });

    const violated = files.flatMap(({ path, result }) =>
        (result?.claims ?? [])
            .filter(({ verdict }) => verdict === 'violated')
            .map(({ source, usedAt }) => [source, usedAt].map((place) => place && `${place.path}:${place.start.line}`))
            .map((places) => [path, ...places])
    );
    const pack = 'node_modules/@acme/guardrails/packs.guardrail';
    const claim = lineOf('claim "data of customers leaves', join(cwd, pack));
    const use = lineOf('@expected(violated) use CustomerData', join(cwd, 'first-try.guardrail'));
    expect(violated).toEqual([['first-try.guardrail', `${pack}:${claim}`, `first-try.guardrail:${use}`]]);
}, 120_000);

/** The numbers from the table of the examples. */
function verdictsOf(claims: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(claims).map(([name, text]) => [name, text.split(',', 1)[0]!]));
}

test('in the repository the package is the folder, and not what links to it', async () => {
    const { policy } = await load('team/first-try.guardrail');
    const files = policy!.claims.map(({ source, usedAt }) =>
        [source.uri, usedAt!.uri].map((uri) => uri.split('/examples/')[1])
    );
    expect([...new Set(files.map(String))]).toEqual(['packages/guardrails/packs.guardrail,team/first-try.guardrail']);
});
