/**
 * Looks for inputs that make the product fail, different ones each time: texts as they are typed, then files, logs,
 * schemas, configurations, packages, caches and programs that use the library (`test/fuzz/`), and the language server
 * through 10,000 random edits (GUARDRAIL_FUZZ_EDITS) and 1,000 edits and checks with its memory measured. Each of these
 * takes SECONDS; two run at a time on two processors. A failure is printed with the seed and how to reproduce it, and
 * ends the run with exit code 1.
 *
 *     node scripts/fuzz.mjs [SECONDS [SEED [KIND]]]     300 seconds is the default; KIND is a kind of test/fuzz/inputs.ts, or `library`
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [seconds = '300', seed = String(Date.now() % 2 ** 31), kind] = process.argv.slice(2);
const tests =
    kind === undefined
        ? ['test/language/hardening', 'test/lsp/survival', 'test/fuzz']
        : [kind === 'library' ? 'test/fuzz/library' : 'test/fuzz/commands'];
console.log(`seed ${seed}`);
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...tests], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
        ...process.env,
        GUARDRAIL_FUZZ_SECONDS: seconds,
        GUARDRAIL_FUZZ_SEED: seed,
        ...(kind !== undefined && { GUARDRAIL_FUZZ_KIND: kind })
    },
    stdio: 'inherit'
});
process.exitCode = status ?? 1;
