/** Tests that the command terminates on its own on policies that are designed to run forever. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { IS_DEEP, partOf } from '../../../support/depth.js';
import { folder, guardrail } from '../../guardrail.js';

const POLICIES = join(import.meta.dirname, '../../../checker/budgets');
/** A time in milliseconds that is many times the usual duration on a slow machine. */
const FOR_EVER = 60_000;

/** The number of seconds for each claim; a policy has a few claims. */
const TIMEOUT = IS_DEEP ? '2' : '1';

test.each(
    partOf(
        readdirSync(POLICIES).filter((name) => name.endsWith('.guardrail')),
        18
    )
)(
    '%s',
    async (name) => {
        const cwd = folder({ [name]: readFileSync(join(POLICIES, name)) });
        const args = ['check', name, '--timeout', TIMEOUT, '--no-cache', '--format', 'json'];
        const { code, stdout } = await guardrail(args, { cwd, killAfter: FOR_EVER });
        // The code is null if the command had to be killed.
        expect([0, 1, 3]).toContain(code);
        expect((JSON.parse(stdout) as { exitCode: number }).exitCode).toBe(code);
    },
    2 * FOR_EVER
);
