/** Writes docs/options.md, what each command prints for `--help` (`-u` renews it), and tests that docs/cli.md names every command. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FORMAT } from '../../server/cli/reports/json.js';

const PROGRAM = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const DOCS = new URL('../../docs/', import.meta.url);

const read = (page: string): string => readFileSync(new URL(page, DOCS), 'utf8');

function help(words: readonly string[]): string {
    const env = { ...process.env, NO_COLOR: '1' };
    return execFileSync(process.execPath, [PROGRAM, ...words, '--help'], { encoding: 'utf8', env });
}

/** The words of every command and subcommand. */
function commandsIn(words: readonly string[] = []): string[][] {
    const listed = /\nCommands:\n([\s\S]*?)(?:\n\n|$)/.exec(help(words))?.[1] ?? '';
    return [...listed.matchAll(/^ {2}(\w+)/gm)]
        .map(([, name]) => [...words, name!])
        .filter((command) => command.at(-1) !== 'help')
        .flatMap((command) => [command, ...commandsIn(command)]);
}

/** Only groups its subcommands. */
const GROUP = 'import';
/** Only clients run it. */
const INTERNAL = 'hook';

const commands = commandsIn().map((words) => words.join(' '));

test('the page of options is what each command prints', async () => {
    const sections = commands
        .filter((command) => command !== GROUP && command !== INTERNAL)
        .map((command) => {
            const text = help(command.split(' ')).replace(/^ +-h, --help .*\n/m, '');
            return `## guardrail ${command}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
        });
    const head = '# Options\n\nWhat each command takes, as it prints it for `--help`. A test generates this page.\n';
    await expect([head, ...sections].join('\n')).toMatchFileSnapshot(fileURLToPath(new URL('options.md', DOCS)));
});

test('the table of commands names every command', () => {
    expect(commands.length).toBeGreaterThan(20);
    const table = read('cli.md');
    expect(commands.filter((command) => !table.includes(`\`guardrail ${command}`))).toEqual([]);
});

test('the page of reports documents the format', () => {
    expect(read('reports.md')).toContain(`format: '${FORMAT}'`);
});
