/**
 * Looks for inputs that make the product fail, with others each time: texts as they are typed, then files, logs, schemas,
 * configurations, packages, caches and programs of the library (`test/fuzz/`), and the language server through 10,000 random edits
 * (GUARDRAIL_FUZZ_EDITS) and 1,000 edits and checks with its memory measured. Each of these takes so many seconds; two run at a time
 * on two processors. A finding is printed with how it is seen again and with the seed, and ends it with exit code 1.
 *
 *     node scripts/fuzz.mjs [SECONDS [SEED [KIND]]]     300 seconds is the default; a kind of test/fuzz/inputs.ts, or `library`
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
