/**
 * Tests that each script of package.json is run by a workflow, or by a script that is, because a script that nothing
 * runs is broken sooner or later.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const WORKFLOWS = new URL('.github/workflows/', ROOT);

/** The scripts that npm itself runs, or that a person runs during development. */
const BY_HAND: readonly string[] = ['watch'];

test('each script is run by a workflow', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
        readonly scripts: Readonly<Record<string, string>>;
    };
    const workflows = readdirSync(WORKFLOWS).map((name) => readFileSync(new URL(name, WORKFLOWS), 'utf8'));
    const run = new Set<string>();
    const add = (text: string): void => {
        const named = [
            ...Array.from(text.matchAll(/\bnpm (?:run )?([\w:]+)/g), ([, name]) => name!),
            ...Array.from(text.matchAll(/\brun-p ([\w: ]+)/g), ([, names]) => names!.split(' ')).flat()
        ];
        for (const name of named.filter((one) => one in scripts && !run.has(one))) {
            run.add(name);
            add(scripts[name]!);
        }
    };
    [...workflows, readFileSync(new URL('.ci/run', ROOT), 'utf8')].forEach(add);
    // These are run by `npm ci` and `vsce package`.
    ['prepare', 'vscode:prepublish'].forEach((name) => run.add(name));
    expect(Object.keys(scripts).filter((name) => !run.has(name) && !BY_HAND.includes(name))).toEqual([]);
});

test('each named part of the deep run is a test, and the parts of a file are all of its random tests', () => {
    const script = readFileSync(new URL('scripts/test-deep.mjs', ROOT), 'utf8');
    const files = [...script.matchAll(/^const (\w+) = '(test\/.*)';$/gm)];
    expect(files.length).toBe(2);
    for (const [, constant, file] of files) {
        const titles = Array.from(
            readFileSync(new URL(file!, ROOT), 'utf8').matchAll(/^test\('(.*)', /gm),
            (m) => m[1]!
        );
        const named = [...script.matchAll(/part\('([^']+)', (\w+)/g)].filter((m) => m[2] === constant);
        const parts = named.map((m) => titles.filter((title) => new RegExp(m[1]!).test(title)));
        expect(parts.filter((part) => part.length !== 1)).toEqual([]);
        expect([...new Set(parts.flat())].sort()).toEqual([...titles].sort());
    }
});
