/**
 * Splits language/generated/grammar.ts, as langium-cli writes it, into parts for `language/grammar/grammar-parts.ts`; and
 * writes language/generated/tokens.ts and server/model/text/keywords.ts from the grammar (`npm run generate`).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const generated = join(root, 'language/generated');

/** The length from which a text is separate; shorter texts stay with their node. */
const LONG = 100;

const bundle = join(root, '.cache/grammar-parts.mjs');
await esbuild.build({
    absWorkingDir: root,
    stdin: {
        contents: `
            export { GuardrailGrammar } from './language/generated/grammar.js';
            export { keywordsOf, tokenTableOf } from './language/grammar/token-table.js';`,
        resolveDir: root
    },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning'
});
const { GuardrailGrammar, keywordsOf, tokenTableOf } = await import(pathToFileURL(bundle));
const grammar = GuardrailGrammar();

writeFileSync(
    join(generated, 'tokens.ts'),
    `/** Written by scripts/grammar/parts.mjs. */
import type { TokenTable } from '../grammar/token-table.js';

export const TOKENS = JSON.parse(
    ${literal(JSON.stringify(tokenTableOf(grammar)))}
) as TokenTable;
`
);

const { keywords, neverNames } = keywordsOf(grammar);
writeFileSync(
    join(root, 'server/model/text/keywords.ts'),
    `/** Written by scripts/grammar/parts.mjs: the words of the grammar, and those that are no \`Name\` either. */
export const KEYWORDS: ReadonlySet<string> = new Set(
    '${keywords.join(' ')}'.split(
        ' '
    )
);

export const NEVER_NAMES: ReadonlySet<string> = new Set('${neverNames.join(' ')}'.split(' '));
`
);

const json = /loadGrammarFromJson\((?<literal>'.*')\)\);/s.exec(readFileSync(join(generated, 'grammar.ts'), 'utf8'));
if (json) {
    // The comments of the grammar are for readers; the syntax documentation is generated from the grammar files
    // themselves.
    const whole = JSON.parse(new Function(`return ${json.groups.literal};`)(), (key, value) =>
        key === '$comment' ? undefined : value
    );
    let later = '';
    const put = (value) => {
        const text = JSON.stringify(value);
        if (text.length <= LONG) {
            return value;
        }
        later += text;
        return { $later: [later.length - text.length, later.length] };
    };
    for (const list of ['interfaces', 'rules', 'types']) {
        whole[list] = whole[list].map((node) =>
            Object.fromEntries(Object.entries(node).map(([property, value]) => [property, put(value)]))
        );
    }
    writeFileSync(
        join(generated, 'grammar.ts'),
        `/** Written by langium-cli, and taken apart by scripts/grammar/parts.mjs. */
import type { Grammar } from 'langium';
import { grammarOf } from '../grammar/grammar-parts.js';

let grammar: Grammar | undefined;
export const GuardrailGrammar = (): Grammar =>
    (grammar ??= grammarOf({
        grammar: ${literal(JSON.stringify(whole))},
        later: ${literal(later)}
    }));
`
    );
}

/** Writes a string literal in single quotes, because JSON is full of double quotes. */
function literal(text) {
    return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}
