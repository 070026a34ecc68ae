import { URI } from 'langium';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { offerOf } from '../../../../server/cli/commands/add/offers.js';
import { folder } from '../../guardrail.js';

test('a package that Yarn has put into an archive is reported as such', async () => {
    const root = folder({ '.pnp.cjs': '' });
    await expect(offerOf('@acme/rules', URI.file(join(root, 'policy.guardrail')))).rejects.toMatchObject({
        code: 'GR248',
        message: expect.stringContaining("Yarn's Plug'n'Play") as string
    });
});
