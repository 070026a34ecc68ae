import { describe, expect, test } from 'vitest';
import { GITHUB } from '../../../server/cli/reports/github.js';
import { HOSTILE, hostile, written } from './context.js';
import { REPORT } from './sample.js';

interface Command {
    readonly level: string;
    readonly properties: Readonly<Record<string, string>>;
    readonly message: string;
}

/** The command as the GitHub runner parses it; undefined for a line that it only prints. */
function commandOf(line: string): Command | undefined {
    const match = /^::(\w+) ?(.*?)::(.*)$/.exec(line);
    const unescaped = (text: string): string =>
        text
            .replaceAll('%3A', ':')
            .replaceAll('%2C', ',')
            .replaceAll('%0A', '\n')
            .replaceAll('%0D', '\r')
            .replaceAll('%25', '%');
    return match
        ? {
              level: match[1]!,
              properties: Object.fromEntries(
                  match[2]!
                      .split(',')
                      .map((pair) => [pair.slice(0, pair.indexOf('=')), unescaped(pair.slice(pair.indexOf('=') + 1))])
              ),
              message: unescaped(match[3]!)
          }
        : undefined;
}

const commandsOf = (text: string): Command[] =>
    text.split('\n').flatMap((line) => {
        const command = commandOf(line);
        return command ? [command] : [];
    });

describe('workflow commands', () => {
    const commands = commandsOf(written(GITHUB));

    test('have the place and the session', () => {
        const violated = commands.find(({ properties }) => properties['title']?.startsWith('GR590'))!;
        expect(violated.level).toBe('error');
        expect(violated.properties).toEqual({
            file: 'policies/mail.guardrail',
            line: '12',
            endLine: '13',
            title: 'GR590: mail leaves only through a person'
        });
        expect(violated.message).toMatch(
            /^"mail leaves only through a person" is violated: .*\n1\. assistant .*\n2\. /
        );
    });

    test('have columns if they cover one line', () => {
        const twice = commands.find(({ properties }) => properties['title'] === 'GR213')!;
        expect(twice).toMatchObject({ level: 'warning', properties: { line: '4', endLine: '4', col: '1' } });
    });

    test('concern files or the run if there is no line', () => {
        expect(commands.filter(({ properties }) => properties['line'] === undefined)).toMatchObject([
            { level: 'warning', properties: { file: 'policies/other.guardrail', title: 'not checked' } },
            { level: 'error', properties: { file: 'policies/photo.guardrail', title: 'GR905' } },
            { level: 'error', properties: { title: 'GR903' } }
        ]);
    });

    test('are as many with hostile texts, and contain them', () => {
        const all = commandsOf(written(GITHUB, hostile(REPORT)));
        expect(all.map(({ level }) => level)).toEqual(commands.map(({ level }) => level));
        const visible = HOSTILE.slice(0, HOSTILE.indexOf('\u0000'));
        expect(all.filter(({ message }) => !message.includes(visible))).toEqual([]);
        expect(
            all.filter(({ properties }) => properties['line'] !== undefined).map(({ properties }) => properties['line'])
        ).toEqual(
            commands
                .filter(({ properties }) => properties['line'] !== undefined)
                .map(({ properties }) => properties['line'])
        );
    });
});
