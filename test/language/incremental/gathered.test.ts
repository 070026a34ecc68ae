/**
 * Tests that lists gathered from the statements of a file follow its edits, and that an edit searches only the
 * statements that it changes.
 */
import type { LangiumDocument } from 'langium';
import { expect, test } from 'vitest';
import type { PolicyFile } from '../../../language/generated/ast.js';
import { isAllow, isDeny, isSubjectRule } from '../../../language/generated/ast.js';
import { Gathered, Grouped } from '../../../language/files/gathered.js';
import { workspace } from './support.js';

const PATH = 'gathered.guardrail';
const RULES = Array.from({ length: 50 }, (_, index) => `deny mail.send when size > ${index}`);
const text = (...rules: readonly string[]): string =>
    ['policy P', 'agent a', 'server mail {', '  tool send(size: int)', '}', 'allow a: mail.send', ...rules, ''].join(
        '\n'
    );

const fileOf = ({ parseResult }: LangiumDocument): PolicyFile => parseResult.value as PolicyFile;

test('only changed statements are searched, and a list stays the same while its statements do', async () => {
    let searched = 0;
    const denies = new Gathered((statement) => {
        searched++;
        return isDeny(statement) ? [statement.$cstNode!.text] : [];
    });
    const allows = new Gathered((statement) => (isAllow(statement) ? [statement] : []));
    const files = workspace();
    let file = fileOf(await files.open(PATH, text(...RULES)));
    expect(denies.in(file)).toEqual(RULES);
    const before = allows.in(file);
    searched = 0;

    file = fileOf(await files.edit(PATH, text(...RULES.slice(0, 20), 'deny mail.send', ...RULES.slice(20))));
    expect(denies.in(file)).toEqual([...RULES.slice(0, 20), 'deny mail.send', ...RULES.slice(20)]);
    expect(searched).toBeLessThan(3);
    expect(allows.in(file)).toBe(before);

    file = fileOf(await files.edit(PATH, text(...RULES)));
    expect(denies.in(file)).toEqual(RULES);
    expect(searched).toBeLessThan(5);

    // A declaration may change the meaning of every name.
    file = fileOf(await files.edit(PATH, `${text(...RULES)}agent b\n`));
    expect(denies.in(file)).toEqual(RULES);
    expect(searched).toBeGreaterThan(RULES.length);
});

test('items of a basis are searched again for another basis, and items of one text for each text', async () => {
    const found: string[] = [];
    const denies = new Gathered(
        (statement, word: string) => {
            found.push(word);
            return isDeny(statement) ? [word] : [];
        },
        (item) => item !== 'passing'
    );
    const file = fileOf(await workspace().open(PATH, text(...RULES)));
    const list = denies.in(file, 'lasting');
    expect(denies.in(file, 'lasting')).toBe(list);
    expect(denies.in(file, 'passing')).toEqual(RULES.map(() => 'passing'));
    found.length = 0;
    denies.in(file, 'passing');
    expect(found).toHaveLength(RULES.length);
});

test('repeated statements are found in text order, also after their first one is removed', async () => {
    const sizes = new Grouped((statement) => (isSubjectRule(statement) ? statement.$cstNode!.text : undefined));
    const repeatedIn = (file: PolicyFile): string[] =>
        sizes.repeated(file).map(({ item, first }) => `${item.$containerIndex} as ${first.$containerIndex}`);
    const [one, two] = RULES;
    const files = workspace();
    const start = await files.open(PATH, text(one!, two!, one!, two!, one!));
    expect(repeatedIn(fileOf(start))).toEqual(['5 as 3', '6 as 4', '7 as 3']);
    expect(repeatedIn(fileOf(await files.edit(PATH, text(two!, one!, two!, one!))))).toEqual(['5 as 3', '6 as 4']);
    expect(repeatedIn(fileOf(await files.edit(PATH, text(two!, one!))))).toEqual([]);
});
