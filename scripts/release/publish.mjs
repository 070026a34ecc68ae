/**
 * Publishes the npm packages of a release; the last step of it, which the rehearsal does with a registry of its own.
 *
 *     node scripts/release/publish.mjs FOLDER
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @param {string} release the folder with the files of `build.mjs`
 * @param {{ registry?: string }} [options] without a registry, npm's own, with provenance
 */
export function publish(release, { registry } = {}) {
    for (const name of readdirSync(release).filter((file) => file.endsWith('.tgz'))) {
        // A version such as 0.2.0-rc.1 is for those who ask for it.
        const tag = /-\d+\.\d+\.\d+-/.test(name) ? 'next' : 'latest';
        const where = registry === undefined ? ['--provenance'] : ['--registry', registry];
        const args = ['publish', join(release, name), '--access', 'public', '--tag', tag, ...where];
        const { status } = spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
        if (status !== 0) {
            throw new Error(`${name} was not published.`);
        }
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    publish(resolve(process.argv[2] ?? 'release'));
}
