import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { describe, expect, test } from 'vitest';
import { version } from '../../package.json';
import { BAD, folder, GOOD } from '../cli/guardrail.js';
import { ACTION, ACTION_TEXT, runAction } from './action.js';

/** A policy whose claims all hold, but with a rule that denies calls that another rule allows (GR505). */
const HAS_A_WARNING = GOOD.replace(
    'allow assistant: mail.read',
    'allow assistant: mail.read\nallow assistant: mail.send when once succeeded mail.send'
);

test('action.yml matches the schema of actions', () => {
    expect(validateAction(ACTION_TEXT).errors).toEqual([]);
    expect(validateAction(ACTION_TEXT.replaceAll('shell:', 'shel:')).errors).not.toEqual([]);
});

const WORKFLOWS = new URL('../../.github/workflows/', import.meta.url);

describe.each(readdirSync(WORKFLOWS))('the workflow %s', (name) => {
    const workflow = readFileSync(new URL(name, WORKFLOWS), 'utf8');

    test('matches the schema of workflows', () => {
        // The schema is older than this permission.
        expect(validateWorkflow(workflow.replace(/^ *attestations: write\n/m, '')).errors).toEqual([]);
    });

    test('names each action of others by its digest, because a tag can be moved', () => {
        const actions = Array.from(workflow.matchAll(/\buses: (.*)/g), ([, action]) => action!);
        expect(actions.filter((action) => !/^(\.\/|[\w./-]+@[\da-f]{40} # v\d)/.test(action))).toEqual([]);
    });

    test('uses outputs that the action has', () => {
        const named = Array.from(workflow.matchAll(/steps\.guardrail\.outputs\.([\w-]+)/g), (match) => match[1]!);
        expect(Object.keys(ACTION.outputs)).toEqual(expect.arrayContaining(named));
    });
});

test('no input becomes part of a script', () => {
    for (const { run } of ACTION.runs.steps) {
        expect(run).not.toContain('${{');
    }
});

// This is skipped on Windows, where GitHub uses Git's bash, which other programs do not find.
describe.skipIf(process.platform === 'win32')('the action', () => {
    test('writes annotations, a SARIF report and the job summary, and fails as the check does', () => {
        const workspace = folder({ 'a.guardrail': BAD, 'b.guardrail': GOOD });
        const { code, log, summary, outputs } = runAction(workspace);
        expect(code).toBe(1);
        expect(log).toContain(`Guardrail ${version}\n`);
        expect(log).toMatch(/^::error file=a\.guardrail,line=\d+,/m);
        expect(outputs).toMatchObject({ 'exit-code': '1', 'sarif-file': './guardrail.sarif' });
        const sarif = JSON.parse(readFileSync(join(workspace, outputs['sarif-file']!), 'utf8')) as {
            runs: { results: { ruleId: string }[] }[];
        };
        expect(sarif.runs[0]!.results.map(({ ruleId }) => ruleId)).toContain('GR590');
        expect(summary).toContain('nothing is sent');
        expect(readFileSync(outputs['markdown-file']!, 'utf8')).toBe(summary);
    });

    test('accepts files with spaces, a folder and other options, each on a separate line', () => {
        const workspace = folder({
            'sub/a b.guardrail': HAS_A_WARNING,
            'sub/c.guardrail': BAD,
            'sub/strict.json': '{ "failOn": "warning" }'
        });
        const inputs = { 'working-directory': 'sub', files: 'a b.guardrail\n', format: 'compact', summary: 'false' };
        const passing = runAction(workspace, { ...inputs, 'sarif-file': '' });
        expect(passing).toMatchObject({ code: 0, summary: '' });
        expect(passing.log).toContain('a b.guardrail:');
        expect(passing.outputs).toEqual({ 'exit-code': '0', 'sarif-file': '', 'markdown-file': '' });
        expect(existsSync(join(workspace, 'sub/guardrail.sarif'))).toBe(false);
        const configured = runAction(workspace, { ...inputs, config: 'strict.json', args: '--claim\nit can read\n' });
        expect(configured.outputs).toMatchObject({ 'exit-code': '0', 'sarif-file': 'sub/guardrail.sarif' });
        expect(runAction(workspace, { ...inputs, config: 'strict.json' }).code).toBe(1);
        expect(runAction(workspace, { ...inputs, 'fail-on': 'warning' }).code).toBe(1);
    });

    test('leaves no report of an earlier run if it writes none', () => {
        const workspace = folder({ 'a.guardrail': GOOD, 'guardrail.sarif': 'of an earlier run' });
        const { code, log, outputs } = runAction(workspace, { 'fail-on': '$(touch was-here)' });
        expect(code).toBe(2);
        expect(log).toContain('GR902');
        expect(outputs).toEqual({ 'exit-code': '2', 'sarif-file': '', 'markdown-file': '' });
        expect(existsSync(join(workspace, 'guardrail.sarif'))).toBe(false);
        expect(existsSync(join(workspace, 'was-here'))).toBe(false);
    });

    test('audits the settings of coding agents, without a policy', () => {
        const settings = { permissions: { allow: ['Bash(git push:*)'], deny: ['Write(.env)'] } };
        const workspace = folder({ 'app/.claude/settings.json': JSON.stringify(settings) });
        const { code, log, summary, outputs } = runAction(workspace, { command: 'audit', files: 'app' });
        expect(code).toBe(1);
        expect(log).toMatch(/^::error file=app\/\.claude\/settings\.json,line=1,.*title=GR590/m);
        expect(log).toMatch(/^::warning file=app\/\.claude\/settings\.json,line=1,.*title=GR702/m);
        expect(summary).toContain('no command pushes');
        const { runs } = JSON.parse(readFileSync(join(workspace, outputs['sarif-file']!), 'utf8')) as {
            runs: { results: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[] }[];
        };
        const places = runs[0]!.results.map(({ locations }) => locations[0]!.physicalLocation.artifactLocation.uri);
        expect([...new Set(places)]).toEqual(['app/.claude/settings.json']);
        expect(runAction(workspace, { command: 'repair' })).toMatchObject({ code: 2 });
    });

    test('strict is true or false', () => {
        const workspace = folder({ 'a.guardrail': GOOD });
        expect(runAction(workspace, { strict: 'yes' })).toMatchObject({
            code: 2,
            outputs: { 'exit-code': '' },
            log: expect.stringContaining('::error::strict is true or false') as string
        });
        expect(runAction(workspace, { strict: 'true' }).code).toBe(0);
    });

    test('runs another package from the repository', () => {
        const workspace = folder({ 'a.guardrail': GOOD, 'vendor/.keep': '' });
        const root = fileURLToPath(new URL('../..', import.meta.url));
        // The program is already built.
        execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', join(workspace, 'vendor')], {
            cwd: root,
            stdio: 'pipe'
        });
        const { code, log } = runAction(workspace, { package: `vendor/guardrail-${version}.tgz` });
        expect(log).toContain(`Guardrail ${version}\n`);
        expect(code).toBe(0);
    });
});
