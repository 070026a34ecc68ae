/**
 * Tests what is read from a shell line. test/model/values/shells.test.ts compares the reading with real shells.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
    LONGEST_LINE,
    MOST_HERE_DOCUMENTS,
    MOST_OPERATORS,
    shellLine
} from '../../../server/model/values/shell-lines.js';
import {
    commandStartsWith,
    redirects,
    unreadPart,
    wordsOfCommand
} from '../../../server/model/values/shell-commands.js';
import { FALSE, TRUE, type Truth, UNKNOWN } from '../../../server/model/policy/truth.js';
import { textOfWords, type Word } from '../../../server/model/values/shell-words.js';
import { insideOf } from '../../../server/model/values/wrapped-commands.js';
import { SEED } from '../../support/depth.js';

/**
 * For each line its commands, each followed by those that it runs in parentheses; `<x>`: a word that is written `x` and
 * not known; `? x`: what may run any program; `>`: it redirects, `>?`: it may.
 */
const LINES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'lists and words': {
        'npm test': 'npm test',
        '  npm   test  ': 'npm test',
        'npm test;': 'npm test',
        'npm test &': 'npm test',
        'npm test\n': 'npm test',
        'a; b & c && d || e | f\ng': 'a | b | c | d | e | f | g',
        'a&&b|c': 'a | b | c',
        'a &&\n  b |\n c': 'a | b | c',
        'a |& b': 'a | b',
        'a \'b c\' "d e" f\\ g': 'a "b c" "d e" "f g"',
        'a b\'c\'"d"\\e': 'a bcde',
        "echo 'it'\\''s'": 'echo "it\'s"',
        'a \'\' ""': 'a "" ""',
        '"npm" \'test\'': 'npm test',
        "git commit -m 'fix #1; $(x) `y` * ~ ! {a,b}'": 'git commit -m "fix #1; $(x) `y` * ~ ! {a,b}"',
        'git commit -m "one\n\ntwo; # three"': 'git commit -m "one\\n\\ntwo; # three"',
        'a "\\$x \\`y\\` \\"z\\" \\\\ \\n"': 'a "$x `y` \\"z\\" \\\\ \\\\n"',
        "a '\\'": 'a "\\\\"',
        'a \\; b': 'a ; b',
        "a '\u00e9 \u4e2d \u00a0'": 'a "\u00e9 \u4e2d \u00a0"',
        'git diff HEAD~1 HEAD^ -- src/a.ts': 'git diff "HEAD~1" "HEAD^" -- src/a.ts',
        'npm run build --mode=ci user@host:/x 50%': 'npm run build --mode=ci user@host:/x 50%',
        'a\tb': 'a b',
        'a\\\nb \\\n c': 'ab c',
        'echo if then': 'echo if then',
        'a#b # c': '"a#b"',
        '# a\nb': 'b',
        'find . -name {} a{b}': 'find . -name {} a{b}',
        '! a': 'a',
        '! ! a': 'a'
    },
    'control words': {
        '(a; b)': 'a | b',
        '{ a; }': 'a',
        'if a; then b; elif c; then d; else e; fi': 'a | b | c | d | e',
        'for x in a b; do c; done': 'c',
        'for ((i=0; i<3; i++)); do a; done': 'a',
        'while a; do b; done': 'a | b',
        'until a; do b; done': 'a | b',
        'case a in b|c) d;; *) e;; esac': 'd | e',
        'select x in a; do b; done': 'b',
        '[[ -f x && $y == z* ]] && a': 'a',
        'f() { a; }; f b': 'a | f b',
        'function f { a; }': 'a',
        'time a': 'a',
        'time -p a | b': 'a | b',
        'coproc a': 'a',
        'a | (b; c)': 'a | b | c'
    },
    'open words': {
        'a $x': 'a <$x>',
        'a "$x"': 'a <"$x">',
        'a x/$y.z': 'a <x/$y.z>',
        'a "x/$y.z"': 'a <"x/$y.z">',
        'ls *.ts a?b [ab]c': 'ls <*.ts> <a?b> <[ab]c>',
        'mkdir -p a/{b,c}': 'mkdir -p <a/{b,c}>',
        'echo {1..3}': 'echo <{1..3}>',
        'a ~/b ~c d=~': 'a <~/b> <~c> <d=~>',
        'a $((1+1))': 'a <$((1+1))>',
        "a $'b'": "a <$'b'>",
        'a "$@" $1 $?': 'a <"$@"> <$1> <$?>',
        'a ${x:-b} ${#x}': 'a <${x:-b}> <${#x}>',
        'a b\u00a0c': 'a <b\u00a0c>'
    },
    'commands in words': {
        'a $(b)': 'a <$(b)> | b',
        'a "c$(b)d"': 'a <"c$(b)d"> | b',
        'a `b`': 'a <`b`> | b',
        'a <(b) >(c)': 'a <<(b)> <>(c)> | b | c',
        'a b<(c)d': 'a <<(c)d> | c',
        'a<(b) c': '<a<(b)> c | b | ? a<(b)',
        '((a b <<E\n$(c)\nE\n) >f)': '<((> | a b | c | ? (( >',
        'a ${x:-$(b)}': 'a <${x:-$(b)}> | b',
        'a $(( $(b) + 1 ))': 'a <$(( $(b) + 1 ))> | b',
        'x=$(a) b': 'b | a',
        'a > $(b)': 'a | b >',
        'a <<E\n$(b) c\nE': 'a | b',
        'a <<"E"\n$(b)\nE': 'a',
        'a <<< "$(b)"': 'a | b',
        "git commit -m \"$(cat <<'EOF'\nfix: it's\nEOF\n)\"":
            "git commit -m <\"$(cat <<'EOF'\nfix: it's\nEOF\n)\"> | cat",
        'a "$(b "$(c)")"': 'a <"$(b "$(c)")"> | b <"$(c)"> | c',
        'a `b \\`c\\``': 'a <`b \\`c\\``> | b <`c`> | c',
        'case $(a) in $(b)) c;; esac': 'a | b | c',
        'for x in $(a); do b; done': 'a | b',
        '[[ $(a) == b ]]': 'a',
        'x=(a $(b)) c': 'c | b'
    },
    variables: {
        'A=1 B=2 a': 'a',
        'A=1; a': 'a',
        'export A=1; a': 'export A=1 | a',
        'X=npm; $X test': 'npm test',
        'X="npm run"; $X "$X"': 'npm run "npm run"',
        'X=; $X a': 'a',
        'X=a Y=$X; $Y': 'a',
        'X=a; (X=b; $X)': '<$X> | ? $X',
        'X=a; if b; then X=c; fi; $X': 'b | <$X> | ? $X',
        'X=a; f() { X=b; }; f; $X': 'f | <$X> | ? $X',
        'X=a; read X; $X': 'read X | <$X> | ? $X',
        'X=a; eval "X=b"; $X': 'eval X=b (<X=b>) | <$X> | ? X=b >?',
        'X=a; X+=b; $X': '<$X> | ? $X',
        'X=a; for X in b; do c; done; $X': 'c | <$X> | ? $X',
        'X=a b; $X': 'b | <$X> | ? $X',
        'X=a && $X': 'a',
        'false && X=a; $X': 'false | <$X> | ? $X',
        'X=a & $X': '<$X> | ? $X',
        'IFS=x; X=axb; $X': '<$X> | ? $X',
        "X='*'; $X": '<$X> | ? $X',
        'X=a; f() { $X; }; X=b; f': '<$X> | f | ? $X'
    },
    'what may run any program': {
        '$x a': '<$x> a | ? $x',
        '"$x"': '<"$x"> | ? "$x"',
        '${x:-a} b': '<${x:-a}> b | ? ${x:-a}',
        '{a,b}': '<{a,b}> | ? {a,b}',
        'a* b': '<a*> b | ? a*',
        '$(a)': '<$(a)> | a | ? $(a)',
        'x=$1; $x': '<$x> | ? $x',
        'eval "$x"': 'eval <"$x"> | ? eval "$x" >?',
        'source a': 'source a | ? source a',
        '. ./a': '. ./a | ? . ./a',
        'PATH=/x:$PATH a': 'a | <PATH=/x:$PATH> | ? PATH=/x:$PATH',
        'export PATH=$PATH:/x; a': 'export <PATH=$PATH:/x> | a',
        'LD_PRELOAD=./x a': 'a | <LD_PRELOAD=./x> | ? LD_PRELOAD=./x',
        'NODE_OPTIONS="--require ./x" a': 'a | <NODE_OPTIONS="--require ./x"> | ? NODE_OPTIONS="--require ./x"',
        'NODE_OPTIONS=--max-old-space-size=4096 a': 'a',
        'read PATH': 'read PATH (<PATH>) | ? PATH',
        'for PATH in /x; do a; done': '<PATH> | a | ? PATH',
        'printf -v PATH /x': 'printf -v PATH /x (<PATH>) | ? PATH',
        'hash -p /x a': 'hash -p /x a | ? hash -p /x a',
        'enable -f x a': 'enable -f x a | ? enable -f x a',
        'a @(b|c)': 'a <@(b|c)> | <@(b|c)> | ? @(b|c)',
        '!!': '"!!" | <!!> | ? !!',
        'a "!b"': 'a "!b" | <!b> | ? !b',
        'a \\!b "b!"': 'a "!b" "b!"',
        '%1': '%1 | ? %1',
        '-a b': '-a b | ? -a b',
        '"a=b" c': 'a=b c | ? a=b c',
        'echo $((x))': 'echo <$((x))> | <x> | ? x',
        'x=1; echo $((x + 1))': 'echo <$((x + 1))>',
        "x='a[$(b)]'; echo $((x))": 'echo <$((x))> | <x> | ? x',
        'for ((i=0; i<x; i++)); do a; done': '<x> | a | ? x',
        'echo ${!x}': 'echo <${!x}> | <${!x}> | ? ${!x}',
        'echo ${x@P}': 'echo <${x@P}> | <${x@P}> | ? ${x@P}',
        'echo ${x[y]}': 'echo <${x[y]}> | <y> | ? y',
        '[[ $x -eq 1 ]]': '<$x> | ? $x',
        '[[ -v x ]]': '<x> | ? x',
        "test -v 'a[$(b)]'": 'test -v "a[$(b)]" | ? test -v a[$(b)]',
        '[ -f "$x" ]': '"[" -f <"$x"> "]"',
        '[ $x = y ]': '"[" <$x> = y "]" | ? [ $x = y ]',
        '[ $? -eq 0 ]': '"[" <$?> -eq 0 "]"',
        'i=0; [ $i -lt 5 ]': '"[" 0 -lt 5 "]"',
        'let x=1': 'let x=1 | ? let x=1',
        'unset "x[$y]"': 'unset <"x[$y]"> | ? unset "x[$y]"',
        'declare -n x=y': 'declare -n x=y | ? declare -n x=y',
        'set -k; a': 'set -k | a | ? set -k',
        'set -euo pipefail; a': 'set -euo pipefail | a'
    },
    'commands that variables name': {
        'GIT_PAGER=cat git log': 'git log | cat',
        'GIT_PAGER= git log': 'git log',
        'export EDITOR="vi -x"; a': 'export "EDITOR=vi -x" (vi -x) | a',
        'PAGER=$x a': 'a | <PAGER=$x> | ? PAGER=$x'
    },
    redirections: {
        'a >f': 'a >',
        'a>f': 'a >',
        '>f a': 'a >',
        'a >> "f g" b': 'a b >',
        'a <f': 'a >',
        'a 2>&1 | b': 'a | b >',
        'a 2>/dev/null': 'a >',
        'a &>f': 'a >',
        'a &>f b': 'a b | a | b >',
        'a >$x': 'a >',
        '{ a; } >f': 'a >',
        'a $(b >f)': 'a <$(b >f)> | b >',
        'a <<< b': 'a',
        'a <<E\nb\nE': 'a',
        "a '>f' \\>f": 'a ">f" ">f"'
    },
    'lines that are not read': {
        '': '<> | ?  >?',
        ' ': '< > | ?   >?',
        'A=b': '<A=b> | ? A=b >?',
        '>f': '<>f> | ? >f >?',
        '# a': '<# a> | ? # a >?',
        "a 'b": "<a 'b> | ? a 'b >?",
        'a "b': '<a "b> | ? a "b >?',
        'a $(b': '<a $(b> | ? a $(b >?',
        'a |': '<a |> | ? a | >?',
        'a &&': '<a &&> | ? a && >?',
        '; a': '<; a> | ? ; a >?',
        'a;;b': '<a;;b> | ? a;;b >?',
        then: '<then> | ? then >?',
        'a\rb': '<a\rb> | ? a\rb >?',
        'a\u0000b': '<a\u0000b> | ? a\u0000b >?',
        "a '\ud800'": "<a '\ud800'> | ? a '\ud800' >?",
        'a\u0085b': '<a\u0085b> | ? a\u0085b >?'
    }
};

