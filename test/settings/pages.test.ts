/** The examples of the pages about codes of settings. */
import { expect, test } from 'vitest';
import { auditSettings } from '../../server/settings/audit.js';
import { claude } from '../../server/settings/clients/claude.js';
import { codex } from '../../server/settings/clients/codex.js';
import { BLOCKS, codeOf, placeOf } from '../docs/pages.js';

const CLIENTS = { json: claude, python: codex };
const blocks = BLOCKS.filter((block) => /^GR7\d\d$/.test(codeOf(block) ?? ''));

test.each(blocks.map((block) => [placeOf(block), block] as const))('%s', (_, block) => {
    const client = CLIENTS[block.language as keyof typeof CLIENTS];
    const { problems } = auditSettings(client, [{ path: client.files.project[0]!, text: block.text, of: 'project' }]);
    const codes = problems.filter(({ level }) => level !== 'information').map(({ code }) => code);
    expect(codes).toEqual(block.section === 'Wrong' ? [codeOf(block)] : []);
});
