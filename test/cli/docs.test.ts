import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FORMAT } from '../../server/cli/reports/json.js';
import { guardrail } from './guardrail.js';

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
/** A section of the page, from a heading to the next one of the same level. */
const section = (heading: string): string => page.split(/^## /m).find((part) => part.startsWith(heading))!;

describe('docs/cli.md', () => {
    test.each([
        ['guardrail check', ['check', '--help']],
        ['guardrail diff', ['diff', '--help']],
        ['guardrail repair', ['repair', '--help']],
        ['guardrail tune', ['tune', '--help']],
        ['guardrail coverage', ['coverage', '--help']],
        ['guardrail replay', ['replay', '--help']],
        ['guardrail init', ['init', '--help']],
        ['guardrail import mcp', ['import', 'mcp', '--help']],
        ['guardrail gateway install', ['gateway', 'install', '--help']],
        ['guardrail add', ['add', '--help']],
        ['guardrail outdated', ['outdated', '--help']],
        ['guardrail docs', ['docs', '--help']],
        ['guardrail explain', ['explain', '--help']],
        ['guardrail simulate', ['simulate', '--help']],
        ['guardrail lint', ['lint', '--help']],
        ['guardrail fmt', ['fmt', '--help']],
        ['guardrail export', ['export', '--help']],
        ['guardrail gateway', ['gateway', '--help']],
        ['guardrail approvals', ['approvals', '--help']]
    ])('lists the options of %s exactly', async (heading, args) => {
        const { stdout } = await guardrail(args);
        const defined = stdout.slice(stdout.indexOf('Options:'), stdout.indexOf('Exit codes'));
        const listed = section(heading)
            .split('\n')
            .filter((line) => line.startsWith('| `-'))
            .flatMap((line) => line.split(' | ')[0]!.match(/--[a-z][a-z-]+/g) ?? []);
        // `--no-color` is an option of the program as a whole.
        expect([...new Set(listed)].filter((option) => option !== '--no-color').sort()).toEqual(
            [...defined.matchAll(/^ {2,6}(?:-\w, )?(--[a-z][a-z-]+)/gm)]
                .map(([, option]) => option!)
                .filter((option) => option !== '--help')
                .sort()
        );
    });

    test('names every command', async () => {
        const { stdout } = await guardrail(['--help']);
        const commands = [...stdout.matchAll(/^ {2}(\w+) (?:\[options\] )?[ <[]/gm)].map((match) => match[1]);
        expect(commands).toEqual([
            'check',
            'diff',
            'repair',
            'replay',
            'tune',
            'simulate',
            'coverage',
            'init',
            'import',
            'add',
            'outdated',
            'docs',
            'export',
            'explain',
            'fmt',
            'lint',
            'lsp',
            'mcp',
            'gateway',
            'approvals',
            'hook',
            'help'
        ]);
        for (const command of commands.filter((name) => name !== 'help')) {
            expect(page).toContain(`| \`guardrail ${command}`);
        }
    });

    test('documents the format of the report', () => {
        expect(page).toContain(`format: '${FORMAT}'`);
    });
});
