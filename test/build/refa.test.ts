/** Compares the sets of `refa` as shipped, without its tables, with those of its tables and those of the engine. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import * as tabled from 'refa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallRefa, withoutTables } from '../../scripts/build/refa/small-refa.mjs';
import { IS_DEEP, onlyDeep, partOf } from '../support/depth.js';

const file = createRequire(import.meta.url).resolve('refa');
const source = readFileSync(file, 'utf8');
const LAST = 0x10ffff;

const folder = mkdtempSync(join(tmpdir(), 'guardrail-refa-'));
let small: typeof tabled;
beforeAll(async () => {
    const outfile = join(folder, 'refa.mjs');
    await build({ entryPoints: [file], outfile, bundle: true, format: 'esm', plugins: [smallRefa()] });
    small = (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as typeof tabled;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The code points in a character class. */
function members(refa: typeof tabled, characters: string, flags: string): Uint8Array {
    const { expression } = refa.JS.Parser.fromLiteral({ source: characters, flags }).parse();
    const element = expression.alternatives[0]!.elements[0]!;
    const has = new Uint8Array(LAST + 1);
    if (element.type === 'CharacterClass') {
        element.characters.ranges.forEach(({ min, max }) => has.fill(1, min, max + 1));
    }
    return has;
}

const textOf = (code: number): string => String.fromCodePoint(code);

/** The full names in the library's table of names that starts with `start`. */
function names(start: string): string[] {
    const at = source.indexOf(start);
    expect(at).toBeGreaterThan(0);
    return [
        ...new Set(Array.from(source.slice(at, source.indexOf('}', at)).matchAll(/:"(\w+)"/g), ([, name]) => name!))
    ];
}

describe('the sets of properties', () => {
    // All of them are queried in the same way, so some suffice.
    const scripts = names('{Adlam:"Adlam",Adlm:').filter((_, index) => index % 8 === 0);
    const properties = [
        ...names('{ASCII:"ASCII",'),
        ...names('{Cased_Letter:"Cased_Letter",').map((name) => `General_Category=${name}`),
        ...scripts.map((name) => `Script=${name}`),
        ...scripts.map((name) => `Script_Extensions=${name}`)
    ];

    test("of every property equal those of the tables, except where the engine's Unicode is newer", () => {
        expect(properties.length).toBeGreaterThan(120);
        const wrong: string[] = [];
        for (const property of partOf(properties, 20)) {
            const expected = members(tabled, `\\p{${property}}`, 'u');
            const actual = members(small, `\\p{${property}}`, 'u');
            if (Buffer.compare(actual, expected) === 0) {
                continue;
            }
            const engine = new RegExp(`^\\p{${property}}$`, 'u');
            for (let code = 0; code <= LAST; code++) {
                if (actual[code] !== expected[code] && engine.test(textOf(code)) !== (actual[code] === 1)) {
                    wrong.push(`${property} ${code.toString(16)}`);
                }
            }
        }
        expect(wrong).toEqual([]);
    });

    test.each(['Lu', 'sc=Greek', ...onlyDeep(['L', 'Cs', 'Cn'])])('%s matches the engine', (property) => {
        const actual = members(small, `\\p{${property}}`, 'u');
        const others = members(small, `\\P{${property}}`, 'u');
        const engine = new RegExp(`^\\p{${property}}$`, 'u');
        const wrong: number[] = [];
        for (let code = 0; code <= LAST; code++) {
            if ((actual[code] === 1) !== engine.test(textOf(code)) || actual[code] === others[code]) {
                wrong.push(code);
            }
        }
        expect(wrong).toEqual([]);
    });
});

describe.each(['iu', 'i'] as const)('case variants, with the flags %s', (flags) => {
    const folding = (refa: typeof tabled, code: number): readonly number[] => {
        const { ranges } = refa.JS.getCharCaseFolding({ unicode: flags === 'iu', ignoreCase: true }).toCharSet(code);
        return ranges.flatMap(({ min, max }) => Array.from({ length: max - min + 1 }, (_, index) => min + index));
    };

    test("equal those of the tables, except where the engine's Unicode is newer", () => {
        // Letters beyond the first two planes have no other case.
        const last = flags === 'i' ? 0xffff : IS_DEEP ? LAST : 0x1ffff;
        let varying = 0;
        const wrong: number[] = [];
        for (let code = 0; code <= last; code++) {
            const [expected, actual] = [folding(tabled, code), folding(small, code)];
            varying += actual.length > 1 ? 1 : 0;
            if (expected.join() !== actual.join()) {
                const engine = new RegExp(`^${textOf(code)}$`, flags);
                const either = [...new Set([...expected, ...actual])].filter((other) => engine.test(textOf(other)));
                if (either.sort((a, b) => a - b).join() !== actual.join()) {
                    wrong.push(code);
                }
            }
        }
        expect(varying).toBeGreaterThan(2000);
        expect(wrong).toEqual([]);
    });

    test.each(['[^x]', '\\w', '\\W', 'k', '[a-j]'])('%s is the same as with the tables', (characters) => {
        expect(Buffer.compare(members(small, characters, flags), members(tabled, characters, flags))).toBe(0);
    });
});

test('another build of the library is detected', () => {
    expect(() => withoutTables(source.replace('{Basic_Emoji:', '{Other_Emoji:'))).toThrow(/otherwise than expected/);
});
