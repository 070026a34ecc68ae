import { expect, test } from 'vitest';
import type { CodeLens } from 'vscode-languageserver';
import { referenceLenses, resolveReferences } from '../../../../server/lsp/features/code-lens/references.js';
import { showReferencesCommand } from '../../../../server/lsp/protocol.js';
import { open } from '../../support.js';

const TEXT = `label private
server mail {
  tool read(a: string) reads private
  tool send(a: string)
}
deny mail.read when carries private
`;

test('a declaration shows its number of references once requested', async () => {
    const { services, document } = await open(TEXT);
    const { Settings: settings } = services.checking;
    expect(referenceLenses(document, services)).toEqual([]);
    settings.changedTo({ guardrail: { codeLens: { references: true } } });
    const lenses = referenceLenses(document, services);
    settings.changedTo({ guardrail: {} });
    expect(lenses.every(({ command }) => command === undefined)).toBe(true);
    const resolved = lenses.map((lens) => resolveReferences(lens, services));
    expect(resolved.map(({ range, command }) => [range.start.line + 1, command?.title, command?.command])).toEqual([
        [1, '2 references', showReferencesCommand],
        [2, '1 reference', showReferencesCommand],
        [3, '1 reference', showReferencesCommand],
        [4, '0 references', '']
    ]);
    const [, , locations] = resolved[2]!.command!.arguments!;
    expect(locations).toEqual([
        {
            uri: document.uri.toString(),
            range: { start: { line: 5, character: 10 }, end: { line: 5, character: 14 } }
        }
    ]);
});

test('a lens with a title stays unchanged', async () => {
    const { services, document } = await open(TEXT);
    const lens: CodeLens = {
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
        command: { title: 'holds', command: '' },
        data: { uri: document.uri.toString(), path: '/elements@0' }
    };
    expect(resolveReferences(lens, services)).toBe(lens);
});
