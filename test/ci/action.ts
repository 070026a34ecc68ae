/**
 * Runs action.yml like GitHub's runner: inputs are filled in, each step is a bash script, and its outputs are available
 * to the next.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { folder } from '../cli/guardrail.js';

interface Step {
    readonly id: string;
    readonly run: string;
    readonly shell: string;
    readonly env: Readonly<Record<string, string>>;
    readonly 'working-directory'?: string;
}

export interface Action {
    readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
    readonly outputs: Readonly<Record<string, { readonly value: string }>>;
    readonly runs: { readonly steps: readonly Step[] };
}

const root = fileURLToPath(new URL('../../', import.meta.url));
export const ACTION_TEXT = readFileSync(join(root, 'action.yml'), 'utf8');
export const ACTION = parse(ACTION_TEXT) as Action;

export interface ActionRun {
    /** The exit code of the step that failed, or 0. */
    readonly code: number;
    readonly log: string;
    readonly summary: string;
    readonly outputs: Readonly<Record<string, string>>;
}

/** @param workspace the folder of the repository whose workflow uses the action */
export function runAction(workspace: string, inputs: Readonly<Record<string, string>> = {}): ActionRun {
    const runner = folder({ output: '', summary: '' });
    mkdirSync(join(runner, 'temp'));
    const values = new Map(
        Object.entries(ACTION.inputs).map(([name, { default: value }]) => [`inputs.${name}`, value])
    );
    for (const [name, value] of Object.entries(inputs)) {
        values.set(`inputs.${name}`, value);
    }
    const filled = (text: string): string =>
        text.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => values.get(name) ?? '');
    let log = '';
    let code = 0;
    for (const { id, run, env, 'working-directory': where = '.' } of ACTION.runs.steps) {
        writeFileSync(join(runner, 'output'), '');
        const step = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', filled(run)], {
            cwd: join(workspace, filled(where)),
            env: {
                PATH: process.env['PATH'] ?? '',
                HOME: runner,
                LANG: 'C.UTF-8',
                GITHUB_ACTION_PATH: root,
                GITHUB_OUTPUT: join(runner, 'output'),
                GITHUB_STEP_SUMMARY: join(runner, 'summary'),
                RUNNER_TEMP: join(runner, 'temp'),
                ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)]))
            },
            encoding: 'utf8'
        });
        log += step.stdout + step.stderr;
        for (const [, name, value] of readFileSync(join(runner, 'output'), 'utf8').matchAll(/^([\w-]+)=(.*)$/gm)) {
            values.set(`steps.${id}.outputs.${name!}`, value!);
        }
        code = step.status ?? -1;
        if (code !== 0) {
            break;
        }
    }
    const outputs = Object.entries(ACTION.outputs).map(([name, { value }]) => [name, filled(value)]);
    return {
        code,
        log,
        summary: readFileSync(join(runner, 'summary'), 'utf8'),
        outputs: Object.fromEntries(outputs) as Record<string, string>
    };
}
