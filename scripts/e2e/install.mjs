/**
 * Installs what the tests in a real editor need, once for a machine: VS Code as the npm package code-server, a Node
 * of the version that it is built for, its native modules, and Debian's Chromium. Only npm and Debian are asked.
 *
 *     node scripts/e2e/install.mjs
 */
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { installDebianPackages, isInstalled, mustRun, onPath, SetupError } from '../debian.mjs';

/** VS Code 1.100.3. The Node beside it is the one it is made for; its package brings the headers for node-gyp too. */
const CODE_SERVER = '4.100.3';
const NODE = '20.20.2';
const NODE_GYP = '11.4.2';
/** Count up when the steps below change, so that older caches are left aside. */
const RECIPE = 1;
const NATIVE_MODULES = ['@vscode/spdlog', 'node-pty', 'native-watchdog'];
const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** So that screenshots look the same on every machine; the tests do not need them. */
const FONTS = ['fonts-inter', 'fonts-jetbrains-mono'];

/**
 * @returns {Promise<{ vscode: string, node: string, chromium: string }>} the folder of the VS Code server, the Node
 * that runs it, and the browser.
 */
export async function install() {
    if (process.platform !== 'linux') {
        throw new SetupError('The tests in VS Code Server run on Linux. Here, run `npm run test:desktop`.');
    }
    installPrograms();
    const chromium = findChromium();
    if (!chromium) {
        throw new SetupError('No Chromium found. Install it, or name one: GUARDRAIL_CHROMIUM=/path/to/chromium.');
    }
    return { ...(await installVSCode()), chromium };
}

function findChromium() {
    return process.env.GUARDRAIL_CHROMIUM ?? CHROMIUM_PATHS.find((path) => existsSync(path));
}

function installPrograms() {
    const needed = [
        ...(findChromium() ? [] : ['chromium']),
        ...(installed() ? [] : ['g++', 'make', 'python3'].filter((command) => !onPath(command)))
    ];
    installDebianPackages(
        needed,
        FONTS.filter((name) => !isInstalled(name))
    );
}

async function installVSCode() {
    const unlock = await lock(`${cacheFolder()}.lock`);
    try {
        if (!installed()) {
            console.log(`Installing VS Code Server (code-server ${CODE_SERVER}) into ${cacheFolder()} …`);
            rmSync(cacheFolder(), { recursive: true, force: true });
            mkdirSync(cacheFolder(), { recursive: true });
            buildInstallation();
            writeFileSync(marker(), `${new Date().toISOString()}\n`);
        }
    } finally {
        unlock();
    }
    return { vscode: vscodeFolder(), node: nodePath() };
}

function buildInstallation() {
    const dependencies = { 'code-server': CODE_SERVER, [nodePackage()]: NODE, 'node-gyp': NODE_GYP };
    writeFileSync(join(cacheFolder(), 'package.json'), JSON.stringify({ private: true, dependencies }));
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    mustRun('npm', ['install', ...quiet], { cwd: cacheFolder() });
    mustRun('npm', ['install', '--omit=dev', ...quiet], { cwd: vscodeFolder() });
    const nodeFolder = join(cacheFolder(), 'node_modules', nodePackage());
    const env = { ...process.env, PATH: join(nodeFolder, 'bin') + delimiter + process.env.PATH };
    const gyp = join(cacheFolder(), 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
    for (const name of NATIVE_MODULES) {
        const cwd = join(vscodeFolder(), 'node_modules', name);
        mustRun(nodePath(), [gyp, 'rebuild', '--silent', `--nodedir=${nodeFolder}`], { cwd, env });
    }
}

function cacheFolder() {
    const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    return join(base, 'guardrail-e2e', `code-server-${CODE_SERVER}-${process.arch}-${RECIPE}`);
}

function vscodeFolder() {
    return join(cacheFolder(), 'node_modules', 'code-server', 'lib', 'vscode');
}

function nodePackage() {
    return `node-linux-${process.arch}`;
}

function nodePath() {
    return join(cacheFolder(), 'node_modules', nodePackage(), 'bin', 'node');
}

/** Written last: an installation that was interrupted does not have it. */
function marker() {
    return join(cacheFolder(), 'installed');
}

function installed() {
    return existsSync(marker());
}

/** Waits for another run that installs; a lock whose process is gone is taken over. */
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

/** A link appears with its content, so nobody reads a lock without its process id. */
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
