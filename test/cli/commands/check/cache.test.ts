import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../server/checker/results/default-limits.js';
import type { CheckReport } from '../../../../server/cli/reports/check-report.js';
import { ResultCache } from '../../../../server/cli/commands/check/result-cache.js';
import { type CheckOptions, runCheck } from '../../../../server/cli/commands/check/run.js';
import { hashOf } from '../../../../server/workspace/hash.js';
import { partOf } from '../../../support/depth.js';
import { folder } from '../../guardrail.js';

const TOOLS = 'server mail { tool read() tool send() external }\n';
const POLICY = `policy P
import "./tools.guardrail"
agent a
allow a: mail.read
claim "no mail leaves": never mail.send
`;
const HARD = readFileSync(join(import.meta.dirname, '../../../checker/budgets/stays.guardrail'), 'utf8');
const FILES = { 'p.guardrail': POLICY, 'tools.guardrail': TOOLS };

async function check(cwd: string, more: Partial<CheckOptions> = {}, build = 'one'): Promise<CheckReport> {
    const silent = (): void => undefined;
    const options: CheckOptions = {
        select: { names: ['p.guardrail'], base: cwd },
        cwd,
        version: '0',
        limits: DEFAULT_LIMITS,
        failOn: 'error',
        strict: false,
        ...more
    };
    return runCheck(
        { ...options, results: new ResultCache(join(cwd, 'cache'), build, options) },
        { onFile: silent, onText: silent, onBegin: silent, onProgress: silent, onFault: silent }
    );
}

const entriesOf = (cwd: string): string[] =>
    readdirSync(join(cwd, 'cache'))
        .filter((name) => name.endsWith('.json'))
        .map((name) => join(cwd, 'cache', name));

/** Expects that the entries of the cache were not used, and that the verdict is still right. */
function expectAnew({ fromCache, exitCode, files }: CheckReport): void {
    expect(fromCache).toBe(0);
    expect(files.map(({ result }) => result?.claims.map(({ verdict }) => verdict))).toEqual([['holds']]);
    expect(exitCode).toBe(0);
}

test('an unchanged file is reported as before, without being checked', async () => {
    const cwd = folder(FILES);
    const first = await check(cwd);
    expectAnew(first);
    const second = await check(cwd);
    expect(second.fromCache).toBe(1);
    expect(JSON.parse(JSON.stringify(second.files))).toEqual(JSON.parse(JSON.stringify(first.files)));
    // This is the same folder as seen from another one.
    const elsewhere = join(cwd, 'cache');
    const third = await check(cwd, { cwd: elsewhere });
    expect(third.fromCache).toBe(1);
    expect(third.files.map(({ path, text }) => [path, text])).toEqual([['../p.guardrail', POLICY]]);
});

describe('a file is checked again when', () => {
    test('its text, or that of an import, has changed', async () => {
        const cwd = folder(FILES);
        await check(cwd);
        writeFileSync(join(cwd, 'p.guardrail'), POLICY.replace('allow a: mail.read', 'allow a: mail.*'));
        expect(await check(cwd)).toMatchObject({ fromCache: 0, exitCode: 1 });
        expect(await check(cwd)).toMatchObject({ fromCache: 1, exitCode: 1 });
        writeFileSync(join(cwd, 'tools.guardrail'), 'server mail { tool read() }\n');
        expect(await check(cwd)).toMatchObject({ fromCache: 0, exitCode: 2 });
        rmSync(join(cwd, 'tools.guardrail'));
        expect(await check(cwd)).toMatchObject({ fromCache: 0, exitCode: 2 });
    });

    test('a package changes its version, or is found closer', async () => {
        const manifest = JSON.stringify({ name: 'tools', version: '1.0.0', guardrail: 'index.guardrail' });
        const cwd = folder({
            'sub/p.guardrail': POLICY.replace('./tools.guardrail', 'tools'),
            'node_modules/tools/package.json': manifest,
            'node_modules/tools/index.guardrail': TOOLS
        });
        const select = { names: ['sub/p.guardrail'], base: cwd };
        expectAnew(await check(cwd, { select }));
        expect(await check(cwd, { select })).toMatchObject({ fromCache: 1, exitCode: 0 });
        writeFileSync(join(cwd, 'node_modules/tools/package.json'), manifest.replace('1.0.0', '1.0.1'));
        expectAnew(await check(cwd, { select }));
        const nearer = join(cwd, 'sub/node_modules/tools');
        mkdirSync(nearer, { recursive: true });
        writeFileSync(join(nearer, 'package.json'), manifest);
        writeFileSync(join(nearer, 'index.guardrail'), 'server other { tool read() }\n');
        expect(await check(cwd, { select })).toMatchObject({ fromCache: 0, exitCode: 2 });
    });

    test.each([
        ['the program', {}, 'another'],
        ['a limit', { limits: { ...DEFAULT_LIMITS, maxStates: 1000 } }, 'one'],
        ['the claim', { claim: 'no mail leaves' }, 'one'],
        ['the number of counterexamples', { counterexamples: 2 }, 'one']
    ])('%s has changed', async (_, more: Partial<CheckOptions>, build) => {
        const cwd = folder(FILES);
        await check(cwd);
        expectAnew(await check(cwd, more, build));
    });
});

test('a verdict that a limit of states left open is kept', async () => {
    const needsStates = POLICY.replace(
        'claim "no mail leaves": never mail.send',
        'deny mail.read when once mail.read within 1h\nclaim "reading": mail.read stays possible within 2h'
    );
    const cwd = folder({ ...FILES, 'p.guardrail': needsStates });
    const limits = { ...DEFAULT_LIMITS, maxStates: 1 };
    expect(await check(cwd, { limits })).toMatchObject({ fromCache: 0, exitCode: 3 });
    expect(await check(cwd, { limits })).toMatchObject({ fromCache: 1, exitCode: 3 });
    expectAnew(await check(cwd));
});

