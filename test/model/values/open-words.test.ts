/**
 * Compares commands with the same commands in which some words are not known: what the open command is said to run must
 * cover what the known one runs, for each text in the place of the open words.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { insideOf } from '../../../server/model/values/wrapped-commands.js';
import { type Word } from '../../../server/model/values/shell-words.js';
import { runs, SEED } from '../../support/depth.js';
import { fits } from './shells.js';

/** Words of commands that run others, with the options that their readers know, and some that they do not. */
const STARTS =
    'env|env -u|env -i|sudo|sudo -u|doas|nohup|setsid|nice|nice -n|timeout|timeout -k 1|stdbuf -oL|time|exec -a|command|command -v|' +
    'builtin|xargs|xargs -I|xargs -n1|find . -exec|find . -name|sh -c|bash -lc|bash -o pipefail -c|eval|trap|alias|git|git -C|' +
    'git -c|git bisect|git submodule|git rebase|npx|npx -p|npm|npm exec|pnpm|yarn|uv run|poetry|pipx|bundle|conda run|docker|' +
    'docker exec|docker compose|docker run -it|set|shopt|hash|jobs|export|declare|unset|read|mapfile|printf|test|[|getopts|' +
    'wait|exit|history|source|.|watch|su|busybox|coproc|repeat|hash -r|umask';
const WORDS =
    'a|b|ls|rm|run|exec|x|1|5|-v|-c|-x|-n|-u|-p|-i|-I|-S|-s|--|--exec|--help|foreach|run|bisect|submodule|rebase|A=1|PATH=x|GIT_PAGER=a|' +
    'core.pager=a|user.name=b|a; b|$(a)|{}|;|+|-exec|-ok|=|]|EXIT|x=a|-|/bin/a|A|-o|pipefail';

const word = fc.constantFrom(...WORDS.split('|'));
const start = fc.oneof(
    fc.constantFrom(...STARTS.split('|')).map((text) => text.split(' ')),
    word.map((one) => [one])
);
/** The first word is a name: a shell takes others for assignments, jobs or options. */
const command = fc
    .tuple(
        fc.constantFrom(...STARTS.split('|'), 'a', '/bin/a').map((text) => text.split(' ')),
        fc.array(start, { maxLength: 2 }),
        fc.array(word, { maxLength: 4 })
    )
    .map(([first, starts, words]) => [...first, ...starts.flat(), ...words]);

/** The words with those from `from` to `to` as one that is not known; it keeps what is before and after some character. */
function opened(words: readonly string[], from: number, to: number, at: number, keeps: number): Word[] {
    const source = words.slice(from, to).join(' ');
    const [first = ''] = words.slice(from, to);
    const pieces = [
        ...(keeps & 1 && at > 0 ? [first.slice(0, at)] : []),
        undefined,
        ...(keeps & 2 && at < first.length ? [first.slice(at)] : [])
    ];
    const open: Word =
        to - from === 1
            ? { source, pieces, count: keeps & 4 ? 'one' : 'any' }
            : { source, pieces: [undefined], count: 'any' };
    return [...words.slice(0, from), open, ...words.slice(to)];
}

test(`an open word covers every text in its place (seed ${SEED})`, () => {
    const holes = fc.array(fc.tuple(fc.nat(9), fc.nat(2), fc.nat(4), fc.nat(7)), { minLength: 1, maxLength: 2 });
    fc.assert(
        fc.property(command, holes, (words, all) => {
            const open = all.reduce<Word[]>((line, [from, count, at, keeps]) => {
                const start = from % (line.length + 1);
                const taken = line.slice(start, start + count);
                return taken.every((one) => typeof one === 'string')
                    ? [
                          ...line.slice(0, start),
                          ...opened(taken, 0, taken.length, at, keeps),
                          ...line.slice(start + count)
                      ]
                    : line;
            }, words);
            const known = insideOf(words);
            const read = insideOf(open);
            if (read.unread === undefined) {
                expect(known.unread, JSON.stringify(open)).toBeUndefined();
                known.commands.forEach((one) =>
                    expect(
                        read.commands.some((other) => fits(other, one.map(textOf))),
                        `${JSON.stringify(open)} runs ${JSON.stringify(one)}`
                    ).toBe(true)
                );
            }
        }),
        { seed: SEED, numRuns: runs(200_000) }
    );
});

/** A text for a word that the known command leaves open, too, such as the input of `xargs`. */
function textOf(one: Word): string {
    return typeof one === 'string' ? one : one.pieces.map((piece) => piece ?? '').join('');
}
