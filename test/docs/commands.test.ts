/**
 * Tests every command in a page: blocks of `sh` and `console`, and code in sentences. A command of the product is given
 * to its definition, which knows its options, their values and its arguments; nothing is run.
 */
import { CommanderError, type Command } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'unbash';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../server/cli/program.js';
import { CodedError } from '../../server/workspace/errors.js';
import { BLOCKS, codeOf, PAGES, placeOf, ROOT, textOf, type Block } from './pages.js';

/** Programs of others: only their names are known here. */
const OTHERS = [
    './pan',
    'cat',
    'cc',
    'cd',
    'curl',
    'deploy',
    'df',
    'dogwood',
    'export',
    'gh',
    'git',
    'iconv',
    'jq',
    'mkdir',
    'mv'
];
const MORE_OTHERS = ['node', 'npm', 'sed', 'spin', 'timeout', 'yarn'];

const scripts = Object.keys(
    (JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> }).scripts
);

const inShell = BLOCKS.filter(({ language }) => ['sh', 'shell', 'console'].includes(language));

describe.each(inShell.map((block) => [placeOf(block), block] as const))('%s', (_, block) => {
    test('has commands that exist', async () => {
        const text = block.language === 'console' ? typedIn(block.text) : block.text;
        const commands = commandsIn(text);
        expect(commands).not.toEqual([]);
        const problems = (await Promise.all(commands.map(problemOf))).filter((problem) => problem !== undefined);
        if (isWrong(block)) {
            expect(problems).toHaveLength(commands.length);
        } else {
            expect(problems).toEqual([]);
        }
    });
});

/** The page of the code about wrong command lines shows some. */
function isWrong(block: Block): boolean {
    return codeOf(block) === 'GR902' && block.section === 'Wrong';
}

/** What a person types in a transcript: the lines behind a prompt, with those that continue them. */
function typedIn(transcript: string): string {
    return Array.from(transcript.matchAll(/^[$#] ((?:.*\\\n)*.*)$/gm), (match) => match[1]!).join('\n');
}

/** The words of each command in a script, wherever it is nested. */
function commandsIn(script: string): string[][] {
    const found: string[][] = [];
    visit(JSON.parse(JSON.stringify(parse(script))));
    return found;

    function visit(node: unknown): void {
        if (node === null || typeof node !== 'object') {
            return;
        }
        const { type, name, suffix } = node as { type?: string; name?: Word; suffix?: readonly Word[] };
        if (type === 'Command' && name) {
            found.push([name, ...suffix!].filter((word) => word.type === 'Word').map(({ value }) => value));
        }
        Object.values(node).forEach(visit);
    }
}

interface Word {
    readonly type: string;
    readonly value: string;
}

async function problemOf([program = '', ...args]: readonly string[]): Promise<string | undefined> {
    if (program === 'timeout') {
        return problemOf(args.slice(1));
    }
    if (program === 'npx') {
        return problemOf(args.slice(args.findIndex((arg) => !arg.startsWith('-'))));
    }
    if (program === 'guardrail') {
        return problemOfProduct(args);
    }
    if (program === 'guardrail-verify') {
        return args.length >= 2 ? undefined : 'guardrail-verify takes a policy and certificates';
    }
    if (program === 'npm' && args[0] === 'run') {
        return scripts.includes(args[1]!) ? undefined : `there is no script ${args[1]}`;
    }
    if (program === 'node' && /^(?:scripts|dist|examples)\//.test(args[0]!)) {
        return problemOfScript(args[0]!, args.slice(1));
    }
    return [...OTHERS, ...MORE_OTHERS].includes(program) ? undefined : `there is no program ${program}`;
}

async function problemOfProduct(args: readonly string[]): Promise<string | undefined> {
    const silent = { outputError: () => undefined, writeOut: () => undefined, writeErr: () => undefined };
    const program = createProgram(() => Promise.resolve(), new URL('file:///'), silent);
    for (const command of program.commands.filter((one) => one.name() !== 'gateway')) {
        withoutAction(command);
    }
    try {
        await program.parseAsync(args, { from: 'user' });
    } catch (error) {
        if (error instanceof CommanderError && error.exitCode === 0) {
            return undefined;
        }
        if (error instanceof CommanderError || error instanceof CodedError) {
            return `guardrail ${args.join(' ')}: ${error.message}`;
        }
        throw error;
    }
    return undefined;
}

/** Other commands than those of the gateway do not look at their arguments before they load their code. */
function withoutAction(command: Command): void {
    command.action(() => undefined);
    command.commands.forEach(withoutAction);
}

/** A script names its options in its text, or in that of the program that it starts. */
function problemOfScript(script: string, args: readonly string[]): string | undefined {
    if (!existsSync(ROOT + script)) {
        return script.startsWith('dist/') ? undefined : `there is no ${script}`;
    }
    const text = readFileSync(ROOT + script, 'utf8');
    const started = Array.from(text.matchAll(/'(bench\/[\w/-]+\.ts)'/g), (match) =>
        readFileSync(ROOT + match[1]!, 'utf8')
    );
    const all = [text, ...started].join('');
    const unknown = args.filter((arg) => arg.startsWith('--')).find((option) => !all.includes(option.slice(2)));
    return unknown === undefined ? undefined : `${script} has no option ${unknown}`;
}

const table = createProgram(() => Promise.resolve(), new URL('file:///'), {});

/** Commands in sentences and in the texts of `--help` may leave out arguments: their words and options have to exist. */
describe.each(PAGES.filter((page) => mentionsIn(page).length > 0))('%s', (page) => {
    test('mentions commands and options that exist', () => {
        expect(mentionsIn(page).flatMap(problemOfMention)).toEqual([]);
    });
});

/** The words behind `guardrail` in each mention. */
function mentionsIn(page: string): string[][] {
    const sentences = textOf(page).replace(/^( *)```[\s\S]*?^\1```/gm, '');
    const spans = sentences.matchAll(/`(?:npx (?:-\S+ )*)?guardrail ([^`]+)`/g);
    const help = BLOCKS.filter((block) => block.page === page && block.language === 'text').flatMap(({ text }) => [
        ...text.matchAll(/^ *(?:Usage: |\$ )?guardrail (.+)/gm)
    ]);
    return [...spans, ...help].map(([, words]) => words!.split(/\s+/));
}

function problemOfMention(words: readonly string[]): string[] {
    let command: Command = table;
    const options: string[] = [];
    for (const word of words) {
        if (word === '--') {
            break;
        }
        const next = command.commands.find((one) => one.name() === word);
        if (next) {
            command = next;
        } else if (command === table && !word.startsWith('-')) {
            return /^[A-Z…]/.test(word) ? [] : [`there is no command ${word}`];
        } else if (word.startsWith('-')) {
            options.push(/^[^=.,;:]+/.exec(word)![0]);
        }
    }
    const known = [command, command.parent, table].flatMap((one) => one?.options ?? []);
    return options
        .filter(
            (option) => !known.some(({ long, short }) => option === long || option === short) && option !== '--help'
        )
        .map((option) => `guardrail ${command.name()} has no ${option}`);
}
