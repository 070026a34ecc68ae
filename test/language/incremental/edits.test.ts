/**
 * Tests random edits of every policy of the project: a document after an edit has the same contents as one built from
 * its text alone. The trees, their places, the meanings of names, the errors and the diagnostics are compared.
 */
import type { AstNode, LangiumDocument } from 'langium';
import { expect, test } from 'vitest';
import { isPolicyFile } from '../../../language/generated/ast.js';
import { runs, SEED } from '../../support/depth.js';
import { applyEdit, pick, randomEdit } from '../../lsp/survival/edits.js';
import { Random } from '../../oracle/mixed/random.js';
import { CORPUS, knownOf, workspace } from './support.js';

/** What an author types in a policy, character by character. */
const TYPED = [
    'deny mail.send when to == "x"\n',
    'allow assistant: any tool\n',
    'claim "c": never mail.send after once mail.read\n',
    'define d = amount > 5 and not once bank.pay within 5m\n',
    'label secret\n',
    'agent helper\n',
    '/** Why. */\nrequire approval by boss for any tool\n',
    '@severity(high)\nclaim never pay\n',
    'scenario "s" {\n  mail.send(to: "x") -> denied\n}\n',
    'server s {\n  tool t(a: string)\n  @gone tool u()\n}\n',
    'pack z() {\n  deny any tool\n  group zz = mail.send\n}\n',
    'modes m {\n  m1 initial {\n    allow any tool\n    on mail.send enter m1\n  }\n}\n',
    'import "./tools.guardrail"\n',
    'use p(x: "y")\n',
    'allow assistant: mail.send when to == "x"\n',
    'require once mail.read within 1h for mail.send\n',
    'scenario "s" {\n  boss approves mail.send\n}\n',
    'group g = mail.send, mail.read\n',
    'timezone "UTC"\n'
];

const PATHS = [...CORPUS.keys()];
const material = [...CORPUS.values()];

test('an edited document is that of its text', async () => {
    const random = new Random(SEED);
    const next = (): number => random.next();
    const [edited, fresh] = [workspace(), workspace()];
    // Fewer have too few edits for the share below, which is about two thirds of many.
    const sessions = runs(250, 13);
    const shares: number[] = [];
    for (let session = 0; session < sessions; session++) {
        const path = pick(PATHS, next);
        let text = CORPUS.get(path)!;
        if (next() < 0.1) {
            text = text.replaceAll('\n', '\r\n');
        }
        let statements = statementsOf(await edited.open(path, text));
        for (const change of changesOf(text, next)) {
            text = change(text);
            const before = new Set<AstNode>(statements);
            const document = await edited.edit(path, text);
            statements = statementsOf(document);
            const kept = statements.filter((statement) => before.has(statement)).length;
            shares.push(statements.length === 0 ? 1 : kept / statements.length);
            const expected = await fresh.open(path, text);
            expect(knownOf(document), `${path}: ${JSON.stringify(text)}`).toEqual(knownOf(expected));
        }
        await edited.close(path);
        await fresh.close(path);
    }
    // Otherwise both documents in the comparison would be built from their texts.
    expect(shares.filter((share) => share > 0).length).toBeGreaterThan(shares.length / 2);
}, 600_000);

function statementsOf({ parseResult }: LangiumDocument): readonly AstNode[] {
    return isPolicyFile(parseResult.value) ? parseResult.value.elements : [];
}

/**
 * A session of one kind: edits anywhere, a statement that is typed and removed again, a line that is written twice, or
 * changes of whole lines.
 */
function changesOf(text: string, next: () => number): ((text: string) => string)[] {
    const kind = next();
    if (kind < 0.4) {
        return Array.from({ length: 8 }, () => (now) => applyEdit(now, randomEdit(now, material, next)));
    }
    const lines = text.split('\n');
    const line = Math.floor(next() * lines.length);
    const at = lines.slice(0, line).join('\n').length + (line > 0 ? 1 : 0);
    if (kind < 0.8) {
        const typed = pick(TYPED, next);
        const step = 1 + Math.floor(next() * 4);
        const steps = Math.ceil(typed.length / step);
        return [
            ...Array.from(
                { length: steps },
                (_, index) => () => text.slice(0, at) + typed.slice(0, (index + 1) * step) + text.slice(at)
            ),
            () => text
        ];
    }
    if (kind < 0.9) {
        const copy = Math.floor(next() * (lines.length + 1));
        const twice = [...lines.slice(0, copy), lines[line]!, ...lines.slice(copy)];
        return [
            () => twice.join('\n'),
            () => ['// Above.', ...twice].join('\n'),
            () => twice.filter((_, index) => index !== line).join('\n'),
            () => text
        ];
    }
    const moved = [...lines.slice(0, line), ...lines.slice(line + 1)];
    const to = Math.floor(next() * moved.length);
    const inserted = [...moved.slice(0, to), lines[line]!, ...moved.slice(to)];
    return [
        () => moved.join('\n'),
        () => inserted.join('\n'),
        () => [...inserted.slice(0, to), `// ${inserted[to]}`, ...inserted.slice(to + 1)].join('\n'),
        () => `\n\n${text}`,
        () => text
    ];
}
