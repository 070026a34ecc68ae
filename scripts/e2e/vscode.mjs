/** A running VS Code: the server on the loopback interface, and a browser that shows its workbench. */
import { spawn } from 'node:child_process';
import {
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    openSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { mustRun, SetupError } from '../debian.mjs';

const START_TIMEOUT_MS = 60_000;

/** The time limit for opening the workbench in a page, which allows for a busy machine. */
export const OPEN_TIMEOUT_MS = 2 * 60_000;

/** Settings that keep prompts, tips and downloads from coming between the test and the editor. */
export const SETTINGS = {
    'security.workspace.trust.enabled': false,
    'telemetry.telemetryLevel': 'off',
    'workbench.startupEditor': 'none',
    'workbench.colorTheme': 'Default Dark Modern',
    'workbench.activityBar.location': 'hidden',
    'workbench.tips.enabled': false,
    'workbench.enableExperiments': false,
    'extensions.autoUpdate': false,
    'extensions.autoCheckUpdates': false,
    'extensions.ignoreRecommendations': true,
    'update.showReleaseNotes': false,
    // Other ports that are open on this machine are not announced.
    'remote.autoForwardPorts': false,
    'git.enabled': false,
    'files.autoSave': 'off',
    'workbench.localHistory.enabled': false,
    'window.commandCenter': false,
    'chat.commandCenter.enabled': false,
    'workbench.layoutControl.enabled': false,
    'editor.fontFamily': "'JetBrains Mono', 'DejaVu Sans Mono', monospace",
    'editor.fontSize': 13,
    'editor.minimap.enabled': false,
    // Whatever moves is drawn many times, by the processor.
    'editor.cursorBlinking': 'solid',
    'workbench.reduceMotion': 'on'
};

/** The workbench uses the system's font. With this setting, screenshots look alike on all machines. */
const INTER = '/usr/share/fonts/opentype/inter';
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Inter</family></prefer></alias>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <selectfont><rejectfont><pattern>
    <patelt name="family"><string>DejaVu Sans</string></patelt>
  </pattern></rejectfont></selectfont>
</fontconfig>
`;

/**
 * Starts the server of a VS Code that `install()` has installed.
 *
 * @param {{ vscode: string, node: string, startsItself: boolean }} installation
 * @param {Record<string, string>} environment added to the environment of the extension host
 * @param {string} logs where the editor's logs are kept when it stops, including that of the language server
 * @param {{ extension?: string | string[], settings?: Record<string, unknown> }} [options] the folder of an extension
 * that counts as installed, or VSIX files, which are installed; the user's settings
 * @returns {Promise<{ origin: string, port: number, stop: () => Promise<void> }>}
 */
export async function startServer(installation, environment, logs, { extension, settings = SETTINGS } = {}) {
    const home = mkdtempSync(join(tmpdir(), 'guardrail-e2e-'));
    const port = await freePort();
    writeSettings(join(home, 'data'), settings);
    mkdirSync(join(home, 'extensions'));
    const given = [extension ?? []].flat();
    const packages = given.filter((path) => path.endsWith('.vsix'));
    const [developed] = given.filter((path) => !packages.includes(path));
    if (developed) {
        symlinkSync(developed, join(home, 'extensions', 'guardrail'));
    }
    const log = join(home, 'server.log');
    const output = openSync(log, 'w');
    const options = {
        host: '127.0.0.1',
        port: String(port),
        'telemetry-level': 'off',
        'user-data-dir': join(home, 'data'),
        'server-data-dir': join(home, 'server'),
        'extensions-dir': join(home, 'extensions')
    };
    for (const path of packages) {
        const install = commandLine(installation, { ...options, 'install-extension': path });
        mustRun(installation.node, install, { cwd: installation.vscode });
    }
    // The server has its own process group, so that stopping it stops the extension host too.
    const server = spawn(installation.node, commandLine(installation, options), {
        cwd: installation.vscode,
        detached: true,
        stdio: ['ignore', output, output],
        // Without a gallery, the editor makes no network requests.
        env: { ...process.env, EXTENSIONS_GALLERY: '{}', ...environment }
    });
    const stop = async () => {
        await stopGroup(server);
        if (existsSync(join(home, 'data', 'logs'))) {
            cpSync(join(home, 'data', 'logs'), logs, { recursive: true });
        }
        rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    };
    const origin = `http://127.0.0.1:${port}`;
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await answers(origin))) {
        if (server.exitCode !== null || Date.now() > deadline) {
            const tail = readFileSync(log, 'utf8').trim().split('\n').slice(-20).join('\n');
            await stop();
            throw new SetupError(`VS Code Server did not start:\n${tail}`);
        }
        await sleep(100);
    }
    return { origin, port, stop };
}

