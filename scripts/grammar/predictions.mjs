/**
 * Writes language/generated/predictions.ts from the grammar and the policies of this repository (`npm run generate`).
 * Tables of the same grammar are left as they are, because more policies would only make them larger; with `--again`
 * they are written too.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import esbuild from 'esbuild';
import { globSync } from 'tinyglobby';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const target = join(root, 'language/generated/predictions.ts');

const grammar = createHash('sha256');
globSync('language/grammar/*.langium', { cwd: root, absolute: true })
    .sort()
    .forEach((file) => grammar.update(readFileSync(file)));
const head = `/** Written by scripts/grammar/predictions.mjs. The SHA-256 of the grammar: ${grammar.digest('hex')} */
`;
if (readFileSync(target, 'utf8').startsWith(head) && !process.argv.includes('--again')) {
    process.exit();
}

/** Matches the code in the documentation. */
const CODE = /^```guardrail.*\n([\s\S]*?)^```$/gm;

/** The language is written in TypeScript, so the code that creates the tables is bundled first. */
const bundle = join(root, '.cache/predictions.mjs');
await esbuild.build({
    absWorkingDir: root,
    stdin: {
        contents: `
            export { AstUtils, EmptyFileSystem } from 'langium';
            export { createGuardrailServices } from './language/module.js';
            export { createFullParser } from './language/parser/parser.js';
            export { collectPredictions } from './language/parser/collect-predictions.js';`,
        resolveDir: root
    },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    loader: { '.guardrail': 'text' },
    logLevel: 'warning'
});
const { AstUtils, collectPredictions, createFullParser, createGuardrailServices, EmptyFileSystem } = await import(
    pathToFileURL(bundle)
);

const { guardrail } = createGuardrailServices(EmptyFileSystem);
/** This parser works without the tables, which may belong to another grammar. */
const parser = createFullParser(guardrail);
const read = (...patterns) =>
    globSync(patterns, { cwd: root, ignore: '**/node_modules/**' })
        .sort()
        .map((file) => readFileSync(join(root, file), 'utf8'));
const texts = [
    ...read('{examples,bench,test}/**/*.guardrail'),
    ...read('*.md', 'docs/**/*.md').flatMap((text) => Array.from(text.matchAll(CODE), ([, code]) => code))
];
/**
 * Every condition of a text in the other places and forms that it can have, because it takes most tokens to distinguish
 * these.
 */
const seen = new Set();
function variations(text) {
    const { value } = parser.parse(text);
    return AstUtils.streamAst(value)
        .filter((node) => guardrail.shared.AstReflection.isSubtype(node.$type, 'Condition'))
        .map((node) => node.$cstNode.text)
        .filter((condition) => condition.length < 80 && !seen.has(condition) && seen.add(condition))
        .flatMap((condition) => [
            `deny a: t when not (${condition} and b)`,
            `deny a: t when (${condition}) or b`,
            `require not (${condition}) for t`
        ])
        .toArray();
}
/**
 * A condition in parentheses as the whole of a rule, before each kind of statement: the word after it determines what
 * it is.
 */
function endings() {
    const statements = new Map();
    for (const text of texts) {
        for (const { $cstNode } of parser.parse(text).value.elements ?? []) {
            const statement = $cstNode?.text ?? '';
            const [word] = statement.split(/\W/, 1);
            if (word && statement.length < (statements.get(word)?.length ?? Infinity)) {
                statements.set(word, statement);
            }
        }
    }
    return [...statements.values()].flatMap((statement) =>
        [
            'deny a: t when',
            'deny a: t unless',
            'allow a: t when',
            'require approval by h for t when',
            'require not'
        ].flatMap((rule) => [`${rule} (carries l)\n${statement}`, `${rule} (once t or carries l)\n${statement}`])
    );
}
const tables = collectPredictions(createFullParser(guardrail), Object.values(guardrail.parser.Lexer.definition), [
    ...texts,
    ...texts.flatMap(variations),
    ...endings()
]);
writeFileSync(
    target,
    `${head}import type { PredictionTables } from '../grammar/predictions.js';

export const PREDICTIONS = JSON.parse(
    ${JSON.stringify(JSON.stringify(tables)).replaceAll("'", "\\'").replace(/^"|"$/g, "'").replaceAll('\\"', '"')}
) as PredictionTables;
`
);
