/**
 * Tests the set-ups of docs/ci.md: workflows match the schema of GitHub, refer to existing inputs, outputs and hooks,
 * and their commands run, in a repository with the policies of the chapter.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validateWorkflow } from '@action-validator/core';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ACTION } from '../ci/action.js';
import { CLI, folder } from '../cli/guardrail.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/ci.md'), 'utf8');
const blocks = Array.from(page.matchAll(/^```(yaml|sh)\n([\s\S]*?)^```/gm), ([, language, text]) => ({
    language: language!,
    text: text!
}));

interface Step {
    readonly uses?: string;
    readonly with?: Readonly<Record<string, unknown>>;
    readonly run?: string;
    readonly env?: Readonly<Record<string, string>>;
}
interface Job {
    readonly steps?: readonly Step[];
    readonly script?: readonly string[];
    readonly artifacts?: { readonly reports: { readonly junit: string } };
}
interface Setup extends Job {
    readonly jobs?: Readonly<Record<string, Job>>;
    readonly repos?: readonly { readonly hooks: readonly { readonly id: string }[] }[];
    readonly policies?: Job;
}
const setups = blocks
    .filter(({ language }) => language === 'yaml')
    .map(({ text }) => ({ text, setup: parse(text) as Setup }));
const jobs = setups.flatMap(({ setup }) => [setup, setup.policies ?? {}, ...Object.values(setup.jobs ?? {})]);
const steps = jobs.flatMap((job) => job.steps ?? []);

/** The workflow around a single job. */
const workflowOf = (text: string): string =>
    /^on:/m.test(text)
        ? text
        : `on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n${text.replace(/^(?=.)/gm, '    ')}`;

describe('docs/ci.md', () => {
    test('has workflows that match their schema', () => {
        const workflows = setups.filter(({ text }) => text.includes('steps:'));
        expect(workflows).toHaveLength(7);
        for (const { text } of workflows) {
            expect(validateWorkflow(workflowOf(text)).errors, text).toEqual([]);
        }
        expect(validateWorkflow(workflowOf('stepz: []\n')).errors).not.toEqual([]);
    });

    test('names exactly the inputs and outputs of the action', () => {
        const uses = steps.filter(({ uses: action }) => action?.startsWith('acme/guardrail@'));
        expect(uses.length).toBeGreaterThan(2);
        const inputs = Object.keys(ACTION.inputs);
        expect(inputs).toEqual(expect.arrayContaining(uses.flatMap((step) => Object.keys(step.with ?? {}))));
        const named = Array.from(page.matchAll(/steps\.guardrail\.outputs\.([\w-]+)/g), (match) => match[1]!);
        expect(Object.keys(ACTION.outputs)).toEqual(expect.arrayContaining(named));
        const rows = (heading: string): string[] => {
            const table = page.slice(page.indexOf(`| ${heading} `)).split('\n\n')[0]!;
            return Array.from(table.matchAll(/^\| `([\w-]+)`/gm), (match) => match[1]!);
        };
        expect(rows('input')).toEqual(inputs);
        expect(rows('output')).toEqual(Object.keys(ACTION.outputs));
    });

    test('names every hook', () => {
        const hooks = setups
            .flatMap(({ setup }) => setup.repos ?? [])
            .flatMap((repo) => repo.hooks.map(({ id }) => id));
        const known = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')) as { id: string }[];
        expect(hooks.sort()).toEqual(known.map(({ id }) => id).sort());
    });

    // The scripts are for Linux shells.
    test.skipIf(process.platform === 'win32')('has commands that run', () => {
        const scripts = [
            ...steps.map(({ run, env = {} }) => ({ run: run ?? '', env })),
            ...jobs.flatMap(({ script = [] }) => script.map((run) => ({ run, env: {} }))),
            ...blocks.filter(({ language }) => language === 'sh').map(({ text }) => ({ run: text, env: {} }))
        ].filter(({ run }) => run.includes('guardrail'));
        expect(scripts).toHaveLength(7);
        const cwd = repository();
        for (const { run, env } of scripts) {
            const { status, stdout, stderr } = inShell(run, cwd, { ...env, BASE: 'main' });
            // Nothing is wrong with the policy, but the agents were allowed to do things that it forbids.
            expect(status, `${run}\n${stdout}${stderr}`).toBe(run.includes('replay') ? 1 : 0);
        }
        const junit = jobs.map((job) => job.artifacts?.reports.junit).find((path) => path !== undefined);
        expect(readFileSync(join(cwd, junit!), 'utf8')).toContain('<testsuites');
    });
});

/** The files of the chapter, in their final state; its `origin/main` is the commit before. */
function repository(): string {
    const file = (name: string): string => {
        const text = page.slice(page.indexOf(`\`${name}\`:\n`));
        return /^```\w+\n([\s\S]*?)^```/m.exec(text)![1]!;
    };
    const policy = file('policies/mail.guardrail');
    const cwd = folder({
        '.gitignore': 'bin\n',
        'policies/mail.guardrail': policy,
        'servers/shop.json': file('servers/shop.json'),
        'logs/today.jsonl': file('logs/today.jsonl'),
        'repaired.guardrail': policy.replace('for mail.send', 'for external tools when carries private'),
        // These files stand for what npm installs.
        'bin/npm': '#!/bin/sh\nexit 0\n',
        'bin/npx': `#!/bin/sh\n[ "$1 $2" = "--no-install guardrail" ] && shift 2 && exec "${process.execPath}" "${CLI}" "$@"\n`
    });
    const commit = 'git -c user.name=Author -c user.email=author@example.com commit -qm';
    const preparations = [
        'chmod +x bin/npx bin/npm && git init -q -b main',
        'npx --no-install guardrail import mcp servers/shop.json --output servers/shop.guardrail',
        `git add . ':!repaired.guardrail' && ${commit} before && git update-ref refs/remotes/origin/main HEAD`,
        `mv repaired.guardrail policies/mail.guardrail && git add . && ${commit} repaired`
    ];
    for (const step of preparations) {
        const { status, stderr } = inShell(step, cwd);
        expect(status, `${step}: ${stderr}`).toBe(0);
    }
    return cwd;
}

function inShell(script: string, cwd: string, env: Readonly<Record<string, string>> = {}) {
    return spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
        cwd,
        env: { PATH: `${join(cwd, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: dirname(cwd), LANG: 'C.UTF-8', ...env },
        encoding: 'utf8'
    });
}
