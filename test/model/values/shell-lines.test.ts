/**
 * Tests the parts of a shell line that are read, and those that are not. test/model/values/shells.test.ts compares the
 * reading with real shells.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
    LONGEST_LINE,
    MOST_HERE_DOCUMENTS,
    MOST_OPERATORS,
    commandText,
    programOf,
    shellLine,
    startsWithWords,
    wordsOfCommand
} from '../../../server/model/values/shell-lines.js';
import { SEED } from '../../support/depth.js';

describe('accepted lines', () => {
    const lines: readonly (readonly [line: string, commands: string[][]])[] = [
        ['npm test', [['npm', 'test']]],
        ['  npm   test  ', [['npm', 'test']]],
        ['npm test;', [['npm', 'test']]],
        ['npm test &', [['npm', 'test']]],
        ['npm test\n', [['npm', 'test']]],
        ['a; b & c && d || e | f\ng', [['a'], ['b'], ['c'], ['d'], ['e'], ['f'], ['g']]],
        ['a&&b|c', [['a'], ['b'], ['c']]],
        ['a &&\n  b |\n c', [['a'], ['b'], ['c']]],
        ['\n\n a \n\n b \n', [['a'], ['b']]],
        ['a \'b c\' "d e" f\\ g', [['a', 'b c', 'd e', 'f g']]],
        [`a b'c'"d"\\e`, [['a', 'bcde']]],
        [`echo 'it'\\''s'`, [['echo', "it's"]]],
        ['a \'\' ""', [['a', '', '']]],
        [`"npm" 'test'`, [['npm', 'test']]],
        ["git commit -m 'fix #1; $(x) `y` * ~ ! {a,b}'", [['git', 'commit', '-m', 'fix #1; $(x) `y` * ~ ! {a,b}']]],
        ['git commit -m "one\n\ntwo; # three"', [['git', 'commit', '-m', 'one\n\ntwo; # three']]],
        [`a "\\$x \\\`y\\\` \\"z\\" \\\\ \\n"`, [['a', '$x `y` "z" \\ \\n']]],
        ["a '\\'", [['a', '\\']]],
        ['a \\; b', [['a', ';', 'b']]],
        ["a 'é 中 \u00a0'", [['a', 'é 中 \u00a0']]],
        ['git diff HEAD~1 -- src/a.ts', [['git', 'diff', 'HEAD~1', '--', 'src/a.ts']]],
        ['npm run build --mode=ci user@host:/x 50%', [['npm', 'run', 'build', '--mode=ci', 'user@host:/x', '50%']]],
        [
            'test -f package.json && npm test',
            [
                ['test', '-f', 'package.json'],
                ['npm', 'test']
            ]
        ],
        ['sudo rm -rf /', [['sudo', 'rm', '-rf', '/']]],
        ['echo if then', [['echo', 'if', 'then']]]
    ];
    test.each(lines)('%j', (line, commands) => {
        expect(shellLine(line)).toEqual({ commands, redirects: false });
    });

    test.each([
        ['a >f', [['a']]],
        ['a>f', [['a']]],
        ['>f a', [['a']]],
        ['a >> "f g" b', [['a', 'b']]],
        ['a <f', [['a']]],
        ['a <>f', [['a']]],
        ['a >|f', [['a']]],
        ['a 2>&1 | b', [['a'], ['b']]],
        ['a 2>&- ; b', [['a'], ['b']]],
        ['a 2>/dev/null && b', [['a'], ['b']]],
        ["a '2'>f", [['a', '2']]],
        ['a&b>c', [['a'], ['b']]]
    ])('%j redirects', (line, commands) => {
        expect(shellLine(line)).toEqual({ commands, redirects: true });
    });

    test.each(["a '>f'", 'a "2>&1"', 'a \\>f', "a '<(b)'"])('%j does not redirect', (line) => {
        expect(shellLine(line)?.redirects).toBe(false);
    });
});

describe('unknown lines', () => {
    const unknown: Readonly<Record<string, readonly string[]>> = {
        expansions: [
            'a $x',
            'a ${x}',
            'a "$x"',
            'a "${x}"',
            'a $1',
            'a $?',
            '$x',
            'a$',
            "a $'b'",
            'a $"b"',
            'a $((1))'
        ],
        'commands in commands': ['a $(b)', 'a "$(b)"', 'a `b`', 'a "`b`"', 'a <(b)', 'a >(b)', 'a =(b)', '$(b)'],
        globs: ['a *', 'a b?', 'a [b]', 'a [!b]', 'a {b,c}', 'a{b,c}', '{b,c}', 'a {1..9}', 'a @(b)', 'a !(b)', 'a ^b'],
        tildes: ['a ~', 'a ~/b', 'a ~b', '~/a', 'a b=~/c', 'a b:~/c', 'a --b=~', 'a ""~', 'a~ b'],
        assignments: ['A=b', 'A=b c', 'a=b c=d e', 'A+=b c', 'A=b; c', 'a[1]=b', "'A=b' c", 'c && A=b d', 'A= b'],
        'here-documents': ['a <<b\nc\nb', 'a <<-b\nb', "a <<'b'\nc\nb", 'a <<<b', 'a <<< "b"'],
        'compound commands': [
            '(a)',
            '(a; b)',
            '{ a; }',
            'if a; then b; fi',
            'for a in b; do c; done',
            'while a; do b; done',
            'case a in b) c;; esac',
            '[[ a ]]',
            '((a))',
            'a() { b; }',
            'a () (b)',
            'function a { b; }',
            'coproc a',
            'select a in b; do c; done',
            'a | (b)',
            'a && { b; }'
        ],
        'words of the grammar': ['! a', 'time a', 'time -p a', 'a | time b', 'then', 'a; done', 'repeat 3 a', "'if' a"],
        'commands that run or change others': [
            'eval a',
            "eval 'a'",
            'e"va"l a',
            '\\eval a',
            'source a',
            '. a',
            './a; . ./b',
            'exec a',
            'command a',
            'builtin a',
            "trap 'a' EXIT",
            "alias b='a'",
            "alias npm='rm -rf /' ; npm test",
            'unalias a',
            'export A=b',
            'export A',
            'declare A=b',
            'hash -p /tmp/evil npm; npm test',
            'set -x',
            'shopt -s expand_aliases',
            'read PATH',
            'printf -v PATH /tmp/evil; npm test',
            "test -v 'a[$(b)]'",
            "test 'a[$(b)]' -eq 1",
            `'[' -v 'a[$(b)]' ']'`,
            "exit 'a[$(b)]'",
            'a && eval b',
            'fc -s',
            '%1',
            'fg',
            '- a',
            '-c a',
            "''- a"
        ],
        comments: ['# a', 'a # b', 'a#b', 'a #', 'a; # b\nc', '#!/bin/sh\na'],
        history: ['!!', '!a', 'a !$', 'a "b!"', 'a "!b"', 'a "\\!b"', '^a^b', 'a !'],
        'quotes left open': ["a 'b", 'a "b', "a 'b\nc", 'a "b\\"', "'", '"', '`', "a ''' b"],
        'backslashes at the end': ['a\\', 'a \\', 'a\\\nb', 'a \\\n b', 'a "b\\\nc"', 'a \\\\\\'],
        'redirections that shells read differently': [
            'a &>f',
            'a &>f b',
            'a &>>f',
            'a >&f',
            'a <&f',
            'a |& b',
            'a 12>f',
            'a 2>&12',
            'a {x}>f',
            'a 2>&1-',
            'a >&$x',
            'a >$x',
            'a >*',
            'a >~/b',
            'a > >f',
            'a >',
            'a <1-9>f',
            'a >(b)'
        ],
        'control operators': [
            ';',
            '&',
            'a;;b',
            'a;;',
            'a ; ; b',
            '; a',
            '& a',
            '&& a',
            '| a',
            'a &&',
            'a ||',
            'a |',
            'a & & b',
            'a &! b',
            'a &| b',
            'a\n;b',
            'a\n&& b',
            'a ;& b',
            'a ||| b',
            'a &&& b'
        ],
        'lines without a command': ['', ' ', '\n', '>f', 'a; >f', '>f; a', '2>&1', 'a | >f'],
        'control characters': [
            'a\r\nb',
            'a\r',
            "a 'b\r'",
            'a\u0000b',
            "a '\u0000'",
            'a\tb',
            'a\u001b[A',
            'a\u0007',
            'a\u007f',
            'a\u0085b',
            "a '\ud800'",
            "a '\udc00\ud800'"
        ],
        'characters outside of ASCII without quotes': [
            'npm\u00a0test',
            'npm test\u00a0',
            'a\u2003b',
            'a\u2028b',
            'a\u3000b',
            '\ufeffa',
            'a é',
            'a \u037e b',
            'a \uff1b b',
            'a \u200b',
            'a “b”'
        ],
        zsh: ['a =ls', "a ''=ls", '=ls', 'a ==', 'noglob a', 'nocorrect a']
    };
    const cases = Object.entries(unknown).flatMap(([name, lines]) => lines.map((line) => [name, line] as const));
    test.each(cases)('%s: %j', (_, line) => {
        expect(shellLine(line)).toBeUndefined();
        // Any context around the line does not help either.
        for (const around of [`npm test; ${line}`, `npm test\n${line}`, `npm test && ${line}`]) {
            if (line.trim() !== '') {
                expect(shellLine(around), around).toBeUndefined();
            }
        }
    });

    test('too long, or nested too deeply', () => {
        expect(shellLine('a'.repeat(LONGEST_LINE))).toBeDefined();
        expect(shellLine('a'.repeat(LONGEST_LINE + 1))).toBeUndefined();
        expect(shellLine(`echo '${'<<'.repeat(MOST_HERE_DOCUMENTS)}'`)).toBeDefined();
        expect(shellLine(`echo '${'<<'.repeat(MOST_HERE_DOCUMENTS + 1)}'`)).toBeUndefined();
        for (const operator of [';', '&', '|', '>', '\n']) {
            expect(shellLine(`echo '${operator.repeat(MOST_OPERATORS)}'`), operator).toBeDefined();
            expect(shellLine(`echo '${operator.repeat(MOST_OPERATORS + 1)}'`), operator).toBeUndefined();
        }
        for (const text of ['a()', '(', '$(', '"$(', '`', '${', '{ ', 'if ', "'", 'a;', 'a  ', ' ', '\n', '<', '&']) {
            shellLine(text.repeat(131_071 / text.length));
        }
        expect(shellLine('a()'.repeat(40_000))).toBeUndefined();
    });
});

describe('prefixes', () => {
    test.each([
        ['npm test', 'npm test', true],
        ['npm test -- -u', 'npm test', true],
        ['\'npm\' "test"', 'npm test', true],
        ['npm test', "npm 'test'", true],
        ['npm testevil', 'npm test', false],
        ['npm-evil test', 'npm', false],
        ['npm', 'npm test', false],
        ['npmtest', 'npm test', false],
        ["'npm test'", 'npm test', false],
        ['x npm test', 'npm test', false],
        ['NPM test', 'npm test', false],
        ['npm test', '', undefined],
        ['npm test', 'npm; test', undefined],
        ['npm test', 'npm >f', undefined],
        ['npm test', 'npm $x', undefined]
    ])('%j starts with %j: %s', (line, prefix, expected) => {
        expect(startsWithWords(wordsOfCommand(line)!, prefix)).toBe(expected);
    });

    test('the program is the first word', () => {
        expect(programOf(['rm', '-rf'])).toBe('rm');
        expect(programOf(wordsOfCommand('"/bin/r"m x')!)).toBe('/bin/rm');
        expect(programOf([])).toBeUndefined();
    });
});

describe('the text of a command', () => {
    test.each([
        [['npm', 'test'], 'npm test'],
        [['a', ''], "a ''"],
        [['a', 'b c', "it's"], "a 'b c' 'it'\\''s'"],
        [['a', '--b=c', 'b@c:/d', '~', '=x'], "a --b=c b@c:/d '~' '=x'"]
    ])('of %j is %j', (words, text) => {
        expect(commandText(words)).toBe(text);
    });

    const word = fc
        .oneof(
            fc.string({ unit: 'grapheme' }),
            fc.string({ unit: fc.constantFrom(...`ab'"\\ $\`*~=!#;&|<>(){}[]\n^%-`) })
        )
        .filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text.replaceAll('\n', '')));
    const program = fc.string({ unit: fc.constantFrom(...'xyz /._+@é\'"$*;&\n') }).map((text) => `x${text}`);

    test('is read back as the same words', () => {
        fc.assert(
            fc.property(program, fc.array(word), (first, rest) => {
                const words = [first, ...rest];
                expect(shellLine(commandText(words))).toEqual({ commands: [words], redirects: false });
            }),
            { seed: SEED, numRuns: 3_000 }
        );
    });

    test('is a line of many commands, which are read one by one', () => {
        const command = fc.tuple(program, fc.array(word, { maxLength: 3 })).map(([first, rest]) => [first, ...rest]);
        const separator = fc.constantFrom(';', ' && ', '||', '|', '\n', ' & ', ' ;\n ');
        fc.assert(
            fc.property(fc.array(command, { minLength: 1, maxLength: 4 }), separator, (commands, between) => {
                expect(shellLine(commands.map(commandText).join(between))?.commands).toEqual(commands);
            }),
            { seed: SEED, numRuns: 1_000 }
        );
    });

    test('is unique for a list of words', () => {
        fc.assert(
            fc.property(fc.array(word), fc.array(word), (one, other) => {
                expect(commandText(one) === commandText(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
            }),
            { seed: SEED }
        );
    });
});
