/**
 * Builds once what a release consists of. Everything after it, tests and publishing, takes these files and builds nothing.
 *
 *     node scripts/release/build.mjs FOLDER
 *
 * FOLDER gets the VSIX, the npm packages `guardrail` and `guardrail-verify`, the bill of materials, the notes of the release from
 * the change log, and the digests of the files. A workflow of GitHub names the repository in what it packs.
 */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledOf, notesOf, verifierManifest } from './parts.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { GITHUB_REPOSITORY = '', GITHUB_REF_TYPE = '', GITHUB_REF_NAME = '' } = process.env;
const IS_WINDOWS = process.platform === 'win32';

const out = resolve(process.argv[2] ?? 'release');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

if (GITHUB_REPOSITORY !== '') {
    // Provenance is about a repository, and the manifest has to name the same one.
    const address = `https://github.com/${GITHUB_REPOSITORY}`;
    npm('pkg', 'set', `repository.type=git`, `repository.url=git+${address}.git`);
    npm('pkg', 'set', `homepage=${address}#readme`, `bugs.url=${address}/issues`);
}
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const { version } = manifest;
if (GITHUB_REF_TYPE === 'tag' && GITHUB_REF_NAME !== `v${version}`) {
    throw new Error(`The tag is ${GITHUB_REF_NAME}, and the version of package.json ${version}.`);
}
const changes = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
writeFileSync(join(out, 'notes.md'), notesOf(changes, version, GITHUB_REF_TYPE === 'tag'));

// `vsce package` builds first.
npm('run', '--silent', 'package', '--', '--out', join(out, `guardrail-${version}.vsix`));
npm('pack', '--ignore-scripts', '--pack-destination', out);
packVerifier();
const sbom = JSON.parse(npm('sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'));
const licenses = readFileSync(join(ROOT, 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
writeFileSync(join(out, `guardrail-${version}.sbom.json`), `${JSON.stringify(bundledOf(sbom, licenses), null, 2)}\n`);

const files = readdirSync(out).sort();
const digest = (name) =>
    createHash('sha256')
        .update(readFileSync(join(out, name)))
        .digest('hex');
writeFileSync(join(out, 'SHA256SUMS'), files.map((name) => `${digest(name)}  ${name}\n`).join(''));
console.log(readFileSync(join(out, 'SHA256SUMS'), 'utf8'));

/** Whoever distrusts Guardrail installs only the verifier, which is one file. */
function packVerifier() {
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-verify-'));
    try {
        cpSync(join(ROOT, 'dist', 'verify.js'), join(folder, 'verify.js'));
        cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
        cpSync(join(ROOT, 'scripts', 'release', 'verify.md'), join(folder, 'README.md'));
        writeFileSync(join(folder, 'package.json'), `${JSON.stringify(verifierManifest(manifest), null, 2)}\n`);
        npm('pack', folder, '--ignore-scripts', '--pack-destination', out);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

function npm(...args) {
    const { status, stdout } = spawnSync('npm', args, {
        cwd: ROOT,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        stdio: ['ignore', 'pipe', 'inherit'],
        shell: IS_WINDOWS
    });
    if (status !== 0) {
        throw new Error(`npm ${args.join(' ')} failed:\n${stdout}`);
    }
    return stdout;
}
