/** Writes docs/options.md, what each command prints for `--help` (`-u` renews it), and tests that docs/cli.md names every command. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createProgram } from '../../server/cli/program.js';
import { FORMAT } from '../../server/cli/reports/json.js';

const DOCS = new URL('../../docs/', import.meta.url);

const read = (page: string): string => readFileSync(new URL(page, DOCS), 'utf8');

let printed = '';
const program = createProgram(() => Promise.resolve(), DOCS, {
    writeOut: (text) => void (printed += text),
    getOutHelpWidth: () => 80
});

function help(words: readonly string[]): string {
    const command = words.reduce((above, name) => above.commands.find((one) => one.name() === name)!, program);
    printed = '';
    command.outputHelp();
    return printed;
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

interface Option {
    /** As it is printed, without its indentation: `-q, --quiet`. */
    readonly flags: string;
    readonly text: string;
    /** The lines of the help. */
    readonly lines: string;
}

/** The options in the help of a command. */
function optionsIn(text: string): Option[] {
    const list = /^Options:\n((?: .*\n)*)/m.exec(`${text}\n`)?.[1] ?? '';
    return Array.from(list.matchAll(/^ {2}(-.*?)(?: {2,}(.*))?\n((?: {4,}.*\n)*)/gm), (match) => ({
        flags: match[1]!,
        text: `${match[2] ?? ''} ${match[3]!}`.replace(/\s+/g, ' ').trim(),
        lines: match[0]
    }));
}

/** The number of commands from which on an option is described only once. */
const SEVERAL = 3;

test('the page of options is what each command prints', async () => {
    const helps = commands
        .filter((command) => command !== GROUP && command !== INTERNAL)
        .map((command) => ({ command, text: help(command.split(' ')).replace(/^ +-h, --help .*\n/m, '') }));
    const all = helps.flatMap(({ text }) => optionsIn(text));
    const keyOf = ({ flags, text }: Option): string => `- \`${flags}\`: ${text}`;
    const counts = new Map<string, number>();
    for (const key of all.map(keyOf)) {
        counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const isShared = (option: Option): boolean => counts.get(keyOf(option))! >= SEVERAL;
    const sections = helps.map(({ command, text }) => {
        const shared = optionsIn(text).filter(isShared);
        const own = shared
            .reduce((rest, { lines }) => rest.replace(lines, ''), `${text}\n`)
            .replace(/^Options:\n+(?! )/m, '');
        const names = shared.map(({ flags }) => `\`${/--[\w-]+/.exec(flags)![0]}\``).join(', ');
        const also = names === '' ? '' : `\nAlso: ${names}.\n`;
        return `## guardrail ${command}\n\n\`\`\`text\n${own.trimEnd()}\n\`\`\`\n${also}`;
    });
    const head =
        '# Options\n\nWhat each command takes, as it prints it for `--help`. ' +
        '[Options of several commands](#options-of-several-commands) are described once, at the end.\n';
    const last = `## Options of several commands\n\n${[...new Set(all.filter(isShared).map(keyOf))].join('\n')}\n`;
    await expect([head, ...sections, last].join('\n')).toMatchFileSnapshot(fileURLToPath(new URL('options.md', DOCS)));
});

test('the table of commands names every command', () => {
    expect(commands.length).toBeGreaterThan(20);
    const table = read('cli.md');
    expect(commands.filter((command) => !table.includes(`\`guardrail ${command}`))).toEqual([]);
});

test('the page of reports documents the format', () => {
    expect(read('reports.md')).toContain(`format: '${FORMAT}'`);
});