function reading(line: string): string {
    const commands = shellLine(line).commands.map(
        (words) =>
            textOf(words) +
            insideOf(words)
                .commands.map((inner) => ` (${textOf(inner)})`)
                .join('')
    );
    const part = unreadPart(line);
    return (
        [...commands, ...(part === undefined ? [] : [`? ${part}`])].join(' | ') + ['', ' >?', ' >'][redirects(line)]!
    );
}

function textOf(words: readonly Word[]): string {
    return words
        .map((word) =>
            typeof word === 'object'
                ? `<${word.source}>`
                : /^[\w./:,+@=%{};-]+$/.test(word)
                  ? word
                  : JSON.stringify(word)
        )
        .join(' ');
}

describe.each(Object.entries(LINES))('%s', (_, lines) => {
    test.each(Object.entries(lines))('%j', (line, expected) => {
        expect(reading(line)).toBe(expected);
    });
});

test('lines that are too long, or nested too deeply, are not read', () => {
    const isRead = (line: string): boolean => unreadPart(line) === undefined;
    expect(isRead('a'.repeat(LONGEST_LINE))).toBe(true);
    expect(isRead('a'.repeat(LONGEST_LINE + 1))).toBe(false);
    expect(isRead(`echo '${'<<'.repeat(MOST_HERE_DOCUMENTS)}'`)).toBe(true);
    expect(isRead(`echo '${'<<'.repeat(MOST_HERE_DOCUMENTS + 1)}'`)).toBe(false);
    for (const operator of [';', '&', '|', '>', '\n']) {
        expect(isRead(`echo '${operator.repeat(MOST_OPERATORS)}'`), operator).toBe(true);
        expect(isRead(`echo '${operator.repeat(MOST_OPERATORS + 1)}'`), operator).toBe(false);
    }
    for (const text of ['a()', '(', '$(', '"$(', '`', '${', '{ ', 'if ', "'", 'a;', 'a  ', ' ', '\n', '<', '&']) {
        expect(isRead(text.repeat(131_071 / text.length)), text).toBe(false);
    }
    for (const text of ['a()', '(', '$(', '"$(', '`', '${', '{ ', 'if ', '$((']) {
        expect(isRead(text.repeat(LONGEST_LINE / text.length)), text).toBe(false);
    }
});

