/**
 * Tests the files of a release: installs them in an empty folder, as a user does, with nothing of this repository but examples.
 *
 *     node scripts/release/test.mjs FOLDER [REGISTRY]
 *
 * With REGISTRY, the packages are installed by name from there, not from FOLDER.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXAMPLES = fileURLToPath(new URL('../../examples/mail-assistant/', import.meta.url));
const IS_WINDOWS = process.platform === 'win32';

const [given, registry] = process.argv.slice(2);
if (given === undefined) {
    throw new Error('Name the folder of the release.');
}
const release = resolve(given);
const sums = readFileSync(join(release, 'SHA256SUMS'), 'utf8');
for (const [, expected, name] of sums.matchAll(/^(\w{64}) {2}(.+)$/gm)) {
    assert.equal(
        createHash('sha256')
            .update(readFileSync(join(release, name)))
            .digest('hex'),
        expected,
        name
    );
}
const version = readdirSync(release).flatMap((name) => /^guardrail-(\d.*)\.tgz$/.exec(name)?.[1] ?? [])[0];
const folder = mkdtempSync(join(tmpdir(), 'guardrail-release-'));
try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const packages = ['guardrail', 'guardrail-verify'];
    const wanted = packages.map((name) =>
        registry === undefined ? join(release, `${name}-${version}.tgz`) : `${name}@${version}`
    );
    const from = registry === undefined ? ['--offline'] : ['--registry', registry];
    run('npm', ['install', '--no-audit', '--no-fund', ...from, ...wanted]);
    // Neither package has dependencies.
    assert.deepEqual(
        readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.')),
        packages
    );
    for (const name of ['mail.guardrail', 'tools']) {
        cpSync(join(EXAMPLES, name), join(folder, name), { recursive: true });
    }
    assert.equal(program('guardrail', ['--version']).trim(), version);
    program('guardrail', ['check', 'mail.guardrail', '--certificate', 'certificates']);
    writeFileSync(join(folder, 'mail.json'), program('guardrail', ['export', 'mail.guardrail', '--to', 'json']));
    const verified = program('guardrail-verify', ['mail.json', 'certificates/mail.certificates.json']);
    assert.match(verified, /^accepted {2}/m);
    const library = `import { createGateway, loadPolicy } from 'guardrail';
        createGateway(await loadPolicy('mail.guardrail'));`;
    run(process.execPath, ['--input-type=module', '-e', library]);
    console.log(`${version} on Node ${process.version}: passed`);
} finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function program(name, args) {
    return run(process.execPath, [
        join('node_modules', name, name === 'guardrail' ? 'dist/cli.js' : 'verify.js'),
        ...args
    ]);
}

function run(command, args) {
    const { status, stdout, stderr } = spawnSync(command, args, {
        cwd: folder,
        encoding: 'utf8',
        shell: IS_WINDOWS && command === 'npm'
    });
    assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}${stderr}`);
    return stdout;
}
