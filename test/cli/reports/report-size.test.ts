/**
 * Tests that reports are short enough to be read to the end: a policy of about 170 lines without violations has a
 * report of at most 60 lines.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { onlyDeep } from '../../support/depth.js';
import { guardrail } from '../guardrail.js';

const folder = fileURLToPath(new URL('sizes/', import.meta.url));

test.each(['desk', ...onlyDeep(['operator', 'platform', 'travel'])])(
    '%s',
    async (name) => {
        const text = readFileSync(`${folder}${name}.guardrail`, 'utf8');
        expect(text.split('\n').length).toBeGreaterThan(160);
        const { stdout, code } = await guardrail(['check', `${name}.guardrail`, '--no-cache'], { cwd: folder });
        expect(code, stdout).toBe(0);
        expect(stdout.trimEnd().split('\n').length, stdout).toBeLessThanOrEqual(60);
    },
    300_000
);