describe('results that another run might change are not cached:', () => {
    test.each([
        ['a verdict that took too long', HARD, { limits: { ...DEFAULT_LIMITS, timeoutMs: 1 } }, 3],
        ['a file with errors', `${POLICY}allow a: mial.read\n`, {}, 2],
        ['a file with an import that has errors', POLICY.replace('./tools', './broken'), {}, 2]
    ])('%s', async (_, policy, more, exitCode) => {
        const cwd = folder({ ...FILES, 'p.guardrail': policy, 'broken.guardrail': 'server mail {' });
        expect(await check(cwd, more)).toMatchObject({ fromCache: 0, exitCode });
        expect(await check(cwd, more)).toMatchObject({ fromCache: 0, exitCode });
    });
});

describe('an unusable cache only costs time:', () => {
    const DAMAGES: Readonly<Record<string, (text: string) => string>> = {
        'an empty entry': () => '',
        'half an entry': (text) => text.slice(0, text.length / 2),
        'another verdict': (text) => text.replace('"holds"', '"violated"'),
        'another checksum': (text) => text.replace(/ [0-9a-f]{4}/, ' 0000'),
        'another format': (text) => text.replace('guardrail-cache/1', 'guardrail-cache/2'),
        'no JSON': () => '\u0000\uffff{',
        'an end of its own': (text) => `${text}}`
    };
    test.each(Object.entries(DAMAGES))('%s', async (_, damage) => {
        const cwd = folder(FILES);
        await check(cwd);
        for (const file of entriesOf(cwd)) {
            const text = readFileSync(file, 'utf8');
            expect(damage(text)).not.toBe(text);
            writeFileSync(file, damage(text));
        }
        expectAnew(await check(cwd));
        expect((await check(cwd)).fromCache).toBe(1);
    });

    test('the entry of another policy', async () => {
        const cwd = folder({ ...FILES, 'q.guardrail': POLICY.replace('allow a: mail.read', 'allow a: mail.*') });
        await check(cwd);
        const [own] = entriesOf(cwd);
        await check(cwd, { select: { names: ['q.guardrail'], base: cwd } });
        const other = entriesOf(cwd).find((file) => file !== own);
        renameSync(other!, own!);
        expectAnew(await check(cwd));
    });

    test('a folder in place of the entry', async () => {
        const cwd = folder(FILES);
        await check(cwd);
        const [entry] = entriesOf(cwd);
        rmSync(entry!);
        mkdirSync(join(entry!, 'x'), { recursive: true });
        expectAnew(await check(cwd));
        expectAnew(await check(cwd));
        expect(readdirSync(join(cwd, 'cache')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    });

    test('a file in place of the folder', async () => {
        const cwd = folder({ ...FILES, cache: 'x' });
        expectAnew(await check(cwd));
        expect(readFileSync(join(cwd, 'cache'), 'utf8')).toBe('x');
    });

    test('two runs at once', async () => {
        const cwd = folder(FILES);
        for (const report of await Promise.all([check(cwd), check(cwd)])) {
            expectAnew(report);
        }
        expect((await check(cwd)).fromCache).toBe(1);
    });
});

test('a committed result is not used, because a pull request could contain any', async () => {
    const cwd = folder(FILES);
    await check(cwd);
    const git = (...args: string[]): Buffer => execFileSync('git', args, { cwd });
    git('init', '--quiet');
    expect((await check(cwd)).fromCache).toBe(1);
    git('add', '--force', ...entriesOf(cwd));
    expectAnew(await check(cwd));
});

test('an entry with a correct checksum but a value of a wrong type is not used', async () => {
    const cwd = folder({
        ...FILES,
        'p.guardrail': `${POLICY}
            allow a: mail.send
            deny mail.send when count > 3
            scenario "too many": a calls mail.send(to: "b@c.example", count: 2) -> denied`,
        'tools.guardrail': 'server mail { tool read() tool send(to: string, count: number) external }\n'
    });
    const first = await check(cwd);
    expect(first).toMatchObject({ exitCode: 1, files: [{ result: { claims: [{ verdict: 'violated' }] } }] });
    const [file] = entriesOf(cwd);
    const entry = JSON.parse(readFileSync(file!, 'utf8').split('\n')[1]!) as JsonObject;
    const places = placesIn(entry['checked'], ['checked']);
    expect(places.length).toBeGreaterThan(150);
    const used: string[] = [];
    for (const place of partOf(places, 20)) {
        const changed = structuredClone(entry);
        const last = place.at(-1)!;
        const parent = place.slice(0, -1).reduce<JsonObject>((value, key) => value[key] as JsonObject, changed);
        parent[last] = typeof parent[last] === 'object' ? 7 : { toString: 'x' };
        const data = JSON.stringify(changed);
        writeFileSync(file!, `guardrail-cache/1 ${hashOf(data)}\n${data}`);
        if ((await check(cwd)).fromCache > 0) {
            used.push(place.join('.'));
        }
    }
    // Arguments of calls may be of any type, so they are left out.
    expect(used.filter((place) => !/\.args\./.test(place))).toEqual([]);
});

type JsonObject = Record<string, unknown>;

function placesIn(value: unknown, path: readonly string[]): (readonly string[])[] {
    return typeof value !== 'object' || value === null
        ? [path]
        : [path, ...Object.entries(value).flatMap(([key, part]) => placesIn(part, [...path, key]))];
}
