import { EmptyFileSystem, URI } from 'langium';
import { expect, test } from 'vitest';
import type { PolicyFile } from '../../language/generated/ast.js';
import { createGuardrailServices } from '../../language/module.js';

test.each([
    ['parentheses', '('.repeat(60_000), 'GR101'],
    ['negations', 'not '.repeat(60_000), 'GR102'],
    ['hosts', 'host of '.repeat(60_000), 'GR102'],
    ['lengths', 'length of '.repeat(60_000), 'GR102'],
    ['quantifiers', 'every x in y: '.repeat(20_000), 'GR102']
])(
    '%s nested deeper than the stack are a syntax error, and the next file is unaffected',
    async (name, nested, code) => {
        const { shared } = createGuardrailServices(EmptyFileSystem);
        const codesOf = async (file: string, text: string): Promise<unknown[]> => {
            const uri = URI.parse(`memory:///${file}.guardrail`);
            const document = shared.workspace.LangiumDocumentFactory.fromString<PolicyFile>(text, uri);
            shared.workspace.LangiumDocuments.addDocument(document);
            await shared.workspace.DocumentBuilder.build([document], { validation: true });
            return (document.diagnostics ?? []).map((diagnostic) => diagnostic.code);
        };
        expect(await codesOf(name, `policy Deep\nagent a\nallow a: any tool when ${nested}`)).toContain(code);
        // A parser left in the middle of its work would answer with the previous file.
        expect(await codesOf('empty', '')).toEqual(['GR105']);
        expect(await codesOf('next', 'label private')).toEqual([]);
    }
);
