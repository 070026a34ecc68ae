/**
 * Writes docs/language/syntax.md, the grammar in EBNF, from the grammar files.
 *
 *     node scripts/docs/syntax.mjs [--check]     with --check it writes nothing, and fails if the page is out of date
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { ebnf, references } from './ebnf.mjs';
import { readGrammar } from './grammar.mjs';
import { terminal } from './terminals.mjs';

const page = fileURLToPath(new URL('../../docs/language/syntax.md', import.meta.url));

const written = await prettier.format(syntax(await readGrammar('language/grammar/guardrail.langium')), {
    ...(await prettier.resolveConfig(page)),
    parser: 'markdown'
});

if (process.argv.includes('--check')) {
    if (readFileSync(page, 'utf8').replaceAll('\r\n', '\n') !== written) {
        console.error('docs/language/syntax.md is not what the grammar says: npm run docs:syntax');
        process.exitCode = 1;
    }
} else {
    writeFileSync(page, written);
}

function syntax({ sections, terminals, unions }) {
    const rules = sections.flatMap((section) => section.rules);
    return [
        '# Syntax',
        [
            'This page shows the grammar of the language. `npm run docs:syntax` generates it from `language/grammar/*.langium`.',
            "`'word'` is literal text, `A B` is an A followed by a B, `A | B` is one of them, `A?` is an A or nothing, `A*` is",
            'any number of A, and `A+` is at least one. `Name⟨Tool⟩` is the name of a tool. White space and comments are allowed',
            `between all of these. A file is a ${rules[0].name}.`
        ].join('\n'),
        ...sections.flatMap((section) => [`## ${section.title}`, ...paragraphs(section.rules)]),
        ...unionTable(unions, new Set(rules.flatMap(references))),
        '## Words and texts',
        'A keyword can also be a name, if it cannot be misread: a word that starts a statement is not a name at the start' +
            ' of a line. In backquotes everything is a name.',
        terminals.map((rule) => `- ${terminal(rule)}`).join('\n')
    ].join('\n\n');
}

/** Consecutive rules without a comment share a block; a rule with a comment has its own. */
function paragraphs(rules) {
    const blocks = [];
    for (const rule of rules) {
        if (rule.comment || blocks.at(-1)?.comment !== rule.comment) {
            blocks.push({ comment: rule.comment, rules: [] });
        }
        blocks.at(-1).rules.push(ebnf(rule));
    }
    return blocks.flatMap(({ comment, rules }) => [
        ...(comment ? [comment] : []),
        ['```ebnf', rules.join('\n\n'), '```'].join('\n')
    ]);
}

/** A table of references to one of several kinds, such as `ToolOrGroup`. */
function unionTable(unions, used) {
    const rows = unions
        .filter(({ name }) => used.has(name))
        .map(({ name, members }) => `| ${name} | ${members.join(', ')} |`);
    const head = ['| name | can name any of |', '| --- | --- |'];
    return rows.length > 0 ? ['## What names may stand for', [...head, ...rows].join('\n')] : [];
}