test.each([
    ['npm test', 'npm test', TRUE],
    ['npm test -- -u', 'npm test', TRUE],
    ['\'npm\' "test"', 'npm test', TRUE],
    ['npm test', "npm 'test'", TRUE],
    ['npm test "$x"', 'npm test', TRUE],
    ['npm testevil', 'npm test', FALSE],
    ['npm-evil test', 'npm', FALSE],
    ['npm', 'npm test', FALSE],
    ['npmtest', 'npm test', FALSE],
    ["'npm test'", 'npm test', FALSE],
    ['x npm test', 'npm test', FALSE],
    ['NPM test', 'npm test', FALSE],
    ['npm "$x" b', 'npm test b', UNKNOWN],
    ['ls "$x" c', 'ls test b', FALSE],
    ['npm $x c', 'npm test b', UNKNOWN],
    ['npm "t$x"', 'npm test', UNKNOWN],
    ['npm "u$x"', 'npm test', FALSE],
    ['npm *st', 'npm test', UNKNOWN],
    ['ls *x', 'ls test', FALSE],
    ['$x test', 'npm test', UNKNOWN],
    ['npm test', '', UNKNOWN],
    ['npm test', 'npm; test', UNKNOWN],
    ['npm test', 'npm >f', UNKNOWN],
    ['npm test', 'npm $x', UNKNOWN]
] as const)('%j starts with %j: %s', (line, prefix, expected: Truth) => {
    expect(commandStartsWith(line, prefix)).toBe(expected);
});

