/** Tests that texts for people in the pages of the web views go through `l10n.t`. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Matches attributes of elements, and properties of our components, that are displayed or spoken. */
const READ = /^(aria-(label|description|roledescription|valuetext)|title|placeholder|alt|label|word|any)$/;
/** Matches a sentence in code other than markup: a capital letter, a word, and another word. */
const SENTENCE = /^\p{Lu}\p{Ll}*,? \p{L}/u;
const COMPARISONS: readonly ts.SyntaxKind[] = [
    ts.SyntaxKind.EqualsEqualsEqualsToken,
    ts.SyntaxKind.ExclamationEqualsEqualsToken,
    ts.SyntaxKind.InKeyword
];

test('every text of the pages is translatable', () => {
    const files = globSync('client/{trace,simulator/page}/**/*.{ts,tsx}', { cwd: root });
    expect(files.filter((file) => file.endsWith('.tsx')).length).toBeGreaterThan(15);
    const found = files.flatMap((file) =>
        plainTexts(file, readFileSync(root + file, 'utf8')).map((text) => `${file}: ${text}`)
    );
    expect(found).toEqual([]);
});

test('an untranslatable text is found anywhere', () => {
    const page = `
        const title = 'Where it goes';
        const View = ({ isNew, count, name }) => (
            <p title="the tip" class={isNew ? 'a b' : ''} aria-label={[\`Step \${count}\`, name].join(', ')}>
                in the markup {isNew ? 'one way' : name === 'compared' && <b>within</b>}
                {['wide', 'high'].map((kind) => <i key={kind}>of a list</i>)}
                {l10n.t('{0} is fine', name)} · {count}{\`\${count} counted\`} {filled(l10n.t('{0} too'), <i>&nbsp;</i>)}
            </p>
        );`;
    expect(plainTexts('view.tsx', page)).toEqual([
        'Where it goes',
        'the tip',
        'Step ',
        'in the markup',
        'one way',
        'within',
        'of a list',
        ' counted'
    ]);
});

/** The texts of the file that are displayed unchanged. */
function plainTexts(file: string, code: string): string[] {
    const found: string[] = [];
    const visit = (node: ts.Node, isShown: boolean): void => {
        const add = (text: string): void => {
            if (isShown ? /\p{L}/u.test(text) : SENTENCE.test(text)) {
                found.push(text);
            }
        };
        if (ts.isJsxText(node)) {
            add(node.text.replace(/&\w+;/g, '').trim());
        } else if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
            add(node.text);
        } else if (ts.isCallExpression(node) && node.expression.getText() === 'l10n.t') {
            return;
        }
        ts.forEachChild(node, (child) => visit(child, isShownIn(node, child, isShown)));
    };
    visit(ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true), false);
    return found;
}

/** True if the child's contents are displayed exactly when the parent's are. */
function isShownIn(node: ts.Node, child: ts.Node, isShown: boolean): boolean {
    if (ts.isJsxElement(node) || ts.isJsxFragment(node)) {
        return ts.isJsxText(child) || ts.isJsxExpression(child);
    }
    if (ts.isJsxAttribute(node)) {
        return READ.test(node.name.getText());
    }
    if (ts.isConditionalExpression(node) && child === node.condition) {
        return false;
    }
    if (ts.isCallExpression(node) && child === node.expression && node.arguments.some(ts.isArrowFunction)) {
        // Only the results of `map` are displayed.
        return false;
    }
    return isShown && !(ts.isBinaryExpression(node) && COMPARISONS.includes(node.operatorToken.kind));
}
