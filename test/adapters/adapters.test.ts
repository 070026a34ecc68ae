/**
 * Tests each adapter with its real library and a scripted model: the same calls get the same decisions. The libraries
 * are not dependencies; they are downloaded into `.cache/adapters` once.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { partOf } from '../support/depth.js';

const run = promisify(execFile);
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const programs = fileURLToPath(new URL('programs', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/adapters', import.meta.url));

const LIBRARIES = {
    'ai-sdk': { ai: '7.0.173' },
    'openai-agents': { '@openai/agents': '0.20.0' },
    langchain: { langchain: '1.5.14', '@langchain/core': '1.4.0' },
    strands: { '@strands-agents/sdk': '1.19.0' }
};
type Library = keyof typeof LIBRARIES;

const folderOf = (library: Library): string => join(cache, library);

/** The libraries to test: downloading all of them takes 230 MB. */
const tried = partOf(
    Object.keys(LIBRARIES) as Library[],
    (library) => library === 'ai-sdk' || existsSync(join(folderOf(library), 'node_modules'))
);

async function fetched(library: Library): Promise<string> {
    const there = folderOf(library);
    const dependencies = { ...LIBRARIES[library], zod: '4.1.12' };
    mkdirSync(there, { recursive: true });
    writeFileSync(join(there, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
    if (!existsSync(join(there, 'node_modules'))) {
        await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: there });
    }
    for (const name of readdirSync(programs)) {
        copyFileSync(join(programs, name), join(there, name));
    }
    return there;
}

test.each(tried)('%s: its tools are decided by the policy', { timeout: 600_000 }, async (library) => {
    const { stdout } = await run(process.execPath, ['main.mjs', library, dist], { cwd: await fetched(library) });
    const { made, seen } = JSON.parse(stdout) as { readonly made: string[]; readonly seen: string[] };
    expect(made).toEqual([
        ...[
            'send bob',
            'verify broken',
            'verify returned',
            'read plan',
            'read keys',
            'read secret',
            'pay 5',
            'verify sound',
            'publish late'
        ]
    ]);
    const expected = [
        ...['sent', 'the check is broken', 'the check is returned', 'unless once desk.verify'],
        ...['note plan', 'its result is withheld', 'the notes are private'],
        ...['its result is withheld', 'paid', 'A person has to approve pay', 'verified', 'published']
    ];
    expect(seen).toHaveLength(expected.length);
    expected.forEach((text, at) => expect(seen[at]).toContain(text));
    expect(seen.join('\n')).not.toMatch(/note (?:secret|keys)/);
});