describe('the text of a command', () => {
    test.each([
        [['npm', 'test'], 'npm test'],
        [['a', ''], "a ''"],
        [['a', 'b c', "it's"], "a 'b c' 'it'\\''s'"],
        [['a', '--b=c', 'b@c:/d', '~', '=x'], "a --b=c b@c:/d '~' '=x'"]
    ])('of %j is %j', (words, text) => {
        expect(textOfWords(words)).toBe(text);
    });

    test.each([
        ['git commit -m "$x"', ['git commit -m ', undefined]],
        ['ls a/*.ts -l', ['ls', undefined, 'a/', undefined, '.ts', undefined, ' -l']]
    ])('of %j has open pieces', (line, pieces) => {
        expect(textOfWords(shellLine(line).commands[0]!)).toEqual(pieces);
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
                expect(wordsOfCommand(String(textOfWords(words)))).toEqual(words);
            }),
            { seed: SEED, numRuns: 3_000 }
        );
    });

    test('is a line of many commands, which are read one by one', () => {
        const command = fc.tuple(program, fc.array(word, { maxLength: 3 })).map(([first, rest]) => [first, ...rest]);
        const separator = fc.constantFrom(';', ' && ', '||', '|', '\n', ' & ', ' ;\n ');
        fc.assert(
            fc.property(fc.array(command, { minLength: 1, maxLength: 4 }), separator, (commands, between) => {
                expect(shellLine(commands.map(textOfWords).join(between)).commands).toEqual(commands);
            }),
            { seed: SEED, numRuns: 1_000 }
        );
    });

    test('is unique for a list of words', () => {
        fc.assert(
            fc.property(fc.array(word), fc.array(word), (one, other) => {
                expect(textOfWords(one) === textOfWords(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
            }),
            { seed: SEED }
        );
    });
});