function commandLine({ vscode, startsItself }, options) {
    if (!startsItself) {
        const older = join(dirname(fileURLToPath(import.meta.url)), 'older-server.mjs');
        return [older, vscode, ...Object.entries(options).map(([name, value]) => `${name}=${value}`)];
    }
    const named = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    return ['out/server-main.js', '--without-connection-token', '--accept-server-license-terms', ...named];
}

/**
 * The address of a workbench on `folder`.
 *
 * @param {{ origin: string }} server
 * @param {string} folder an absolute path
 */
export function workbenchUrl({ origin }, folder) {
    return `${origin}/?folder=${encodeURIComponent(folder)}`;
}

/**
 * Starts the browser.
 *
 * @param {{ chromium: string }} installation
 * @param {number} debuggingPort where the tests connect to drive the same page
 */
export async function startBrowser(installation, debuggingPort) {
    const { options, remove } = launchOptions(installation);
    options.args.push(`--remote-debugging-port=${debuggingPort}`, '--remote-debugging-address=127.0.0.1');
    const browser = await chromium.launch(options);
    browser.on('disconnected', remove);
    return browser;
}

/**
 * Starts the browser with a separate profile, for sites with self-signed certificates. In this profile a page embedded
 * in a page of another site may store data, as a web view of VS Code for the Web does with its service worker. Chromium
 * partitions such storage by pairs of sites; Playwright switches that off, and Debian's Chromium then denies it unless
 * third-party cookies are allowed.
 *
 * @param {{ chromium: string }} installation
 * @param {import('playwright-core').BrowserContextOptions} settings
 * @returns {Promise<{ context: import('playwright-core').BrowserContext, stop(): Promise<void> }>}
 */
export async function startProfile(installation, settings) {
    const profile = mkdtempSync(join(tmpdir(), 'guardrail-profile-'));
    mkdirSync(join(profile, 'Default'));
    const preferences = { profile: { cookie_controls_mode: 0 } };
    writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
    const { options, remove } = launchOptions(installation);
    options.args.push('--ignore-certificate-errors');
    const context = await chromium.launchPersistentContext(profile, { ...options, ...settings });
    const stop = async () => {
        await context.close();
        remove();
        await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    };
    return { context, stop };
}

function launchOptions(installation) {
    const fonts = join(mkdtempSync(join(tmpdir(), 'guardrail-fonts-')), 'fonts.conf');
    writeFileSync(fonts, FONTS);
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
    args.push('--disable-background-networking', '--disable-component-update', '--force-color-profile=srgb');
    const options = {
        executablePath: installation.chromium,
        args,
        env: { ...process.env, ...(existsSync(INTER) && { FONTCONFIG_FILE: fonts }) }
    };
    return { options, remove: () => rmSync(dirname(fonts), { recursive: true, force: true }) };
}

/** A port of the loopback interface that was free a moment ago. */
export function freePort() {
    return new Promise((resolve, reject) => {
        const probe = createServer();
        probe.once('error', reject);
        probe.listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}

/** Writes the user settings of the VS Code instance that uses `userData`. */
export function writeSettings(userData, settings) {
    mkdirSync(join(userData, 'User'), { recursive: true });
    writeFileSync(join(userData, 'User', 'settings.json'), JSON.stringify(settings, null, 4));
}

async function answers(origin) {
    try {
        return (await fetch(`${origin}/version`)).ok;
    } catch {
        return false;
    }
}

async function stopGroup(child) {
    const signal = (name) => {
        try {
            process.kill(-child.pid, name);
            return true;
        } catch {
            return false;
        }
    };
    signal('SIGTERM');
    for (let i = 0; i < 30 && signal(0); i++) {
        await sleep(100);
    }
    signal('SIGKILL');
}
