import { URI } from 'langium';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { offeredBy } from '../../../../server/cli/packages/offered.js';
import { folder } from '../../guardrail.js';

test('a package that Yarn has put into an archive is reported as such', async () => {
    const root = folder({ '.pnp.cjs': '' });
    await expect(offeredBy('@acme/rules', URI.file(join(root, 'policy.guardrail')))).rejects.toMatchObject({
        code: 'GR248',
        message: expect.stringContaining("Yarn's Plug'n'Play") as string
    });
});

test('an index offers what it imports from other files of its package, and nothing else', async () => {
    const root = folder({
        'node_modules/@acme/rules/package.json': '{ "name": "@acme/rules", "exports": "./index.guardrail" }',
        'node_modules/@acme/rules/index.guardrail':
            'import { Public } from "./packs.guardrail"\nimport { FourEyes } from "guardrail/std"\nlabel secret\n',
        'node_modules/@acme/rules/packs.guardrail':
            'pack Public(t: tools) { limit t to 3 }\npack Private(t: tools) { limit t to 4 }\n'
    });
    const { elements } = await offeredBy('@acme/rules', URI.file(join(root, 'policy.guardrail')));
    expect(elements.map(({ name }) => name)).toEqual(['secret', 'Public']);
});
