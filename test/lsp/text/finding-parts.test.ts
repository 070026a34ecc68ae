/** Tests which part of a text the editor underlines for a finding. */
import { describe, expect, test } from 'vitest';
import { lower } from '../../../language/lower/index.js';
import type { PolicyFile } from '../../../language/generated/ast.js';
import { checkPolicy } from '../../../server/checker/check.js';
import { resultDiagnostics } from '../../../server/lsp/features/diagnostics/results.js';
import { withPart } from '../../../server/lsp/text/finding-parts.js';
import { open } from '../support.js';

const MAIL = `policy Mail
label private
label untrusted
entity Account
server mail { tool read() reads private, untrusted tool clean() clears private tool get() }
server web { tool fetch(url: string) external }
server bank { tool verify(account: Account) tool pay(account: Account, amount: int >= 0 <= 900) tool go() tool sign() }
agent a
agent b
`;

const CASES: readonly (readonly [code: string, text: string, part: string])[] = [
    ['GR501', 'allow a: mail.read, web.fetch', 'web.fetch'],
    ['GR501', 'allow a: mail.read\nallow a: mail.get,\n  external tools', 'external tools'],
    ['GR501', '@owasp("ASI01")\nallow a: web.*, mail.read when true', 'web.*'],
    ['GR503', 'allow a: mail.read, mail.clean', 'mail.clean'],
    ['GR505', 'allow a: mail.get, bank.go when once mail.clean', 'mail.get, bank.go'],
    ['GR507', 'allow a: mail.get\nallow a: mail.get, bank.go\nallow b: mail.get\n', 'allow a: mail.get'],
    ['GR511', 'allow a: bank.sign\nallow a: bank.go when once bank.sign', 'once bank.sign'],
    ['GR512', 'allow a: bank.verify, bank.pay\nrequire once bank.verify within 15m for bank.pay', 'bank.verify'],
    ['GR513', 'allow a: bank.pay\ndeny bank.pay when total(bank.pay.amount) > 1000', 'total(bank.pay.amount)'],
    ['GR514', 'allow a, b: bank.go\ndeny bank.go when count(attempted bank.go) >= 3', 'count(attempted bank.go)'],
    ['GR502', 'allow a: bank.pay\nclaim "of one":\n  bank.pay requires amount <= 900', '"of one"']
];

describe('a finding is underlined where its message is about', () => {
    test.each(CASES)('%s: %s', async (code, text, part) => {
        const { document, services } = await open(`${MAIL}${text}\n`);
        const result = checkPolicy(lower(document.parseResult.value as PolicyFile, services));
        const inventory = services.inventory.of(document);
        const findings = result.findings.map((finding) => withPart(finding, document, inventory));
        const { uri, textDocument } = document;
        const placed = resultDiagnostics(
            {
                uri: uri.toString(),
                version: 1,
                state: 'done',
                text: textDocument.getText(),
                claims: [],
                result: { ...result, findings }
            },
            document
        );
        const found = placed.filter(({ diagnostic }) => diagnostic.code === code);
        expect(found.map(({ diagnostic }) => textDocument.getText(diagnostic.range))).toEqual([part]);
    });
});
