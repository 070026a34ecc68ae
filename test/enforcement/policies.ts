/** Policies for tests of enforcement. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { folder } from '../cli/guardrail.js';
import { type EnforcedPolicy, readPolicy } from '../../server/enforcement/policy.js';

export const MAIL = `policy Mail
label private
agent assistant
human reviewer

server mail {
  tool read(folder: string) readonly reads private
  tool send(to: string, body?: string) external
  tool count() readonly
}

allow assistant: mail.*
require approval by reviewer for external tools when carries private
deny mail.send when to == "eve@evil.example" because "Eve is not a customer"
limit mail.count to 2
withhold result of mail.read when folder == "secret"

claim "private data leaves only through the reviewer":
  never external tools when carries private unless approved by reviewer
`;

/** A folder with these files for all tests of a group. */
export function sharedFolder(files: Readonly<Record<string, string>>): string {
    const there = mkdtempSync(join(tmpdir(), 'guardrail-'));
    afterAll(() => rmSync(there, { recursive: true, force: true }));
    for (const [name, content] of Object.entries(files)) {
        writeFileSync(join(there, name), content);
    }
    return there;
}

export async function mail(text = MAIL): Promise<EnforcedPolicy> {
    const there = folder({ 'mail.guardrail': text });
    return readPolicy('mail.guardrail', there);
}

export const read = { tool: 'mail.read', args: { folder: 'inbox' } };
export const send = { tool: 'mail.send', args: { to: 'bob@acme.example' } };
export const count = { tool: 'mail.count', args: {} };
