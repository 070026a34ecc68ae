/** A build must try the same random cases each time, so that it fails because of a change, never by chance. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('every run of random cases has a seed', () => {
    const texts = globSync('test/**/*.{ts,tsx}', { cwd: root }).map(
        (file) => [file, readFileSync(root + file, 'utf8')] as const
    );
    const random = texts.filter(([, text]) => text.includes('fc.'));
    expect(random.length).toBeGreaterThan(50);
    expect(random.flatMap(([file, text]) => unseeded(file, text))).toEqual([]);
});

test.each([
    ['fc.assert(fc.property(fc.nat(), isEven))', 1],
    ['await fc.check(property, { numRuns: 5 })', 1],
    ['fc.sample(fc.nat(), 5)', 1],
    ['fc.sample(fc.nat(), { seed: SEED, numRuns: 5 })', 0],
    ['fc.assert(fc.property(fc.nat(), isEven), { seed })', 0],
    ['fc.nat({ max: 5 })', 0]
])('%s', (text, count) => {
    expect(unseeded('some.test.ts', text)).toHaveLength(count);
});

/** The places of calls that run random cases without a seed anywhere in their arguments. */
function unseeded(file: string, text: string): string[] {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
        if (
            ts.isCallExpression(node) &&
            /^fc\.(assert|check|sample)$/.test(node.expression.getText()) &&
            !isSeeded(node)
        ) {
            found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
        }
        node.forEachChild(visit);
    };
    visit(source);
    return found;
}

function isSeeded(node: ts.Node): boolean {
    return (
        ((ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) && node.name.getText() === 'seed') ||
        node.forEachChild((inner) => isSeeded(inner) || undefined) === true
    );
}
