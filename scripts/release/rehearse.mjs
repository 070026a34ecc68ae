/**
 * Does everything that a release does, up to the last step of each: publishes the npm packages to a registry of its own, which it
 * starts and stops, and installs them from there by name.
 *
 *     node scripts/release/rehearse.mjs [FOLDER]     with the files of `build.mjs`; otherwise it builds them
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { publish } from './publish.mjs';

const VERDACCIO = 'verdaccio@6.2.9';
const START_MS = 180_000;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'guardrail-rehearsal-'));
const given = process.argv[2];
const release = given === undefined ? join(home, 'release') : resolve(given);
let registry;
try {
    if (given === undefined) {
        node('build.mjs', release);
    }
    node('test.mjs', release);
    registry = await startRegistry();
    // The name of the user is of no account, but npm does not publish without one.
    const npmrc = join(home, 'npmrc');
    writeFileSync(npmrc, `${registry.address.replace('http:', '')}:_authToken=rehearsal\n`);
    process.env.npm_config_userconfig = npmrc;
    publish(release, { registry: registry.address });
    node('test.mjs', release, registry.address);
    console.log(`Rehearsed with ${readdirSync(release).join(', ')}.`);
} finally {
    registry?.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

/** A registry that has nothing and asks no other one. */
async function startRegistry() {
    const port = await freePort();
    const config = join(home, 'registry.yaml');
    const everybody = { access: '$all', publish: '$all' };
    writeFileSync(
        config,
        // JSON is YAML.
        JSON.stringify({
            storage: join(home, 'storage'),
            uplinks: {},
            packages: { '**': everybody },
            log: { type: 'stdout', level: 'warn' }
        })
    );
    const child = spawn('npx', ['-y', VERDACCIO, '--config', config, '--listen', `127.0.0.1:${port}`], {
        cwd: home,
        stdio: ['ignore', 'inherit', 'inherit'],
        detached: true
    });
    const address = `http://127.0.0.1:${port}/`;
    const stop = () => child.exitCode === null && process.kill(-child.pid, 'SIGKILL');
    const ended = once(child, 'exit').then(() => {
        throw new Error('The registry did not start.');
    });
    const answers = async () => {
        for (const end = Date.now() + START_MS; Date.now() < end; await sleep(250)) {
            if (
                await fetch(`${address}-/ping`).then(
                    ({ ok }) => ok,
                    () => false
                )
            ) {
                return;
            }
        }
        throw new Error('The registry does not answer.');
    };
    await Promise.race([ended, answers()]).catch((error) => {
        stop();
        throw error;
    });
    ended.catch(() => undefined);
    return { address, stop };
}

async function freePort() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    return port;
}

function node(script, ...args) {
    const { status } = spawnSync(process.execPath, [here(script), ...args], { stdio: 'inherit' });
    if (status !== 0) {
        throw new Error(`${script} failed.`);
    }
}
