/**
 * Runs the tests of what can be typed for longer than the usual run does, with other texts each time; then the language
 * server through 10,000 random edits (GUARDRAIL_FUZZ_EDITS) and 1,000 edits and checks with its memory measured.
 *
 *     node scripts/fuzz.mjs [SECONDS [SEED]]     300 seconds is the default; the tests print their seed
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [seconds = '300', seed = ''] = process.argv.slice(2);
const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', 'test/language/hardening', 'test/lsp/survival'],
    {
        cwd: fileURLToPath(new URL('..', import.meta.url)),
        env: { ...process.env, GUARDRAIL_FUZZ_SECONDS: seconds, GUARDRAIL_FUZZ_SEED: seed },
        stdio: 'inherit'
    }
);
process.exitCode = status ?? 1;
